// A draft is kept while one types, and the count is told: seen always, heard now and then.
// Without this script a button keeps the draft and web counts.
import { say, word } from "../call/words";
import { WebRefused, post } from "../call/web";

const PAUSE_MS = 1500; // so long after the last key the draft is kept
const AT_LATEST_MS = 10_000; // also while one goes on typing
const TOLD_AT = [0.5, 0.75, 0.9, 0.95, 1]; // shares of the limit at which a count is read out

export class Draft {
  private timer = 0;
  private since = 0;
  private kept: string;
  private share = 0;
  private sending = false;
  private going: Promise<void> | undefined;

  constructor(private readonly form: HTMLFormElement, private readonly text: HTMLTextAreaElement) {
    this.kept = text.value;
    text.addEventListener("input", () => this.typed());
    form.addEventListener("submit", (event) => this.submitting(event));
    // The page goes away: what was typed last is still handed over.
    window.addEventListener("pagehide", () => void this.keep(true));
    this.count();
  }

  private typed(): void {
    this.count();
    if (!this.since) this.since = Date.now();
    window.clearTimeout(this.timer);
    const wait = Math.max(0, Math.min(PAUSE_MS, this.since + AT_LATEST_MS - Date.now()));
    this.timer = window.setTimeout(() => void this.keep(), wait);
  }

  private async keep(leaving = false): Promise<void> {
    const address = this.form.dataset["keep"];
    const text = this.text.value;
    this.since = 0;
    if (!address || this.sending || text === this.kept) return;
    if (this.going && !leaving) return void this.going.then(() => this.typed());
    this.going = this.hand(address, text, leaving);
    await this.going;
    this.going = undefined;
  }

  private async hand(address: string, text: string, leaving: boolean): Promise<void> {
    const fields = { text, key: this.value("key"), kept: this.value("kept"), revision: this.value("revision") };
    try {
      const told = await post(address, fields, leaving ? { keepalive: true } : {});
      const { key, revision } = told as { key: string; revision: number };
      this.set("key", key);
      this.set("kept", "1");
      this.set("revision", String(revision));
      this.kept = text;
      this.tell("draft_kept");
    } catch (trouble) {
      const signedOut = trouble instanceof WebRefused && trouble.status === 401;
      this.tell(signedOut ? "draft_signed_out" : "draft_not_kept");
    }
  }

  // Sent while a draft is on its way: first let it arrive, or it would come back as a new draft.
  private submitting(event: SubmitEvent): void {
    window.clearTimeout(this.timer);
    if (!this.going) {
      this.sending = true;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const pressed = event.submitter;
    void this.going.then(() => this.form.requestSubmit(pressed));
  }

  private value(name: string): string {
    return this.form.querySelector<HTMLInputElement>(`input[name="${name}"]`)?.value ?? "";
  }

  private set(name: string, value: string): void {
    const field = this.form.querySelector<HTMLInputElement>(`input[name="${name}"]`);
    if (field) field.value = value;
  }

  private tell(name: string): void {
    const place = this.form.querySelector<HTMLElement>("[data-kept]");
    if (place) place.textContent = word(name);
  }

  // Signs as a reader counts them, and as web does: an emoji is one.
  private count(): void {
    const most = Number(this.form.dataset["most"]);
    const place = this.form.querySelector<HTMLElement>("[data-count]");
    if (!most || !place) return;
    const used = [...this.text.value].length;
    const format = new Intl.NumberFormat(document.documentElement.lang);
    const told = word(used > most ? "count_over" : "count")
      .replace("{used}", format.format(used))
      .replace("{most}", format.format(most))
      .replace("{over}", format.format(used - most));
    place.textContent = told;
    place.classList.toggle("is-over", used > most);
    this.text.toggleAttribute("aria-invalid", used > most);
    const share = used > most ? 2 : (TOLD_AT.filter((one) => used >= one * most).at(-1) ?? 0);
    if (share > this.share) say(told);
    this.share = share;
  }
}
