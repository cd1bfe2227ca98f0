// A VideoGram: look at oneself, record, watch, do it again or take it. Nothing leaves the browser
// before it is taken. The markup is doors/parts/film.html, inside a form that is sent at the end.
import { Timer } from "../call/timer";
import { WebRefused } from "../call/web";
import { say } from "../call/words";
import { camera, NoCamera, recorder, stop } from "./camera";
import { NotTaken, send } from "./upload";

type Step = "ready" | "asking" | "live" | "recording" | "made" | "sending" | "sent";
const SOON_MS = 5000;

export class FilmRecorder {
  private step: Step = "ready";
  private stream: MediaStream | undefined;
  private taping: MediaRecorder | undefined;
  private film: Blob | undefined;
  private address = "";
  private sending: AbortController | undefined;
  private readonly alarms: number[] = [];
  private readonly timer: Timer;

  constructor(private readonly root: HTMLElement) {
    const clock = this.find<HTMLElement>("[data-clock]");
    const faces = { clock, line: this.find<SVGElement>("[data-line]"), endsAt: null };
    this.timer = new Timer(faces, "UTC");
    root.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-do]");
      if (button) void this.act(button.dataset["do"] ?? "");
    });
    this.find<HTMLInputElement>("[data-choose]")?.addEventListener("change", (event) => {
      const chosen = (event.target as HTMLInputElement).files?.[0];
      if (chosen) this.made(chosen);
    });
    window.addEventListener("pagehide", () => this.away());
    this.show("ready", false);
  }

  // Whether someone is at it though no key is pressed.
  get active(): boolean {
    return ["recording", "sending", "asking"].includes(this.step);
  }

  private async act(what: string): Promise<void> {
    this.trouble("");
    if (what === "camera" || what === "again") await this.open();
    if (what === "record") this.record();
    if (what === "stop") this.taping?.stop();
    if (what === "take") await this.take();
    if (what === "cancel") this.sending?.abort();
  }

  private async open(): Promise<void> {
    this.forget();
    this.show("asking");
    try {
      this.stream = await camera();
    } catch (trouble) {
      this.trouble(this.word(trouble instanceof NoCamera ? trouble.code : "camera_busy"));
      this.show("ready");
      return;
    }
    const seen = this.find<HTMLVideoElement>("[data-live]");
    if (seen) seen.srcObject = this.stream;
    this.show("live");
  }

  private record(): void {
    if (!this.stream) return;
    const pieces: Blob[] = [];
    const taping = recorder(this.stream);
    taping.addEventListener("dataavailable", (event) => pieces.push(event.data));
    taping.addEventListener("stop", () => {
      this.quiet();
      if (this.taping === taping) this.made(new Blob(pieces, { type: taping.mimeType }));
    });
    this.taping = taping;
    taping.start();
    const now = Date.now();
    const length = this.seconds * 1000;
    this.timer.start(now, now, now + length);
    this.alarms.push(window.setTimeout(() => taping.stop(), length));
    this.alarms.push(window.setTimeout(() => say(this.word("soon")), length - SOON_MS));
    this.show("recording");
  }

  private made(film: Blob): void {
    this.forget();
    this.film = film;
    this.address = URL.createObjectURL(film);
    const watched = this.find<HTMLVideoElement>("[data-seen]");
    if (watched) watched.src = this.address;
    this.show("made");
  }

  private async take(): Promise<void> {
    if (!this.film) return;
    this.show("sending");
    this.sending = new AbortController();
    const told = (share: number, down: boolean): void => this.came(share, down);
    try {
      const address = this.root.dataset["uploads"] ?? "";
      const upload = await send(address, this.film, told, this.sending.signal);
      const field = this.find<HTMLInputElement>("[data-upload]");
      if (field) field.value = upload;
      this.show("sent");
      this.root.closest("form")?.requestSubmit();
    } catch (trouble) {
      if (!this.sending.signal.aborted) this.trouble(this.reason(trouble));
      this.show("made");
    }
  }

  private came(share: number, down: boolean): void {
    const bar = this.find<HTMLProgressElement>("[data-share]");
    if (bar) bar.value = Math.round(share * 100);
    const note = this.find<HTMLElement>("[data-down]");
    if (note && note.hidden === down) {
      note.hidden = !down;
      if (down) say(note.textContent ?? "");
    }
  }

  private reason(trouble: unknown): string {
    if (trouble instanceof NotTaken) return trouble.message;
    const out = trouble instanceof WebRefused && [401, 403].includes(trouble.status);
    return this.word(out ? "signed_out" : "unreachable");
  }

  // The camera's light goes out as soon as it is not needed.
  private forget(): void {
    this.quiet();
    this.taping = undefined;
    stop(this.stream);
    this.stream = this.film = undefined;
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = "";
  }

  private away(): void {
    this.taping = undefined;
    this.quiet();
    stop(this.stream);
  }

  private quiet(): void {
    this.timer.stop();
    for (const alarm of this.alarms.splice(0)) window.clearTimeout(alarm);
  }

  private show(step: Step, focus = true): void {
    this.step = step;
    this.root.dataset["step"] = step;
    for (const part of this.root.querySelectorAll<HTMLElement>("[data-when]")) {
      part.hidden = !(part.dataset["when"] ?? "").split(" ").includes(step);
    }
    const seen = this.find<HTMLVideoElement>("[data-seen]");
    if (step !== "made") seen?.pause();
    say(this.word(step, ""));
    if (focus) this.find<HTMLElement>("[data-first]:not([hidden])")?.focus();
  }

  private trouble(text: string): void {
    const place = this.find<HTMLElement>("[data-trouble]");
    if (!place) return;
    place.hidden = !text;
    place.textContent = text;
  }

  private get seconds(): number {
    return Number(this.root.dataset["seconds"]) || 30;
  }

  private word(name: string, otherwise?: string): string {
    const words = this.find<HTMLTemplateElement>("[data-words]");
    const entry = words?.content.querySelector(`[data-word="${name}"]`);
    if (!entry && otherwise === undefined) throw new Error(`no word called ${name}`);
    return entry?.textContent ?? otherwise ?? "";
  }

  private find<T extends Element>(selector: string): T | null {
    return this.root.querySelector<T>(selector);
  }
}
