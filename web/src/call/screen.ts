// The call screen: one section a state, all of them in the page, because web may be gone
// while people talk.
import { say, word } from "./words";

export type Shown = "ringing" | "announcement" | "talking" | "ended" | "lobby" | "live";

export class Screen {
  constructor(readonly root: HTMLElement) {}

  // `state` may repeat: focus moves only when the section changes.
  show(state: Shown): void {
    let changed = false;
    for (const section of this.sections()) {
      const on = section.dataset["state"] === state;
      if (on && section.hidden) changed = true;
      section.hidden = !on;
    }
    if (changed) this.focus();
  }

  // Buttons by what they do; absent ones are simply not offered on this screen.
  onDo(handler: (what: string, button: HTMLElement) => void): void {
    this.root.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-do]");
      if (button?.dataset["do"]) handler(button.dataset["do"], button);
    });
  }

  trouble(name: string | undefined): void {
    for (const place of this.root.querySelectorAll<HTMLElement>("[data-trouble]")) {
      place.hidden = name === undefined;
      place.textContent = name === undefined ? "" : word(name);
    }
    if (name !== undefined) say(word(name));
  }

  minute(): void {
    const card = this.root.querySelector<HTMLElement>("[data-minute]");
    if (!card?.hidden) return; // said once
    card.hidden = false;
    say(word("one_minute"));
  }

  ended(reason: string, talked: boolean): void {
    for (const row of this.all<HTMLElement>("[data-talked]")) row.hidden = !talked;
    const endings = this.root.querySelector<HTMLTemplateElement>("[data-endings]");
    const ending = endings?.content.querySelector<HTMLElement>(`[data-reason="${reason}"]`);
    this.tell("[data-end-title]", ending?.dataset["title"]);
    this.tell("[data-end-sentence]", ending?.textContent ?? word("fault"));
    this.tell("[data-end-next]", ending?.dataset["next"]);
    this.show("ended");
  }

  sentence(text: string): void {
    this.tell("[data-end-sentence]", text);
  }

  all<T extends Element>(selector: string): NodeListOf<T> {
    return this.root.querySelectorAll<T>(selector);
  }

  one<T extends Element>(selector: string): T | null {
    return this.root.querySelector<T>(selector);
  }

  private tell(selector: string, text: string | null | undefined): void {
    const place = this.root.querySelector(selector);
    if (place && text) place.textContent = text;
  }

  private sections(): NodeListOf<HTMLElement> {
    return this.root.querySelectorAll<HTMLElement>("[data-state]");
  }

  private focus(): void {
    const section = [...this.sections()].find((one) => !one.hidden);
    section?.querySelector<HTMLElement>("h1")?.focus();
  }
}
