// The messages on the WebSocket between a page and the engine, as the engine defines them.
import { type FromVisit, type ToVisit } from "../visit/protocol";

export type ToEngine =
  | ToVisit
  | { type: "dial"; number: string; key: string }
  | { type: "offer"; sdp: string }
  | { type: "key"; digit: string }
  | { type: "listen" }
  | { type: "heard"; source: Side; sdp: string }
  | { type: "answer" | "decline" | "hangup" | "leave" | "ping" }
  | { type: "record_name" | "stop_name" | "keep_name" };

export type Side = "inside" | "outside";
export type CallState = "ringing" | "announcing" | "talking" | "minute" | "waiting";
export type NameStep = "recording" | "recorded" | "playing" | "kept";

export interface StateIs {
  type: "state";
  call: string;
  state: CallState;
  now: number; // Unix milliseconds, by the engine's clock
  recorded: boolean;
  side?: Side;
  ends_at?: number;
  limit_seconds?: number;
}

export type FromEngine =
  | FromVisit
  | { type: "hello"; right: string; resume: string; engine: string; now: number }
  | { type: "call" | "refused" | "ring" | "taken"; call: string }
  | { type: "cancelled"; call: string; reason: string }
  | StateIs
  | { type: "sdp"; sdp: string }
  | { type: "hear"; source: Side; sdp: string }
  | { type: "renew" | "pong" }
  | { type: "ended"; call: string; reason: string; talk_seconds: number }
  | { type: "go"; call: string; url: string; pass: string }
  | { type: "name_state"; state: NameStep; seconds: number }
  | { type: "error" | "bye"; code: string };

export const CLOSE = {
  BAD_MESSAGE: 4400,
  PASS_REFUSED: 4401,
  IDLE: 4408,
  CALL_OVER: 4410,
  STOPPING: 4503,
} as const;
