// Plays a recording: one file, two channels. Left is the side inside, right the side outside.
// Each side is drawn and can be muted on its own; what was really played is told to the server.
import { clock, post } from "./http";
import { type Peaks, bars, drawHead, drawSide, peaksOf } from "./waveform";

const PEAK_RATE = 8000; // enough to draw by, and an hour of it still fits in memory
const TELL_EVERY = 10;
const STEP_SECONDS = 10;

class Player {
  private readonly sound: HTMLAudioElement;
  private readonly wave: HTMLCanvasElement;
  private readonly words: DOMStringMap;
  private peaks: Peaks | null = null;
  private sides: [GainNode, GainNode] | null = null;
  private context: AudioContext | null = null;
  private heard = 0;
  private lastAt = 0;

  constructor(private readonly box: HTMLElement) {
    this.sound = this.part<HTMLAudioElement>("[data-sound]");
    this.wave = this.part<HTMLCanvasElement>("[data-wave]");
    this.words = this.part("[data-words]").dataset;
  }

  async start(): Promise<void> {
    this.bind();
    try {
      const { bytes, type } = await this.fetchSound();
      this.sound.src = URL.createObjectURL(new Blob([bytes], { type }));
      this.peaks = await this.measure(bytes);
      this.enable();
      this.say("ready");
      this.draw();
    } catch (problem) {
      this.say(problem instanceof ListeningOver ? "over" : "failed");
    }
  }

  private part<Kind extends HTMLElement = HTMLElement>(selector: string): Kind {
    const found = this.box.querySelector<Kind>(selector);
    if (!found) throw new Error(`the player has no ${selector}`);
    return found;
  }

  private async fetchSound(): Promise<{ bytes: ArrayBuffer; type: string }> {
    const answer = await fetch(this.box.dataset.audio ?? "", { credentials: "same-origin" });
    if (answer.status === 404) throw new ListeningOver();
    if (!answer.ok || answer.redirected) throw new Error(`audio: ${answer.status}`);
    // WebM, or WAV if a telephone took part.
    const type = answer.headers.get("Content-Type") ?? "";
    return { bytes: await answer.arrayBuffer(), type };
  }

  /** The loudest moment under each bar, for each side, between 0 and 1. */
  private async measure(bytes: ArrayBuffer): Promise<Peaks> {
    const decoder = new OfflineAudioContext(2, 1, PEAK_RATE);
    const buffer = await decoder.decodeAudioData(bytes.slice(0));
    const count = bars(this.wave.clientWidth);
    const one = (channel: number): Float32Array =>
      peaksOf(buffer.getChannelData(Math.min(channel, buffer.numberOfChannels - 1)), count);
    return [one(0), one(1)];
  }

  /** Sound goes through a gain for each side, then to both ears. */
  private wire(): void {
    if (this.context) return;
    this.context = new AudioContext();
    const source = this.context.createMediaElementSource(this.sound);
    const split = this.context.createChannelSplitter(2);
    const merge = this.context.createChannelMerger(2);
    source.connect(split);
    const side = (channel: number): GainNode => {
      const gain = (this.context as AudioContext).createGain();
      split.connect(gain, channel);
      gain.connect(merge, 0, 0);
      gain.connect(merge, 0, 1);
      return gain;
    };
    this.sides = [side(0), side(1)];
    merge.connect(this.context.destination);
    this.mute();
  }

  private mute(): void {
    for (const button of this.box.querySelectorAll<HTMLElement>("[data-side]")) {
      const gain = this.sides?.[Number(button.dataset.side) as 0 | 1];
      if (gain) gain.gain.value = button.getAttribute("aria-pressed") === "true" ? 1 : 0;
    }
  }

  private async toggle(): Promise<void> {
    this.wire();
    await this.context?.resume();
    if (this.sound.paused) await this.sound.play();
    else this.sound.pause();
  }

  private seek(to: number): void {
    const end = Number.isFinite(this.sound.duration) ? this.sound.duration : 0;
    this.sound.currentTime = Math.min(Math.max(0, to), end);
    this.lastAt = this.sound.currentTime;
    this.show();
  }

