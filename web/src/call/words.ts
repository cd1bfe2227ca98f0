// The scripts hold no words: the server puts them into the page, in the reader's language.
export function word(name: string): string {
  for (const list of document.querySelectorAll<HTMLTemplateElement>("template[id$=words]")) {
    const entry = list.content.querySelector(`[data-word="${name}"]`);
    if (entry) return entry.textContent ?? "";
  }
  throw new Error(`no word called ${name}`);
}

// Read out by screen readers, once: the page's one live region.
export function say(text: string): void {
  const region = document.querySelector("#said");
  if (region) region.textContent = text;
}
