"""rtpengine carrying calls: what it lets through, what comes to us, and what happens when it dies.

Telephones here are sockets; real ones, and pages, are in test_telephones.py. All but four are long.
"""

import asyncio
import base64
import stat
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from kinline.core.call.states import Side
from kinline.core.control import PrivatePermit, RecordingGrant, TrackFact
from kinline.core.ids import RecordingId
from kinline.engine.fake_control import fresh_key
from kinline.engine.media.port import (
    CallRoom,
    Flowing,
    Line,
    MediaAway,
    MediaEvent,
    Pressed,
    RoomLost,
    Silent,
    TimeIsUp,
)
from kinline.engine.media.relay import rtp
from kinline.engine.media.relay.engine import Relay
from kinline.engine.media.rtpengine.engine import Rtpengine as Engine
from kinline.engine.private import open_private_room
from kinline.engine.recorder import Recorder
from kinline.sealed.codec import Codec
from kinline.sealed.track import Frame, Track
from tests.engine.browsers import listening_in, until
from tests.engine.rtpengines import Rtpengine
from tests.engine.telephones import KEYS_KIND, Telephone, loudness, samples, tone

pytestmark = pytest.mark.rtpengine

JULIAN_HZ, MAMA_HZ, STRANGER_HZ = 440, 1000, 2500
LOUD, NOT_THERE = -20, -55
SETTLE = 0.15  # seconds for a command and what was on its way
KEY = 0.15  # from one key to the next, as fast as a finger


