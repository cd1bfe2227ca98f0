// A contact's page: it waits for calls, rings, and carries the call over whatever page is open.
import { type Ears, Line, type Loss } from "../call/line";
import { type FromEngine } from "../call/protocol";
import { Ringer } from "../call/ring";
import { Screen } from "../call/screen";
import { Talk, troubleOf } from "../call/talk";
import { type Ticket, WebRefused, piece, post, ticket } from "../call/web";
import { say, word } from "../call/words";

const KEPT = "kinline.call"; // the call this tab is in, so that a reload comes back to it
const SCREEN_TRIES = 4;
const SCREEN_EVERY_MS = 500;

export class Desk {
  private readonly ringer: Ringer;
  private readonly place: HTMLElement;
  private readonly waiting: Line;
  private status: "connecting" | "waiting" | "no_connection" | "signed_out" = "connecting";
  private talk: Talk | undefined;
  private call = "";
  private ringing = "";
  private declined = "";
  private right = "wait"; // what the waiting line's session may do

  constructor(
    private readonly form: HTMLElement,
    place: HTMLElement,
  ) {
    this.place = place;
    this.ringer = new Ringer(() => this.showStatus());
    this.waiting = new Line(() => this.waitingPass(), this.waitingEars(), true);
    void this.waiting.connect();
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("pagehide", () => this.leave());
    this.showStatus();
    void this.comeBack();
  }

  // --- waiting ---------------------------------------------------------------------------

  private waitingEars(): Ears {
    return {
      told: (message) => this.told(this.waiting, message),
      lost: () => {
        this.setStatus("no_connection");
        if (this.talk?.line === this.waiting) this.talk.lost();
      },
      back: () => {
        if (this.talk?.line === this.waiting) this.talk.back();
      },
      gone: (why) => this.waitingGone(why),
    };
  }

  // In a call the line asks to come back to it; else it waits for the next.
  private async waitingPass(): Promise<Ticket> {
    const talk = this.talk;
    if (!talk || talk.over || talk.line !== this.waiting || this.ringing) {
      return ticket(this.address("wait"));
    }
    try {
      return await ticket(`${this.address("calls")}${this.call}/pass`);
    } catch (trouble) {
      if (!(trouble instanceof WebRefused) || trouble.status !== 404) throw trouble;
      void talk.askWeb();
      return ticket(this.address("wait"));
    }
  }

  private waitingGone(why: Loss): void {
    this.setStatus(why === "signed_out" ? "signed_out" : "no_connection");
    if (this.talk?.line === this.waiting) this.talk.gone(why);
  }

  private setStatus(status: typeof this.status): void {
    this.status = status;
    this.showStatus();
  }

  private showStatus(): void {
    const note = document.querySelector<HTMLElement>("#waiting");
    if (!note) return;
    const mute = this.status === "waiting" && !this.ringer.canSound;
    note.dataset["status"] = this.status;
    const text = note.querySelector("[data-said]");
    if (text) text.textContent = word(mute ? "waiting_mute" : this.status);
    const fine = this.status === "waiting" || this.status === "connecting";
    note.classList.toggle("is-lamp", !fine);
    note.hidden = fine && note.dataset["always"] === undefined;
  }

  // --- what the engine says ----------------------------------------------------------------

  private told(line: Line, message: FromEngine): void {
    if (message.type === "hello" && line === this.waiting) {
      this.right = message.right;
      this.setStatus("waiting");
    }
    if (message.type === "ring") void this.ring(line, message.call);
    if (message.type === "go") this.go(message);
    if (message.type === "taken") this.quiet(message.call, "taken");
    if (message.type === "cancelled") this.cancelled(message.call, message.reason);
    if (message.type === "error") this.troubled(message.code);
    if (message.type === "state" && message.state === "announcing") this.announce(message.call);
    if ("call" in message && message.call !== this.call) return;
    if (this.talk?.line === line) this.talk.told(message);
  }

  private async ring(line: Line, call: string): Promise<void> {
    if (this.call === call && this.talk && !this.talk.over) return; // told again after a drop
    this.ringing = call;
    const root = await this.fetchScreen(call);
    if (!root || this.ringing !== call) return; // it stopped ringing while the page was fetched
    this.open(root, line, call);
    new Screen(root).show("ringing");
    this.ringer.start(root.querySelector("h1")?.textContent ?? document.title);
  }

  private open(root: HTMLElement, line: Line, call: string): void {
    this.place.replaceChildren(root);
    this.place.hidden = false;
    for (const part of this.underneath()) part.inert = true;
    document.body.classList.add("is-calling");
    const screen = new Screen(root);
    this.call = call;
    this.talk = new Talk(screen, line, "outside", () => this.over(call));
    screen.onDo((what) => this.pressed(screen, what));
  }

  private announce(call: string): void {
    if (call === this.call) this.shown()?.show("announcement");
  }

  // It rings no more, here or anywhere. Where "not now" was pressed, the page says what follows.
  private cancelled(call: string, reason: string): void {
    if (this.declined === call) {
      if (this.call === call) this.talk?.end(reason);
      return;
    }
    this.quiet(call, "cancelled");
    // The note of the missed call is on the first page; show it there.
    if (document.querySelector("#waiting[data-always]")) {
      window.setTimeout(() => this.call === "" && window.location.reload(), 1500);
    }
  }

  private quiet(call: string, why: string): void {
    if (this.ringing !== call) return;
    this.ringing = "";
    this.ringer.stop();
    if (this.call === call) this.shut();
    say(word(why));
  }

