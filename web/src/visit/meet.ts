// The meeting page: ready check and waiting room, the visit, its end. The engine says when.
import { type Ears, Line, type Loss } from "../call/line";
import { type FromEngine } from "../call/protocol";
import { Screen } from "../call/screen";
import { ticket } from "../call/web";
import { say, word } from "../call/words";
import { Checks } from "./checks";
import { VisitClock } from "./clock";
import { Devices, LACKS } from "./devices";
import { Sender } from "./links";
import { type VisitIs } from "./protocol";
import { Private } from "./private";
import { Stage } from "./stage";

const MEASURE_MS = 4000;
const SAID_MS = 20_000;
// Troubles in the order of their weight: the first that is true is shown.
const TROUBLES = [
  "line_lost_me", "unreachable", "full", "not_open", "apart", "sound_blocked", ...LACKS,
  "muted", "camera_off", "not_recorded_now", "clock_wrong",
] as const;
type Trouble = (typeof TROUBLES)[number];
const REFUSALS: Record<string, Trouble> = {
  "control.unavailable": "unreachable",
  "engine.full": "full",
  "visit.not_open": "not_open",
};

export class Meet {
  private readonly screen: Screen;
  private readonly devices = new Devices(() => void this.showDevices());
  private readonly checks: Checks;
  private readonly clock: VisitClock;
  private readonly stage: Stage;
  private readonly troubles = new Set<Trouble>();
  private line: Line;
  // What carries sound and picture: to our room, or in a private visit to the other page.
  private readonly sender: Sender;
  private readonly private: Private | undefined;
  private state: VisitIs | undefined;
  private measuring = 0;
  private askedAt = 0;
  private saidUntil = 0;
  private lastSaid = 0;
  private low = false;
  private over = false;
  private left = false;

  constructor(private readonly root: HTMLElement) {
    this.screen = new Screen(root);
    this.checks = new Checks(root);
    this.clock = new VisitClock(root);
    const send = (message: Parameters<Line["send"]>[0]): void => this.line.sendNow(message);
    this.stage = new Stage(root, send, (is) => this.trouble("sound_blocked", is), true,
      !("private" in root.dataset));
    this.line = this.freshLine();
    this.sender = new Sender(this.devices, send, (state) => this.became(state));
    if ("private" in root.dataset) {
      this.private = new Private(root, this.devices, (said) => this.line.send(said), this.stage,
        (reason) => this.end(reason), (is) => this.trouble("apart", is));
    }
    this.screen.onDo((what, button) => void this.pressed(what, button));
    document.addEventListener("pointerdown", () => {
      this.stage.resume();
      this.devices.wake();
    });
    window.addEventListener("pagehide", () => this.line.leave());
  }

  // Whether somebody is in the middle of a visit: a tablet must not sign them out.
  get active(): boolean {
    return !this.over;
  }

  async start(): Promise<void> {
    this.screen.show("lobby");
    void this.line.connect();
    this.measuring = window.setInterval(() => this.measure(), MEASURE_MS);
    await this.fetchDevices();
  }

  // --- what the engine says ----------------------------------------------------------------

  private freshLine(): Line {
    const ears: Ears = {
      told: (message) => void this.told(message),
      lost: () => {
        this.trouble("line_lost_me", true);
        this.checks.network(undefined);
      },
      back: () => this.back(),
      gone: (why) => this.gone(why),
      answered: () => this.measured(),
    };
    return new Line(() => ticket(this.root.dataset["pass"] ?? ""), ears, true);
  }

  private async told(message: FromEngine): Promise<void> {
    switch (message.type) {
      case "hello":
        this.trouble("line_lost_me", false);
        break;
      case "visit":
        this.follow(message);
        break;
      case "sdp":
        await this.sender.answered(message.sdp);
        break;
      case "look":
        await this.stage.offered(message.source, message.sdp);
        break;
      case "peer":
      case "pledge":
      case "describe":
      case "reach":
        await this.private?.peer.told(message);
        break;
      case "renew":
        await this.sender.offer();
        this.stage.mend();
        break;
      case "visit_over":
        this.end(message.reason);
        break;
      case "sat_elsewhere":
        this.end("elsewhere");
        break;
      case "error":
        this.refused(message.code);
        break;
      case "bye":
        if (message.code.startsWith("visit.")) this.end("not_yours");
        else this.refused(message.code);
        break;
    }
  }

