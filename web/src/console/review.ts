// Review: how long a decision can be undone, the next message fetched ahead, and a note that is
// not lost by a slip. Everything here works without it, only slower.
import { post } from "./http";

const TICK = 500;

/** Seconds left to undo; the offer goes when there are none. */
function tickUndo(): void {
  for (const offer of document.querySelectorAll<HTMLElement>("[data-undo]")) {
    const left = Math.ceil((Number(offer.dataset.undo) - Date.now()) / 1000);
    const shown = offer.querySelector("[data-undo-left]");
    if (shown) shown.textContent = `${Math.max(0, left)} s`;
    if (left <= 0 && !offer.contains(document.activeElement)) offer.remove();
  }
}

interface Ahead {
  url: string;
  hold: string;
  html: string;
}

let ahead: Ahead | null = null;

/** Fetch the next message while this one is read. The log says that it was fetched ahead. */
async function fetchAhead(): Promise<void> {
  ahead = null;
  const link = document.querySelector<HTMLAnchorElement>("a[data-ahead]");
  const url = link?.dataset.ahead;
  if (!link || !url) return;
  try {
    const answer = await fetch(`${url}?ahead=1`, {
      credentials: "same-origin",
      redirect: "error",
      headers: { "X-Kinline-Background": "1" },
    });
    if (answer.ok) ahead = { url, hold: link.dataset.hold ?? "", html: await answer.text() };
  } catch {
    // Not there in time: the link goes the long way.
  }
}

/** Show what was fetched ahead, once the item is ours; a colleague who was quicker is no loss. */
async function showAhead(next: Ahead, link: HTMLAnchorElement): Promise<void> {
  const held = await post(next.hold, {}).catch(() => null);
  const fresh = new DOMParser().parseFromString(next.html, "text/html");
  const [here, there] = [document.querySelector("main"), fresh.querySelector("main")];
  if (held?.status !== 204 || !here || !there) {
    location.assign(link.href);
    return;
  }
  here.replaceWith(document.adoptNode(there));
  document.title = fresh.title;
  history.pushState({}, "", next.url);
  document.querySelector<HTMLElement>("main")?.focus();
  window.scrollTo(0, 0);
  watchNote();
  void fetchAhead();
}

function dirty(): boolean {
  const note = document.querySelector<HTMLTextAreaElement>("[data-decide] textarea");
  return note !== null && note.value.trim() !== note.defaultValue.trim();
}

let sending = false;

function watchNote(): void {
  sending = false;
  document.querySelector("[data-decide]")?.addEventListener("submit", () => {
    sending = true;
  });
}

export function startReview(): void {
  tickUndo();
  setInterval(tickUndo, TICK);
  watchNote();
  window.addEventListener("beforeunload", (event) => {
    if (!sending && dirty()) event.preventDefault();
  });
  window.addEventListener("popstate", () => location.reload());
  document.addEventListener("click", (event) => {
    const link = (event.target as Element | null)?.closest<HTMLAnchorElement>("a[data-ahead]");
    if (!link || !ahead || ahead.url !== link.dataset.ahead || dirty()) return;
    event.preventDefault();
    void showAhead(ahead, link);
  });
  if (document.querySelector("[data-decide]")) void fetchAhead();
}
