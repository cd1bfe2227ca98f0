// What both sides of a call do alike: bring the microphone in, keep the media alive, show the
// time, say what is wrong, and end.
import { type Line, type Loss } from "./line";
import { type Listener, Media, NoMicrophone, microphone } from "./media";
import { type FromEngine, type StateIs } from "./protocol";
import { type Screen } from "./screen";
import { Timer } from "./timer";
import { piece } from "./web";
import { say, word } from "./words";

const RENEW_AFTER_MS = 2000;
const LEASE_TRIES = 20;
const LEASE_EVERY_MS = 1500;
const BILL_TRIES = 6;
const BILL_EVERY_MS = 700;

// Troubles in the order of their weight: the first that is true is shown.
const TROUBLES = ["line_lost_me", "line_lost_other", "sound_blocked", "muted"] as const;
type Trouble = (typeof TROUBLES)[number];

export class Talk implements Listener {
  private media: Media | undefined;
  private troubles = new Set<Trouble>();
  private talking = false;
  private socketLost = false;
  private renewing = 0;
  private beganAt = 0;
  private timer: Timer;
  over = false;

  constructor(
    private readonly screen: Screen,
    public line: Line,
    // Where this page sits: it tells whose line was lost.
    private readonly side: "inside" | "outside",
    private readonly ended: (reason: string) => void,
  ) {
    this.timer = this.freshTimer();
    this.beganAt = Number(screen.root.dataset["began"] ?? "0");
    screen.onDo((what, button) => this.pressed(what, button));
    document.addEventListener("pointerdown", () => this.media?.resume());
  }

  // Bring the microphone in and offer to talk; `first` is said to the engine before the offer,
  // and may say that it is too late. Throws NoMicrophone.
  async bring(first: () => boolean = () => true): Promise<void> {
    const mic = await microphone();
    if (this.over || !first()) {
      for (const track of mic.getTracks()) track.stop();
      return;
    }
    this.media = new Media(mic, this);
    void this.offerSpeaker();
    await this.renew();
  }

  told(message: FromEngine): void {
    if (message.type === "sdp") void this.media?.answered(message.sdp);
    if (message.type === "renew") void this.renew();
    if (message.type === "state") this.state(message);
    if (message.type === "ended") this.end(message.reason);
    if (message.type === "error" && message.code === "offer.early" && this.talking) {
      void this.lookInTheBooks();
    }
  }

  lost(): void {
    this.socketLost = true;
    // While sound still passes the call goes on, and nobody needs to be alarmed.
    if (!this.media?.connected) this.trouble("line_lost_me", true);
  }

  back(): void {
    this.socketLost = false;
    if (this.media?.connected) this.trouble("line_lost_me", false);
    else void this.renew();
  }

  gone(why: Loss): void {
    if (this.over) return;
    if (why === "over" || why === "not_yours") void this.askWeb();
    else this.end(why === "stopping" ? "fault" : `line_lost_${this.side}`);
  }

  // The engine knows this call no more: web knows how it ended, at the latest when its lease is up.
  async askWeb(): Promise<void> {
    this.trouble("line_lost_me", true);
    for (let tries = 0; tries < LEASE_TRIES && !this.over; tries += 1) {
      const fresh = await this.fresh();
      if (fresh?.dataset["ended"]) this.end(fresh.dataset["ended"]);
      else await new Promise((done) => window.setTimeout(done, LEASE_EVERY_MS));
    }
    this.end("engine_lost");
  }

  // The engine holds no call for this page: if it is over, its end passed us by.
  private async lookInTheBooks(): Promise<void> {
    const fresh = await this.fresh();
    if (fresh?.dataset["ended"]) this.end(fresh.dataset["ended"]);
  }

  // The page lays a newer rendering over the old one; the timer must find its new places.
  redraw(): void {
    this.timer.stop();
    this.timer = this.freshTimer();
    void this.offerSpeaker();
  }

  end(reason: string): void {
    if (this.over) return;
    this.over = true;
    this.timer.stop();
    window.clearTimeout(this.renewing);
    this.media?.close();
    this.screen.trouble(undefined);
    this.screen.ended(reason, this.talking);
    this.ended(reason);
    void this.fetchBill();
  }

  mediaLost(): void {
    if (this.over) return;
    this.trouble("line_lost_me", true);
    this.line.probe();
    this.renewSoon();
  }

  mediaBack(): void {
    if (this.troubles.has("line_lost_me")) say(word("line_back"));
    window.clearTimeout(this.renewing);
    this.trouble("line_lost_me", false);
  }

