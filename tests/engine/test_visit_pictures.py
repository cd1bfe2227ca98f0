"""Pictures from packets, moments from reports, and how much may be sent: no network, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.visit.kept import MediaKind
from kinline.engine.media.relay.visit.allowance import (
    LEAST_BITS_PER_SECOND,
    Allowance,
    Narrows,
)
from kinline.engine.media.relay.visit.pictures import PATIENCE_SECONDS, Assembler, Picture
from kinline.engine.media.relay.visit.source import SoundIntake, Source
from kinline.engine.media.relay.visit.timeline import SenderClock, Timeline

KEY, DELTA = b"\x10", b"\x11"  # the first byte of a VP8 picture: the lowest bit says which


@dataclass
class Packet:
    sequence_number: int
    timestamp: int
    marker: int
    _data: bytes
    payload: bytes = b"\x10"
    ssrc: int = 7


def picture(first: int, place: int, parts: int = 3, *, key: bool = False) -> list[Packet]:
    """The packets of one picture: numbered from `first` on, at `place` of 30 a second."""
    found = []
    for n in range(parts):
        begins = n == 0
        data = (KEY if key else DELTA) if begins else b"-"
        number, last = (first + n) & 0xFFFF, n == parts - 1
        descriptor = b"\x10" if begins else b"\x00"
        found.append(Packet(number, place * 3000, int(last), data, descriptor))
    return found


def film(count: int, first: int = 0, keys: Iterable[int] = (0,)) -> list[Packet]:
    return [p for n in range(count) for p in picture(first + 3 * n, n, key=n in set(keys))]


def seen(packets: Iterable[Packet], *, gap: float = 0.01) -> tuple[list[Picture], Assembler]:
    assembler, found = Assembler(), list[Picture]()
    for n, packet in enumerate(packets):
        found += assembler.add(packet, n * gap)
    return found, assembler


def places(pictures: list[Picture]) -> list[int]:
    return [one.timestamp // 3000 for one in pictures]


@given(st.randoms(use_true_random=False), st.integers(0, 0xFFFF))
def test_whatever_order_within_patience_pictures_come_whole_and_in_order(
    chance: object, first: int
) -> None:
    packets = film(10, first)
    mixed = packets[:1] + sorted(
        packets[1:],
        key=lambda p: ((p.sequence_number - first) & 0xFFFF) + chance.random() * 8,  # type: ignore[attr-defined]
    )
    found, assembler = seen(mixed, gap=0.001)
    assert places(found) == list(range(10))
    assert all(one.data in (KEY + b"--", DELTA + b"--") for one in found)
    assert (assembler.lost, assembler.frozen) == (0, False)


def test_a_packet_sent_again_in_time_mends_the_hole() -> None:
    packets = film(10)
    late = packets.pop(7)
    found, assembler = seen([*packets[:20], late, *packets[20:]])
    assert places(found) == list(range(10))
    assert assembler.lost == 0


def test_after_patience_nothing_is_shown_until_a_picture_stands_for_itself() -> None:
    packets = film(60, keys=(0, 40))
    del packets[7]
    found, assembler = seen(packets)
    shown = places(found)
    assert shown[:2] == [0, 1], "whole before the hole"
    assert 2 not in shown
    assert shown[2] == 40, "and then from the next key frame on"
    assert shown[2:] == list(range(40, 60))
    assert assembler.lost == 1
    frozen, assembler = seen(packets[:90])
    assert places(frozen) == [0, 1]
    assert assembler.frozen, "somebody must ask for a key frame"


def test_a_key_frame_that_waits_behind_the_hole_is_shown_at_once() -> None:
    packets = film(20, keys=(0, 5))
    del packets[7]
    found, _ = seen(packets, gap=PATIENCE_SECONDS / 20)
    assert places(found) == [0, 1, *range(5, 20)]


def test_what_only_fills_the_line_is_no_picture_and_no_hole() -> None:
    filler = Packet(3, 0, 0, b"", payload=b"")
    packets = [*picture(0, 0, key=True), filler, *picture(4, 1)]
    found, _ = seen(packets)
    assert places(found) == [0, 1]
    assert found[1].data == DELTA + b"--"


def test_a_strangers_packets_fill_no_memory_and_break_nothing() -> None:
    endless = [Packet(n & 0xFFFF, 0, 0, b"x" * 1000) for n in range(5000)]
    found, assembler = seen(endless)
    assert not found
    assert len(assembler._held) < 500
    far = [*film(2), *picture(40_000, 9, key=True)]
    assert places(seen(far)[0]) == [0, 1, 9], "another numbering begins anew"
    assert seen([Packet(5, 0, 1, b"x", payload=b"\x00")])[0] == [], "an end without a beginning"


def test_a_flood_goes_no_further_than_the_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr("kinline.engine.media.relay.visit.source.time", clock)
    source, sizes = Source(MediaKind.AUDIO, lambda: None), list[int]()
    source.add_sink(lambda packet, ticks, at, key: sizes.append(len(packet)))
    intake = SoundIntake(source)
    source.use(intake, SenderClock())
    for number in range(1000):
        intake.add(Packet(number, number * 960, 1, b"x" * 1200))
    assert 300_000 < sum(sizes) <= 400_000
    now += 1.0
    intake.add(Packet(1000, 960_000, 1, b"again"))
    assert sizes[-1] == len(b"again"), "the next second is as good as any"


def test_late_pictures_are_laid_beside_their_sound_by_the_senders_reports() -> None:
    """The camera's encoder takes 150 ms, and the network 20: both are where they were taken."""
    sender, sound, view = SenderClock(), Timeline(48_000, 960), Timeline(90_000, 3000)
    sound.begin(sender)
    view.begin(sender)
    wall = 5_000_000.0
    heard = shown = 0.0
    for n in range(500):
        taken = n * 0.02
        heard = sound.place(n * 960, 100 + taken + 0.02)
        shown = view.place(n * 1800, 100 + taken + 0.17)
        if n % 50 == 25:
            sound.heard(wall + taken, n * 960, 100 + taken + 0.02)
            view.heard(wall + taken, n * 1800, 100 + taken + 0.02)
    assert abs(heard - shown) < 0.002
    assert heard == pytest.approx(100 + 499 * 0.02 + 0.02, abs=0.005)


