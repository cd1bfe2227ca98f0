// The scripts hold no words: the server puts them into the page, in the reader's language.
export function word(name: string): string {
  const template = document.querySelector<HTMLTemplateElement>("#words");
  const entry = template?.content.querySelector(`[data-word="${name}"]`);
  if (!entry) throw new Error(`no word called ${name}`);
  return entry.textContent ?? "";
}

// Read out by screen readers, once: the page's one live region.
export function say(text: string): void {
  const region = document.querySelector("#said");
  if (region) region.textContent = text;
}
