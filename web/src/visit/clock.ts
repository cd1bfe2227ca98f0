// The clock of a visit: the engine's own, whatever the clock of this device says.
import { Timer } from "../call/timer";
import { word } from "../call/words";
import { type VisitIs } from "./protocol";

const WRONG_MS = 2 * 60_000; // so much a clock may be off without being called wrong
const TICK_MS = 500;

export class VisitClock {
  private timer: Timer | undefined;
  private section = "";
  private ahead = 0;
  private ticking = 0;
  private until = 0;

  constructor(private readonly root: HTMLElement) {}

  // `lobbyBegan` in Unix milliseconds: where the waiting room's arc starts.
  follow(state: VisitIs, lobbyBegan: number): void {
    this.ahead = state.now - Date.now();
    const lobby = state.phase === "lobby";
    const [from, to] = lobby ? [lobbyBegan, state.starts_at] : [state.starts_at, state.ends_at];
    if (this.section !== state.phase) this.turnTo(state.phase);
    this.timer?.start(state.now, from, to);
    this.until = to;
  }

  get wrong(): boolean {
    return Math.abs(this.ahead) > WRONG_MS;
  }

  stop(): void {
    this.timer?.stop();
    window.clearInterval(this.ticking);
  }

  private turnTo(phase: string): void {
    this.stop();
    this.section = phase;
    const shown = this.root.querySelector<HTMLElement>(`[data-state="${phase}"]`) ?? this.root;
    const faces = {
      clock: shown.querySelector<HTMLElement>("[data-clock]"),
      line: shown.querySelector<SVGElement>("[data-line]"),
      endsAt: null,
    };
    this.timer = new Timer(faces, this.root.dataset["zone"] ?? "UTC");
    const left = shown.querySelector<HTMLElement>("[data-left]");
    if (left) this.ticking = window.setInterval(() => this.showLeft(left), TICK_MS);
  }

  private showLeft(place: HTMLElement): void {
    const seconds = Math.max(0, Math.ceil((this.until - Date.now() - this.ahead) / 1000));
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    place.textContent = word("left_of").replace("%(clock)s", clock);
  }
}