def test_without_reports_the_moment_of_arrival_must_do() -> None:
    line = Timeline(48_000, 960)
    line.begin(SenderClock())
    moments = [line.place(n * 960, 50 + n * 0.02 + (0.03 if n % 7 else 0)) for n in range(100)]
    steps = [after - before for before, after in pairwise(moments)]
    assert max(steps[10:]) < 0.021, "jitter does not reach the recording"


def test_a_new_connection_goes_on_in_time_and_a_wild_clock_is_set_right() -> None:
    line = Timeline(90_000, 3000)
    line.begin(SenderClock())
    first = line.place(1_000, 10.0)
    before = line.ticks
    line.begin(SenderClock())
    assert line.place(99, 15.0) - first == pytest.approx(5.0)
    assert line.ticks - before == 5 * 90_000
    assert line.place(2_000_000_000, 15.03) == pytest.approx(15.03), "hours ahead: not believed"
    line.heard(1.0, 2_000_000_000, 15.04)
    line.heard(9e9, 2_000_003_000, 15.05)
    assert line.place(2_000_006_000, 15.09) == pytest.approx(15.09, abs=0.1)


def test_much_loss_lowers_what_is_sent_and_little_lets_it_rise() -> None:
    allowance, now = Allowance(600_000), 100.0
    assert allowance.told("odette", 0.04, now) is False, "four in a hundred are mended"
    for _ in range(3):
        now += 1.1
        allowance.told("odette", 0.0, now)
        now += 1.1
        assert allowance.told("ruth", 0.3, now), "the worst line sets the measure"
    low = allowance.bits
    assert LEAST_BITS_PER_SECOND < low < 400_000
    assert allowance.told("ruth", 0.9, now + 0.1) is False, "not oftener than once a second"
    allowance.forget("ruth")
    for _ in range(60):
        now += 1.1
        allowance.told("odette", 0.0, now)
    assert allowance.bits == 600_000
    for _ in range(60):
        now += 1.1
        allowance.told("odette", 1.0, now)
    assert allowance.bits == LEAST_BITS_PER_SECOND
    assert allowance.least


def test_a_line_that_cannot_take_the_least_gets_sound_alone_for_a_while() -> None:
    line, now = Narrows(), 100.0
    assert not any(line.told(0.5, now, least=False) for _ in range(9)), "less is tried first"
    assert [line.told(0.5, now, least=True) for _ in range(3)] == [False, False, True]
    assert not line.due(now + 14)
    assert line.due(now + 16)
    assert not line.due(now + 17)
    assert [line.told(0.5, now + 20, least=True) for _ in range(3)] == [False, False, True]
    assert not line.due(now + 20 + 29), "each time it is left longer"
    assert line.due(now + 20 + 31)
