// Ringing: two soft tones, the page's title, and the phone's own buzz. Made, not fetched, so
// that it works when the network is slow; stops at once.
const ON_MS = 1100;
const EVERY_MS = 3000;
const HZ = [523.25, 659.25];
const LOUD = 0.12;

export class Ringer {
  private sounds: AudioContext | undefined;
  private beat = 0;
  private blink = 0;
  private title = "";

  // Browsers let a page sound only after a touch; the first touch anywhere is enough.
  constructor(private readonly changed: () => void) {
    for (const event of ["pointerdown", "keydown"]) {
      document.addEventListener(event, () => void this.unlock(), { capture: true });
    }
    void this.unlock();
  }

  get canSound(): boolean {
    return this.sounds?.state === "running";
  }

  start(title: string): void {
    this.stop();
    this.title = document.title;
    this.chime();
    this.beat = window.setInterval(() => this.chime(), EVERY_MS);
    document.title = title;
    // Only a page one does not look at needs a sign that moves, and only if movement is welcome.
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.blink = window.setInterval(() => {
      document.title = document.title === title ? this.title : title;
    }, 1500);
  }

  stop(): void {
    window.clearInterval(this.beat);
    window.clearInterval(this.blink);
    if (this.title) document.title = this.title;
    this.title = "";
    this.beat = this.blink = 0;
  }

  private async unlock(): Promise<void> {
    if (!this.sounds) {
      this.sounds = new AudioContext();
      this.sounds.onstatechange = () => this.changed();
    }
    if (this.sounds.state === "suspended") await this.sounds.resume();
  }

  private chime(): void {
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([300, 200, 300]);
    if (!this.sounds || !this.canSound) return;
    const now = this.sounds.currentTime;
    HZ.forEach((hz, index) => this.tone(hz, now + index * 0.35));
  }

  private tone(hz: number, at: number): void {
    if (!this.sounds) return;
    const tone = new OscillatorNode(this.sounds, { type: "sine", frequency: hz });
    const volume = new GainNode(this.sounds, { gain: 0 });
    volume.gain.setTargetAtTime(LOUD, at, 0.02);
    volume.gain.setTargetAtTime(0, at + 0.25, 0.12);
    tone.connect(volume).connect(this.sounds.destination);
    tone.start(at);
    tone.stop(at + ON_MS / 1000);
  }
}
