// A shared device signs people out by itself, after a warning one can answer.
const WARN_SECONDS = 45;
const STAY_EVERY_MS = 60_000;

export class Idle {
  private since = Date.now();
  private told = Date.now();
  private leaving = false;

  // `busy`: during a call nobody touches the screen, and nobody is signed out.
  constructor(
    private readonly box: HTMLDialogElement,
    private readonly seconds: number,
    private readonly busy: () => boolean,
    private readonly stay: () => Promise<boolean>,
    private readonly leave: () => void,
  ) {
    for (const event of ["pointerdown", "keydown"]) {
      document.addEventListener(event, () => this.touched(), { capture: true, passive: true });
    }
    box.querySelector("[data-stay]")?.addEventListener("click", () => this.stayed());
    window.setInterval(() => this.check(), 1000);
  }

  private touched(): void {
    // With the warning open only its own button counts: a stray touch could be the next person's.
    if (this.box.open) return;
    this.since = Date.now();
    this.tell();
  }

  private stayed(): void {
    this.box.close();
    this.since = Date.now();
    this.told = 0;
    this.tell();
  }

  private check(): void {
    if (this.busy()) this.touched();
    const left = this.seconds - (Date.now() - this.since) / 1000;
    const place = this.box.querySelector("[data-left]");
    if (place) place.textContent = String(Math.max(0, Math.ceil(left)));
    if (left <= 0) this.go();
    else if (left <= WARN_SECONDS && !this.box.open) this.box.showModal();
  }

  // Web keeps its own clock; tell it now and then that someone is here.
  private tell(): void {
    if (Date.now() - this.told < STAY_EVERY_MS) return;
    this.told = Date.now();
    void this.stay().then((still) => still || this.busy() || this.go());
  }

  private go(): void {
    if (this.leaving) return;
    this.leaving = true;
    this.leave();
  }
}
