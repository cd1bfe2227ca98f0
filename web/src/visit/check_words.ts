// Three words that show that nobody sits between: the same as core/visit/check_words.py says.
// Each browser works them out from its own key and from the one that it is really connected to.
const COMMITS = "kinline visit commitment 1";
const WORDS = "kinline visit words 1";
const NONCE_BYTES = 16;
const FINGERPRINT_BYTES = 32;

export interface End {
  fingerprint: Uint8Array;
  nonce: Uint8Array;
}

export function newNonce(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
}

// The one SHA-256 fingerprint that a description names. The browser connects to no other key
// (RFC 8122); where it names several, nobody could say which one it is.
export function fingerprintOf(sdp: string): Uint8Array {
  const told = [...sdp.matchAll(/^a=fingerprint:(\S+) (\S+)/gim)].map(
    ([, name, pairs]) => `${name?.toLowerCase()} ${pairs?.toUpperCase()}`,
  );
  const [one, ...more] = [...new Set(told)];
  if (one === undefined || more.length > 0 || !one.startsWith("sha-256 ")) {
    throw new Error("a description with one SHA-256 fingerprint was expected");
  }
  const found = fromHex(one.slice("sha-256 ".length).replaceAll(":", ""));
  if (found.length !== FINGERPRINT_BYTES) throw new Error("no SHA-256 fingerprint");
  return found;
}

// What an end gives first: it binds the end to its key and nonce.
export async function commitment(visit: string, end: End): Promise<string> {
  return toHex(await hashed(COMMITS, visit, [end]));
}

export async function keeps(given: string, visit: string, end: End): Promise<boolean> {
  return given === (await commitment(visit, end));
}

// The places of the three words in a list of 1,024: the first thirty bits.
export async function places(visit: string, one: End, two: End): Promise<[number, number, number]> {
  const [low, high] = [one, two].sort(byFingerprint) as [End, End];
  if (byFingerprint(low, high) === 0) throw new Error("nobody is connected to themselves");
  const digest = await hashed(WORDS, visit, [low, high]);
  const number = new DataView(digest.buffer).getUint32(0) >>> 2;
  return [number >>> 20, (number >>> 10) & 1023, number & 1023];
}

export function toHex(bytes: Uint8Array): string {
  return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
}

export function fromHex(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/i.test(text)) throw new Error("no hexadecimal");
  return new Uint8Array((text.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));
}

function byFingerprint(one: End, two: End): number {
  const [left, right] = [toHex(one.fingerprint), toHex(two.fingerprint)];
  return left < right ? -1 : Number(left > right);
}

// Each part has its length before it, so that no two tellings are alike.
async function hashed(tag: string, visit: string, ends: End[]): Promise<Uint8Array> {
  const said = new TextEncoder();
  const parts: Uint8Array[] = [said.encode(tag), said.encode(visit)];
  for (const end of ends) parts.push(end.fingerprint, end.nonce);
  const told = parts.flatMap((part) => [part.length >> 8, part.length & 255, ...part]);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(told)));
}
