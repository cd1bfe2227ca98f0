// A keyboard on the screen for tablets that have none of their own. Every key types into a real
// field, so that a screen reader, a switch and a plugged-in keyboard work on the same thing.
//
// Fingers press keys. Tab steps from row to row and the arrows from key to key. "Step by step"
// lights up rows, then keys, one after the other: Enter, Space or one switch takes what is lit.
import { say } from "../call/words";
import { LAYOUTS, type Page, WORKING, after, known } from "./layouts";
import { Steps } from "./steps";

const OFF = "kinline.keyboard"; // "own": the device's keyboard is used; gone with the session

export class Keyboard {
  private readonly keys: HTMLElement;
  private readonly steps: Steps;
  private field: HTMLTextAreaElement | HTMLInputElement;
  private language = known(document.documentElement.lang);
  private page: Page = "letters";
  private shift = false;

  constructor(private readonly root: HTMLElement, fields: (HTMLTextAreaElement | HTMLInputElement)[]) {
    const [first] = fields;
    const keys = root.querySelector<HTMLElement>("[data-keys]");
    if (!first || !keys) throw new Error("a keyboard needs its keys and a field");
    this.field = first;
    this.keys = keys;
    const rows = (): Element[] => [...keys.children, ...root.querySelectorAll("[data-bar]")];
    this.steps = new Steps(root, rows, (row) => this.keysOf(row), (key) => key.click());
    for (const field of fields) this.serve(field);
    keys.addEventListener("pointerdown", (event) => event.preventDefault()); // the caret stays
    keys.addEventListener("click", (event) => this.pressed(event));
    keys.addEventListener("keydown", (event) => this.arrow(event));
    this.switches(fields);
    this.draw();
  }

  // --- turned on, off, and step by step ---------------------------------------------------------

  private switches(fields: HTMLElement[]): void {
    const turn = (own: boolean): void => {
      this.root.classList.toggle("is-off", own);
      this.keys.hidden = own;
      for (const field of fields) {
        if (own) field.removeAttribute("inputmode");
        else field.setAttribute("inputmode", "none");
      }
      this.button("own").setAttribute("aria-pressed", String(own));
      if (own) this.stepping(false);
      this.button("steps").hidden = own;
    };
    turn(sessionStorage.getItem(OFF) === "own");
    this.button("own").addEventListener("click", () => {
      const own = !this.keys.hidden;
      sessionStorage.setItem(OFF, own ? "own" : "ours");
      turn(own);
      this.field.focus();
    });
    this.button("steps").addEventListener("click", () => this.stepping(!this.steps.going));
    this.root.hidden = false;
  }

  private stepping(on: boolean): void {
    this.button("steps").setAttribute("aria-pressed", String(on));
    if (on) return this.steps.begin();
    if (!this.steps.going) return;
    this.steps.end();
    // Who writes with one switch goes on from here with the same one.
    document.querySelector<HTMLElement>("[data-keyboard-next]")?.focus();
  }

  private button(what: string): HTMLElement {
    const found = this.root.querySelector<HTMLElement>(`[data-keyboard-${what}]`);
    if (!found) throw new Error(`no button ${what}`);
    return found;
  }

  private serve(field: HTMLTextAreaElement | HTMLInputElement): void {
    field.addEventListener("focus", () => {
      this.field = field;
      this.suggestShift();
    });
    field.addEventListener("input", () => this.suggestShift());
  }

  // --- keys --------------------------------------------------------------------------------------

  private pressed(event: Event): void {
    const key = (event.target as Element).closest<HTMLElement>("[data-key]")?.dataset["key"];
    if (!key) return;
    if (!WORKING.has(key)) this.type(this.shift ? key.toLocaleUpperCase(this.language) : key);
    else if (key === "space") this.type(" ");
    else if (key === "enter") this.enter();
    else if (key === "back") this.back();
    else this.turn(key);
  }

  private turn(key: string): void {
    if (key === "shift") this.shift = !this.shift;
    if (key === "language") this.language = after(this.language);
    if (key === "letters" || key === "accents" || key === "signs") this.page = key;
    if (key === "language") this.page = "letters";
    this.draw(key === "letters" || key === "accents" || key === "signs" ? "space" : key);
    if (key === "language") say(this.word(`language_${this.language}`));
  }

  private enter(): void {
    if (this.field instanceof HTMLTextAreaElement) this.type("\n");
  }

  private type(text: string): void {
    const { selectionStart, selectionEnd, maxLength, value } = this.field;
    const end = value.length;
    if (maxLength >= 0 && end >= maxLength && selectionStart === selectionEnd) return;
    this.field.setRangeText(text, selectionStart ?? end, selectionEnd ?? end, "end");
    this.changed("insertText", text);
  }

