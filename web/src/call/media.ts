// Sound both ways: one connection, m-line 0 is the other person, m-line 1 the announcer.
// The browser mixes the two, so that a warning is heard while both go on talking.

// Why there is no microphone; each has its own words on the page.
export type MicTrouble = "mic_refused" | "mic_missing" | "mic_busy" | "no_https" | "old_browser";

export class NoMicrophone extends Error {
  constructor(readonly code: MicTrouble) {
    super(code);
  }
}

const GATHERING_MS = 1500;
const VOICE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

// Throws NoMicrophone.
export async function microphone(): Promise<MediaStream> {
  if (!window.isSecureContext) throw new NoMicrophone("no_https");
  if (!navigator.mediaDevices || !("RTCPeerConnection" in window)) {
    throw new NoMicrophone("old_browser");
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: VOICE });
  } catch (trouble) {
    throw new NoMicrophone(nameOf(trouble));
  }
}

function nameOf(trouble: unknown): MicTrouble {
  const name = trouble instanceof DOMException ? trouble.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "mic_refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "mic_missing";
  return "mic_busy";
}

export interface Listener {
  // No sound passes any more though nobody closed anything.
  mediaLost(): void;
  mediaBack(): void;
  // The browser wants a touch before it plays sound.
  soundBlocked(): void;
}

export class Media {
  private connection: RTCPeerConnection | undefined;
  private readonly peer = new Audio();
  private readonly announcer = new Audio();
  private muted = false;

  constructor(
    private readonly mic: MediaStream,
    private readonly listener: Listener,
  ) {}

  get connected(): boolean {
    return this.connection?.connectionState === "connected";
  }

  // A new connection, replacing the last: the offer to send to the engine.
  async offer(): Promise<string> {
    this.connection?.close();
    const connection = new RTCPeerConnection({ iceServers: [] });
    this.connection = connection;
    const [voice] = this.mic.getAudioTracks();
    if (!voice) throw new NoMicrophone("mic_missing");
    connection.addTransceiver(voice, { direction: "sendrecv", streams: [this.mic] });
    connection.addTransceiver("audio", { direction: "recvonly" });
    connection.ontrack = (event) => {
      this.play(event.transceiver === connection.getTransceivers()[0], event.track);
    };
    connection.onconnectionstatechange = () => this.changed(connection);
    await connection.setLocalDescription(await connection.createOffer());
    await gathered(connection);
    return connection.localDescription?.sdp ?? "";
  }

  async answered(sdp: string): Promise<void> {
    if (this.connection?.signalingState !== "have-local-offer") return; // a renewal overtook it
    await this.connection.setRemoteDescription({ type: "answer", sdp });
  }

  mute(on: boolean): void {
    this.muted = on;
    for (const track of this.mic.getAudioTracks()) track.enabled = !on;
  }

  get isMuted(): boolean {
    return this.muted;
  }

  // Begin to play after the browser has had its touch.
  resume(): void {
    for (const sound of [this.peer, this.announcer]) {
      if (sound.srcObject) void sound.play().catch(() => this.listener.soundBlocked());
    }
  }

  async speakTo(device: string): Promise<void> {
    for (const sound of [this.peer, this.announcer]) await sound.setSinkId(device);
  }

  close(): void {
    this.connection?.close();
    for (const track of this.mic.getTracks()) track.stop();
    for (const sound of [this.peer, this.announcer]) sound.srcObject = null;
  }

  private play(isPeer: boolean, track: MediaStreamTrack): void {
    const sound = isPeer ? this.peer : this.announcer;
    sound.srcObject = new MediaStream([track]);
    void sound.play().catch(() => this.listener.soundBlocked());
  }

  private changed(connection: RTCPeerConnection): void {
    if (connection !== this.connection) return;
    const state = connection.connectionState;
    if (state === "connected") this.listener.mediaBack();
    if (state === "failed" || state === "disconnected") this.listener.mediaLost();
  }
}

// All candidates in one offer: the engine takes no later ones.
export function gathered(connection: RTCPeerConnection): Promise<void> {
  if (connection.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((done) => {
    window.setTimeout(done, GATHERING_MS);
    connection.addEventListener("icegatheringstatechange", () => {
      if (connection.iceGatheringState === "complete") done();
    });
  });
}
