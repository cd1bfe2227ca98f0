// The camera and the microphone, and a recorder for both.

// Why there is no camera; each has its own words on the page.
export type CameraTrouble =
  | "camera_refused"
  | "camera_missing"
  | "camera_busy"
  | "no_https"
  | "old_browser";

export class NoCamera extends Error {
  constructor(readonly code: CameraTrouble) {
    super(code);
  }
}

const WANTED: MediaStreamConstraints = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: {
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
    facingMode: "user",
  },
};
// What the server takes, the quickest to make first. Safari knows only the last.
const KINDS = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
const BITS_PER_SECOND = 2_000_000;

// Throws NoCamera.
export async function camera(): Promise<MediaStream> {
  if (window.isSecureContext && !("MediaRecorder" in window)) throw new NoCamera("old_browser");
  return opened(WANTED);
}

// The camera alone, for a photo: "user" looks at whoever holds it, "environment" away from them.
// Throws NoCamera.
export async function pictures(facing: string): Promise<MediaStream> {
  const video = { width: { ideal: 1920 }, height: { ideal: 1080 }, facingMode: facing };
  return opened({ audio: false, video });
}

async function opened(wanted: MediaStreamConstraints): Promise<MediaStream> {
  if (!window.isSecureContext) throw new NoCamera("no_https");
  if (!navigator.mediaDevices) throw new NoCamera("old_browser");
  try {
    return await navigator.mediaDevices.getUserMedia(wanted);
  } catch (trouble) {
    throw new NoCamera(nameOf(trouble));
  }
}

export function recorder(stream: MediaStream): MediaRecorder {
  const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
  const options = { videoBitsPerSecond: BITS_PER_SECOND };
  return new MediaRecorder(stream, kind ? { ...options, mimeType: kind } : options);
}

export function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function nameOf(trouble: unknown): CameraTrouble {
  const name = trouble instanceof DOMException ? trouble.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "camera_refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "camera_missing";
  return "camera_busy";
}
