"""Prompts on one beat: each packet once, in its place, at its time, whoever else is played to."""

import asyncio
import time
from itertools import pairwise

import pytest

from kinline.engine.media.relay.player import Beat, Player
from kinline.sealed.opus import FRAME_MS, FRAME_SAMPLES

ONE, TWO = (b"a", b"b", b"c"), (b"d", b"e")


class Ear:
    """Notes what is played to it, and when."""

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, int]] = []
        self.at: list[float] = []
        self.done = asyncio.Event()

    def push(self, packet: bytes, samples: int) -> None:
        self.heard.append((packet, samples))
        self.at.append(asyncio.get_running_loop().time())

    def play(self, *clips: tuple[bytes, ...], again: bool = False) -> Player:
        return Player(clips, self.push, again=again, done=self.done.set)


async def test_every_packet_comes_once_in_its_place_and_then_it_is_said() -> None:
    ear = Ear()
    player = ear.play(ONE, TWO)
    await asyncio.wait_for(ear.done.wait(), 5)
    assert ear.heard == [(bytes([97 + at]), at * FRAME_SAMPLES) for at in range(5)]
    assert player.over


async def test_two_who_begin_apart_hear_their_own_and_nothing_twice() -> None:
    one, two = Ear(), Ear()
    one.play(ONE, TWO)
    await asyncio.sleep(FRAME_MS / 1000 * 1.5)
    two.play(TWO, ONE)
    await asyncio.wait_for(asyncio.gather(one.done.wait(), two.done.wait()), 5)
    assert b"".join(packet for packet, _ in one.heard) == b"abcde"
    assert b"".join(packet for packet, _ in two.heard) == b"deabc"


async def test_the_first_sound_waits_for_no_beat_and_the_rest_is_never_early_by_more_than_one() -> (
    None
):
    ear = Ear()
    Ear().play(ONE * 20, again=True)
    await asyncio.sleep(FRAME_MS / 1000 * 2.4)
    asked = asyncio.get_running_loop().time()
    ear.play(ONE * 10)
    await asyncio.wait_for(ear.done.wait(), 5)
    assert ear.at == sorted(ear.at)
    for place, at in enumerate(ear.at):
        assert at - asked >= (place - 1) * FRAME_MS / 1000


async def test_again_means_until_it_is_stopped_and_stopping_tells_nobody() -> None:
    ear = Ear()
    player = ear.play(TWO, again=True)
    while len(ear.heard) < 5:
        await asyncio.sleep(0.005)
    player.stop()
    heard = list(ear.heard)
    await asyncio.sleep(FRAME_MS / 1000 * 4)
    assert ear.heard == heard
    assert [packet for packet, _ in heard[:5]] == [b"d", b"e", b"d", b"e", b"d"]
    assert all(later - before == FRAME_SAMPLES for (_, before), (_, later) in pairwise(heard))
    assert not ear.done.is_set()


@pytest.mark.parametrize("again", [False, True], ids=["once", "again"])
async def test_nothing_to_play_is_over_at_once_but_not_before_it_was_asked(again: bool) -> None:
    ear = Ear()
    ear.play((), again=again)
    assert not ear.done.is_set()
    await asyncio.wait_for(ear.done.wait(), 5)
    assert ear.heard == []


async def test_stopped_before_it_began_nothing_is_heard() -> None:
    ear = Ear()
    ear.play(ONE).stop()
    await asyncio.sleep(FRAME_MS / 1000 * 2)
    assert (ear.heard, ear.done.is_set()) == ([], False)


async def test_one_who_leaves_and_another_who_comes_in_one_beat_do_not_double_it() -> None:
    beat, struck = Beat.of_this_loop(), list[float]()
    loop = asyncio.get_running_loop()

    def step() -> None:
        struck.append(loop.time())

    for _ in range(5):
        beat.leave(step)
        beat.follow(step)
    began = loop.time()
    await asyncio.sleep(FRAME_MS / 1000 * 10)
    beat.leave(step)
    assert 0 < len(struck) <= (loop.time() - began) * 1000 / FRAME_MS + 1


async def test_after_a_hold_up_nothing_is_left_out() -> None:
    ear = Ear()
    ear.play(ONE, TWO, ONE)
    await asyncio.sleep(FRAME_MS / 1000 * 1.2)
    time.sleep(FRAME_MS / 1000 * 5)  # the loop itself is held up
    await asyncio.wait_for(ear.done.wait(), 5)
    assert b"".join(packet for packet, _ in ear.heard) == b"abcdeabc"
