"""A track's file: packets gather on the loop; the recorder's thread seals and writes them."""

import hashlib
import os
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from kinline.sealed.codec import Codec
from kinline.sealed.track import MOST_CHUNK_BYTES, SUFFIX, Frame, Sealer

# With a round every quarter second no chunk holds more than a second of sound.
_CHUNK_SECONDS = 0.7
_MAX_PARTS = 100


class TrackFile:
    """One track: `<folder>/<name>.<part>.ktrack`, on a clock that starts at `began`.

    `take` runs on the loop, everything else on the recorder's thread. `path` and the hash are
    what a fact about it needs; `start_ms` and `end_ms` are the time its packets cover.
    """

    def __init__(self, folder: Path, name: str, sealer: Sealer, began: float, codec: Codec) -> None:
        self._folder, self.name = folder, name
        self._sealer, self._began, self._codec = sealer, began, codec
        # A deque, because one thread appends while the other takes away.
        self._waiting: deque[Frame] = deque()
        self.path: Path | None = None
        self._handle: int | None = None
        self._hash = hashlib.sha256()
        self._last_ms = 0
        self.start_ms: int | None = None
        self.end_ms = 0
        self._abandoned = False

    @property
    def chunks(self) -> int:
        return self._sealer.chunks

    @property
    def sha256(self) -> str:
        """Of all bytes written so far."""
        return self._hash.hexdigest()

    @property
    def used(self) -> bool:
        """Whether anything has come yet."""
        return self.path is not None or bool(self._waiting)

    def take(self, packet: bytes, at: float) -> None:
        """A packet of this monotonic second. A clock that was set right never runs back here."""
        if self._abandoned:
            return
        self._last_ms = max(self._last_ms, round((at - self._began) * 1000))
        self._waiting.append(Frame(self._last_ms, packet))

    def write(self, *, sync: bool, closing: bool) -> None:
        """Seal and write what is due. Raises OSError."""
        if self._handle is None:
            self._create()
        assert self._handle is not None
        if closing or self._due():
            for frames, last in self._portions():
                self._put(self._sealer.chunk(frames, final=closing and last))
        if sync or closing:
            os.fdatasync(self._handle)
        if closing:
            os.close(self._handle)
            self._handle = None

    def give_up(self) -> None:
        """Take no more; what is on disk stays."""
        self._abandoned = True
        self._waiting.clear()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _due(self) -> bool:
        if not self._waiting:
            return False
        age = time.monotonic() - self._began - self._waiting[0].ms / 1000
        return age >= _CHUNK_SECONDS

    def _portions(self) -> Iterator[tuple[list[Frame], bool]]:
        """What has gathered, cut into chunks that can be read as one; whether it is the last."""
        frames, size = list[Frame](), 0
        for _ in range(len(self._waiting)):
            frame = self._waiting.popleft()
            if frames and size + len(frame.packet) > MOST_CHUNK_BYTES:
                yield frames, False
                frames, size = [], 0
            frames.append(frame)
            size += len(frame.packet)
            self._count(frame)
        yield frames, True

    def _count(self, frame: Frame) -> None:
        if self.start_ms is None:
            self.start_ms = frame.ms
        self.end_ms = max(self.end_ms, frame.ms + self._codec.milliseconds(frame.packet))

    def _create(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for part in range(_MAX_PARTS):
            path = self._folder / f"{self.name}.{part}{SUFFIX}"
            try:
                # Never over an older part: what was recorded once stays.
                self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                continue
            self.path = path
            self._put(self._sealer.opening())
            return
        raise OSError("too many parts of one recording")

    def _put(self, data: bytes) -> None:
        assert self._handle is not None
        left = memoryview(data)
        while left:
            left = left[os.write(self._handle, left) :]
        self._hash.update(data)