  private over(call: string): void {
    this.ringer.stop();
    this.ringing = "";
    sessionStorage.removeItem(KEPT);
    // The announcement's own line is no longer of use; the waiting one stays.
    if (this.talk && this.talk.line !== this.waiting) this.talk.line.close();
    if (this.call === call) this.call = "";
    // It came back into this call after a lost line: such a session is not rung again.
    if (this.right !== "wait") this.waiting.anew();
  }

  // Only what the person can do something about; the rest ends the call with its own words.
  private troubled(code: string): void {
    if (this.talk && !this.talk.over && code.startsWith("sdp.")) this.shown()?.trouble("fault");
  }

  // --- another engine has the call ----------------------------------------------------------

  private go(message: { call: string; url: string; pass: string }): void {
    const given: Ticket[] = [{ url: message.url, pass: message.pass }];
    const join = `${this.address("calls")}${message.call}/pass`;
    // The pass is good for one page; the other pages fetch their own.
    this.second(async () => given.pop() ?? (await ticket(join)));
  }

  private second(passes: () => Promise<Ticket>): Line {
    const line: Line = new Line(
      passes,
      {
        told: (message) => this.told(line, message),
        lost: () => this.talk?.line === line && this.talk.lost(),
        back: () => this.talk?.line === line && this.talk.back(),
        gone: (why) => {
          if (this.talk?.line === line) this.talk.gone(why);
          sessionStorage.removeItem(KEPT);
        },
      },
      false,
    );
    void line.connect();
    return line;
  }

  // --- what the person does -------------------------------------------------------------------

  private pressed(screen: Screen, what: string): void {
    if (what === "answer") void this.answer(screen);
    if (what === "decline") this.decline();
    if (what === "accept") this.press("1");
    if (what === "refuse") this.press("2");
    if (what === "block") this.press("9");
    if (what === "block-facility") void this.blockFacility(screen);
  }

  private async answer(screen: Screen): Promise<void> {
    const talk = this.talk;
    if (!talk || talk.over) return;
    this.ringer.stop();
    screen.trouble(undefined);
    try {
      await talk.bring(() => this.answered(talk, screen));
    } catch (trouble) {
      screen.trouble(troubleOf(trouble));
    }
  }

  // The microphone first: an answer nobody can be heard after helps no one.
  private answered(talk: Talk, screen: Screen): boolean {
    if (this.ringing !== this.call) return false; // it stopped while the browser asked
    this.ringing = "";
    sessionStorage.setItem(KEPT, this.call);
    talk.line.send({ type: "answer" });
    screen.show("announcement");
    return true;
  }

  private decline(): void {
    this.declined = this.call;
    this.talk?.line.send({ type: "decline" });
    this.ringer.stop();
  }

  private press(digit: string): void {
    this.talk?.line.send({ type: "key", digit });
  }

  private async blockFacility(screen: Screen): Promise<void> {
    const address = screen.root.dataset["block"] ?? "";
    try {
      await post(address, { what: "facility" });
    } catch {
      screen.trouble("block_failed");
      return;
    }
    const sentence = word("blocked_facility");
    for (const ending of screen.root.querySelectorAll<HTMLTemplateElement>("[data-endings]")) {
      const declined = ending.content.querySelector('[data-reason="declined"]');
      if (declined) declined.textContent = sentence;
    }
    delete screen.root.dataset["screen"]; // no bill will come that could say it better
    this.press("2");
  }

  // The keys of a telephone, on a keyboard: only while the announcement asks for them.
  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const asks = this.place.querySelector<HTMLElement>('[data-state="announcement"]');
    if (!asks || asks.hidden || !["1", "2", "9"].includes(event.key)) return;
    event.preventDefault();
    this.press(event.key);
  }

  // --- coming, going ------------------------------------------------------------------------------

  private async comeBack(): Promise<void> {
    const call = sessionStorage.getItem(KEPT);
    if (!call) return;
    const root = await this.fetchScreen(call);
    if (!root || root.dataset["ended"]) {
      sessionStorage.removeItem(KEPT);
      return;
    }
    const line = this.second(() => ticket(root.dataset["join"] ?? ""));
    this.open(root, line, call);
    const screen = new Screen(root);
    screen.show("talking");
    screen.trouble("line_lost_me");
    await this.talk?.bring().catch((trouble: unknown) => screen.trouble(troubleOf(trouble)));
  }

  private leave(): void {
    if (!this.talk || this.talk.over) return;
    this.talk.line.leave();
  }

  private shut(): void {
    this.talk = undefined;
    this.call = "";
    this.place.hidden = true;
    this.place.replaceChildren();
    for (const part of this.underneath()) part.inert = false;
    document.body.classList.remove("is-calling");
    document.querySelector<HTMLElement>("#main")?.focus();
  }

  private shown(): Screen | undefined {
    const root = this.place.querySelector<HTMLElement>("[data-call]");
    return root ? new Screen(root) : undefined;
  }

  private underneath(): HTMLElement[] {
    const kept = new Set([this.place.id, "said"]);
    return [...document.body.children].filter(
      (one): one is HTMLElement => one instanceof HTMLElement && !kept.has(one.id),
    );
  }

  private async fetchScreen(call: string): Promise<HTMLElement | undefined> {
    for (let tries = 0; tries < SCREEN_TRIES; tries += 1) {
      const root = await piece(`${this.address("calls")}${call}/screen/`).catch(() => undefined);
      if (root) return root;
      await new Promise((done) => window.setTimeout(done, SCREEN_EVERY_MS));
    }
    say(word("unreachable"));
    return undefined;
  }

  private address(name: string): string {
    return this.form.dataset[name] ?? "";
  }
}
