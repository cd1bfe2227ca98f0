"""A visit between two real Chromiums: lips and voice in step, less on demand, an end."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.async_api import async_playwright

from kinline.core.visit.kept import MediaKind
from kinline.engine.media.port import OfferRefused
from kinline.engine.media.visit_port import Silent
from tests.engine.browsers import until
from tests.engine.test_film import films, onsets, played
from tests.engine.visit_house import JULIAN, ODETTE, House, a_node, house
from tests.journeys.browsers import FLAGS, chromium_path

__all__ = ["a_node", "house"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(chromium_path() is None, reason="no Chromium on this machine"),
]

# A flash and a beep at the beginning of each second, by one clock; no device is asked for.
FLASHER = """
async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const paint = canvas.getContext("2d");
  const audio = new AudioContext();
  await audio.resume();
  const tone = new OscillatorNode(audio, { frequency: 880 });
  const gain = new GainNode(audio, { gain: 0 });
  const out = audio.createMediaStreamDestination();
  tone.connect(gain).connect(out);
  tone.start();
  for (let second = 1; second < 120; second += 1) {
    gain.gain.setValueAtTime(0.8, second);
    gain.gain.setValueAtTime(0, second + 0.1);
  }
  setInterval(() => {
    paint.fillStyle = audio.currentTime % 1 < 0.1 ? "#fff" : "#222";
    paint.fillRect(0, 0, 640, 480);
    paint.fillStyle = "#555";
    paint.fillRect((audio.currentTime * 200) % 640, 0, 20, 20);
  }, 10);
  const picture = canvas.captureStream(30).getVideoTracks()[0];
  const connection = new RTCPeerConnection();
  connection.addTransceiver(out.stream.getAudioTracks()[0], { direction: "sendonly" });
  const line = connection.addTransceiver(picture, {
    direction: "sendonly",
    sendEncodings: [{ maxBitrate: 600000 }],
  });
  await connection.setLocalDescription(await connection.createOffer());
  const sdp = await publish(connection.localDescription.sdp);
  await connection.setRemoteDescription({ type: "answer", sdp });
  window.__sending = connection;
  window.__camera = (on) => line.sender.replaceTrack(on ? picture : null);
  window.__bits = async () => {
    for (const stat of (await connection.getStats()).values()) {
      if (stat.type === "outbound-rtp" && stat.kind === "video") return stat.targetBitrate;
    }
  };
}
"""
VIEWER = """
async (offer) => {
  const connection = new RTCPeerConnection();
  await connection.setRemoteDescription({ type: "offer", sdp: offer });
  await connection.setLocalDescription(await connection.createAnswer());
  await answer(connection.localDescription.sdp);
  const tracks = connection.getReceivers().map((one) => one.track);
  const video = Object.assign(document.createElement("video"), { muted: true });
  video.srcObject = new MediaStream(tracks);
  document.body.append(video);
  await video.play();
  const canvas = new OffscreenCanvas(8, 8);
  const look = canvas.getContext("2d", { willReadFrequently: true });
  window.__lights = new Set();
  const see = () => {
    look.drawImage(video, 0, 0, 8, 8);
    window.__lights.add(look.getImageData(4, 6, 1, 1).data[0] > 128 ? "flash" : "dark");
    video.requestVideoFrameCallback(see);
  };
  video.requestVideoFrameCallback(see);
  window.__received = async () => {
    const found = {};
    for (const stat of (await connection.getStats()).values()) {
      if (stat.type === "inbound-rtp") found[stat.kind] = stat;
    }
    return found;
  };
}
"""


async def no_longer(page: Any, kind: str, field: str) -> bool:
    """Whether this figure of the viewer stands still."""
    before = (await page.evaluate("__received()"))[kind][field]
    await asyncio.sleep(0.6)
    return bool((await page.evaluate("__received()"))[kind][field] == before)


async def test_two_browsers_meet_in_step_and_a_camera_may_be_turned_off(
    house: House, tmp_path: Path
) -> None:
    room = await house.open(silent_after=1.5)
    room.attach_recorder()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        odette, julian = await browser.new_page(), await browser.new_page()
        seen = await room.subscribe(JULIAN, ODETTE)
        await odette.expose_function("publish", lambda sdp: room.publish(ODETTE, sdp))
        await julian.expose_function("answer", seen.answer)
        await odette.evaluate(FLASHER)
        await julian.evaluate(VIEWER, seen.offer)

        async def lights() -> set[str]:
            return set(await julian.evaluate("[...__lights]"))

        async with asyncio.timeout(40):
            while await lights() != {"flash", "dark"}:
                await asyncio.sleep(0.1)
        await asyncio.sleep(6)
        received = await julian.evaluate("__received()")
        assert received["video"]["framesDecoded"] > 50
        assert received["audio"]["packetsReceived"] > 100

        picture = room._places[ODETTE].sources[MediaKind.VIDEO]
        async with asyncio.timeout(20):
            picture.limit(150_000)
            while await odette.evaluate("__bits()") > 160_000:
                await asyncio.sleep(0.2)

        await odette.evaluate("__camera(false)")
        await until(lambda: Silent(ODETTE, MediaKind.VIDEO) in house.events, "camera off", 20)
        assert not await no_longer(julian, "audio", "packetsReceived")
        assert room.flowing(ODETTE, MediaKind.AUDIO)
        await odette.evaluate("__camera(true)")
        async with asyncio.timeout(20):
            while await no_longer(julian, "video", "framesDecoded"):
                await asyncio.sleep(0.1)

        room.cut()
        async with asyncio.timeout(5):
            while not await no_longer(julian, "video", "framesDecoded"):
                pass
        with pytest.raises(OfferRefused):
            await room.watch(ODETTE)
        tracks = await room.tracks()
        await browser.close()

    samples, pictures = played(films(house.folder, tracks, ODETTE), tmp_path / "odette.webm")
    envelope = [
        (at / 48_000, float(np.abs(samples[at : at + 240]).max()))
        for at in range(0, len(samples) - 240, 240)
    ]
    beeps = onsets(envelope, above=0.3 * max(loud for _, loud in envelope))
    flashes = onsets(pictures, above=128)
    offsets = [min((beep - flash for beep in beeps), key=abs) for flash in flashes]
    assert len(offsets) >= 4
    assert abs(float(np.median(offsets))) < 0.1, offsets
    print("flash to beep, ms:", [round(offset * 1000) for offset in offsets])
