// The connections of a visit: one that only sends, and one for each seat that is seen.
import { gathered } from "../call/media";
import { type ToEngine } from "../call/protocol";
import { type Devices } from "./devices";

// Good for 640x480; the engine lowers it by itself while a viewer's line loses much.
const PICTURE_BITS = 600_000;
const NARROW_BITS = 100_000;
const NARROW_RATE = 8;
const PATIENCE_MS = 4000; // a connection that broke off may mend itself
const ASK_AGAIN_MS = 4000; // for an offer that never came
const CONNECT_MS = 12_000; // a slow network needs a while; to begin anew too soon never ends

type Send = (message: ToEngine) => void;

export function encoding(narrow: boolean): RTCRtpEncodingParameters {
  return narrow
    ? { maxBitrate: NARROW_BITS, maxFramerate: NARROW_RATE, scaleResolutionDownBy: 2 }
    : { maxBitrate: PICTURE_BITS, maxFramerate: 30, scaleResolutionDownBy: 1 };
}

export function preferVp8(line: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  const vp8 = codecs.filter((one) => /video\/(vp8|rtx)/i.test(one.mimeType));
  if (vp8.length > 0 && "setCodecPreferences" in line) line.setCodecPreferences(vp8);
}

export class Sender {
  private connection: RTCPeerConnection | undefined;
  private renewing = 0;
  private narrow = false;

  constructor(
    private readonly devices: Devices,
    private readonly send: Send,
    private readonly became: (state: RTCPeerConnectionState) => void,
  ) {}

  get open(): boolean {
    return this.connection !== undefined;
  }

  // A new connection, replacing the last.
  async offer(): Promise<void> {
    window.clearTimeout(this.renewing);
    this.connection?.close();
    const connection = new RTCPeerConnection({ iceServers: [] });
    this.connection = connection;
    connection.addTransceiver(this.devices.voice, { direction: "sendonly" });
    this.addPicture(connection);
    connection.onconnectionstatechange = () => this.changed(connection);
    await connection.setLocalDescription(await connection.createOffer());
    await gathered(connection);
    if (connection !== this.connection) return;
    this.send({ type: "offer", sdp: connection.localDescription?.sdp ?? "" });
  }

  async answered(sdp: string): Promise<void> {
    if (this.connection?.signalingState !== "have-local-offer") return; // a renewal overtook it
    await this.connection.setRemoteDescription({ type: "answer", sdp });
  }

  // After a lost line: what was offered meanwhile, or its answer, may be lost.
  mend(): void {
    if (this.connection?.connectionState !== "connected") void this.offer();
  }

  // The camera was turned on or off, or a device came or went.
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
    Object.assign(how.encodings[0], this.encoding());
    await picture.setParameters(how);
  }

  close(): void {
    window.clearTimeout(this.renewing);
    this.connection?.close();
    this.connection = undefined;
  }

  // The line of the picture is there from the first, so that a camera may come later.
  private addPicture(connection: RTCPeerConnection): void {
    const line = connection.addTransceiver(this.devices.camera ?? "video", {
      direction: "sendonly",
      sendEncodings: [this.encoding()],
    });
    preferVp8(line);
  }

  private encoding(): RTCRtpEncodingParameters {
    return encoding(this.narrow);
  }

  private changed(connection: RTCPeerConnection): void {
    if (connection !== this.connection) return;
    const state = connection.connectionState;
    if (state === "connected") window.clearTimeout(this.renewing);
    this.became(state);
    if (state === "failed") void this.offer();
    if (state === "disconnected") {
      this.renewing = window.setTimeout(() => void this.offer(), PATIENCE_MS);
    }
  }
}

// What comes from one seat, for as long as the visit lasts.
export class Looking {
  private connection: RTCPeerConnection | undefined;
  private timer = 0;
  private over = false;

  constructor(
    private readonly source: string,
    private readonly send: Send,
    private readonly show: (track: MediaStreamTrack) => void,
  ) {}

  // Ask for it, and again until it comes.
  ask(): void {
    window.clearTimeout(this.timer);
    if (this.over) return;
    this.send({ type: "see", source: this.source });
    this.askAfter(ASK_AGAIN_MS);
  }

  get connected(): boolean {
    return this.connection?.connectionState === "connected";
  }

  async offered(sdp: string): Promise<void> {
    if (this.over) return;
    this.askAfter(CONNECT_MS);
    this.connection?.close();
    const connection = new RTCPeerConnection({ iceServers: [] });
    this.connection = connection;
    connection.ontrack = (event) => this.show(event.track);
    connection.onconnectionstatechange = () => this.changed(connection);
    await connection.setRemoteDescription({ type: "offer", sdp });
    await connection.setLocalDescription(await connection.createAnswer());
    await gathered(connection);
    if (connection !== this.connection) return;
    const answer = connection.localDescription?.sdp ?? "";
    this.send({ type: "seen", source: this.source, sdp: answer });
  }

  private askAfter(milliseconds: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.ask(), milliseconds);
  }

  close(): void {
    this.over = true;
    window.clearTimeout(this.timer);
    this.connection?.close();
  }

  private changed(connection: RTCPeerConnection): void {
    if (connection !== this.connection || this.over) return;
    const state = connection.connectionState;
    if (state === "connected") window.clearTimeout(this.timer);
    if (state === "failed") this.ask();
    if (state === "disconnected") this.askAfter(PATIENCE_MS);
  }
}
