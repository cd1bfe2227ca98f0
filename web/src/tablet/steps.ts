// One switch is enough: rows light up one after the other, then the keys of the chosen row.
// Enter or Space takes what is lit; Escape ends it, and so does its own button, lit last.
const EVERY_MS = 1400;
const ROUNDS = 2; // so often through a row without a choice, then back to the rows

export class Steps {
  private timer = 0;
  private row: Element | undefined;
  private at = -1;
  private round = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly rows: () => Element[],
    private readonly keysOf: (row: Element) => HTMLElement[],
    private readonly press: (key: HTMLElement) => void,
  ) {
    document.addEventListener("keydown", (event) => this.key(event), { capture: true });
  }

  get going(): boolean {
    return this.timer !== 0;
  }

  begin(): void {
    if (this.going) return;
    this.timer = window.setInterval(() => this.step(), EVERY_MS);
    this.top();
    this.step();
  }

  end(): void {
    window.clearInterval(this.timer);
    this.timer = 0;
    this.top();
    this.light(undefined);
  }

  // The keys were drawn anew: what was lit is gone, begin at the rows.
  redrawn(): void {
    if (this.going) this.top();
  }

  private top(): void {
    this.row = undefined;
    this.at = -1;
    this.round = 0;
  }

  private get choices(): Element[] {
    return this.row ? this.keysOf(this.row) : this.rows();
  }

  private step(): void {
    this.at += 1;
    if (this.at >= this.choices.length) {
      this.at = 0;
      this.round += 1;
      if (this.row && this.round >= ROUNDS) this.top();
      if (this.at < 0) this.at = 0;
    }
    this.light(this.choices[this.at]);
  }

  private light(one: Element | undefined): void {
    for (const lit of this.root.querySelectorAll(".is-lit")) lit.classList.remove("is-lit");
    one?.classList.add("is-lit");
  }

  private key(event: KeyboardEvent): void {
    if (!this.going) return;
    if (event.key === "Escape") this.end();
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    this.take();
  }

  private take(): void {
    const chosen = this.choices[this.at];
    if (!chosen) return;
    if (this.row) {
      this.top();
      this.press(chosen as HTMLElement);
    } else {
      this.row = chosen;
      this.at = -1;
      this.round = 0;
    }
    this.step();
  }
}