class Booths:
    """rtpengine, an engine's end of it, and telephones that sit in its rooms."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.events = folder, list[MediaEvent]()
        self.there = Rtpengine(folder / "rtpengine", log_level=6)
        self.recorder = Recorder(folder / "recordings")
        self.grant = RecordingGrant(RecordingId("r1"), "r1", fresh_key())
        self.telephones: list[Telephone] = []
        self.engine = self.another("0001")

    def another(self, boot: str) -> Engine:
        relay = Relay(self.recorder, "127.0.0.1", (30_000, 39_998))
        return Engine(self.there.address, "e1", boot, self.recorder, relay)

    async def handset(self, **how: object) -> tuple[Telephone, Line]:
        telephone = self.telephone(JULIAN_HZ, **how)
        line = await self.engine.open_line(telephone.codec)
        line.meet(telephone.media)
        telephone.talks_to(line.local)
        return telephone, line

    def telephone(self, hertz: int, **how: object) -> Telephone:
        telephone = Telephone(hertz, **how)  # type: ignore[arg-type]
        self.telephones.append(telephone)
        return telephone

    def seat(self, room: CallRoom, **how: object) -> tuple[Telephone, Line]:
        telephone, line = self.telephone(MAMA_HZ, **how), room.open_line(Side.OUTSIDE)
        line.meet(telephone.media)
        room.connect(Side.OUTSIDE, line)
        telephone.talks_to(line.local)
        return telephone, line

    async def room(self, handset: Line, *, silent_after: float = 0.3):  # type: ignore[no-untyped-def]
        room = await self.engine.open_room(
            self.grant,
            self.events.append,
            silent_after=silent_after,
            codec=Codec.PCMU,
            handset=handset,
        )
        room.connect(Side.INSIDE, handset)
        return room

    async def private_room(self, handset: Line) -> CallRoom:
        room = await open_private_room(
            PrivatePermit("attorney"),
            self.engine,
            self.events.append,
            silent_after=0.3,
            codec=Codec.PCMU,
            handset=handset,
        )
        room.connect(Side.INSIDE, handset)
        return room

    def frames(self, fact: TrackFact) -> list[Frame]:
        with (self.folder / "recordings" / fact.path).open("rb") as file:
            return list(Track(file, base64.b64decode(self.grant.data_key)))

    def sound(self, fact: TrackFact) -> list[bytes]:
        return [frame.packet for frame in self.frames(fact)]

    @property
    def digits(self) -> list[tuple[Side, str]]:
        return [(e.side, e.digit) for e in self.events if isinstance(e, Pressed)]

    async def subscriptions(self) -> list[str]:
        """What third parties rtpengine copies sound to, in all of its calls."""
        found = []
        for call in await self.there.calls():
            tags = (await self.there.asked("query", **{"call-id": call}))["tags"]
            for tag in tags.values():
                found += [one["tag"] for one in tag["subscribers"] if one["type"] != "offer/answer"]
        return found

    async def close(self) -> None:
        for telephone in self.telephones:
            telephone.close()
        await self.engine.close()
        await self.there.dies()
        await asyncio.to_thread(self.recorder.close)


@pytest.fixture
async def booths(tmp_path: Path) -> AsyncIterator[Booths]:
    booths = Booths(tmp_path)
    await booths.there.starts()
    await booths.engine.open()
    yield booths
    await booths.close()


async def test_nothing_passes_before_the_bridge_and_nothing_after_the_cut(booths: Booths) -> None:
    julian, line = await booths.handset()
    room = await booths.room(line)
    mama, _ = booths.seat(room)
    await until(lambda: room.flowing(Side.INSIDE) and room.flowing(Side.OUTSIDE), "their sound")
    room.play(Side.OUTSIDE, [tuple(tone(700))], again=True)
    await until(lambda: len(mama.heard) > 20, "the announcement")
    assert loudness(mama.since(0), 700) > LOUD
    assert loudness(mama.since(0), JULIAN_HZ) < NOT_THERE, "and nobody else"
    assert not julian.heard

    log = booths.there.log.read_text()
    assert log.index("'block media'") < log.index("'play media'"), "silenced before it is spoken to"
    room.stop(Side.OUTSIDE)
    loop = asyncio.get_running_loop()
    room.bridge(until_moment := loop.time() + 1.0)
    await asyncio.sleep(SETTLE)
    talk = time.monotonic()
    await asyncio.sleep(0.5)
    for who, other in ((julian, MAMA_HZ), (mama, JULIAN_HZ)):
        assert loudness(who.since(talk), other) > LOUD
        assert loudness(who.since(talk), 700) < NOT_THERE
    steps = {
        (b - a) & 0xFFFFFFFF for a, b in zip(mama.stamps[-20:], mama.stamps[-19:], strict=False)
    }
    assert steps == {160}, "nothing is lost, and the clock is the sender's"

    await until(lambda: TimeIsUp() in booths.events, "the cut")
    assert loop.time() - until_moment < 0.2
    await asyncio.sleep(SETTLE)
    cut = time.monotonic()
    await asyncio.sleep(0.2)
    assert (julian.since(cut), mama.since(cut)) == ([], [])
    await room.close()


async def test_strangers_are_neither_heard_nor_recorded(booths: Booths) -> None:
    julian, line = await booths.handset()
    room = await booths.room(line)
    mama, _ = booths.seat(room)
    room.attach_recorder()
    room.bridge(None)
    await until(lambda: len(mama.heard) > 5, "Julian's voice")
    for how in ({}, {"address": "127.0.0.3"}):
        stranger = booths.telephone(STRANGER_HZ, **how)
        stranger.source, stranger.number = julian.source, julian.number + 5
        stranger.stamp = julian.stamp
        stranger.talks_to(line.local)
        stranger.press(line.local, "9")
    began = time.monotonic()
    await asyncio.sleep(1.0)
    assert loudness(mama.since(began), STRANGER_HZ) < NOT_THERE
    assert loudness(mama.since(began), JULIAN_HZ) > LOUD
    assert not booths.digits, "a stranger's keys are nobody's"
    for fact, own in zip(await room.tracks(), (JULIAN_HZ, MAMA_HZ), strict=True):
        assert loudness(booths.sound(fact), STRANGER_HZ) < NOT_THERE
        assert loudness(booths.sound(fact), own) > LOUD
    await room.close()


@pytest.mark.long
async def test_each_side_comes_to_us_alone_and_no_file_of_rtpengine_has_it(booths: Booths) -> None:
    _, line = await booths.handset()
    room = await booths.room(line)
    booths.seat(room, codec=Codec.PCMA)
    room.attach_recorder()
    room.bridge(None)
    await asyncio.sleep(1.5)
    assert booths.there.process is not None
    files = list(Path(f"/proc/{booths.there.process.pid}/fd").iterdir())
    regular = {path.resolve() for path in files if stat.S_ISREG(path.stat().st_mode)}
    assert regular <= {booths.there.log}, "its log alone"
    tracks = await room.tracks()
    for fact, mine, theirs in zip(tracks, (JULIAN_HZ, MAMA_HZ), (MAMA_HZ, JULIAN_HZ), strict=True):
        assert loudness(booths.sound(fact), mine) > LOUD, "in the law of the room, both"
        assert loudness(booths.sound(fact), theirs) < NOT_THERE
        clear = b"".join(tone(mine))[:160]
        assert clear not in (booths.folder / "recordings" / fact.path).read_bytes()
    await room.close()
    assert not await booths.subscriptions()


@pytest.mark.long
async def test_a_listener_hears_one_side_of_a_talk_and_leaves_no_trace(booths: Booths) -> None:
    _, line = await booths.handset()
    room = await booths.room(line)
    mama, _ = booths.seat(room)
    room.bridge(None)
    await until(lambda: len(mama.heard) > 5, "a talk")
    listening = await room.listen(Side.INSIDE)
    third, ear = await listening_in(listening)
    await until(lambda: ear.count > 30, "what Julian says")
    heard = [data for *_, data in ear.heard]
    assert loudness(heard, JULIAN_HZ) > LOUD
    assert loudness(heard, MAMA_HZ) < NOT_THERE
    assert await booths.subscriptions() == ["inside-fork"], "the side that is listened to"
    room.attach_recorder()
    with pytest.raises(RuntimeError):
        room.attach_recorder()
    await asyncio.sleep(1.0)
    facts = await room.tracks()
    assert loudness(booths.sound(facts[1]), MAMA_HZ) > LOUD, "one may be listened to and recorded"
    await room.close()
    await third.close()
    assert not await booths.subscriptions()


@pytest.mark.long
async def test_a_telephone_of_the_other_law_is_understood(booths: Booths) -> None:
    julian, line = await booths.handset()
    room = await booths.room(line)
    mama, _ = booths.seat(room, codec=Codec.PCMA)
    room.bridge(None)
    await until(lambda: len(julian.heard) > 30 and len(mama.heard) > 30, "each hears the other")
    assert loudness(julian.since(0), MAMA_HZ) > LOUD
    assert loudness(mama.since(0), JULIAN_HZ, Codec.PCMA) > LOUD
    await room.close()


@pytest.mark.long
async def test_a_prompt_silences_the_talk_for_its_length_and_the_recording_has_all(
    booths: Booths,
) -> None:
    julian, line = await booths.handset()
    room = await booths.room(line)
    mama, _ = booths.seat(room)
    room.attach_recorder()
    room.bridge(None)
    await until(lambda: len(mama.heard) > 10, "Julian's voice")
    room.play(Side.OUTSIDE, [tuple(tone(700))])
    await asyncio.sleep(SETTLE)
    said = time.monotonic()
    await asyncio.sleep(0.6)
    assert loudness(mama.since(said), 700) > LOUD
    assert loudness(mama.since(said), JULIAN_HZ) < NOT_THERE
    assert loudness(julian.since(said), MAMA_HZ) > LOUD, "who is told nothing hears on"
    await asyncio.sleep(0.5)
    after = time.monotonic()
    await asyncio.sleep(0.4)
    assert loudness(mama.since(after), JULIAN_HZ) > LOUD, "and the talk goes on"
    inside, _ = await room.tracks()
    frames = booths.frames(inside)
    gaps = [b.ms - a.ms for a, b in pairwise(frames)]
    assert max(gaps) < 60, "what Julian said meanwhile is in his track"
    assert loudness(booths.sound(inside), 700) < NOT_THERE, "and no prompt"
    await room.close()


@pytest.mark.long
async def test_clips_follow_each_other_and_their_end_is_told(booths: Booths) -> None:
    julian, line = await booths.handset()
    booth = booths.engine.open_booth(
        on_silence=lambda: None, on_digit=lambda _: None, silent_after=1, codec=Codec.PCMU
    )
    booth.connect(line)
    done = asyncio.Event()
    began = time.monotonic()
    booth.play([tuple(tone(700))[:25], tuple(tone(900))[:25]] * 8, done=done.set)  # 8 seconds
    async with asyncio.timeout(12):
        await done.wait()
    assert time.monotonic() - began == pytest.approx(8.0, abs=0.3)
    assert len(julian.heard) == pytest.approx(400, abs=3), "pieces without a gap or a loss"
    sound = samples(julian.since(0))
    assert abs(sound[2000:2200]).max() > 1000
    booth.play([tuple(tone(700))], again=True)
    await asyncio.sleep(1.6)
    booth.stop()
    await asyncio.sleep(SETTLE)
    quiet = time.monotonic()
    await asyncio.sleep(0.2)
    assert not julian.since(quiet)
    await booth.close()


@pytest.mark.long
async def test_a_name_is_heard_while_it_is_taken_and_not_otherwise(booths: Booths) -> None:
    _, line = await booths.handset()
    booth = booths.engine.open_booth(
        on_silence=lambda: None, on_digit=lambda _: None, silent_after=1, codec=Codec.PCMU
    )
    booth.connect(line)
    assert not await booths.subscriptions()
    taken: list[bytes] = []

    def sink(packet: bytes, _samples: int, _at: float) -> None:
        taken.append(packet)

    for _ in range(2):
        taken.clear()
        booth.hear(sink)
        await asyncio.sleep(0.6)
        booth.hush(sink)
        assert loudness(taken, JULIAN_HZ) > LOUD
        await asyncio.sleep(SETTLE)
        assert not await booths.subscriptions()
    await booth.close()


@pytest.mark.long
async def test_hold_is_silence_towards_who_holds_and_no_lost_line(booths: Booths) -> None:
    _, line = await booths.handset()
    room = await booths.room(line, silent_after=0.1)
    mama, out = booths.seat(room)
    room.attach_recorder()
    room.bridge(None)
    await until(lambda: len(mama.heard) > 5, "Julian's voice")
    out.meet(mama.holding)
    assert out.on_hold
    await asyncio.sleep(SETTLE)
    mama.falls_silent()
    held = time.monotonic()
    await asyncio.sleep(1.0)
    assert not mama.since(held)
    assert Silent(Side.OUTSIDE) not in booths.events
    room.play(Side.OUTSIDE, [tuple(tone(700))])
    await asyncio.sleep(SETTLE)
    assert not mama.since(held), "not even a prompt"
    out.meet(mama.media)
    await asyncio.sleep(1.2)
    back = time.monotonic()
    await until(lambda: len(mama.since(back)) > 5, "Julian's voice again")
    await until(lambda: Silent(Side.OUTSIDE) in booths.events, "a dead line, off hold")
    await room.close()


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.long
async def test_a_line_that_falls_silent_and_comes_back_is_noticed(
    booths: Booths, recorded: bool
) -> None:
    _, line = await booths.handset()
    room = await (booths.room(line) if recorded else booths.private_room(line))
    mama, out = booths.seat(room)
    await until(lambda: Flowing(Side.OUTSIDE) in booths.events, "her sound, before acceptance")
    if recorded:
        room.attach_recorder()
    room.bridge(None)
    mama.falls_silent()
    await until(lambda: Silent(Side.OUTSIDE) in booths.events, "her silence")
    assert Silent(Side.INSIDE) not in booths.events
    booths.events.clear()
    mama.talks_to(out.local)
    await until(lambda: Flowing(Side.OUTSIDE) in booths.events, "her return")
    await room.close()


def keys_heard(telephone: Telephone) -> list[str]:
    heard = rtp.KeysHeard()
    return [key for key in (heard.heard(*packet) for packet in telephone.keys) if key]


@pytest.mark.parametrize("kind", [KEYS_KIND, 96])
@pytest.mark.long
async def test_each_key_is_heard_once_and_reaches_a_switchboard_in_the_talk_alone(
    booths: Booths, kind: int
) -> None:
    julian, line = await booths.handset()
    room = await booths.room(line)
    mama, out = booths.seat(room)
    mama.keys_kind = kind
    out.meet(mama.media)
    await until(lambda: room.flowing(Side.INSIDE), "his sound")
    for lost, digit in enumerate("159"):  # the first packets of a key may get lost
        julian.press(line.local, digit, lost=lost)
        await asyncio.sleep(KEY)
    assert not mama.keys, "it may be a PIN"
    room.attach_recorder()
    room.bridge(None)
    await asyncio.sleep(SETTLE)
    for digit in "9*#":
        julian.press(line.local, digit)
        await asyncio.sleep(KEY)
    mama.press(out.local, "7")
    await until(lambda: len(booths.digits) == 7, "seven keys")
    for _, digit in booths.digits[3:6]:
        room.press(Side.OUTSIDE, digit)  # as a conversation does with what is pressed inside
    await asyncio.sleep(0.5)
    assert [d for side, d in booths.digits if side is Side.INSIDE] == list("1599*#")
    through = ["9", "*", "#"] if kind == KEYS_KIND else []  # a number she does not know is no use
    assert keys_heard(mama) == through, "once each"
    assert not julian.keys, "what is pressed outside stays with us"
    talk = time.monotonic()
    await asyncio.sleep(0.3)
    assert loudness(mama.since(talk), JULIAN_HZ) > LOUD
    inside, _ = await room.tracks()
    assert loudness(booths.sound(inside), JULIAN_HZ) > LOUD, "keys are in no recording"
    room.part()
    await asyncio.sleep(SETTLE)
    julian.press(line.local, "4")
    await until(lambda: len(booths.digits) == 8, "a key after the talk")
    assert keys_heard(mama) == through
    await room.close()


async def test_a_private_call_has_no_third_party_at_rtpengine_not_even_after_a_recorded_one(
    booths: Booths,
) -> None:
    julian, line = await booths.handset()
    recorded = await booths.room(line)
    mama, out = booths.seat(recorded)
    recorded.attach_recorder()
    recorded.bridge(None)
    await asyncio.sleep(0.5)
    assert sorted(await booths.subscriptions()) == ["inside-fork", "outside-fork"], "seen so"
    await recorded.close()
    out.close()
    mama.falls_silent()

    heard_last = booths.there.log.read_text().splitlines()[-1]
    room = await booths.private_room(line)
    attorney, _ = booths.seat(room)
    room.bridge(None)
    await asyncio.sleep(SETTLE)
    talk, heard_by_mama = time.monotonic(), len(mama.heard)
    await asyncio.sleep(0.5)
    assert loudness(attorney.since(talk), JULIAN_HZ) > LOUD
    assert loudness(julian.since(talk), MAMA_HZ) > LOUD
    assert len(mama.heard) == heard_by_mama
    assert not await booths.subscriptions()
    julian.press(line.local, "1")
    await until(lambda: attorney.keys, "a key for the attorney's switchboard")
    await room.close()
    private = booths.there.log.read_text().partition(heard_last)[2]
    assert "block media" in private
    assert "subscribe" not in private, "nor was one asked for"


@pytest.mark.long
async def test_rtpengine_logs_no_keys_at_the_level_it_is_run_with(booths: Booths) -> None:
    julian, line = await booths.handset()
    room = await booths.room(line)
    booths.seat(room)
    await until(lambda: room.flowing(Side.INSIDE), "his sound")
    before = booths.there.log.read_text()
    for digit in "7771":
        julian.press(line.local, digit)
        await asyncio.sleep(KEY)
    await until(lambda: len(booths.digits) == 4, "four keys")
    log = booths.there.log.read_text().removeprefix(before)
    assert "event" not in log.lower()
    assert "7771" not in log
    await room.close()


@pytest.mark.long
async def test_its_death_loses_the_room_and_keeps_the_recording(booths: Booths) -> None:
    _, line = await booths.handset()
    room = await booths.room(line)
    booths.seat(room)
    room.attach_recorder()
    room.bridge(None)
    await asyncio.sleep(1.2)
    await booths.there.dies()
    await until(lambda: RoomLost() in booths.events, "the loss")
    assert not room.flowing(Side.INSIDE)
    facts = await room.tracks()
    assert loudness(booths.sound(facts[0]), JULIAN_HZ) > LOUD
    async with asyncio.timeout(5):
        await room.close()
    assert booths.events.count(RoomLost()) == 1
    await until(lambda: not booths.engine.here, "that it is away")
    with pytest.raises(MediaAway):
        await booths.engine.open_line(Codec.PCMU)

    await booths.there.starts()
    await until(lambda: booths.engine.here, "its return")
    _, line = await booths.handset()
    room = await booths.room(line)
    mama, _ = booths.seat(room)
    room.bridge(None)
    await until(lambda: len(mama.heard) > 5, "the next call")
    await room.close()


@pytest.mark.long
async def test_one_that_was_started_again_in_a_blink_has_lost_our_calls_too(
    booths: Booths,
) -> None:
    _, line = await booths.handset()
    await booths.room(line)
    await booths.there.dies()
    await booths.there.starts()
    await until(lambda: RoomLost() in booths.events, "the loss", patience=30.0)


@pytest.mark.long
async def test_what_a_dead_engine_left_is_ended_at_the_next_start(booths: Booths) -> None:
    _, line = await booths.handset()
    await booths.room(line)
    assert len(await booths.there.calls()) == 1
    booths.engine._sessions.clear()  # as kill -9 leaves it: nobody says delete
    await booths.engine.close()
    booths.engine = booths.another("0002")
    await booths.engine.open()
    assert not await booths.there.calls()


@pytest.mark.long
async def test_nothing_is_left_over_when_all_is_closed(booths: Booths) -> None:
    for _ in range(3):
        _, line = await booths.handset()
        for _ in range(2):
            room = await booths.room(line)
            _, out = booths.seat(room)
            room.attach_recorder()
            room.bridge(None)
            await asyncio.sleep(0.2)
            out.close()
            await room.close()
            await room.close()
        line.close()
        line.close()
    await asyncio.sleep(SETTLE)
    assert not await booths.there.calls()
    assert booths.recorder.open == 0


async def test_without_rtpengine_a_call_is_refused_at_once(tmp_path: Path) -> None:
    booths = Booths(tmp_path)
    await booths.engine.open()
    assert not booths.engine.here
    with pytest.raises(MediaAway):
        await booths.engine.open_line(Codec.PCMU)
    with pytest.raises(MediaAway):
        await booths.engine.open_room(
            booths.grant, print, silent_after=1, codec=Codec.PCMU, handset=None
        )
    room = await booths.engine.open_room(booths.grant, print, silent_after=1, codec=Codec.OPUS)
    await room.close()
    await booths.close()
