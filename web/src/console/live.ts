// The wallboard and lists like it: htmx fetches the table every few seconds; rows keep their place
// while a person is in it, and the cell that has the focus is never replaced under their fingers.
import { clock } from "./http";

interface SwapDetail {
  target: HTMLElement;
  shouldSwap: boolean;
  serverResponse: string;
  xhr: XMLHttpRequest;
}

let skew = 0; // server's clock minus ours, in ms
let freshAt = Date.now();

function body(root: ParentNode): HTMLElement | null {
  return root.querySelector<HTMLElement>("[data-rows]");
}

/** Take over what changed in one row, but leave the focused cell alone. */
function renew(old: HTMLElement, fresh: HTMLElement): void {
  if (!old.contains(document.activeElement)) {
    old.replaceWith(fresh);
    return;
  }
  old.className = fresh.className;
  [...old.children].forEach((cell, at) => {
    const other = fresh.children[0 + at];
    if (other && !cell.contains(document.activeElement)) cell.replaceWith(other.cloneNode(true));
  });
}

function merge(table: HTMLElement, fresh: HTMLElement): void {
  const held = table.contains(document.activeElement);
  const now = new Map([...fresh.children].map((row) => [row.id, row as HTMLElement]));
  for (const row of [...table.children] as HTMLElement[]) {
    const other = now.get(row.id);
    if (other) renew(row, other.cloneNode(true) as HTMLElement);
    else if (row.contains(document.activeElement)) row.classList.add("is-gone");
    else row.remove();
  }
  for (const [id, row] of now) {
    const here = document.getElementById(id);
    if (!here) table.append(row);
    else if (!held) table.append(here); // nobody is in the table: the server's order
  }
}

function take(board: HTMLElement, html: string): void {
  const page = new DOMParser().parseFromString(html, "text/html");
  const [table, fresh] = [body(board), body(page)];
  if (table && fresh) merge(table, fresh);
  for (const part of page.querySelectorAll<HTMLElement>("[data-part]")) {
    const here = document.querySelector(`[data-part="${part.dataset.part}"]`);
    if (here && !here.contains(document.activeElement)) here.replaceWith(part);
  }
  readClock();
  freshAt = Date.now();
}

function readClock(): void {
  const told = document.querySelector<HTMLElement>("[data-now]")?.dataset.now;
  if (told) skew = Number(told) - Date.now();
}

function tick(): void {
  const now = Date.now() + skew;
  for (const cell of document.querySelectorAll<HTMLElement>("[data-since]")) {
    cell.textContent = clock((now - Number(cell.dataset.since)) / 1000);
  }
  for (const cell of document.querySelectorAll<HTMLElement>("[data-until]")) {
    cell.textContent = clock((Number(cell.dataset.until) - now) / 1000);
  }
  const age = document.querySelector<HTMLElement>("[data-age]");
  if (!age) return;
  const seconds = Math.round((Date.now() - freshAt) / 1000);
  age.textContent = String(seconds);
  age.closest(".k-chip")?.classList.toggle("is-wait", seconds > 8);
  age.closest(".k-chip")?.classList.toggle("is-free", seconds <= 8);
}

export function keepRows(): void {
  const board = document.querySelector<HTMLElement>("[data-board]");
  if (!board) return;
  board.addEventListener("htmx:configRequest", (event) => {
    const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
    headers["X-Kinline-Background"] = "1";
  });
  board.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent<SwapDetail>).detail;
    if (detail.xhr.status !== 200) return;
    detail.shouldSwap = false;
    take(board, detail.serverResponse);
  });
  readClock();
  setInterval(tick, 1000);
}
