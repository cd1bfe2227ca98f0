// A private visit: one connection, from this page to the other one, and the words that prove it.
// The engine passes on what both say; it carries neither sound nor picture.
import { type ToEngine } from "../call/protocol";
import {
  type End, commitment, fingerprintOf, fromHex, keeps, newNonce, places, toHex,
} from "./check_words";
import { type Devices } from "./devices";
import { encoding, preferVp8 } from "./links";
import { type FromPeer, type PeerIs } from "./protocol";

const PATIENCE_MS = 4000; // a connection that broke off may mend itself
const CONNECT_MS = 15_000;

type Send = (message: ToEngine) => void;

export interface PeerEars {
  track(track: MediaStreamTrack): void;
  connected(is: boolean): void;
  // The places of the three words; undefined while there is no proof.
  words(found: [number, number, number] | undefined): void;
  // The other end is not the one that it bound itself to be: somebody sits between, or cheats.
  betrayed(): void;
}

export class Peer {
  private attempt: Attempt | undefined;
  private narrow = false;
  private over = false;

  constructor(
    private readonly visit: string,
    private readonly devices: Devices,
    private readonly send: Send,
    private readonly ears: PeerEars,
  ) {}

  get connected(): boolean {
    return this.attempt?.connected ?? false;
  }

  async told(message: FromPeer): Promise<void> {
    if (this.over) return;
    if (message.type === "peer") {
      this.drop();
      this.attempt = new Attempt(message, this.visit, this.devices, this.send, this.ears, this.narrow);
    }
    await this.attempt?.told(message);
  }

  // The camera was turned on or off, or a device came or went.
  async refresh(): Promise<void> {
    await this.attempt?.refresh();
  }

  async use(narrow: boolean): Promise<void> {
    this.narrow = narrow;
    await this.attempt?.use(narrow);
  }

  // The other one is not here any more: nothing goes there until they are back.
  drop(): void {
    this.attempt?.close();
    this.attempt = undefined;
    this.ears.words(undefined);
  }

  close(): void {
    this.over = true;
    this.drop();
  }
}

// One try to connect, under a key of its own. What is said of another try is no concern of it.
class Attempt {
  private readonly nonce = newNonce();
  private readonly ready: Promise<void>;
  private connection: RTCPeerConnection | undefined;
  private mine: End | undefined;
  private theirs: End | undefined;
  private pledged: string | undefined;
  private readonly early: RTCIceCandidateInit[] = []; // theirs, before their description
  private readonly waiting: RTCIceCandidate[] = []; // ours, before ours
  private described = false;
  private timer = 0;
  private over = false;

  constructor(
    private readonly is: PeerIs,
    private readonly visit: string,
    private readonly devices: Devices,
    private readonly send: Send,
    private readonly ears: PeerEars,
    private narrow: boolean,
  ) {
    this.wait(CONNECT_MS);
    this.ready = this.bind();
  }

  get connected(): boolean {
    return this.connection?.connectionState === "connected";
  }

  async told(message: FromPeer): Promise<void> {
    await this.ready;
    if (this.over || message.attempt !== this.is.attempt) return;
    if (message.type === "pledge") await this.otherPledged(message.commitment);
    if (message.type === "describe") await this.otherIs(message.sdp, message.nonce);
    if (message.type === "reach") await this.otherAt(message.candidate, message.mid);
  }

  async refresh(): Promise<void> {
    const [sound, picture] = this.connection?.getSenders() ?? [];
    await sound?.replaceTrack(this.devices.voice);
    await picture?.replaceTrack(this.devices.camera ?? null);
  }

  async use(narrow: boolean): Promise<void> {
    this.narrow = narrow;
    const picture = this.connection?.getSenders()[1];
    const how = picture?.getParameters();
    if (!picture || !how?.encodings[0]) return;
    Object.assign(how.encodings[0], encoding(narrow));
    await picture.setParameters(how);
  }

  close(): void {
    this.over = true;
    window.clearTimeout(this.timer);
    this.connection?.close();
  }

  // Give the commitment to one's own key, before anything of the other end is known.
  private async bind(): Promise<void> {
    const key = await RTCPeerConnection.generateCertificate({
      name: "ECDSA",
      namedCurve: "P-256",
    } as EcKeyGenParams);
    this.mine = { fingerprint: await fingerprintOfKey(key), nonce: this.nonce };
    const bound = await commitment(this.visit, this.mine);
    if (this.over) return;
    this.connection = this.open(key);
    this.send({ type: "pledge", attempt: this.is.attempt, commitment: bound });
  }

  private open(key: RTCCertificate): RTCPeerConnection {
    const connection = new RTCPeerConnection({
      certificates: [key],
      iceServers: this.is.servers,
      // Where there are servers of ours, nothing passes beside them, and no address is told.
      iceTransportPolicy: this.is.servers.length > 0 ? "relay" : "all",
      bundlePolicy: "max-bundle",
    });
    connection.ontrack = (event) => this.ears.track(event.track);
    connection.onicecandidate = (event) => this.reach(event.candidate);
    connection.onconnectionstatechange = () => void this.changed(connection);
    return connection;
  }

