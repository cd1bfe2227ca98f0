"""A telephone's line: what it hears, what it is told, and who is a stranger to it."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kinline.core.call.states import Side
from kinline.core.control import PrivatePermit, RecordingGrant
from kinline.core.ids import RecordingId
from kinline.engine.fake_control import fresh_key
from kinline.engine.ivr.prompts import Prompts
from kinline.engine.media.port import Flowing, MediaEvent, Pressed, Silent
from kinline.engine.media.recode import recoded
from kinline.engine.media.relay import rtp
from kinline.engine.media.relay.engine import Relay
from kinline.engine.media.relay.phone import NoPort, PhoneLine
from kinline.engine.media.relay.room import Room, open_room
from kinline.engine.private import open_private_room
from kinline.engine.recorder import Recorder
from kinline.sealed.codec import Codec
from kinline.sealed.join import join
from kinline.sealed.track import Frame, Track
from tests.engine.browsers import until
from tests.engine.sound import channels
from tests.engine.telephones import KEYS_KIND, Telephone, loudness, tone

JULIAN_HZ, MAMA_HZ = 440, 1000
LOUD, NOT_THERE = -20, -55
PORTS = (30_000, 39_998)


class Exchange:
    """A room, and telephones that sit in it."""

    def __init__(self, folder: Path, codec: Codec = Codec.PCMU) -> None:
        self.folder, self.events = folder, list[MediaEvent]()
        self.recorder = Recorder(folder)
        self.grant = RecordingGrant(RecordingId("r1"), "r1", fresh_key())
        self.room: Room = open_room(
            self.grant, self.recorder, self.events.append, silent_after=0.1, codec=codec
        )
        self.telephones: list[Telephone] = []
        self.lines: list[PhoneLine] = []

    def seat(
        self, side: Side, hertz: int, *, exact: bool = True, **how: object
    ) -> tuple[Telephone, PhoneLine]:
        line = PhoneLine("127.0.0.1", PORTS, exact=exact)
        telephone = Telephone(hertz, **how)  # type: ignore[arg-type]
        line.meet(telephone.media)
        self.room.connect(side, line)
        self.telephones.append(telephone)
        self.lines.append(line)
        return telephone, line

    def pair(self, **outside: object) -> tuple[Telephone, PhoneLine, Telephone, PhoneLine]:
        julian, inside = self.seat(Side.INSIDE, JULIAN_HZ)
        mama, out = self.seat(Side.OUTSIDE, MAMA_HZ, **outside)  # type: ignore[arg-type]
        julian.talks_to(inside.local)
        mama.talks_to(out.local)
        return julian, inside, mama, out

    @property
    def digits(self) -> list[tuple[Side, str]]:
        return [(e.side, e.digit) for e in self.events if isinstance(e, Pressed)]

    async def close(self) -> None:
        for telephone in self.telephones:
            telephone.close()
        await self.room.close()
        for line in self.lines:
            line.close()
        await asyncio.to_thread(self.recorder.close)


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    exchange = Exchange(tmp_path)
    yield exchange
    await exchange.close()


async def test_two_telephones_hear_each_other_from_the_bridge_on_and_never_before(
    exchange: Exchange,
) -> None:
    julian, _, mama, _ = exchange.pair()
    await until(lambda: Flowing(Side.INSIDE) in exchange.events, "Julian's sound")
    await asyncio.sleep(0.2)
    assert (julian.heard, mama.heard) == ([], []), "no sound before acceptance"

    exchange.room.bridge(None)
    await until(lambda: len(julian.heard) > 50 and len(mama.heard) > 50, "each hears the other")
    assert loudness(julian.since(0), MAMA_HZ) > LOUD
    assert loudness(julian.since(0), JULIAN_HZ) < NOT_THERE
    assert loudness(mama.since(0), JULIAN_HZ) > LOUD
    steps = {(b - a) & 0xFFFFFFFF for a, b in zip(mama.stamps, mama.stamps[1:], strict=False)}
    assert steps == {160}, "nothing is lost, and the clock is the sender's"

    exchange.room.part()
    await asyncio.sleep(0.05)
    parted = time.monotonic()
    await asyncio.sleep(0.2)
    assert loudness(julian.since(parted), MAMA_HZ) < NOT_THERE, "nothing after the cut"


async def test_each_side_is_recorded_sealed_on_its_own_channel(
    exchange: Exchange, tmp_path: Path
) -> None:
    exchange.pair(packet_ms=30)
    exchange.room.attach_recorder()
    exchange.room.bridge(None)
    await asyncio.sleep(1.5)
    facts = await exchange.room.tracks()
    tracks = dict[Side, list[Frame]]()
    for fact in facts:
        clear = b"".join(tone(JULIAN_HZ))
        data = (exchange.folder / fact.path).read_bytes()
        assert clear[:160] not in data, "sealed as it is written"
        with (exchange.folder / fact.path).open("rb") as file:
            track = Track(file, base64.b64decode(exchange.grant.data_key))
            assert track.header.codec is Codec.PCMU
            tracks[fact.side] = list(track)
            assert track.complete
    assert [fact.seconds for fact in facts] == [2, 2]

    joined = join(tracks[Side.INSIDE], tracks[Side.OUTSIDE], Codec.PCMU)
    assert (joined.media_type, joined.unplaced) == ("audio/wav", 0)
    assert abs(joined.duration_ms - 1500) < 100
    sound = channels(b"".join(joined), tmp_path / "call.wav")
    left, right = sound[0, 0::2], sound[0, 1::2]
    for own, mine, theirs in ((left, JULIAN_HZ, MAMA_HZ), (right, MAMA_HZ, JULIAN_HZ)):
        packets = [bytes(_mu(own[2000:10_000]))]
        assert loudness(packets, mine) > LOUD
        assert loudness(packets, theirs) < NOT_THERE


def _mu(wave: object) -> list[int]:
    from kinline.sealed.g711 import mu_byte

    return [mu_byte(int(sample)) for sample in wave]  # type: ignore[attr-defined]


async def test_a_telephone_of_the_other_law_is_understood(exchange: Exchange) -> None:
    julian, _, mama, _ = exchange.pair(codec=Codec.PCMA)
    exchange.room.bridge(None)
    await until(lambda: len(julian.heard) > 30 and len(mama.heard) > 30, "each hears the other")
    assert loudness(julian.since(0), MAMA_HZ) > LOUD
    assert loudness(mama.since(0), JULIAN_HZ, Codec.PCMA) > LOUD


async def test_strangers_are_neither_heard_nor_recorded(exchange: Exchange) -> None:
    julian, inside, mama, _ = exchange.pair()
    exchange.room.attach_recorder()
    exchange.room.bridge(None)
    await until(lambda: len(mama.heard) > 5, "Julian's voice")
    other_port, other_address = Telephone(2500), Telephone(2500, address="127.0.0.3")
    exchange.telephones += [other_port, other_address]
    for stranger in (other_port, other_address):
        stranger.source, stranger.number = julian.source, julian.number + 5
        stranger.talks_to(inside.local)
    began = time.monotonic()
    await until(lambda: inside.strangers > 50, "the strangers' packets")
    assert loudness(mama.since(began), 2500) < NOT_THERE
    assert loudness(mama.since(began), JULIAN_HZ) > LOUD
    (fact, _) = await exchange.room.tracks()
    with (exchange.folder / fact.path).open("rb") as file:
        recorded = [
            frame.packet for frame in Track(file, base64.b64decode(exchange.grant.data_key))
        ]
    assert loudness(recorded, 2500) < NOT_THERE


async def test_a_known_port_is_demanded_and_an_unknown_one_is_learnt_once(
    exchange: Exchange,
) -> None:
    telephone, line = exchange.seat(Side.INSIDE, JULIAN_HZ, exact=False)
    behind_a_translator = Telephone(JULIAN_HZ)
    exchange.telephones.append(behind_a_translator)
    behind_a_translator.talks_to(line.local)
    await until(lambda: exchange.room.flowing(Side.INSIDE), "its sound from another port")
    exchange.room.play(Side.INSIDE, [tuple(tone(700))], again=True)
    await until(lambda: len(behind_a_translator.heard) > 5, "what it is told")
    assert not telephone.heard, "nothing goes to the port it does not use"
    telephone.talks_to(line.local)
    await until(lambda: line.strangers > 5, "the second sender is a stranger")

    exact, wrong = PhoneLine("127.0.0.1", PORTS, exact=True), Telephone(MAMA_HZ)
    exchange.telephones.append(wrong)
    exact.meet(telephone.media)
    exchange.room.connect(Side.OUTSIDE, exact)
    wrong.talks_to(exact.local)
    await until(lambda: exact.strangers > 5, "packets from a port nobody named")
    assert not exchange.room.flowing(Side.OUTSIDE)


async def test_a_second_stream_from_the_right_address_waits_for_the_first_to_end(
    exchange: Exchange,
) -> None:
    julian, inside, mama, _ = exchange.pair()
    exchange.room.bridge(None)
    await until(lambda: len(mama.heard) > 5, "Julian's voice")
    own = julian.source
    julian.source += 1
    julian.send(inside.local, tone(2500)[0])
    julian.source = own
    await until(lambda: inside.strangers == 1, "the injected packet")
    julian.falls_silent()
    await asyncio.sleep(0.15)
    julian.source, julian.number, began = own + 1, 7, time.monotonic()
    julian.talks_to(inside.local)
    await until(lambda: len(mama.since(began)) > 5, "his new stream")


async def test_a_key_is_heard_once_however_its_packets_come(exchange: Exchange) -> None:
    telephone, line = exchange.seat(Side.OUTSIDE, MAMA_HZ)
    for lost, digit in enumerate("1590*#2"):
        telephone.press(line.local, digit, lost=lost)
        telephone.press(line.local, digit) if digit == "9" else None
        await asyncio.sleep(0.01)
    await until(lambda: len(exchange.digits) == 8, "eight keys")
    assert "".join(digit for _, digit in exchange.digits) == "15990*#2"


def test_a_key_held_for_long_is_one_key() -> None:
    keys = rtp.KeysHeard()
    begin, full = bytes([5, 10, 0, 160]), bytes([5, 10, 0xFF, 0xFF])
    assert keys.heard(1000, begin) == "5"
    assert keys.heard(1000, full) is None
    assert keys.heard(1000 + 0xFFFF, begin) is None, "the same key, in its second segment"
    end = bytes([5, 0x80 | 10, 1, 0])
    assert [keys.heard(1000 + 0xFFFF, end) for _ in range(3)] == [None] * 3
    assert keys.heard(1000, begin) is None, "a straggler of the first segment"
    assert keys.heard(1000 + 0xFFFF + 256, begin) == "5", "pressed again at once"
    assert keys.heard(90_000, bytes([16, 10, 0, 160])) is None, "a flash is no key"
    assert keys.heard(90_000, b"\x05") is None


async def test_keys_are_sent_to_a_telephone_one_after_the_other(exchange: Exchange) -> None:
    telephone, _ = exchange.seat(Side.OUTSIDE, MAMA_HZ)
    for digit in "5#":
        exchange.room.press(Side.OUTSIDE, digit)
    await until(lambda: len(telephone.keys) == 16, "two keys of eight packets")
    heard = rtp.KeysHeard()
    assert [key for key in (heard.heard(*one) for one in telephone.keys) if key] == ["5", "#"]


async def test_a_prompt_is_laid_over_the_talk_and_heard_alone_without_it(
    exchange: Exchange,
) -> None:
    julian, _, mama, _ = exchange.pair()
    exchange.room.bridge(None)
    await until(lambda: len(mama.heard) > 5, "Julian's voice")
    exchange.room.play(Side.OUTSIDE, [tuple(tone(700))], again=True)
    began = time.monotonic() + 0.2
    await asyncio.sleep(0.7)
    assert loudness(mama.since(began), 700) > LOUD
    softer = loudness(mama.since(began), JULIAN_HZ)
    assert NOT_THERE < softer < loudness(mama.since(began), 700) - 6
    julian.falls_silent()
    await asyncio.sleep(0.2)
    alone = time.monotonic()
    await asyncio.sleep(0.5)
    assert loudness(mama.since(alone), 700) > LOUD
    assert loudness(mama.since(alone), JULIAN_HZ) < NOT_THERE


async def test_a_telephone_on_hold_hears_nothing_and_is_not_given_up(exchange: Exchange) -> None:
    _, _, mama, out = exchange.pair()
    exchange.room.bridge(None)
    await until(lambda: len(mama.heard) > 5, "Julian's voice")
    out.meet(mama.holding)
    await asyncio.sleep(0.05)
    mama.falls_silent()
    held = time.monotonic()
    await asyncio.sleep(0.8)
    assert not mama.since(held)
    assert Silent(Side.OUTSIDE) not in exchange.events
    out.meet(mama.media)
    back = time.monotonic()
    await until(lambda: len(mama.since(back)) > 5, "Julian's voice again")
    await until(lambda: Silent(Side.OUTSIDE) in exchange.events, "a dead line, off hold")


async def test_prompts_and_names_come_in_the_law_of_the_room(exchange: Exchange) -> None:
    telephone, _ = exchange.seat(Side.OUTSIDE, MAMA_HZ, codec=Codec.PCMA)
    prompts = Prompts()
    clip = prompts.clip("keys", "en", Codec.PCMU)
    assert {len(packet) for packet in clip} == {160}
    assert abs(len(clip) - len(prompts.clip("keys", "en"))) <= 2
    assert prompts.clip("keys", "en", Codec.PCMU) is clip, "made once"
    beep = prompts.clip("tone", "en", Codec.PCMU)
    exchange.room.play(Side.OUTSIDE, [beep], again=True)
    await until(lambda: len(telephone.heard) > 20, "the beep")
    assert loudness(telephone.since(0), 1000, Codec.PCMA) > LOUD
    spoken = recoded(tuple(tone(440)), Codec.PCMU, Codec.OPUS)
    assert loudness(list(recoded(spoken, Codec.OPUS, Codec.PCMU)), 440) > LOUD
    assert recoded((b"\x01" * 240,), Codec.PCMU, Codec.PCMU)[1][80:] == b"\xff" * 80


async def test_a_private_room_carries_telephones_and_lets_nobody_else_in(
    tmp_path: Path,
) -> None:
    bridges = Relay(recorder := Recorder(tmp_path), "127.0.0.1", PORTS)
    room = await open_private_room(
        PrivatePermit("attorney"), bridges, lambda event: None, silent_after=1, codec=Codec.PCMU
    )
    julian, attorney = Telephone(JULIAN_HZ), Telephone(MAMA_HZ)
    for side, telephone in ((Side.INSIDE, julian), (Side.OUTSIDE, attorney)):
        line = PhoneLine("127.0.0.1", PORTS, exact=True)
        line.meet(telephone.media)
        room.connect(side, line)
        telephone.talks_to(line.local)
    room.bridge(None)
    await until(lambda: len(attorney.heard) > 20, "Julian's voice")
    assert loudness(attorney.since(0), JULIAN_HZ) > LOUD
    room.press(Side.OUTSIDE, "1")
    await until(lambda: attorney.keys, "a key for the attorney's switchboard")
    julian.close()
    attorney.close()
    await room.close()
    recorder.close()


async def test_what_is_no_rtp_is_dropped_and_ports_are_given_back(exchange: Exchange) -> None:
    telephone, line = exchange.seat(Side.INSIDE, JULIAN_HZ)
    head = rtp.packed(b"", kind=0, number=1, timestamp=1, source=1)
    for junk in (b"", b"\x80", b"GET / HTTP/1.1", b"\x9f" + head[1:], b"\xb0" + head[1:] + b"\xff"):
        telephone.socket.sendto(junk, line.local)
    telephone.send(line.local, b"\x00" * 160, kind=96)
    telephone.send(line.local, bytes([200, 0, 0, 1]), kind=KEYS_KIND)
    await asyncio.sleep(0.1)
    assert not exchange.room.flowing(Side.INSIDE)
    assert not exchange.digits
    narrow = (line.local[1], line.local[1])
    with pytest.raises(NoPort):
        PhoneLine("127.0.0.1", narrow, exact=True)
    line.close()
    line.close()
    PhoneLine("127.0.0.1", narrow, exact=True).close()