  private bind(): void {
    this.part("[data-play]").addEventListener("click", () => void this.toggle());
    this.part("[data-back]").addEventListener("click", () =>
      this.seek(this.sound.currentTime - STEP_SECONDS));
    for (const button of this.box.querySelectorAll<HTMLElement>("[data-speed]")) {
      button.addEventListener("click", () => this.hurry(button));
    }
    for (const button of this.box.querySelectorAll<HTMLElement>("[data-side]")) {
      button.addEventListener("click", () => this.hearSide(button));
    }
    this.wave.addEventListener("click", (event) =>
      this.seek((event.offsetX / this.wave.clientWidth) * this.sound.duration));
    this.wave.addEventListener("keydown", (event) => this.slide(event));
    document.addEventListener("keydown", (event) => this.key(event));
    this.sound.addEventListener("timeupdate", () => this.count());
    this.sound.addEventListener("play", () => this.turned("playing"));
    this.sound.addEventListener("pause", () => { this.turned("paused"); this.tell(); });
    this.sound.addEventListener("loadedmetadata", () => this.show());
    window.addEventListener("pagehide", () => this.tell(true));
    window.addEventListener("resize", () => this.draw());
  }

  private enable(): void {
    this.part<HTMLButtonElement>("[data-play]").disabled = false;
    this.part<HTMLButtonElement>("[data-back]").disabled = false;
  }

  private hurry(chosen: HTMLElement): void {
    this.sound.playbackRate = Number(chosen.dataset.speed);
    for (const button of this.box.querySelectorAll<HTMLElement>("[data-speed]")) {
      button.setAttribute("aria-pressed", String(button === chosen));
    }
  }

  /** Hear or leave out one side; the last one left cannot be left out too. */
  private hearSide(chosen: HTMLElement): void {
    const on = chosen.getAttribute("aria-pressed") !== "true";
    chosen.setAttribute("aria-pressed", String(on));
    const all = [...this.box.querySelectorAll<HTMLElement>("[data-side]")];
    if (all.every((button) => button.getAttribute("aria-pressed") === "false")) {
      all.find((button) => button !== chosen)?.setAttribute("aria-pressed", "true");
    }
    this.mute();
    this.draw();
  }

  private slide(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowLeft: -5, ArrowRight: 5 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.seek(this.sound.currentTime + step);
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input, textarea, select")) {
      return;
    }
    if (localStorage.getItem("kinline-console-keys-off") === "1") return;
    const acts: Record<string, () => void> = {
      p: () => void this.toggle(),
      b: () => this.seek(this.sound.currentTime - STEP_SECONDS),
      n: () => this.seek(this.sound.currentTime + STEP_SECONDS),
      "1": () => this.part("[data-side='0']").click(),
      "2": () => this.part("[data-side='1']").click(),
    };
    acts[event.key.toLowerCase()]?.();
  }

  /** Count what was played, in seconds of the recording: a jump is not listening. */
  private count(): void {
    const at = this.sound.currentTime;
    const step = at - this.lastAt;
    if (!this.sound.paused && step > 0 && step < 2 * this.sound.playbackRate) this.heard += step;
    this.lastAt = at;
    if (this.heard >= TELL_EVERY) this.tell();
    this.show();
  }

  private tell(leaving = false): void {
    const seconds = leaving || this.sound.paused ? Math.ceil(this.heard) : Math.floor(this.heard);
    if (seconds < 1) return;
    this.heard = Math.max(0, this.heard - seconds);
    void post(this.box.dataset.heard ?? "", { seconds: String(seconds) }, { keepalive: leaving });
  }

  private turned(how: "playing" | "paused"): void {
    this.say(how);
    this.part("[data-when-playing]").hidden = how !== "playing";
    this.part("[data-when-paused]").hidden = how === "playing";
  }

  private say(key: string): void {
    this.part("[data-state]").textContent = this.words[key] ?? "";
  }

  private show(): void {
    const [at, of] = [this.sound.currentTime, this.sound.duration];
    this.part("[data-at]").textContent = clock(at);
    if (Number.isFinite(of)) {
      this.part("[data-of]").textContent = clock(of);
      this.wave.setAttribute("aria-valuemax", String(Math.round(of)));
    }
    this.wave.setAttribute("aria-valuenow", String(Math.round(at)));
    this.wave.setAttribute("aria-valuetext", clock(at));
    this.draw();
  }

  private draw(): void {
    const pen = this.wave.getContext("2d");
    if (!pen || !this.peaks) return;
    const scale = window.devicePixelRatio || 1;
    const [width, height] = [this.wave.clientWidth, this.wave.clientHeight];
    this.wave.width = width * scale;
    this.wave.height = height * scale;
    pen.scale(scale, scale);
    const share = this.sound.duration ? this.sound.currentTime / this.sound.duration : 0;
    this.peaks.forEach((peaks, side) => drawSide(pen, peaks, side, width, height, share));
    drawHead(pen, width, height, share);
  }
}

class ListeningOver extends Error {}

export function startPlayer(): void {
  const box = document.querySelector<HTMLElement>("[data-player]");
  if (box) void new Player(box).start();
}
