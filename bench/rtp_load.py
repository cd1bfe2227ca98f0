"""Telephones that talk and listen, in a process of their own: the load of bench/telephones.py.

    python -m bench.rtp_load < JSON

Standard input names sockets that were inherited, and where each sends its sound:
{"settle": 2, "seconds": 10, "telephones": [[fd, "127.0.0.1", 30000], ...]}. Every telephone sends
a packet of 20 ms with a number and the moment of its sending in it; whoever hears it tells by the
kernel's own time of arrival how long it was on its way, so that this process may be late itself.
Prints "begin" and "end" around the seconds that count, then one line of JSON.
"""

import json
import secrets
import select
import socket
import struct
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from kinline.engine.media.relay import rtp

FRAME_SECONDS = 0.02
MARK = b"KINLINE!"
_STAMP = struct.Struct(">8sQQ")  # MARK, the packet's number, nanoseconds since 1970
_ARRIVED = struct.Struct("@qq")  # struct timespec
# socket(7): the kernel notes when a packet came. Python 3.11 has no name for it.
_SO_TIMESTAMPNS = 35
_PCMU = 0
_GRACE_SECONDS = 0.5
_BUFFER = 1 << 20


def stamped(number: int) -> bytes:
    """20 ms of G.711 that say which packet this is and when it left."""
    return _STAMP.pack(MARK, number, time.time_ns()).ljust(rtp.FRAME, b"\xff")


def read_stamp(payload: bytes) -> tuple[int, int] | None:
    """Number and moment of a packet made by `stamped`; None for a prompt, or silence."""
    if len(payload) < _STAMP.size:
        return None
    mark, number, sent_ns = _STAMP.unpack_from(payload)
    return (number, sent_ns) if mark == MARK else None


@dataclass(slots=True)
class Heard:
    """What one listener heard of one talker, within the time that counts."""

    numbers: set[int] = field(default_factory=set)
    delays_ms: list[float] = field(default_factory=list)

    def note(self, payload: bytes, arrived_ns: int, counts: "tuple[int, int]") -> None:
        """`counts`: from when to when a packet must have been sent (ns)."""
        stamp = read_stamp(payload)
        if stamp is None or not counts[0] <= stamp[1] < counts[1]:
            return
        self.numbers.add(stamp[0])
        self.delays_ms.append((arrived_ns - stamp[1]) / 1e6)

    @property
    def lost(self) -> int:
        if not self.numbers:
            return 0  # counted by itself: see `mute`
        return max(self.numbers) - min(self.numbers) + 1 - len(self.numbers)


class Talker:
    """One telephone."""

    def __init__(self, fd: int, host: str, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, fileno=fd)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self._to = host, port
        self._number, self._source = 0, secrets.randbits(32)
        self.heard, self.unsent = Heard(), 0
        self.listen((0, 0))

    def speak(self) -> None:
        self._number += 1
        packet = rtp.packed(
            stamped(self._number),
            kind=_PCMU,
            number=self._number,
            timestamp=self._number * rtp.FRAME,
            source=self._source,
        )
        try:
            self._socket.sendto(packet, self._to)
        except OSError:
            self.unsent += 1

    def listen(self, counts: tuple[int, int]) -> None:
        """Take whatever has come."""
        while True:
            try:
                data, notes, _, _ = self._socket.recvmsg(2048, 64)
            except BlockingIOError:
                return
            except OSError:
                continue  # what the network says of a packet we sent
            packet = rtp.unpacked(data)
            if packet is not None and notes:
                seconds, nanoseconds = _ARRIVED.unpack(notes[0][2][: _ARRIVED.size])
                self.heard.note(packet[4], seconds * 1_000_000_000 + nanoseconds, counts)


def run(given: dict[str, Any]) -> dict[str, Any]:
    """Talk and listen for as long as asked."""
    talkers = [Talker(fd, host, port) for fd, host, port in given["telephones"]]
    now_ns = time.time_ns()
    begin_ns = now_ns + int(given["settle"] * 1e9)
    end_ns = begin_ns + int(given["seconds"] * 1e9)
    said, began, place = "", time.monotonic(), 0
    while (now_ns := time.time_ns()) < end_ns:
        if said == "" and now_ns >= begin_ns:
            said = _say("begin")
        # Each at a moment of its own within the 20 ms, as telephones are.
        due = began + place * FRAME_SECONDS / len(talkers)
        if (wait := due - time.monotonic()) > 0:
            time.sleep(wait)
        talker = talkers[place % len(talkers)]
        talker.speak()
        talker.listen((begin_ns, end_ns))
        place += 1
    _say("end")
    _last_words(talkers, (begin_ns, end_ns))
    return {
        "lost": sum(one.heard.lost for one in talkers),
        "unsent": sum(one.unsent for one in talkers),
        "mute": sum(not one.heard.numbers for one in talkers),
        "delays_ms": [round(ms, 3) for one in talkers for ms in one.heard.delays_ms],
    }


def _last_words(talkers: list[Talker], counts: tuple[int, int]) -> None:
    """What is still on its way is not lost."""
    ends = time.monotonic() + _GRACE_SECONDS
    while time.monotonic() < ends:
        select.select([], [], [], 0.02)
        for talker in talkers:
            talker.listen(counts)


def _say(word: str) -> str:
    print(word, flush=True)
    return word


if __name__ == "__main__":
    print(json.dumps(run(json.load(sys.stdin))), flush=True)
