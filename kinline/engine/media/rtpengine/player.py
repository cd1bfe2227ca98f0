"""Playing to one end: rtpengine is handed a few seconds of sound at a time.

The sound travels in the command itself, so that no prompt and no spoken name lies on a disk for
rtpengine to read. It tells nobody when it has played to the end: how long that takes is known.
"""

import asyncio
import struct
from collections.abc import Awaitable, Callable, Iterator, Sequence

from kinline.engine.media.port import Clip
from kinline.sealed.codec import Codec
from kinline.sealed.g711 import BYTES_PER_MS, RATE

_PIECE_BYTES = 6 * RATE
_FORMATS = {Codec.PCMA: 6, Codec.PCMU: 7}


class Player:
    """One end's prompts. `say` plays a piece, `shut_up` ends what plays; neither raises.
    `changed` hears when playing begins and when it is over."""

    def __init__(
        self,
        codec: Codec,
        say: Callable[[bytes], Awaitable[None]],
        shut_up: Callable[[], Awaitable[None]],
        changed: Callable[[], None],
    ) -> None:
        self._codec, self._say, self._shut_up, self._changed = codec, say, shut_up, changed
        self._playing: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        return self._playing is not None and not self._playing.done()

    def play(self, clips: Sequence[Clip], *, again: bool, done: Callable[[], None]) -> None:
        """Play these instead of what plays now; `done` is called at the natural end."""
        before = self._cancelled()
        self._playing = asyncio.create_task(self._play(list(pieces(clips)), again, done, before))
        self._playing.add_done_callback(lambda _: self._changed())
        self._changed()

    def stop(self) -> None:
        before = self._cancelled()
        if before is not None:
            self._playing = asyncio.create_task(self._end(before))
            self._playing.add_done_callback(lambda _: self._changed())

    def close(self) -> None:
        self._cancelled()

    def _cancelled(self) -> asyncio.Task[None] | None:
        """What played until now, about to end."""
        before = self._playing if self.busy else None
        if before is not None:
            before.cancel()
        self._playing = None
        return before

    async def _play(
        self,
        sounds: list[bytes],
        again: bool,
        done: Callable[[], None],
        before: asyncio.Task[None] | None,
    ) -> None:
        if before is not None:
            await self._end(before)
        loop = asyncio.get_running_loop()
        ends = loop.time()
        while sounds:
            for sound in sounds:
                await asyncio.sleep(ends - loop.time())
                began = max(ends, loop.time())
                await _to_its_end(self._say(wav(sound, self._codec)))
                ends = began + seconds(sound)
            if not again:
                break
        await asyncio.sleep(ends - loop.time())
        done()

    async def _end(self, before: asyncio.Task[None]) -> None:
        await asyncio.wait([before])
        await self._shut_up()


async def _to_its_end(work: Awaitable[None]) -> None:
    """A command that is on its way is waited for, so that no later one overtakes it."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def pieces(clips: Sequence[Clip]) -> Iterator[bytes]:
    """Sound of at most six seconds each, cut between clips where that can be."""
    gathered = b""
    for clip in clips:
        sound = b"".join(clip)
        if gathered and len(gathered) + len(sound) > _PIECE_BYTES:
            yield gathered
            gathered = b""
        gathered += sound
        while len(gathered) > _PIECE_BYTES:
            yield gathered[:_PIECE_BYTES]
            gathered = gathered[_PIECE_BYTES:]
    if gathered:
        yield gathered


def seconds(piece: bytes) -> float:
    return len(piece) / BYTES_PER_MS / 1000


def wav(piece: bytes, codec: Codec) -> bytes:
    """G.711 as a WAV file (RIFF, with the fact chunk that formats other than PCM need)."""
    layout = struct.pack("<HHIIHHH", _FORMATS[codec], 1, RATE, RATE, 1, 8, 0)
    parts = ((b"fmt ", layout), (b"fact", struct.pack("<I", len(piece))), (b"data", piece))
    chunks = b"".join(struct.pack("<4sI", name, len(data)) + data for name, data in parts)
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunks), b"WAVE") + chunks
