// One socket to an engine, and how to get it back: first by the resume secret, which works
// while web is down, then by a new pass from web.
import { CLOSE, type FromEngine, type ToEngine } from "./protocol";
import { type Ticket, WebRefused } from "./web";

export type Loss = "signed_out" | "not_yours" | "over" | "stopping" | "unreachable" | "pass_refused";

export interface Ears {
  told(message: FromEngine): void;
  // The socket is gone and we try to get it back; `back` says that we did.
  lost(): void;
  back(): void;
  // It will not come back by itself.
  gone(why: Loss): void;
  // The engine has answered a ping.
  answered?(): void;
}

const PING_MS = 5000;
const SILENCE_MS = 12000; // no pong for so long: the network is gone though nobody said so
const PROBE_MS = 2000; // so long an answer may take once sound has stopped
const OPENING_MS = 4000; // a network that swallows packets never says no
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5000;
const EVERY_THIRD = 3; // that often web is asked for a pass: the engine may have been restarted
const TRIES = 14;

export class Line {
  private socket: WebSocket | undefined;
  private base = "";
  private secret = "";
  private tries = 0;
  private refusals = 0;
  private heardAt = 0;
  private timer = 0;
  private retry = 0;
  private open = false;
  private done = false;
  private unsent: ToEngine[] = [];

  // `forEver`: a page that waits for calls never gives up; a call does after `tries`.
  constructor(
    private readonly passes: () => Promise<Ticket>,
    private readonly ears: Ears,
    private readonly forEver: boolean,
  ) {
    window.addEventListener("online", this.hurry);
    window.addEventListener("offline", this.drop);
  }

  async connect(): Promise<void> {
    if (this.done) return;
    try {
      const ticket = await this.passes();
      this.base = ticket.url;
      this.dial(`pass=${encodeURIComponent(ticket.pass)}`);
    } catch (trouble) {
      this.noPass(trouble);
    }
  }

  send(message: ToEngine): void {
    if (this.open) this.socket?.send(JSON.stringify(message));
    // What was pressed while the line was gone is said when it is back.
    else if (message.type !== "ping") this.unsent.push(message);
  }

  // For what is asked anew when the line is back: kept until then, it would come twice.
  sendNow(message: ToEngine): void {
    if (this.open) this.send(message);
  }

  // Sound has stopped: is the line gone too? Ask, and do not wait long for the answer.
  probe(): void {
    if (!this.open) return;
    const asked = Date.now();
    this.send({ type: "ping" });
    window.setTimeout(() => this.open && this.heardAt < asked && this.drop(), PROBE_MS);
  }

  // The page goes away for good, or for a reload.
  leave(): void {
    if (this.open) this.socket?.send(JSON.stringify({ type: "leave" }));
  }

  // Come back with a new pass: what this session may do is no longer what the page needs.
  anew(): void {
    this.secret = "";
    this.drop();
  }

  close(): void {
    this.done = true;
    this.open = false;
    window.clearInterval(this.timer);
    window.clearTimeout(this.retry);
    window.removeEventListener("online", this.hurry);
    window.removeEventListener("offline", this.drop);
    this.socket?.close(1000);
  }

  private dial(query: string): void {
    const socket = new WebSocket(`${this.base}/ws?${query}`);
    this.socket = socket;
    socket.onmessage = (event) => this.hear(socket, event.data as string);
    socket.onclose = (event) => this.closed(socket, event);
    window.setTimeout(() => {
      if (socket === this.socket && socket.readyState === WebSocket.CONNECTING) this.drop();
    }, OPENING_MS);
  }

  private hear(socket: WebSocket, text: string): void {
    if (socket !== this.socket) return;
    this.heardAt = Date.now();
    const message = JSON.parse(text) as FromEngine;
    if (message.type === "hello") this.greet(message.resume);
    if (message.type === "pong") this.ears.answered?.();
    else this.ears.told(message);
  }

  private greet(secret: string): void {
    const again = this.secret !== "" || this.tries > 0;
    this.secret = secret;
    this.tries = this.refusals = 0;
    this.open = true;
    window.clearInterval(this.timer);
    this.timer = window.setInterval(() => this.check(), PING_MS);
    for (const message of this.unsent.splice(0)) this.send(message);
    if (again) this.ears.back();
  }

  private check(): void {
    if (Date.now() - this.heardAt > SILENCE_MS) this.drop();
    else this.send({ type: "ping" });
  }

  // The socket may take minutes to notice that its network is gone; do not wait for it.
  private readonly drop = (): void => {
    const socket = this.socket;
    if (!socket || this.done) return;
    this.socket = undefined;
    socket.onclose = null;
    socket.close();
    this.again();
  };

  private closed(socket: WebSocket, event: CloseEvent): void {
    if (socket !== this.socket || this.done) return;
    if (event.code === CLOSE.PASS_REFUSED) this.passRefused();
    else if (event.code === CLOSE.CALL_OVER) this.callOver();
    else if (event.code === CLOSE.STOPPING && !this.forEver) this.end("stopping");
    else if (event.code === CLOSE.BAD_MESSAGE) this.end("pass_refused");
    else this.again();
  }

  private callOver(): void {
    this.secret = "";
    // A page that waits for calls goes on waiting for the next one.
    if (this.forEver) this.again();
    else this.end("over");
  }

  private passRefused(): void {
    const wasResume = this.secret !== "";
    this.secret = "";
    this.refusals += wasResume ? 0 : 1;
    // A pass may be a moment too old or used by another page; twice is no accident.
    if (this.refusals > 2 && !this.forEver) this.end("pass_refused");
    else this.again();
  }

  private again(): void {
    const wasOpen = this.open;
    this.open = false;
    window.clearInterval(this.timer);
    if (wasOpen) this.ears.lost();
    this.tries += 1;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.min(this.tries - 1, 5), LONGEST_WAIT_MS);
    window.clearTimeout(this.retry);
    this.retry = window.setTimeout(() => this.attempt(), wait * (0.75 + Math.random() / 2));
  }

  private attempt(): void {
    if (this.secret && this.tries % EVERY_THIRD !== 0) {
      this.dial(`resume=${encodeURIComponent(this.secret)}`);
    } else void this.connect();
  }

  private noPass(trouble: unknown): void {
    if (trouble instanceof WebRefused && trouble.status === 401) this.end("signed_out");
    else if (trouble instanceof WebRefused && trouble.status === 404) this.end("not_yours");
    else if (!this.forEver && this.tries > TRIES) this.end("unreachable");
    else {
      if (this.tries === 0) this.ears.lost();
      this.again();
    }
  }

  private end(why: Loss): void {
    this.close();
    this.ears.gone(why);
  }

  private readonly hurry = (): void => {
    if (this.open || this.done || !this.retry) return;
    // One is on its way already: a second would take its place, and what it was told be lost.
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    window.clearTimeout(this.retry);
    this.attempt();
  };
}
