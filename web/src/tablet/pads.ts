// Number pads: every key types into a real field, so that a keyboard and a screen reader work
// on the same thing. A field with data-secret shows dots.
export function startPads(): void {
  for (const pad of document.querySelectorAll<HTMLElement>("[data-pad]")) start(pad);
}

function start(pad: HTMLElement): void {
  const field = document.querySelector<HTMLInputElement>(`#${pad.dataset["pad"] ?? ""}`);
  if (!field) return;
  pad.addEventListener("click", (event) => {
    const key = (event.target as Element).closest<HTMLElement>("[data-key]")?.dataset["key"];
    if (key) type(field, key);
  });
  field.addEventListener("input", () => drawDots(field));
  drawDots(field);
}

function type(field: HTMLInputElement, key: string): void {
  if (key === "back") field.value = field.value.slice(0, -1);
  else if (field.maxLength < 0 || field.value.length < field.maxLength) field.value += key;
  field.dispatchEvent(new Event("input"));
}

function drawDots(field: HTMLInputElement): void {
  const row = field.parentElement?.querySelector<HTMLElement>("[data-dots]");
  if (!row) return;
  const least = Number(row.dataset["dots"]);
  const count = Math.max(least, field.value.length);
  while (row.children.length < count) row.append(document.createElement("i"));
  while (row.children.length > count) row.lastElementChild?.remove();
  [...row.children].forEach((dot, index) => dot.classList.toggle("on", index < field.value.length));
}
