// What a page and the engine say to each other about a visit, as the engine defines it.
export type ToVisit =
  | { type: "see"; source: string }
  | { type: "seen"; source: string; sdp: string }
  | { type: "shows"; camera: boolean; microphone: boolean }
  | { type: "narrow"; on: boolean };

export interface SeatIs {
  seat: string;
  here: boolean;
  lost?: boolean;
  camera?: boolean; // absent: on
  microphone?: boolean;
}

export interface SaidIs {
  text: string;
  at: number;
}

export interface VisitIs {
  type: "visit";
  visit: string;
  phase: "lobby" | "live";
  now: number; // Unix milliseconds, by the engine's clock
  starts_at: number;
  ends_at: number;
  recorded: boolean;
  seats: SeatIs[];
  said: SaidIs[];
  you?: string;
  minutes?: number;
  sound_only?: string[];
}

export type FromVisit =
  | VisitIs
  | { type: "look"; source: string; sdp: string }
  | { type: "visit_over"; visit: string; reason: string; seconds: number }
  | { type: "sat_elsewhere" };
