"""Many telephones' sockets are read in rounds, and none is forgotten."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from kinline.engine.media.relay.rounds import Rounds
from tests.engine.browsers import until


class Door:
    """A socket in the rounds, and what was read from it."""

    def __init__(self, stack: ExitStack) -> None:
        self.socket = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.read = list[bytes]()
        self.closes: Door | None = None
        Rounds.of_this_loop().add(self.socket, self._read)

    def close(self) -> None:
        Rounds.of_this_loop().remove(self.socket)
        self.socket.close()

    def _read(self) -> None:
        self.read.append(self.socket.recv(100))
        if self.closes is not None:
            self.closes.close()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


async def test_every_packet_is_read_whether_they_come_slowly_or_fast(stack: ExitStack) -> None:
    doors = [Door(stack) for _ in range(5)]
    stranger = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    for pause in (0.02, 0.0005, 0.0, 0.01):
        for number in range(40):
            for door in doors:
                stranger.sendto(b"%d" % number, door.socket.getsockname())
            await asyncio.sleep(pause)
    wanted = [b"%d" % number for number in range(40)] * 4
    await until(lambda: all(len(door.read) == len(wanted) for door in doors), "every packet")
    assert all(door.read == wanted for door in doors), "in order"
    for door in doors:
        door.close()


async def test_one_that_closes_another_or_itself_harms_nobody(stack: ExitStack) -> None:
    one, other, third = Door(stack), Door(stack), Door(stack)
    stranger = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    one.closes, other.closes = other, one  # whoever is read first
    for door in (one, other, third):
        stranger.sendto(b"word", door.socket.getsockname())
    await until(lambda: third.read, "the third")
    assert len(one.read) + len(other.read) == 1
    third.closes = third
    stranger.sendto(b"word", third.socket.getsockname())
    await until(lambda: len(third.read) == 2, "its last word")
    (other if one.read else one).closes = None


async def test_the_last_one_leaves_nothing_open(stack: ExitStack) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        door = Door(stack)
        door.close()
    assert len(os.listdir("/proc/self/fd")) == before