  private follow(state: VisitIs): void {
    if (this.over) return;
    const before = this.state;
    this.state = state;
    for (const one of Object.values(REFUSALS)) this.trouble(one, false);
    this.clock.follow(state, Number(this.root.dataset["began"]));
    this.trouble("clock_wrong", this.clock.wrong);
    this.stage.show(state);
    this.private?.follow(state);
    if (state.phase === "lobby") this.waiting(state);
    else if (before?.phase !== "live") this.begin();
    this.trouble("not_recorded_now", before?.recorded === true && !state.recorded);
    if (state.minutes !== undefined && state.minutes !== before?.minutes) {
      this.saidHere(word(state.minutes > 1 ? "five_minutes" : "one_minute"), state.ends_at);
    }
    const said = state.said.at(-1);
    if (said && said.at > this.lastSaid) {
      this.lastSaid = said.at;
      this.saidHere(word("staff_said").replace("%(text)s", said.text), Date.now() + 3 * SAID_MS);
    }
  }

  private waiting(state: VisitIs): void {
    const place = this.screen.one("[data-waiting]");
    const here = state.seats.filter((seat) => seat.here && seat.seat !== state.you);
    const names = here.map((seat) => this.stage.name(seat.seat)).join(", ");
    const text = names ? word("is_waiting").replace("%(name)s", names) : word("waiting_for");
    if (place && place.textContent !== text) place.textContent = text;
  }

  private begin(): void {
    this.checks.stop();
    this.screen.show("live");
    this.showSelf();
    const alone = !this.state?.seats.some((seat) => seat.here && seat.seat !== this.state?.you);
    if (alone || !this.devices.lacks) say(word(alone ? "live_alone" : "live"));
    if (!this.private) void this.sender.offer();
    this.tellLacks();
    this.tellShown();
  }

  // --- the line -----------------------------------------------------------------------------

  private back(): void {
    this.trouble("line_lost_me", false);
    say(word("line_back"));
    if (this.state?.phase !== "live") return;
    this.stage.mend();
    if (!this.private) this.sender.mend();
    this.tellShown();
  }

  private became(state: RTCPeerConnectionState): void {
    if (state === "connected") this.trouble("line_lost_me", false);
    if (state === "disconnected") this.line.probe(); // is the line gone, too?
  }

  private gone(why: Loss): void {
    this.end(why === "signed_out" ? "signed_out" : "not_yours");
  }

  private refused(code: string): void {
    const trouble = REFUSALS[code];
    if (trouble) this.trouble(trouble, true);
    // The room is being made: offer again when it may be there.
    if (code === "visit.not_open" && !this.private && this.state?.phase === "live") {
      window.setTimeout(() => !this.over && void this.sender.offer(), 1500);
    }
  }

  private measure(): void {
    if (this.state?.phase === "live") return;
    this.askedAt = performance.now();
    this.line.probe();
  }

  private measured(): void {
    if (this.askedAt === 0) return; // the line asks by itself, too
    this.checks.network(performance.now() - this.askedAt);
    this.askedAt = 0;
  }

  // --- devices ------------------------------------------------------------------------------

  private async fetchDevices(): Promise<void> {
    await this.devices.fetch();
    if (this.over) {
      this.devices.stop();
      return;
    }
    const missing = this.checks.devices(this.devices);
    for (const button of this.screen.all<HTMLElement>("[data-state=lobby] [data-do=again]")) {
      button.hidden = !missing;
    }
    await this.showDevices();
  }

  // What is there is sent and shown; what one lacks is said, with the way to get it back.
  private async showDevices(): Promise<void> {
    this.tellLacks();
    this.showSelf();
    await (this.private?.peer ?? this.sender).refresh();
    this.tellShown();
  }

  private tellLacks(): void {
    const lack = this.state?.phase === "live" ? this.devices.lacks : undefined;
    for (const one of LACKS) this.trouble(one, one === lack);
    const again = this.screen.one<HTMLElement>("[data-live-again]");
    if (again) again.hidden = lack === undefined;
    this.trouble("camera_off", this.devices.cameraOff);
    const camera = this.screen.one("[data-do=camera]");
    camera?.setAttribute("aria-pressed", String(!this.devices.camera));
  }

