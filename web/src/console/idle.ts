// Signing out after quiet minutes, with a warning one can answer.
// The server decides; this page only asks how long is left, and tells it that a person is here.
import { post } from "./http";

const WARN_SECONDS = 60;
const TELL_EVERY = 60;
const ACTS = ["keydown", "pointerdown", "scroll"] as const;

let left = Infinity;
let acted = false;
let toldAt = Date.now();

function card(): HTMLElement | null {
  return document.querySelector<HTMLElement>("#idle");
}

async function ask(url: string, background: boolean): Promise<void> {
  if (!background) {
    acted = false;
    toldAt = Date.now();
  }
  try {
    const answer = await post(url, {}, { background });
    // Signed out: the server answers with a redirect, the page shows the sign-in instead.
    if (!answer.ok) return location.reload();
    left = ((await answer.json()) as { left: number }).left;
  } catch {
    left = Math.max(left, TELL_EVERY); // no network: ask again later, the server still counts
  }
  show();
}

function show(): void {
  const warning = card();
  if (!warning) return;
  const near = left <= WARN_SECONDS;
  if (near && warning.hidden) {
    warning.hidden = false;
    warning.querySelector("button")?.focus();
  } else if (!near) warning.hidden = true;
  const seconds = warning.querySelector("[data-left]");
  if (seconds) seconds.textContent = String(Math.max(0, Math.ceil(left)));
}

function tick(url: string): void {
  left -= 1;
  const since = (Date.now() - toldAt) / 1000;
  if (acted && since >= TELL_EVERY) void ask(url, false);
  else if (left <= WARN_SECONDS && card()?.hidden) void ask(url, true); // another tab may be busy
  else if (left <= 0) void ask(url, true);
  else show();
}

export function watchIdle(): void {
  const url = document.body.dataset.stay;
  if (!url) return;
  left = Number(document.body.dataset.idle);
  for (const act of ACTS) {
    document.addEventListener(act, () => { acted = true; }, { passive: true });
  }
  card()?.querySelector("button")?.addEventListener("click", () => void ask(url, false));
  setInterval(() => tick(url), 1000);
}
