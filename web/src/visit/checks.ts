// The ready check: camera, microphone, speaker, network, each with one plain sentence.
import { word } from "../call/words";
import { type Devices } from "./devices";

const LEVEL_MS = 100;
const LOUD = 0.02; // of full scale: a voice, not the room
const TONES = [523, 659, 784];
const TONE_SECONDS = 0.35;
const SLOW_MS = 350; // there and back

export class Checks {
  private context: AudioContext | undefined;
  private ticking = 0;
  private heard = false;

  constructor(private readonly root: HTMLElement) {}

  // What became of camera and microphone; whether something could be tried again.
  devices(devices: Devices): boolean {
    const camera = devices.troubles.get("camera");
    this.tell("camera", camera ?? "camera_works", camera === undefined);
    const mic = devices.troubles.get("mic");
    this.tell("mic", mic ?? "mic_works", false, mic ? "" : word("mic_speak"));
    if (devices.mic) this.listen(devices.mic);
    return devices.troubles.size > 0;
  }

  // `roundTrip` in milliseconds; undefined while there is no connection.
  network(roundTrip: number | undefined): void {
    if (roundTrip === undefined) this.tell("net", "net_none", false, "");
    else if (roundTrip > SLOW_MS) this.tell("net", "net_slow", false, word("net_slow_hint"));
    else this.tell("net", "net_good", true, "");
  }

  // Three tones, so that one knows whether the speaker is on.
  tone(): void {
    const context = new AudioContext();
    TONES.forEach((pitch, place) => {
      const [tone, loud] = [context.createOscillator(), context.createGain()];
      tone.frequency.value = pitch;
      loud.gain.value = 0.2;
      tone.connect(loud).connect(context.destination);
      tone.start(context.currentTime + place * TONE_SECONDS);
      tone.stop(context.currentTime + (place + 0.9) * TONE_SECONDS);
      if (place === TONES.length - 1) tone.onended = () => void context.close();
    });
    this.tell("speaker", "speaker_played", true);
  }

  stop(): void {
    window.clearInterval(this.ticking);
    void this.context?.close();
    this.context = undefined;
  }

  private listen(mic: MediaStreamTrack): void {
    if (this.context) return;
    const context = (this.context = new AudioContext());
    const meter = context.createAnalyser();
    context.createMediaStreamSource(new MediaStream([mic])).connect(meter);
    const level = this.row("mic")?.querySelector<HTMLMeterElement>("[data-level]");
    if (level) level.hidden = false;
    const wave = new Float32Array(meter.fftSize);
    this.ticking = window.setInterval(() => {
      meter.getFloatTimeDomainData(wave);
      const loud = Math.sqrt(wave.reduce((sum, one) => sum + one * one, 0) / wave.length);
      if (level) level.value = Math.min(100, Math.round(loud * 400));
      if (loud > LOUD && !this.heard) {
        this.heard = true;
        this.tell("mic", "mic_works", true, "");
      }
    }, LEVEL_MS);
  }

  private tell(check: string, said: string, fine: boolean, hint?: string): void {
    const row = this.row(check);
    if (!row) return;
    const told = row.querySelector("[data-told]");
    if (told && told.textContent !== word(said)) told.textContent = word(said);
    const place = row.querySelector("[data-hint]");
    if (place && hint !== undefined) place.textContent = hint;
    row.querySelector(".k-icon")?.classList.toggle("is-lamp", !fine);
    row.querySelector(".k-icon")?.classList.toggle("is-fern", fine);
    const mark = row.querySelector<HTMLElement>("[data-fine]");
    if (mark) mark.hidden = !fine;
  }

  private row(check: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(`[data-check="${check}"]`);
  }
}