  private showSelf(): void {
    for (const video of this.screen.all<HTMLVideoElement>("[data-self]")) {
      video.srcObject = this.devices.picture;
      void video.play().catch(() => undefined);
    }
  }

  private tellShown(): void {
    if (this.state?.phase !== "live") return;
    const microphone = this.devices.mic?.enabled ?? false;
    this.line.send({ type: "shows", camera: this.devices.camera !== undefined, microphone });
  }

  // --- buttons ------------------------------------------------------------------------------

  private async pressed(what: string, button: HTMLElement): Promise<void> {
    const sure = this.screen.one<HTMLDialogElement>("[data-sure]");
    if (what === "tone") this.checks.tone();
    if (what === "again") await this.fetchDevices();
    if (what === "mute") this.mute(button);
    if (what === "camera") await this.turnCamera();
    if (what === "low") await this.turnLow(button);
    if (what === "words") this.private?.turnLanguage();
    if (what === "leave") sure?.showModal();
    if (what === "stay") sure?.close();
    if (what === "sure") {
      sure?.close();
      this.leave();
    }
    if (what === "back") window.location.reload();
  }

  private mute(button: HTMLElement): void {
    if (!this.devices.mic) return;
    const muted = !this.devices.muted;
    this.devices.mute(muted);
    button.setAttribute("aria-pressed", String(muted));
    this.trouble("muted", muted);
    say(word(muted ? "muted" : "unmuted"));
    this.tellShown();
  }

  private async turnCamera(): Promise<void> {
    if (this.devices.camera) this.devices.dropCamera();
    else if (await this.devices.fetchCamera()) say(word("camera_on"));
    await this.showDevices();
  }

  // Sound first: no pictures are asked for, and one's own is small and slow.
  private async turnLow(button: HTMLElement): Promise<void> {
    this.low = !this.low;
    button.setAttribute("aria-pressed", String(this.low));
    if (!this.private) this.line.send({ type: "narrow", on: this.low });
    this.root.classList.toggle("is-low", this.low && !this.private);
    await (this.private?.peer ?? this.sender).use(this.low);
    const words = this.private ? ["small_on", "small_off"] : ["low_on", "low_off"];
    this.saidHere(word(words[this.low ? 0 : 1] ?? ""), Date.now() + SAID_MS);
  }

  private leave(): void {
    this.left = true;
    this.line.send({ type: "hangup" });
    this.end("left_me");
  }

  // --- words and ends -----------------------------------------------------------------------

  // A sentence over the pictures, for as long as it is of use.
  private saidHere(text: string, until: number): void {
    const place = this.screen.one<HTMLElement>("[data-said-here]");
    if (!place) return;
    place.textContent = text;
    place.hidden = false;
    this.saidUntil = until;
    window.setTimeout(() => {
      if (Date.now() >= this.saidUntil - 100) place.hidden = true;
    }, Math.min(until - Date.now(), 0x7fffffff));
  }

  private trouble(which: Trouble, is: boolean): void {
    if (this.troubles.has(which) === is) return;
    if (is) this.troubles.add(which);
    else this.troubles.delete(which);
    this.screen.trouble(TROUBLES.find((one) => this.troubles.has(one)));
  }

  private end(reason: string): void {
    if (this.over) return;
    this.over = true;
    window.clearInterval(this.measuring);
    this.clock.stop();
    this.checks.stop();
    this.stage.close();
    this.private?.close();
    this.sender.close();
    this.devices.stop();
    this.troubles.clear();
    this.screen.trouble(undefined);
    this.screen.ended(reason, false);
    const back = this.screen.one<HTMLElement>("[data-do=back]");
    if (back) back.hidden = !(this.left || ["elsewhere", "betrayed"].includes(reason));
    window.setTimeout(() => this.line.close(), 300); // what was said last must get out
  }
}

// A page that came too early goes on by itself when the waiting room opens.
function waitForLobby(card: HTMLElement): void {
  const wait = Number(card.dataset["opens"]) - Number(card.dataset["now"]);
  window.setTimeout(() => window.location.reload(), Math.min(Math.max(wait, 1000), 0x7fffffff));
}

export function startMeet(): Meet | undefined {
  const early = document.querySelector<HTMLElement>("[data-opens]");
  if (early) waitForLobby(early);
  const root = document.querySelector<HTMLElement>("#meet");
  if (!root) return undefined;
  const meet = new Meet(root);
  void meet.start();
  return meet;
}
