"""Prompts, packet by packet, all on one beat: being woken costs more than sending a packet.

In a busy hour every call that is set up is played something at both its ends.
"""

import asyncio
from collections.abc import Callable, Sequence
from itertools import chain, cycle
from weakref import WeakKeyDictionary

from kinline.engine.media.port import Clip
from kinline.sealed.opus import FRAME_MS, FRAME_SAMPLES

_beats: "WeakKeyDictionary[asyncio.AbstractEventLoop, Beat]" = WeakKeyDictionary()


class Beat:
    """Takes everybody who follows one step on, every 20 ms; still when nobody does."""

    def __init__(self) -> None:
        self._steps: dict[Callable[[], None], None] = {}
        self._due = 0.0
        self._next: asyncio.TimerHandle | None = None

    @classmethod
    def of_this_loop(cls) -> "Beat":
        return _beats.setdefault(asyncio.get_running_loop(), cls())

    def follow(self, step: Callable[[], None]) -> None:
        """The first step is taken with the next beat."""
        self._steps[step] = None
        if self._next is None:
            self._due = asyncio.get_running_loop().time()
            self._strike_later()

    def leave(self, step: Callable[[], None]) -> None:
        """Safe to repeat."""
        self._steps.pop(step, None)

    def _strike_later(self) -> None:
        """A beat that is late comes at once: after a hold-up no sound is left out."""
        self._due += FRAME_MS / 1000
        self._next = asyncio.get_running_loop().call_at(self._due, self._strike)

    def _strike(self) -> None:
        self._next = None
        for step in tuple(self._steps):
            if step in self._steps:  # a step may end another's
                step()
        if self._steps:
            self._strike_later()


class Player:
    """Plays these clips from now on; `done` is called when the last packet is on its way."""

    def __init__(
        self,
        clips: Sequence[Clip],
        push: Callable[[bytes, int], None],
        *,
        again: bool,
        done: Callable[[], None] | None,
    ) -> None:
        packets = chain.from_iterable(clips)
        self._packets = cycle(packets) if again else packets
        self._push, self._done = push, done
        self._packet: bytes | None = None
        self._place = 0
        self._beat = Beat.of_this_loop()
        self._begins = asyncio.get_running_loop().call_soon(self._begin)
        self.over = False

    def stop(self) -> None:
        """Nothing more is sent, and `done` is not called."""
        self.over = True
        self._begins.cancel()
        self._beat.leave(self._step)

    def _begin(self) -> None:
        self._packet = next(self._packets, None)
        if self._packet is not None:
            self._beat.follow(self._step)
            self._step()  # nobody waits for a beat to hear the first sound
        else:
            self._end()

    def _step(self) -> None:
        packet, self._packet = self._packet, next(self._packets, None)
        if packet is not None:
            self._push(packet, self._place * FRAME_SAMPLES)
            self._place += 1
        if self._packet is None and not self.over:
            self._end()

    def _end(self) -> None:
        self.stop()
        if self._done is not None:
            self._done()
