// Plays a recorded visit: a film for each seat, side by side, all on the clock of the first.
import { clock, post } from "./http";

const TELL_EVERY = 10;
const STEP_SECONDS = 10;
const APART = 0.08; // so much one film may be off from the others, in seconds
const TICK_MS = 200;

class Films {
  private readonly films: HTMLVideoElement[];
  private readonly where: HTMLInputElement;
  private readonly length: number;
  private at = 0;
  private speed = 1;
  private playing = false;
  private heard = 0;
  private lastTick = 0;

  constructor(private readonly box: HTMLElement) {
    this.films = [...box.querySelectorAll<HTMLVideoElement>("[data-film]")];
    this.where = this.part<HTMLInputElement>("[data-where]");
    this.length = Number(this.where.max);
    this.part("[data-play]").addEventListener("click", () => this.toggle());
    this.part("[data-back]").addEventListener("click", () => this.seek(this.at - STEP_SECONDS));
    this.where.addEventListener("input", () => this.seek(Number(this.where.value)));
    for (const button of box.querySelectorAll<HTMLElement>("[data-speed]")) {
      button.addEventListener("click", () => this.hurry(button));
    }
    for (const button of box.querySelectorAll<HTMLElement>("[data-hear]")) {
      button.addEventListener("click", () => this.hear(button));
    }
    window.addEventListener("pagehide", () => this.tell(true));
    window.setInterval(() => this.tick(), TICK_MS);
  }

  private part<Kind extends HTMLElement = HTMLElement>(selector: string): Kind {
    const found = this.box.querySelector<Kind>(selector);
    if (!found) throw new Error(`the films have no ${selector}`);
    return found;
  }

  private toggle(): void {
    if (!this.playing && this.at >= this.length) this.seek(0);
    this.turn(!this.playing);
  }

  private turn(on: boolean): void {
    this.playing = on;
    this.lastTick = performance.now();
    for (const film of this.films) this.follow(film);
    this.part("[data-when-playing]").hidden = !on;
    this.part("[data-when-paused]").hidden = on;
    if (!on) this.tell();
  }

  private seek(to: number): void {
    this.at = Math.min(Math.max(0, to), this.length);
    for (const film of this.films) film.currentTime = this.at;
    this.show();
  }

  // One clock for all: it stands while a film that should play has nothing to show yet.
  private tick(): void {
    const now = performance.now();
    const step = ((now - this.lastTick) / 1000) * this.speed;
    this.lastTick = now;
    if (!this.playing) return;
    const waits = this.films.some((film) => this.lives(film) && film.readyState < 3);
    if (!waits) {
      this.at += step;
      this.heard += step;
    }
    for (const film of this.films) this.follow(film);
    if (this.at >= this.length) this.turn(false);
    if (this.heard >= TELL_EVERY) this.tell();
    this.show();
  }

  // A film may begin later than the visit, or end before it: then it stands still.
  private follow(film: HTMLVideoElement): void {
    film.playbackRate = this.speed;
    if (!this.playing || !this.lives(film)) {
      film.pause();
      return;
    }
    if (Math.abs(film.currentTime - this.at) > APART * Math.max(1, this.speed) + TICK_MS / 1000) {
      film.currentTime = this.at;
    }
    if (film.paused) void film.play().catch(() => undefined);
  }

  private lives(film: HTMLVideoElement): boolean {
    return !Number.isFinite(film.duration) || this.at < film.duration;
  }

  private hurry(chosen: HTMLElement): void {
    this.speed = Number(chosen.dataset["speed"]);
    for (const button of this.box.querySelectorAll<HTMLElement>("[data-speed]")) {
      button.setAttribute("aria-pressed", String(button === chosen));
    }
  }

  private hear(button: HTMLElement): void {
    const film = button.closest("figure")?.querySelector("video");
    if (!film) return;
    film.muted = !film.muted;
    button.setAttribute("aria-pressed", String(!film.muted));
  }

  private show(): void {
    this.part("[data-at]").textContent = clock(this.at);
    this.where.value = String(this.at);
    this.where.setAttribute("aria-valuetext", clock(this.at));
  }

  private tell(leaving = false): void {
    const seconds = leaving || !this.playing ? Math.ceil(this.heard) : Math.floor(this.heard);
    if (seconds < 1) return;
    this.heard = Math.max(0, this.heard - seconds);
    void post(this.box.dataset["heard"] ?? "", { seconds: String(seconds) }, { keepalive: leaving });
  }
}

export function startFilms(): void {
  for (const box of document.querySelectorAll<HTMLElement>("[data-films]")) new Films(box);
}
