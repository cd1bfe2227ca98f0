// Asking web for something from a script.
export interface Ticket {
  url: string;
  pass: string;
}

// Web answered, but not with what was asked for. `status` 401: nobody is signed in.
export class WebRefused extends Error {
  constructor(readonly status: number) {
    super(`web said ${status}`);
  }
}

const PATIENCE_MS = 8000;

// Throws WebRefused, or TypeError/DOMException when web cannot be reached in time.
async function ask(address: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(address, {
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...init,
  });
  if (!answer.ok) throw new WebRefused(answer.status);
  return answer;
}

export async function post(
  address: string,
  fields: Record<string, string> = {},
  how: RequestInit = {},
): Promise<unknown> {
  const answer = await ask(address, {
    ...how,
    method: "POST",
    headers: { "Accept": "application/json", "X-CSRFToken": csrf() },
    body: new URLSearchParams(fields),
  });
  return answer.json();
}

export async function ticket(address: string): Promise<Ticket> {
  return (await post(address)) as Ticket;
}

// A piece of a page, as an element. A redirect means that nobody is signed in any more.
export async function piece(address: string): Promise<HTMLElement> {
  const answer = await ask(address, { headers: { "X-Requested-With": "fetch" } });
  if (answer.redirected) throw new WebRefused(401);
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = parsed.body.firstElementChild;
  if (!(found instanceof HTMLElement)) throw new WebRefused(answer.status);
  return document.importNode(found, true);
}

export function csrf(): string {
  return document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
}
