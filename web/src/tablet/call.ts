// The call page of the tablet: dials, rings, talks, ends; or comes back to a call after a reload.
import { type Ears, Line, type Loss } from "../call/line";
import { type FromEngine } from "../call/protocol";
import { Screen, type Shown } from "../call/screen";
import { Talk, troubleOf } from "../call/talk";
import { piece, ticket } from "../call/web";

const GONE: Record<Loss, string> = {
  signed_out: "signed_out",
  not_yours: "fault",
  over: "fault",
  stopping: "stopping",
  unreachable: "unreachable",
  pass_refused: "pass_refused",
};
const SCREEN_TRIES = 3;

export class TabletCall {
  private readonly screen: Screen;
  private readonly talk: Talk;
  private readonly line: Line;
  private call: string;
  private shown: Shown = "ringing";

  constructor(private readonly root: HTMLElement) {
    this.call = root.dataset["call"] ?? "";
    this.screen = new Screen(root);
    this.line = new Line(() => ticket(this.door()), this.ears(), false);
    this.talk = new Talk(this.screen, this.line, "inside", () => this.line.close());
    this.screen.onDo((what, button) => this.pressed(what, button));
    window.addEventListener("pagehide", () => this.talk.over || this.line.leave());
    this.screen.show(this.call ? "talking" : "ringing");
    void this.begin();
  }

  // Before the call has a name the line dials; from then on it comes back to that call.
  private door(): string {
    const { dial, calls } = this.root.dataset;
    return (this.call ? `${calls ?? ""}${this.call}/pass` : dial) ?? "";
  }

  get active(): boolean {
    return !this.talk.over;
  }

  private async begin(): Promise<void> {
    try {
      await this.talk.bring(() => this.dial());
      await this.line.connect();
    } catch (trouble) {
      this.failed(troubleOf(trouble));
    }
  }

  // Said first on the line, before the offer; the same key is the same call.
  private dial(): boolean {
    const { number, key } = this.root.dataset;
    if (!this.call && number && key) this.line.send({ type: "dial", number, key });
    return true;
  }

  private ears(): Ears {
    return {
      told: (message) => this.told(message),
      lost: () => this.talk.lost(),
      back: () => this.talk.back(),
      gone: (why) => (this.call ? this.talk.gone(why) : this.failed(GONE[why])),
    };
  }

  private told(message: FromEngine): void {
    if (message.type === "hello") this.greeted();
    if (message.type === "refused") this.leaveFor(message.call);
    if (message.type === "call") void this.named(message.call);
    if (message.type === "error") this.troubled(message.code);
    if (message.type === "state" && message.state === "announcing") this.show("announcement");
    if (message.type === "state" && message.state === "ringing") this.show("ringing");
    if (message.type === "state" && message.state === "talking") this.shown = "talking";
    this.talk.told(message);
  }

  // A second greeting before the call has a name: the engine may never have heard the first dial.
  private greeted(): void {
    if (this.greetings > 0) this.dial();
    this.greetings += 1;
  }
  private greetings = 0;

  private show(state: Shown): void {
    this.shown = state;
    this.screen.show(state);
  }

  // From now on a reload comes back to this call instead of dialling again; and the page gets
  // the limits and the privacy that were decided for this very call.
  private async named(call: string): Promise<void> {
    if (this.call) return;
    this.call = call;
    const home = `${this.root.dataset["calls"] ?? ""}${call}/`;
    window.history.replaceState(null, "", home);
    for (let tries = 0; tries < SCREEN_TRIES; tries += 1) {
      const fresh = await piece(`${home}screen/`).catch(() => undefined);
      if (fresh) {
        this.redraw(fresh);
        return;
      }
    }
  }

  private redraw(fresh: HTMLElement): void {
    if (this.talk.over) return;
    for (const name of ["zone", "screen", "began", "call"]) {
      this.root.dataset[name] = fresh.dataset[name] ?? "";
    }
    // Once people talk, nothing may move under their fingers.
    if (this.shown === "talking") return;
    this.root.replaceChildren(...fresh.childNodes);
    this.screen.show(this.shown);
    this.talk.redraw();
  }

  private leaveFor(call: string): void {
    this.line.close();
    window.location.replace(`${this.root.dataset["calls"] ?? ""}${call}/`);
  }

  private troubled(code: string): void {
    if (this.call) return;
    this.failed(code === "engine.full" ? "full" : "fault");
  }

  // The call never began: say why, and let the person try again.
  private failed(name: string): void {
    this.screen.trouble(name);
    for (const part of this.screen.all<HTMLElement>("[data-again]")) part.hidden = false;
    for (const part of this.screen.all<HTMLElement>("[data-going]")) part.hidden = true;
  }

  private pressed(what: string, button: HTMLElement): void {
    if (what === "keypad") this.toggleKeypad(button);
    const digit = button.dataset["digit"];
    if (what === "key" && digit) {
      this.line.send({ type: "key", digit });
      button.classList.add("is-down");
      window.setTimeout(() => button.classList.remove("is-down"), 150);
    }
    if (what === "stop") this.stop();
  }

  private stop(): void {
    this.line.send({ type: "hangup" });
    if (this.call) return; // the engine says how it ended
    this.line.close();
    window.location.assign(this.root.dataset["back"] ?? "/tablet/");
  }

  private toggleKeypad(button: HTMLElement): void {
    const pad = this.screen.one<HTMLElement>("[data-keypad]");
    if (!pad) return;
    pad.hidden = !pad.hidden;
    // The keys need the room; who is called and how private it is still stands at the top.
    pad.closest("section")?.classList.toggle("has-keys", !pad.hidden);
    for (const face of this.screen.all<HTMLElement>("[data-faces]")) face.hidden = !pad.hidden;
    button.setAttribute("aria-expanded", String(!pad.hidden));
  }
}
