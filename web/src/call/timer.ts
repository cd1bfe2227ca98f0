// The clock of a call: time left (or talked), and how far the dot has come on the arc.
// It follows the engine's clock: the engine, not this page, ends the call.
const TICK_MS = 250;

export interface Faces {
  clock: HTMLElement | null;
  line: SVGElement | null;
  endsAt: HTMLElement | null;
}

export class Timer {
  private ticking = 0;
  private ahead = 0; // how far the engine's clock is ahead of this page's

  constructor(
    private readonly faces: Faces,
    private readonly zone: string,
  ) {}

  // All in Unix milliseconds by the engine's clock. Without `endsAt` it counts up.
  start(now: number, beganAt: number, endsAt: number | undefined): void {
    this.ahead = now - Date.now();
    window.clearInterval(this.ticking);
    if (endsAt !== undefined) this.sayEnd(endsAt);
    const tick = (): void => this.show(Date.now() + this.ahead, beganAt, endsAt);
    tick();
    this.ticking = window.setInterval(tick, TICK_MS);
  }

  stop(): void {
    window.clearInterval(this.ticking);
  }

  private show(now: number, beganAt: number, endsAt: number | undefined): void {
    const left = endsAt === undefined ? now - beganAt : endsAt - now;
    if (this.faces.clock) this.faces.clock.textContent = minutes(Math.max(0, left));
    if (endsAt !== undefined) this.draw(Math.min(1, (now - beganAt) / (endsAt - beganAt)));
  }

  private draw(share: number): void {
    const arc = this.faces.line?.querySelector<SVGPathElement>(".on");
    const dot = this.faces.line?.querySelector(".at");
    if (!arc || !dot) return;
    arc.setAttribute("stroke-dasharray", `${(share * 100).toFixed(1)} 100`);
    const point = arc.getPointAtLength(arc.getTotalLength() * share);
    dot.setAttribute("cx", point.x.toFixed(1));
    dot.setAttribute("cy", point.y.toFixed(1));
  }

  private sayEnd(endsAt: number): void {
    if (!this.faces.endsAt) return;
    // 6:42 PM in every language, as web writes it: "p.m." would end a sentence with two points.
    const clock = new Intl.DateTimeFormat("en-US", {
      hour: "numeric",
      minute: "2-digit",
      timeZone: this.zone,
    });
    this.faces.endsAt.textContent = clock.format(endsAt);
  }
}

function minutes(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