  private back(): void {
    const start = this.field.selectionStart ?? 0;
    const end = this.field.selectionEnd ?? 0;
    const from = start === end ? start - lastLength(this.field.value.slice(0, start)) : start;
    this.field.setRangeText("", from, end, "end");
    this.changed("deleteContentBackward", null);
  }

  private changed(inputType: string, data: string | null): void {
    this.field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType, data }));
  }

  // A sentence begins with a capital. After one letter the shift goes by itself.
  private suggestShift(): void {
    const before = this.field.value.slice(0, this.field.selectionStart ?? 0);
    const wanted = this.page === "letters" && /(^|[.!?…]\s+|\n)[¿¡"“]?$/.test(before);
    if (wanted === this.shift) return;
    this.shift = wanted;
    this.draw();
  }

  // --- drawing -------------------------------------------------------------------------------------

  private draw(focus = ""): void {
    const inside = this.keys.contains(document.activeElement);
    const was = inside ? focus || (document.activeElement as HTMLElement).dataset["key"] : undefined;
    const rows = LAYOUTS[this.language]?.[this.page] ?? [];
    this.keys.replaceChildren(...rows.map((row) => this.row(row)));
    this.steps.redrawn();
    if (was === undefined) return;
    this.keys.querySelector<HTMLElement>(`[data-key="${CSS.escape(was)}"]`)?.focus();
  }

  private row(signs: string[]): HTMLElement {
    const row = document.createElement("div");
    row.className = "k-kb-row";
    row.append(...signs.map((sign, index) => this.key(sign, index === 0)));
    return row;
  }

  private key(sign: string, first: boolean): HTMLElement {
    const key = document.createElement("button");
    key.type = "button";
    key.className = WORKING.has(sign) ? `k-kb-key is-${sign}` : "k-kb-key";
    key.dataset["key"] = sign;
    key.tabIndex = first ? 0 : -1;
    if (WORKING.has(sign)) this.working(key, sign);
    else key.textContent = this.shift ? sign.toLocaleUpperCase(this.language) : sign;
    return key;
  }

  private working(key: HTMLElement, sign: string): void {
    const name = sign === "language" ? `language_${after(this.language)}` : sign;
    key.textContent = this.word(name);
    if (sign === "language") key.lang = after(this.language);
    if (sign === "shift") key.setAttribute("aria-pressed", String(this.shift));
  }

  private word(name: string): string {
    const words = this.root.querySelector<HTMLTemplateElement>("template")?.content;
    return words?.querySelector(`[data-word="${name}"]`)?.textContent ?? name;
  }

  // --- Tab from row to row, arrows from key to key ---------------------------------------------------

  private arrow(event: KeyboardEvent): void {
    const key = event.target as HTMLElement;
    const row = key.parentElement;
    if (!row) return;
    const keys = this.keysOf(row);
    const at = keys.indexOf(key);
    const goal = this.goal(event.key, row, keys, at);
    if (!goal) return;
    event.preventDefault();
    for (const one of this.keysOf(goal.parentElement ?? row)) one.tabIndex = one === goal ? 0 : -1;
    goal.focus();
  }

  private goal(pressed: string, row: Element, keys: HTMLElement[], at: number): HTMLElement | undefined {
    if (pressed === "ArrowRight") return keys[(at + 1) % keys.length];
    if (pressed === "ArrowLeft") return keys[(at + keys.length - 1) % keys.length];
    if (pressed === "Home") return keys[0];
    if (pressed === "End") return keys[keys.length - 1];
    const other = pressed === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
    if ((pressed !== "ArrowDown" && pressed !== "ArrowUp") || !other) return undefined;
    const there = this.keysOf(other);
    return there[Math.round((at / Math.max(1, keys.length - 1)) * (there.length - 1))];
  }

  private keysOf(row: Element): HTMLElement[] {
    return [...row.querySelectorAll<HTMLElement>("button:not([hidden])")];
  }
}

// How many code units the last sign takes that a reader sees: an accent or emoji is one sign.
function lastLength(text: string): number {
  if (text === "") return 0;
  if ("Segmenter" in Intl) {
    const near = text.slice(-40);
    return [...new Intl.Segmenter().segment(near)].at(-1)?.segment.length ?? 1;
  }
  return [...text.slice(-2)].at(-1)?.length ?? 1;
}

export function startKeyboard(): void {
  const root = document.querySelector<HTMLElement>("[data-keyboard]");
  const fields = document.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>("[data-typed]");
  if (root && fields.length > 0) new Keyboard(root, [...fields]);
}
