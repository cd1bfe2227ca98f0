// Sends a file in pieces and goes on after a broken connection (doors/resumable.py answers).
import { csrf, WebRefused } from "../call/web";

const PIECE_BYTES = 1 << 18;
const PATIENCE_MS = 20_000;
const WAITS_MS = [500, 1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000, 8000];

// What the server said of a file it does not want, in the reader's language.
export class NotTaken extends Error {}

interface Begun {
  upload: string;
  at: string;
}

// Gives the upload's id. `told` hears how much is there, 0 to 1, and whether the line is down.
// Throws NotTaken, WebRefused (401: nobody is signed in), DOMException when `stop` is aborted.
export async function send(
  address: string,
  file: Blob,
  told: (share: number, down: boolean) => void,
  stop?: AbortSignal,
): Promise<string> {
  const begun = await stubborn(() => begin(address, file.size, stop), 0, told, stop);
  let offset = 0;
  while (offset < file.size) {
    const from = offset;
    const share = from / file.size;
    offset = await stubborn((again) => onward(begun.at, file, from, again, stop), share, told, stop);
    told(offset / file.size, false);
  }
  return begun.upload;
}

// Tries until it works, the server says no, or it has been down for a minute.
async function stubborn<T>(
  work: (again: boolean) => Promise<T>,
  share: number,
  told: (share: number, down: boolean) => void,
  stop?: AbortSignal,
): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work(tries > 0);
    } catch (trouble) {
      const wait = WAITS_MS[tries];
      const final = trouble instanceof NotTaken || refused(trouble) || stop?.aborted;
      if (final || wait === undefined) throw trouble;
      told(share, true);
      await pause(wait);
    }
  }
}

// 5xx is trouble that may pass; 507 (a full disk) and 4xx are answers.
function refused(trouble: unknown): boolean {
  return trouble instanceof WebRefused && (trouble.status < 500 || trouble.status === 507);
}

async function begin(address: string, size: number, stop?: AbortSignal): Promise<Begun> {
  const answer = await ask(address, "POST", { "Upload-Length": String(size) }, null, stop);
  return (await answer.json()) as Begun;
}

// One piece further; after trouble the server is asked first how far it came.
async function onward(
  at: string,
  file: Blob,
  offset: number,
  again: boolean,
  stop?: AbortSignal,
): Promise<number> {
  const from = again ? place(await ask(at, "HEAD", {}, null, stop)) : offset;
  if (from > offset) return from;
  const headers = {
    "Upload-Offset": String(from),
    "Content-Type": "application/offset+octet-stream",
  };
  return place(await ask(at, "PATCH", headers, file.slice(from, from + PIECE_BYTES), stop));
}

function place(answer: Response): number {
  return Number(answer.headers.get("Upload-Offset"));
}

async function ask(
  address: string,
  method: string,
  headers: Record<string, string>,
  body: Blob | null,
  stop?: AbortSignal,
): Promise<Response> {
  const signals = [AbortSignal.timeout(PATIENCE_MS), ...(stop ? [stop] : [])];
  const answer = await fetch(address, {
    method,
    body,
    credentials: "same-origin",
    cache: "no-store",
    signal: either(signals),
    headers: {
      "Accept": "application/json",
      "Tus-Resumable": "1.0.0",
      "X-CSRFToken": csrf(),
      ...headers,
    },
  });
  if (answer.ok) return answer;
  if (answer.status === 409) throw new TypeError("another place"); // as after a broken line: ask
  const said = await sentence(answer);
  throw said ? new NotTaken(said) : new WebRefused(answer.status);
}

async function sentence(answer: Response): Promise<string> {
  try {
    return String(((await answer.json()) as { said?: string }).said ?? "");
  } catch {
    return "";
  }
}

// AbortSignal.any is younger than the browsers we serve.
function either(signals: AbortSignal[]): AbortSignal {
  const both = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) both.abort(signal.reason);
    signal.addEventListener("abort", () => both.abort(signal.reason), { once: true });
  }
  return both.signal;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, ms));
}
