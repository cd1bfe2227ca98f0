// Keyboard: `?` shows all keys, `/` goes to search, J and K move through a list.
// A person may turn the keys off: single letters get in the way of speech input.

const OFF = "kinline-console-keys-off";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName));
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-rows] > tr, [data-rows] > li")].filter(
    (row) => handle(row) !== null,
  );
}

/** What takes the focus of a row: its marked link, else its first control. */
function handle(row: HTMLElement): HTMLElement | null {
  return row.querySelector<HTMLElement>("[data-main]") ?? row.querySelector<HTMLElement>("a, button");
}

function move(step: number): void {
  const all = rows();
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step));
  const row = all[next];
  if (row) handle(row)?.focus();
}

function help(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>("#keys");
}

/** Controls of the focused row or of the page that name a key: <a data-key="e">. */
function press(key: string): boolean {
  const row = rows().find((each) => each.contains(document.activeElement));
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  const control = row?.querySelector<HTMLElement>(wanted) ??
    document.querySelector<HTMLElement>(`${wanted}:not([data-rows] *)`);
  // What one types into takes the focus; everything else is pressed.
  if (control?.matches("select, textarea, input:not([type=checkbox])")) control.focus();
  else control?.click();
  return control !== null && control !== undefined;
}

function act(key: string): boolean {
  if (key === "?") help()?.showModal();
  else if (key === "/") document.querySelector<HTMLElement>("#q")?.focus();
  else if (key === "j" && rows().length) move(1);
  else if (key === "k" && rows().length) move(-1);
  else return press(key);
  return true;
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (help()?.open) return;
  if (localStorage.getItem(OFF) === "1" && event.key !== "?") return;
  if (act(event.key.toLowerCase())) event.preventDefault();
}

export function bindKeys(): void {
  document.addEventListener("keydown", onKey);
  document.querySelector("[data-show-keys]")?.addEventListener("click", () => help()?.showModal());
  const choice = document.querySelector<HTMLInputElement>("#keys-on");
  if (!choice) return;
  choice.checked = localStorage.getItem(OFF) !== "1";
  choice.addEventListener("change", () => {
    localStorage.setItem(OFF, choice.checked ? "0" : "1");
  });
}
