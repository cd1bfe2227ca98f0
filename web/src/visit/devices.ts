// Camera and microphone. Each may be missing or refused without the other: a visit goes on with
// what there is. Where there is no microphone, silence is sent, so that the place stays one's own.
export type Trouble =
  | "camera_refused" | "camera_missing" | "camera_busy" | "camera_gone"
  | "mic_refused" | "mic_missing" | "mic_busy" | "mic_gone"
  | "no_https" | "old_browser";

type Kind = "camera" | "mic";

// What a visit says of it, while one is in it.
export const LACKS = [
  "no_https", "old_browser", "both_shut", "both_gone", "mic_shut", "mic_busy", "mic_gone",
  "camera_shut", "camera_busy", "camera_gone",
] as const;
export type Lack = (typeof LACKS)[number];

const PICTURE: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 24, max: 30 },
  facingMode: "user",
};
const VOICE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

export class Devices {
  camera: MediaStreamTrack | undefined;
  mic: MediaStreamTrack | undefined;
  readonly troubles = new Map<Kind, Trouble>();
  // What whoever sits here turned off stays off until they turn it on.
  cameraOff = false;
  muted = false;
  private silence: MediaStreamTrack | undefined;
  private context: AudioContext | undefined;

  // `gone` is called when a device is unplugged, or taken away by the system.
  constructor(private readonly gone: (kind: Kind) => void) {}

  // Ask for whatever is not there yet. Never throws: what is missing is in `troubles`.
  async fetch(): Promise<void> {
    const impossible = this.impossible();
    if (impossible) {
      for (const kind of ["camera", "mic"] as const) this.troubles.set(kind, impossible);
      return;
    }
    const neither = !this.camera && !this.mic && !this.cameraOff;
    if (neither && (await this.both())) return;
    if (!this.mic) await this.fetchOne("mic");
    if (!this.camera && !this.cameraOff) await this.fetchOne("camera");
  }

  async fetchCamera(): Promise<boolean> {
    this.cameraOff = false;
    if (!this.camera) await this.fetchOne("camera");
    return this.camera !== undefined;
  }

  // The camera's light goes out: nothing looks any more.
  dropCamera(): void {
    const camera = this.camera;
    this.cameraOff = true;
    this.camera = undefined;
    camera?.stop();
  }

  mute(is: boolean): void {
    this.muted = is;
    if (this.mic) this.mic.enabled = !is;
  }

  // What one lacks in a visit, and did not turn off oneself.
  get lacks(): Lack | undefined {
    const [camera, mic] = [this.troubles.get("camera"), this.troubles.get("mic")];
    if (mic === "no_https" || mic === "old_browser") return mic;
    if (camera && mic) {
      const shut = camera === "camera_refused" && mic === "mic_refused";
      return shut ? "both_shut" : "both_gone";
    }
    const one = mic ?? camera;
    return one?.replace("refused", "shut").replace("missing", "gone") as Lack | undefined;
  }

  // What is sent as sound: the microphone, or silence where there is none.
  get voice(): MediaStreamTrack {
    if (this.mic) return this.mic;
    this.context ??= new AudioContext();
    this.silence ??= this.context.createMediaStreamDestination().stream.getAudioTracks()[0];
    if (!this.silence) throw new Error("this browser cannot make silence");
    return this.silence;
  }

  // Some browsers make even silence only after a touch.
  wake(): void {
    void this.context?.resume();
  }

  get picture(): MediaStream {
    return new MediaStream(this.camera ? [this.camera] : []);
  }

  stop(): void {
    for (const track of [this.camera, this.mic, this.silence]) track?.stop();
    this.camera = this.mic = this.silence = undefined;
    void this.context?.close();
    this.context = undefined;
  }

  private impossible(): Trouble | undefined {
    if (!window.isSecureContext) return "no_https";
    if (!navigator.mediaDevices || !("RTCPeerConnection" in window)) return "old_browser";
    return undefined;
  }

  // One question of the browser instead of two, where both are there.
  private async both(): Promise<boolean> {
    try {
      const got = await navigator.mediaDevices.getUserMedia({ audio: VOICE, video: PICTURE });
      this.take("mic", got.getAudioTracks()[0]);
      this.take("camera", got.getVideoTracks()[0]);
      return true;
    } catch {
      return false; // asked again one by one, to know which of the two it is
    }
  }

  private async fetchOne(kind: Kind): Promise<void> {
    const wanted = kind === "mic" ? { audio: VOICE } : { video: PICTURE };
    try {
      const got = await navigator.mediaDevices.getUserMedia(wanted);
      this.take(kind, got.getTracks()[0]);
    } catch (trouble) {
      this.troubles.set(kind, `${kind}_${whyNot(trouble)}`);
    }
  }

  private take(kind: Kind, track: MediaStreamTrack | undefined): void {
    if (!track) return;
    this.troubles.delete(kind);
    this[kind] = track;
    if (kind === "mic") track.enabled = !this.muted;
    track.addEventListener("ended", () => {
      if (this[kind] !== track) return;
      this[kind] = undefined;
      this.troubles.set(kind, `${kind}_gone`);
      this.gone(kind);
    });
  }
}

function whyNot(trouble: unknown): "refused" | "missing" | "busy" {
  const name = trouble instanceof DOMException ? trouble.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  return "busy";
}
