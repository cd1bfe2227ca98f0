// What helps one write a message: the draft kept by itself, photos sent as they are chosen, replies
// ready made. Every part works without it, by a button of the same form.
import { word, say } from "../call/words";
import { Draft } from "./draft";

export function startComposer(): void {
  const form = document.querySelector<HTMLFormElement>("[data-compose]");
  const text = form?.querySelector<HTMLTextAreaElement>("textarea");
  for (const place of document.querySelectorAll(".k-scroller")) place.scrollTop = place.scrollHeight;
  if (!form || !text) return;
  form.classList.add("has-script");
  new Draft(form, text);
  photos(form);
  texts();
  replies(form, text);
  once(form);
}

// Chosen is meant: no second press. Several go one after the other; the last one, or the one that
// is not taken, goes with the page, which then shows what there is and why.
function photos(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>("[data-photo]");
  const button = form.querySelector<HTMLButtonElement>("[data-photo-add]");
  if (!field || !button) return;
  field.multiple = true;
  field.addEventListener("change", () => void hand([...(field.files ?? [])], field, button));
}

async function hand(files: File[], field: HTMLInputElement, button: HTMLButtonElement): Promise<void> {
  const form = field.form;
  const last = files.pop();
  if (!form || !last) return;
  const told = form.querySelector<HTMLElement>("[data-kept]");
  if (told) told.textContent = word("photo_sending");
  say(word("photo_sending"));
  let shown = last;
  for (const file of files) {
    if (await taken(form, file)) continue;
    shown = file;
    break;
  }
  const one = new DataTransfer();
  one.items.add(shown);
  field.files = one.files;
  form.requestSubmit(button);
}

async function taken(form: HTMLFormElement, file: File): Promise<boolean> {
  const fields = new FormData(form);
  fields.delete("photo");
  fields.append("do", "photo");
  fields.append("photo", file);
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", body: fields, headers }).catch(() => undefined);
  if (!answer?.ok) return false;
  // The draft began with it, perhaps: the next photo goes to the same.
  const { key, revision } = (await answer.json()) as { key: string; revision: number };
  set(form, "key", key);
  set(form, "kept", "1");
  set(form, "revision", String(revision));
  return true;
}

function set(form: HTMLFormElement, name: string, value: string): void {
  const field = form.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  if (field) field.value = value;
}

// A ready-made reply goes to where one writes; nothing is sent by it.
function replies(form: HTMLFormElement, text: HTMLTextAreaElement): void {
  const box = form.querySelector<HTMLElement>("[data-replies]");
  if (!box) return;
  box.hidden = false;
  box.addEventListener("click", (event) => {
    const reply = (event.target as Element).closest<HTMLElement>("[data-reply]")?.textContent;
    if (!reply) return;
    const gap = text.value === "" || /\s$/.test(text.value) ? "" : " ";
    text.setRangeText(`${gap}${reply}`, text.value.length, text.value.length, "end");
    text.dispatchEvent(new InputEvent("input", { bubbles: true }));
    text.focus();
  });
}

// Two quick taps are one: web would take the second for the same message anyway, by its key.
function once(form: HTMLFormElement): void {
  let gone = false;
  form.addEventListener("submit", (event) => {
    if (gone) event.preventDefault();
    gone = true;
    window.setTimeout(() => (gone = false), 5000);
  });
}

// Texts come in by themselves; what is new is read out, once. A hidden tab is not somebody reading.
function texts(): void {
  const list = (): HTMLElement | null => document.querySelector("#texts");
  if (!list()) return;
  let newest = list()?.dataset["newest"];
  document.body.addEventListener("htmx:configRequest", (event) => {
    const detail = (event as CustomEvent<{ parameters: Record<string, string> }>).detail;
    if (document.hidden) detail.parameters["hidden"] = "1";
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    const now = list()?.dataset["newest"];
    if (now && now !== newest) say(word("text_new"));
    newest = now;
  });
}
