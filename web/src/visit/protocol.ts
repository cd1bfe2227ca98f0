// What a page and the engine say to each other about a visit, as the engine defines it.
export type ToVisit =
  | { type: "see"; source: string }
  | { type: "seen"; source: string; sdp: string }
  | { type: "shows"; camera: boolean; microphone: boolean }
  | { type: "narrow"; on: boolean }
  | { type: "pledge"; attempt: number; commitment: string }
  | { type: "describe"; attempt: number; sdp: string; nonce: string }
  | { type: "reach"; attempt: number; candidate: string; mid: string }
  | { type: "joined"; attempt: number; on: boolean }
  | { type: "anew"; attempt: number };

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

// Of a private visit: both are here, connect. With `servers` everything goes through them.
export interface PeerIs {
  type: "peer";
  attempt: number;
  offers: boolean;
  servers: { urls: string[]; username: string; credential: string }[];
}

export type FromPeer =
  | PeerIs
  | { type: "pledge"; attempt: number; commitment: string }
  | { type: "describe"; attempt: number; sdp: string; nonce: string }
  | { type: "reach"; attempt: number; candidate: string; mid: string };

export type FromVisit =
  | VisitIs
  | FromPeer
  | { type: "look"; source: string; sdp: string }
  | { type: "visit_over"; visit: string; reason: string; seconds: number }
  | { type: "sat_elsewhere" };
