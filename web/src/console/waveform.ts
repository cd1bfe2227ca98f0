// The two sides of a recording as bars: the side inside above, the side outside below.

const BAR = 4.6;
const GAP = 2.8;
const COLOURS = [
  ["#40307a", "#b9aedd"], // inside: played, to come
  ["#b06f00", "#ecc98a"], // outside
] as const;
const HEAD = "#a62f1e";

export type Peaks = [Float32Array, Float32Array];

/** How many bars fit into a width in pixels. */
export function bars(width: number): number {
  return Math.max(1, Math.floor(width / (BAR + GAP)));
}

/** The loudest moment under each of `count` bars, between 0 and 1. */
export function peaksOf(samples: Float32Array, count: number): Float32Array {
  const peaks = new Float32Array(count);
  const each = samples.length / count;
  for (let bar = 0; bar < count; bar += 1) {
    let top = 0;
    const end = Math.min(samples.length, Math.floor((bar + 1) * each));
    for (let at = Math.floor(bar * each); at < end; at += 1) {
      top = Math.max(top, Math.abs(samples[at] ?? 0));
    }
    peaks[bar] = top;
  }
  return peaks;
}

/** Draw one side; `share` of it (0 to 1) is played. */
export function drawSide(
  pen: CanvasRenderingContext2D,
  peaks: Float32Array,
  side: number,
  width: number,
  height: number,
  share: number,
): void {
  const loudest = Math.max(0.05, ...peaks);
  const middle = height * (side === 0 ? 0.28 : 0.74);
  const [played, coming] = COLOURS[side as 0 | 1];
  peaks.forEach((peak, bar) => {
    const x = (bar / peaks.length) * width;
    const tall = Math.max(3, (peak / loudest) * height * 0.4);
    pen.fillStyle = (bar + 1) / peaks.length <= share ? played : coming;
    pen.beginPath();
    pen.roundRect(x, middle - tall / 2, BAR, tall, BAR / 2);
    pen.fill();
  });
}

/** The line that shows where one is. */
export function drawHead(
  pen: CanvasRenderingContext2D,
  width: number,
  height: number,
  share: number,
): void {
  pen.fillStyle = HEAD;
  pen.fillRect(share * width - 1, 6, 2, height - 12);
}
