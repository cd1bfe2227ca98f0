// What somebody plays: keeps them signed in while it plays, and ends it when its hours end.
export class Stage {
  private touched = Date.now();

  constructor(private readonly root: HTMLElement) {
    const left = Number(root.dataset["left"]);
    if (root.dataset["left"]) {
      // The page, asked again, says why it is closed and when it opens.
      window.setTimeout(() => window.location.reload(), Math.min(left + 1, 86_400) * 1000);
    }
    for (const event of ["pointerdown", "keydown"]) {
      document.addEventListener(event, () => (this.touched = Date.now()), { capture: true });
    }
    this.frame?.addEventListener("load", () => this.frame?.focus());
  }

  // A game cannot tell of touches in its frame: while it is in use, so long after the last touch
  // of the page itself. Then the page asks whether someone is there, as it does elsewhere.
  get active(): boolean {
    const media = this.root.querySelector<HTMLMediaElement>("audio, video");
    if (media) return !media.paused && !media.ended;
    const seconds = (Date.now() - this.touched) / 1000;
    return document.activeElement === this.frame && seconds < Number(this.root.dataset["busy"]);
  }

  private get frame(): HTMLIFrameElement | null {
    return this.root.querySelector("iframe");
  }
}