  soundBlocked(): void {
    this.trouble("sound_blocked", true);
    const heard = (): void => this.trouble("sound_blocked", false);
    document.addEventListener("pointerdown", heard, { once: true });
  }

  private async renew(): Promise<void> {
    if (this.over || !this.media) return;
    this.line.send({ type: "offer", sdp: await this.media.offer() });
  }

  private renewSoon(): void {
    window.clearTimeout(this.renewing);
    this.renewing = window.setTimeout(() => {
      if (this.over || this.media?.connected) return;
      // Without a socket an offer reaches nobody; `back` offers again.
      if (!this.socketLost) void this.renew();
      this.renewSoon();
    }, RENEW_AFTER_MS);
  }

  private state(message: StateIs): void {
    if (message.state === "waiting") {
      this.trouble(message.side === this.side ? "line_lost_me" : "line_lost_other", true);
      return;
    }
    this.trouble("line_lost_other", false);
    if (this.media?.connected) this.trouble("line_lost_me", false);
    if (message.state === "talking" || message.state === "minute") this.talk(message);
  }

  private talk(message: StateIs): void {
    this.screen.show("talking");
    if (!this.talking) say(word(message.recorded ? "talking_recorded" : "talking"));
    this.talking = true;
    const length = (message.limit_seconds ?? 0) * 1000;
    if (message.ends_at !== undefined) this.beganAt = message.ends_at - length;
    this.beganAt ||= message.now;
    this.timer.start(message.now, this.beganAt, message.ends_at);
    if (message.state === "minute") this.screen.minute();
  }

  private pressed(what: string, button: HTMLElement): void {
    if (what === "hangup") this.line.send({ type: "hangup" });
    if (what === "mute") this.toggleMute(button);
    if (what === "speaker") void this.nextSpeaker();
  }

  private toggleMute(button: HTMLElement): void {
    if (!this.media) return;
    this.media.mute(!this.media.isMuted);
    button.setAttribute("aria-pressed", String(this.media.isMuted));
    this.trouble("muted", this.media.isMuted);
    if (!this.media.isMuted) say(word("unmuted"));
  }

  // Only where the browser can choose between loudspeakers is the button there at all.
  private async offerSpeaker(): Promise<void> {
    if (!("setSinkId" in HTMLMediaElement.prototype) || !this.media) return;
    const several = (await speakers()).length > 1;
    for (const button of this.screen.all<HTMLElement>('[data-do="speaker"]')) {
      button.hidden = !several;
    }
  }

  private async nextSpeaker(): Promise<void> {
    const all = await speakers();
    const next = all[(this.speaker += 1) % all.length];
    if (next) await this.media?.speakTo(next.deviceId);
  }
  private speaker = 0;

  private trouble(name: Trouble, on: boolean): void {
    if (this.over) return;
    if (on) this.troubles.add(name);
    else this.troubles.delete(name);
    this.screen.trouble(TROUBLES.find((one) => this.troubles.has(one)));
  }

  private freshTimer(): Timer {
    const faces = {
      clock: this.screen.one<HTMLElement>("[data-clock]"),
      line: this.screen.one<SVGElement>("[data-line]"),
      endsAt: this.screen.one<HTMLElement>("[data-ends-at]"),
    };
    return new Timer(faces, this.screen.root.dataset["zone"] ?? "UTC");
  }

  private async fresh(): Promise<HTMLElement | undefined> {
    const address = this.screen.root.dataset["screen"];
    return address ? piece(address).catch(() => undefined) : undefined;
  }

  // The books are written a moment after the end; without web the sentence alone stands there.
  private async fetchBill(): Promise<void> {
    for (let tries = 0; this.screen.root.dataset["screen"] && tries < BILL_TRIES; tries += 1) {
      await new Promise((done) => window.setTimeout(done, BILL_EVERY_MS));
      const fresh = await this.fresh();
      if (!fresh?.dataset["ended"]) continue;
      const now = fresh.querySelector<HTMLElement>('[data-state="ended"]');
      const then = this.screen.one<HTMLElement>('[data-state="ended"]');
      if (!now || !then) return;
      now.hidden = false;
      const hadFocus = then.contains(document.activeElement);
      then.replaceWith(now);
      if (hadFocus) now.querySelector<HTMLElement>("h1")?.focus();
      return;
    }
  }
}

async function speakers(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((one) => one.kind === "audiooutput" && one.deviceId !== "default");
}

export function troubleOf(problem: unknown): string {
  return problem instanceof NoMicrophone ? problem.code : "fault";
}
