// What helps one write a message: the draft kept by itself, photos sent as they are chosen, replies
// ready made. Every part works without it, by a button of the same form.
import { word, say } from "../call/words";
import { Draft } from "./draft";

export function startComposer(): void {
  const form = document.querySelector<HTMLFormElement>("[data-compose]");
  const text = form?.querySelector<HTMLTextAreaElement>("textarea");
  if (!form || !text) return;
  new Draft(form, text);
  photos(form);
  replies(form, text);
  once(form);
}

// Chosen is meant: no second press, and the button for browsers without scripts goes away.
function photos(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>("[data-photo]");
  const button = form.querySelector<HTMLButtonElement>("[data-photo-add]");
  if (!field || !button) return;
  field.addEventListener("change", () => {
    if (!field.files?.length) return;
    const told = form.querySelector<HTMLElement>("[data-kept]");
    if (told) told.textContent = word("photo_sending");
    say(word("photo_sending"));
    form.requestSubmit(button);
  });
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
