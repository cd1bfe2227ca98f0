"""Real Chromium, one process per person, each with a microphone tone of its own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

ALLOWS_ALL = "--use-fake-ui-for-media-stream"
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    ALLOWS_ALL,
    "--autoplay-policy=no-user-gesture-required",
]
PHONE = {"width": 390, "height": 844}
TABLET = {"width": 1280, "height": 800}
DESKTOP = {"width": 1440, "height": 900}

# Keeps the page's connections where the test can ask them what they received.
EARS = """
(() => {
  const Real = window.RTCPeerConnection;
  window.__connections = [];
  window.RTCPeerConnection = class extends Real {
    constructor(...given) { super(...given); window.__connections.push(this); }
  };
  window.__received = async () => {
    const found = {};
    for (const connection of window.__connections) {
      for (const stat of (await connection.getStats()).values()) {
        if (stat.type === "inbound-rtp") {
          found[stat.mid] = (found[stat.mid] || 0) + stat.packetsReceived;
        }
      }
    }
    return found;
  };
  window.__loudness = async (mid, hz) => {
    const connection = window.__connections.at(-1);
    const line = connection?.getTransceivers().find((one) => one.mid === mid);
    if (!line) return -200;
    window.__ears ||= new AudioContext();
    await window.__ears.resume();
    const analyser = new AnalyserNode(window.__ears, { fftSize: 8192, smoothingTimeConstant: 0 });
    const source = window.__ears.createMediaStreamSource(new MediaStream([line.receiver.track]));
    source.connect(analyser);
    await new Promise((done) => setTimeout(done, 400));
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    source.disconnect();
    const place = Math.round(hz * analyser.fftSize / window.__ears.sampleRate);
    return Math.max(...bins.slice(place - 2, place + 3));
  };
})();
"""


def chromium_path() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def browser(
    playwright: Playwright,
    *,
    microphone: Path | None = None,
    executable: str | None = None,
    flags: tuple[str, ...] = (),
    asks: bool = False,
) -> Iterator[Browser]:
    """One person's browser. `executable` may be a wrapper, as into a network of its own.

    `asks`: camera and microphone are only for contexts that were allowed them, as in life.
    """
    given = [flag for flag in FLAGS if not (asks and flag == ALLOWS_ALL)]
    own = [f"--use-file-for-fake-audio-capture={microphone}"] if microphone else []
    running = playwright.chromium.launch(
        executable_path=executable or chromium_path(), args=[*given, *own, *flags]
    )
    try:
        yield running
    finally:
        running.close()


def person(running: Browser, *, viewport: dict[str, int] = PHONE, **options: Any) -> BrowserContext:
    """A fresh profile with open ears."""
    context = running.new_context(
        viewport=viewport,
        **{"permissions": ["microphone", "camera"], "ignore_https_errors": True, **options},
    )
    context.set_default_timeout(15_000)
    context.add_init_script(EARS)
    return context


def packets(page: Page, mid: str) -> int:
    """Packets this page received on one line: "0" is the other party, "1" the announcer."""
    received: dict[str, int] = page.evaluate("window.__received()")
    return received.get(mid, 0)


def hears(page: Page, hz: int, mid: str = "0") -> bool:
    """Whether a tone is clearly there on the line (louder than -50 dB)."""
    level: float = page.evaluate("([mid, hz]) => window.__loudness(mid, hz)", [mid, hz])
    return level > -50
