// What a private visit has on the screen beside the pictures: the three words, and its own end.
import { type ToEngine } from "../call/protocol";
import { say, word } from "../call/words";
import { type Devices } from "./devices";
import { Peer } from "./peer";
import { type VisitIs } from "./protocol";
import { type Stage } from "./stage";

export class Private {
  readonly peer: Peer;
  private places: [number, number, number] | undefined;
  private language: string;
  private ending = 0;

  constructor(
    private readonly root: HTMLElement,
    devices: Devices,
    send: (message: ToEngine) => void,
    private readonly stage: Stage,
    private readonly end: (reason: string) => void,
    private readonly apart: (is: boolean) => void,
  ) {
    this.language = document.documentElement.lang.startsWith("es") ? "es" : "en";
    this.peer = new Peer(root.dataset["visit"] ?? "", devices, send, {
      track: (track) => this.stage.receive(track),
      connected: (is) => this.apart(!is),
      words: (found) => this.prove(found),
      betrayed: () => this.end("betrayed"),
    });
  }

  follow(state: VisitIs): void {
    const other = state.seats.find((seat) => seat.seat !== state.you);
    if (!other?.here) {
      this.peer.drop();
      this.apart(false);
    }
    // The end comes even if nobody is there to say it: nothing of ours lies between the two.
    window.clearTimeout(this.ending);
    const left = Math.max(0, state.ends_at - state.now);
    this.ending = window.setTimeout(() => this.end("time_up"), Math.min(left, 0x7fffffff));
  }

  // The words of the other list are no translation: both have to read the same list.
  turnLanguage(): void {
    this.language = this.language === "en" ? "es" : "en";
    this.show();
  }

  close(): void {
    window.clearTimeout(this.ending);
    this.peer.close();
    this.prove(undefined);
  }

  private prove(found: [number, number, number] | undefined): void {
    const before = this.places?.join();
    this.places = found;
    if (found?.join() !== before) this.show();
    if (found && found.join() !== before) say(word("words_are_there"));
  }

  private show(): void {
    const panel = this.root.querySelector<HTMLElement>("[data-words]");
    const place = this.root.querySelector<HTMLElement>("[data-three]");
    if (!panel || !place) return;
    panel.hidden = this.places === undefined;
    const list = this.list();
    place.lang = this.language;
    place.textContent = this.places?.map((one) => list[one] ?? "").join(" · ") ?? "";
    for (const name of this.root.querySelectorAll<HTMLElement>("[data-list-name]")) {
      name.hidden = name.dataset["listName"] !== this.language;
    }
  }

  private list(): string[] {
    const found = document.querySelector<HTMLTemplateElement>(`[data-list="${this.language}"]`);
    return (found?.content.textContent ?? "").trim().split(/\s+/);
  }
}
