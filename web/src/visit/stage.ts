// The others' pictures: one tile for each seat, all of them in the page from the first.
import { type ToEngine } from "../call/protocol";
import { say, word } from "../call/words";
import { Looking } from "./links";
import { type SeatIs, type VisitIs } from "./protocol";

export class Stage {
  private readonly sights = new Map<string, Looking>();
  private readonly before = new Map<string, SeatIs>();
  private readonly received = new MediaStream();
  private blocked = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly send: (message: ToEngine) => void,
    private readonly soundBlocked: (is: boolean) => void,
    // Staff are told of nobody coming and going: they see it.
    private readonly speaks: boolean,
    // In a private visit nobody is asked: what comes, comes from the other page.
    private readonly asks = true,
  ) {}

  // Bring the tiles in line with what the engine says.
  show(state: VisitIs): void {
    let count = 0;
    for (const seat of state.seats) {
      const tile = this.tile(seat.seat);
      if (!tile) continue; // one's own
      tile.hidden = !seat.here;
      if (seat.here) count += 1;
      if (state.phase === "live" && this.asks) this.look(seat);
      this.tell(tile, seat, state.sound_only?.includes(seat.seat) ?? false);
      if (this.speaks) this.announce(tile, seat);
      this.before.set(seat.seat, seat);
    }
    this.root.querySelector<HTMLElement>("[data-seats]")?.setAttribute("data-count", String(count));
    const nobody = this.root.querySelector<HTMLElement>("[data-nobody]");
    if (nobody) nobody.hidden = count > 0;
  }

  // In a private visit there is one other seat, and this is what it sends.
  receive(track: MediaStreamTrack): void {
    const seat = this.root.querySelector<HTMLElement>("[data-tile]")?.dataset["tile"] ?? "";
    this.play(seat, this.received, track);
  }

  async offered(source: string, sdp: string): Promise<void> {
    await this.sights.get(source)?.offered(sdp);
  }

  // After a lost line: ask anew for whatever does not come any more.
  mend(): void {
    for (const sight of this.sights.values()) if (!sight.connected) sight.ask();
  }

  // Begin to play after the browser has had its touch.
  resume(): void {
    for (const video of this.root.querySelectorAll("video")) {
      if (video.srcObject) this.start(video);
    }
  }

  close(): void {
    for (const sight of this.sights.values()) sight.close();
    this.sights.clear();
    this.before.clear();
    for (const video of this.root.querySelectorAll("video")) video.srcObject = null;
  }

  name(seat: string): string {
    return this.tile(seat)?.dataset["name"] ?? "";
  }

  private look(seat: SeatIs): void {
    if (!seat.here || this.sights.has(seat.seat)) return;
    const stream = new MediaStream();
    const sight = new Looking(seat.seat, this.send, (track) => this.play(seat.seat, stream, track));
    this.sights.set(seat.seat, sight);
    sight.ask();
  }

  private play(seat: string, stream: MediaStream, track: MediaStreamTrack): void {
    const video = this.tile(seat)?.querySelector("video");
    if (!video) return;
    for (const old of stream.getTracks()) if (old.kind === track.kind) stream.removeTrack(old);
    stream.addTrack(track);
    video.srcObject = stream;
    this.start(video);
  }

  // The second track of a seat breaks off the play of the first: only a refusal needs a touch.
  private start(video: HTMLVideoElement): void {
    const broke = (trouble: unknown): void => {
      if (trouble instanceof DOMException && trouble.name === "NotAllowedError") this.block(true);
    };
    void video.play().then(() => this.block(false), broke);
  }

  private block(is: boolean): void {
    if (is === this.blocked) return;
    this.blocked = is;
    this.soundBlocked(is);
  }

  private tell(tile: HTMLElement, seat: SeatIs, soundOnly: boolean): void {
    const off = tile.querySelector<HTMLElement>("[data-off]");
    const why = tile.querySelector<HTMLElement>("[data-off-why]");
    const camera = seat.camera ?? true;
    if (off) off.hidden = camera && !soundOnly && !seat.lost;
    if (why) why.textContent = this.why(tile, seat, camera, soundOnly);
    const muted = tile.querySelector<HTMLElement>("[data-muted]");
    const mutedWord = tile.querySelector("[data-muted-word]");
    if (muted) muted.hidden = seat.microphone ?? true;
    if (mutedWord) mutedWord.textContent = word("other_muted");
  }

  private why(tile: HTMLElement, seat: SeatIs, camera: boolean, soundOnly: boolean): string {
    const name = tile.dataset["name"] ?? "";
    if (seat.lost) return word("other_lost").replace("%(name)s", name);
    if (!camera) return word("other_camera_off");
    return soundOnly ? word("other_sound_only") : "";
  }

  private announce(tile: HTMLElement, seat: SeatIs): void {
    const before = this.before.get(seat.seat);
    if (!before) return;
    const name = tile.dataset["name"] ?? "";
    if (!before.here && seat.here) say(word("other_came").replace("%(name)s", name));
    if (before.here && !seat.here) say(word("other_left").replace("%(name)s", name));
    if (!before.lost && seat.lost) say(word("other_lost").replace("%(name)s", name));
  }

  private tile(seat: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(`[data-tile="${seat}"]`);
  }
}
