"""A visit in its room: real peers, whose pictures and tones reach the right seats."""

import asyncio
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kinline.core.control import RecordingGrant
from kinline.core.ids import RecordingId
from kinline.core.visit.kept import MediaKind, VisitGrant
from kinline.core.visit.terms import Seat
from kinline.engine.fake_control import fresh_key
from kinline.engine.media.port import OfferRefused, TimeIsUp
from kinline.engine.media.relay import hooks as first_hooks
from kinline.engine.media.relay.visit import hooks
from kinline.engine.media.relay.visit.room import open_visit_room
from kinline.engine.media.visit_port import Flowing, Silent, Thinned
from kinline.engine.recorder import Recorder
from tests.engine.browsers import until
from tests.engine.visit_house import JULIAN, LIGHTS, ODETTE, RUTH, House, a_node, house, meets
from tests.engine.visitors import Eyes, Visitor

__all__ = ["a_node", "house"]


async def test_three_seats_and_a_watcher_see_and_hear_the_right_ones(house: House) -> None:
    room = await house.open(silent_after=20)
    for seat in (JULIAN, ODETTE, RUTH):
        await house.sits(seat)
    pairs = [(a, b) for a in LIGHTS for b in LIGHTS if a is not b]
    views = [(source, await house.sees(viewer, source)) for viewer, source in pairs]
    views.append((JULIAN, await house.sees(None, JULIAN)))
    for source, eyes in views:
        seen = partial(meets, eyes, source)
        await until(seen, f"{source} seen and heard", patience=40)
    flowing = {event for event in house.events if isinstance(event, Flowing)}
    assert flowing == {Flowing(seat, kind) for seat in LIGHTS for kind in MediaKind}
    assert len(house.events) == len(flowing), "each said once, and nothing of the watcher"
    assert room.flowing(RUTH, MediaKind.VIDEO)
    assert not room.flowing(Seat.HOME_3, MediaKind.AUDIO)
    with pytest.raises(ValueError, match="themselves"):
        await room.subscribe(RUTH, RUTH)


async def test_a_late_viewer_sees_at_once_and_a_view_outlives_its_source(house: House) -> None:
    await house.open()
    julian = await house.sits(JULIAN)
    await until(lambda: house.room.flowing(JULIAN, MediaKind.VIDEO))
    await asyncio.sleep(0.3)
    eyes = await house.sees(ODETTE, JULIAN)
    await until(lambda: meets(eyes, JULIAN), "the picture")
    assert julian.camera.asked, "a key frame was asked for: he would not have sent one so soon"

    await julian.close()
    await until(lambda: Silent(JULIAN, MediaKind.AUDIO) in house.events, "silence")
    await until(lambda: Silent(JULIAN, MediaKind.VIDEO) in house.events, "no picture")
    seen = len(eyes.greys)
    await house.sits(JULIAN)
    await until(lambda: len(eyes.greys) > seen and meets(eyes, JULIAN), "him again, as before")


async def test_a_camera_turned_off_is_told_and_the_sound_goes_on(house: House) -> None:
    await house.open()
    odette = await house.sits(ODETTE)
    eyes = await house.sees(JULIAN, ODETTE)
    await until(lambda: meets(eyes, ODETTE))
    odette.camera.off = True
    await until(lambda: Silent(ODETTE, MediaKind.VIDEO) in house.events, "the camera is off")
    assert Silent(ODETTE, MediaKind.AUDIO) not in house.events
    heard, seen = eyes.sound[-1], len(eyes.greys)
    await until(lambda: eyes.sound[-1] is not heard, "sound going on")
    odette.camera.off = False
    await until(lambda: len(eyes.greys) > seen, "the picture again")
    assert house.events.count(Flowing(ODETTE, MediaKind.VIDEO)) == 2


async def test_a_viewer_may_ask_for_sound_alone(house: House) -> None:
    await house.open()
    await house.sits(ODETTE)
    seen = await house.room.subscribe(JULIAN, ODETTE)
    eyes = await Eyes().take(seen)
    await until(lambda: meets(eyes, ODETTE))
    seen.show(False)
    await asyncio.sleep(0.3)
    pictures, heard = len(eyes.greys), eyes.sound[-1]
    await until(lambda: eyes.sound[-1] is not heard, "sound going on")
    assert len(eyes.greys) == pictures
    seen.show(True)
    await until(lambda: len(eyes.greys) > pictures, "pictures again")
    await eyes.close()