  private async otherPledged(given: string): Promise<void> {
    if (this.pledged !== undefined || !this.connection) return;
    this.pledged = given;
    // Only now may the other end see our nonce: it has chosen already.
    if (!this.is.offers) return;
    this.connection.addTransceiver(this.devices.voice, { direction: "sendrecv" });
    const picture = this.connection.addTransceiver(this.devices.camera ?? "video", {
      direction: "sendrecv",
      sendEncodings: [encoding(this.narrow)],
    });
    preferVp8(picture);
    await this.describe(this.connection);
  }

  private async describe(connection: RTCPeerConnection): Promise<void> {
    await connection.setLocalDescription();
    if (this.over) return;
    this.described = true;
    this.send({
      type: "describe",
      attempt: this.is.attempt,
      sdp: connection.localDescription?.sdp ?? "",
      nonce: toHex(this.nonce),
    });
    for (const candidate of this.waiting.splice(0)) this.reach(candidate);
  }

  private async otherIs(sdp: string, nonce: string): Promise<void> {
    const connection = this.connection;
    if (this.pledged === undefined || !connection || this.theirs) return;
    const theirs = endIn(sdp, nonce);
    if (!theirs || !(await keeps(this.pledged, this.visit, theirs))) {
      this.betrayed();
      return;
    }
    this.theirs = theirs;
    await connection.setRemoteDescription({ type: this.is.offers ? "answer" : "offer", sdp });
    if (!this.is.offers) await this.answer(connection);
    for (const candidate of this.early.splice(0)) await add(connection, candidate);
    await this.changed(connection);
  }

  private async answer(connection: RTCPeerConnection): Promise<void> {
    for (const line of connection.getTransceivers()) line.direction = "sendrecv";
    await this.refresh();
    await this.describe(connection);
    await this.use(this.narrow);
  }

  private async otherAt(candidate: string, mid: string): Promise<void> {
    const at = { candidate, sdpMid: mid };
    if (!this.connection?.remoteDescription) this.early.push(at);
    else await add(this.connection, at);
  }

  private reach(candidate: RTCIceCandidate | null): void {
    if (!candidate?.candidate || this.over) return;
    if (!this.described) {
      this.waiting.push(candidate);
      return;
    }
    const mid = candidate.sdpMid ?? "0";
    this.send({ type: "reach", attempt: this.is.attempt, candidate: candidate.candidate, mid });
  }

  private async changed(connection: RTCPeerConnection): Promise<void> {
    if (this.over) return;
    const state = connection.connectionState;
    this.ears.connected(state === "connected");
    this.send({ type: "joined", attempt: this.is.attempt, on: state === "connected" });
    window.clearTimeout(this.timer);
    if (state === "connected") await this.prove(connection);
    else this.ears.words(undefined);
    if (state === "failed") this.anew();
    if (state === "new" || state === "connecting") this.wait(CONNECT_MS);
    if (state === "disconnected") this.wait(PATIENCE_MS);
  }

  // The words come from the key that this browser is really connected to.
  private async prove(connection: RTCPeerConnection): Promise<void> {
    if (!this.mine || !this.theirs) return;
    const [shown] = connection.getSenders()[0]?.transport?.getRemoteCertificates?.() ?? [];
    const real = shown && new Uint8Array(await crypto.subtle.digest("SHA-256", shown));
    if (real && toHex(real) !== toHex(this.theirs.fingerprint)) {
      this.betrayed();
      return;
    }
    const found = await places(this.visit, this.mine, this.theirs);
    if (!this.over) this.ears.words(found);
  }

  private betrayed(): void {
    this.close();
    this.ears.betrayed();
  }

  private wait(milliseconds: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.anew(), milliseconds);
  }

  private anew(): void {
    if (this.over) return;
    this.send({ type: "anew", attempt: this.is.attempt });
    this.wait(CONNECT_MS); // it may not have been heard
  }
}

// Not every browser tells the fingerprint of a key; every one writes it into a description.
async function fingerprintOfKey(key: RTCCertificate): Promise<Uint8Array> {
  const sketch = new RTCPeerConnection({ certificates: [key] });
  sketch.createDataChannel("sketch");
  const { sdp } = await sketch.createOffer();
  sketch.close();
  return fingerprintOf(sdp ?? "");
}

function endIn(sdp: string, nonce: string): End | undefined {
  try {
    return { fingerprint: fingerprintOf(sdp), nonce: fromHex(nonce) };
  } catch {
    return undefined; // more than one key, or none that can be compared
  }
}

// An address that cannot be used is one address less.
async function add(connection: RTCPeerConnection, at: RTCIceCandidateInit): Promise<void> {
  await connection.addIceCandidate(at).catch(() => undefined);
}
