// Record one's own name: speak, listen, do it again or keep it.
import { Line } from "../call/line";
import { Media, microphone } from "../call/media";
import { type FromEngine, type NameStep } from "../call/protocol";
import { troubleOf } from "../call/talk";
import { ticket } from "../call/web";
import { say, word } from "../call/words";

const ASK_AGAIN_MS = 300;
const ASKS = 10; // the first sound may be a moment behind the connection

export class NameRecorder {
  private line: Line | undefined;
  private media: Media | undefined;
  private asks = 0;

  constructor(private readonly root: HTMLElement) {
    root.addEventListener("click", (event) => {
      const what = (event.target as Element).closest<HTMLElement>("[data-do]")?.dataset["do"];
      if (what === "record") void this.record();
      if (what === "stop") this.line?.send({ type: "stop_name" });
      if (what === "keep") this.line?.send({ type: "keep_name" });
    });
    window.addEventListener("pagehide", () => this.line?.leave());
    this.show("ready");
  }

  get active(): boolean {
    return ["asking", "recording"].includes(this.root.dataset["step"] ?? "");
  }

  private async record(): Promise<void> {
    this.trouble(undefined);
    this.show("asking");
    this.asks = ASKS;
    try {
      if (!this.line) await this.open();
      else this.ask();
    } catch (trouble) {
      this.trouble(troubleOf(trouble));
      this.show("ready");
    }
  }

  // Only once sound flows can the engine record it.
  private ask(): void {
    if (this.root.dataset["step"] !== "asking" || !this.media?.connected) return;
    this.asks -= 1;
    this.line?.send({ type: "record_name" });
  }

  private async open(): Promise<void> {
    const mic = await microphone();
    const media = new Media(mic, {
      mediaLost: () => this.trouble("unreachable"),
      mediaBack: () => this.ask(),
      soundBlocked: () => this.trouble("sound_blocked"),
    });
    this.media = media;
    this.line = new Line(
      () => ticket(this.root.dataset["pass"] ?? ""),
      {
        told: (message) => this.told(message),
        lost: () => this.trouble("unreachable"),
        back: () => void this.offer(),
        gone: () => this.gone(),
      },
      false,
    );
    await this.offer();
    await this.line.connect();
  }

  private async offer(): Promise<void> {
    if (this.media) this.line?.send({ type: "offer", sdp: await this.media.offer() });
  }

  private told(message: FromEngine): void {
    if (message.type === "sdp") void this.media?.answered(message.sdp);
    if (message.type === "renew") void this.offer();
    if (message.type === "name_state") this.show(message.state);
    if (message.type === "error") this.refused(message.code);
  }

  private refused(code: string): void {
    const asking = this.root.dataset["step"] === "asking";
    if (asking && code === "name.no_sound" && this.asks > 0) {
      window.setTimeout(() => this.ask(), ASK_AGAIN_MS);
      return;
    }
    this.trouble(code === "name.no_sound" ? "name_no_sound" : "fault");
    if (this.active) this.show("ready");
  }

  private gone(): void {
    this.media?.close();
    this.line = this.media = undefined;
    this.trouble("unreachable");
    this.show("ready");
  }

  private show(step: NameStep | "ready" | "asking"): void {
    this.root.dataset["step"] = step;
    for (const part of this.root.querySelectorAll<HTMLElement>("[data-when]")) {
      part.hidden = !(part.dataset["when"] ?? "").split(" ").includes(step);
    }
    const sentence = this.root.querySelector<HTMLElement>("[data-sentence]:not([hidden])");
    if (sentence) say(sentence.textContent ?? "");
  }

  private trouble(name: string | undefined): void {
    const place = this.root.querySelector<HTMLElement>("[data-trouble]");
    if (!place) return;
    place.hidden = name === undefined;
    place.textContent = name === undefined ? "" : word(name);
  }
}