async def test_the_room_cuts_by_its_own_clock_and_nothing_passes_after(house: House) -> None:
    room = await house.open(seconds=30)
    await house.sits(JULIAN)
    eyes = await house.sees(ODETTE, JULIAN)
    room.attach_recorder()
    await until(lambda: meets(eyes, JULIAN))
    due = asyncio.get_running_loop().time() + 0.3
    room.until(due)
    await until(lambda: TimeIsUp() in house.events, "the cut")
    late = asyncio.get_running_loop().time() - due
    assert late < 1.0
    await asyncio.sleep(0.2)
    pictures, packets = len(eyes.greys), [len(eyes.sound), eyes.sound[-1]]
    await asyncio.sleep(0.4)
    assert len(eyes.greys) == pictures
    assert eyes.sound[-1] is packets[1]
    for refused in (room.subscribe(RUTH, JULIAN), room.watch(JULIAN), room.publish(RUTH, "")):
        with pytest.raises(OfferRefused, match=r"room\.closed"):
            await refused
    tracks = await room.tracks()
    assert {(track.seat, track.kind) for track in tracks} == {(JULIAN, k) for k in MediaKind}
    assert await room.tracks() == ()


@pytest.mark.parametrize("house", ["relay"], indirect=True)
async def test_four_percent_of_loss_is_mended(house: House) -> None:
    await house.open(silent_after=2.0)
    await house.sits(JULIAN, loss=0.04)
    eyes = await house.sees(ODETTE, JULIAN, loss=0.04)
    await until(lambda: meets(eyes, JULIAN))
    began = time.monotonic()
    await asyncio.sleep(3.0)
    seen = [at for at, _ in eyes.greys if at >= began]
    span = time.monotonic() - began
    assert len(seen) > 10 * span, f"{len(seen)} pictures in {span:.1f} s"
    assert Silent(JULIAN, MediaKind.VIDEO) not in house.events


async def test_a_narrow_line_lowers_the_picture_and_at_last_gets_sound_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await house.open()
    await house.sits(ODETTE)
    eyes = await house.sees(JULIAN, ODETTE, loss=0.4, of=("video",))
    allowance = room._places[ODETTE].allowance
    await until(lambda: allowance.bits < 500_000, "less is asked for, by the viewer's own reports")

    (viewing,), now = room._views, time.monotonic()
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr("kinline.engine.media.visit_room.time", clock)
    while viewing.shows:
        now += 1.1
        room._lost(viewing, 0.5)
    await until(lambda: len(eyes.sound), "sound")
    assert allowance.least
    assert house.events[-1] == Thinned(JULIAN, ODETTE, pictures=False)
    monkeypatch.undo()
    await asyncio.sleep(0.3)
    pictures, heard = len(eyes.greys), eyes.sound[-1]
    await until(lambda: eyes.sound[-1] is not heard, "sound going on")
    assert len(eyes.greys) <= pictures + 1
    now += 10_000
    monkeypatch.setattr("kinline.engine.media.visit_room.time", clock)
    await until(lambda: Thinned(JULIAN, ODETTE, pictures=True) in house.events, "another try")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda sdp: "v=0\r\nm=audio", "sdp.unreadable"),
        (lambda sdp: sdp * 10, "sdp.too_long"),
        (lambda sdp: sdp.replace("a=sendonly", "a=sendrecv"), "sdp.directions"),
        (lambda sdp: sdp.replace("VP8/90000", "VP9/90000"), "sdp.no_vp8"),
        (lambda sdp: sdp[: sdp.index("m=video")] + sdp[sdp.index("m=video") :] * 2, "sdp.lines"),
    ],
    ids=["nonsense", "too-long", "both-ways", "no-vp8", "three-lines"],
)
async def test_only_our_own_form_of_offer_is_answered(house: House, change: Any, code: str) -> None:
    room = await house.open()
    offers: list[str] = []

    class Door:
        async def publish(self, seat: Seat, offer: str) -> str:
            offers.append(offer)
            return await room.publish(seat, change(offer))

    visitor = Visitor()
    with pytest.raises(OfferRefused) as refused:
        await visitor.publish(Door(), JULIAN)
    assert refused.value.code == code
    assert offers
    await visitor.close()


async def test_a_room_opens_under_a_grant_of_a_visit_alone(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    call = RecordingGrant(RecordingId("r1"), "r1", fresh_key())
    for wrong in (call, None):
        with pytest.raises(TypeError):
            open_visit_room(wrong, recorder, print, until=1e9, silent_after=1)  # type: ignore[arg-type]
    for wrong in (
        VisitGrant(RecordingId("v"), "../v", fresh_key()),
        VisitGrant(RecordingId("v"), "v", "c2hvcnQ="),
    ):
        with pytest.raises(ValueError, match=r"root|32 bytes"):
            open_visit_room(wrong, recorder, print, until=1e9, silent_after=1)
    recorder.close()


async def test_another_aiortc_is_noticed_before_a_visit_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await hooks.check()
    monkeypatch.delattr("aiortc.rtcrtpsender.RTCRtpSender._send_keyframe")
    with pytest.raises(first_hooks.HooksMissing):
        await hooks.check()
