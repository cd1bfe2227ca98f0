"""The recorder: seals each side's packets and writes them, from one thread for all calls.

The loop only appends to lists. The thread turns what has gathered into chunks of at most a
second and writes them; a slow disk therefore delays files, never sound. Clear sound is in
memory for a second at most and never on disk.
"""

import base64
import hashlib
import logging
import os
import threading
import time
from asyncio import Future, get_running_loop
from collections import deque
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from kinline.core.call.states import Side
from kinline.core.control import RecordingGrant, TrackFact
from kinline.sealed.codec import Codec
from kinline.sealed.track import SUFFIX, Frame, Sealer

log = logging.getLogger(__name__)

SYNC_SECONDS = 5.0
_ROUND_SECONDS = 0.25
# With a round every quarter second no chunk holds more than a second of sound.
_CHUNK_SECONDS = 0.7
_MAX_PARTS = 100


class Recorder:
    """The writing thread. `failures` counts recordings that could not be written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open: set[Recording] = set()
        self._awake = threading.Event()
        self._stopping = False
        self.failures = 0
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    @property
    def open(self) -> int:
        """How many recordings are being written now."""
        with self._lock:
            return len(self._open)

    def record(
        self, grant: RecordingGrant, on_failure: Callable[[], None], codec: Codec = Codec.OPUS
    ) -> "Recording":
        """Begin a recording under a grant. `on_failure` is called on the loop, at most once.

        Raises TypeError without a grant: what carries no key is not recorded.
        """
        if not isinstance(grant, RecordingGrant):
            raise TypeError("a recording needs a grant")
        recording = Recording(self, grant, self._folder, on_failure, codec)
        with self._lock:
            self._open.add(recording)
        return recording

    def check(self, grant: RecordingGrant) -> None:
        """Raises ValueError now rather than at acceptance, if the grant cannot be used."""
        inner_folder(grant.folder)
        Sealer(recording=grant.recording, side=Side.INSIDE, key=base64.b64decode(grant.data_key))

    def hurry(self) -> None:
        """Write now instead of at the next round."""
        self._awake.set()

    def close(self) -> None:
        """Write what is left and end the thread. Blocks for a round at most."""
        self._stopping = True
        self._awake.set()
        self._thread.join(timeout=SYNC_SECONDS)

    def _run(self) -> None:
        synced_at = time.monotonic()
        while not self._stopping:
            self._awake.wait(_ROUND_SECONDS)
            self._awake.clear()
            sync = time.monotonic() - synced_at >= SYNC_SECONDS
            if sync:
                synced_at = time.monotonic()
            self._round(sync=sync)
        self._round(sync=True)

    def _round(self, *, sync: bool) -> None:
        with self._lock:
            recordings = list(self._open)
        for recording in recordings:
            if not recording.write(sync=sync):
                with self._lock:
                    self._open.discard(recording)


def inner_folder(name: str) -> PurePosixPath:
    """The folder named by a grant. Raises ValueError if it would lie outside its root."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError("a grant's folder lies inside its root")
    return path


class Recording:
    """One call's recording: a track for each side, on one clock that starts at acceptance."""

    def __init__(
        self,
        recorder: Recorder,
        grant: RecordingGrant,
        folder: Path,
        on_failure: Callable[[], None],
        codec: Codec,
    ) -> None:
        self.id = grant.recording
        self._recorder, self._loop, self._on_failure = recorder, get_running_loop(), on_failure
        self._closing = self._failed = False
        self._done: Future[tuple[TrackFact, ...]] = self._loop.create_future()
        began, key = time.monotonic(), base64.b64decode(grant.data_key)
        self._tracks = {
            side: _TrackFile(
                folder,
                folder / inner_folder(grant.folder),
                side,
                Sealer(recording=grant.recording, side=side, key=key, codec=codec),
                began,
                codec,
            )
            for side in Side
        }

    def sink(self, side: Side) -> Callable[[bytes, int, float], None]:
        """Where this side's packets go."""
        return self._tracks[side].take

    async def close(self) -> tuple[TrackFact, ...]:
        """Seal and write what is left; what lies on disk then, one fact for each track."""
        self._closing = True
        self._recorder.hurry()
        return await self._done

    def write(self, *, sync: bool) -> bool:
        """One round of the recorder's thread; False when there is no more to come."""
        closing = self._closing
        if not self._failed:
            self._try_to_write(sync=sync, closing=closing)
        if not closing:
            return True
        facts = tuple(fact for track in self._tracks.values() if (fact := track.fact()))
        self._on_loop(self._settle, facts)
        return False

    def _try_to_write(self, *, sync: bool, closing: bool) -> None:
        try:
            for track in self._tracks.values():
                track.write(sync=sync, closing=closing)
        except OSError as error:
            self._failed = True
            self._recorder.failures += 1
            log.error(
                "recording cannot be written",
                extra={"recording": self.id, "error": type(error).__name__, "errno": error.errno},
            )
            for track in self._tracks.values():
                track.give_up()
            self._on_loop(self._on_failure)

    def _on_loop(self, call: Callable[..., None], *args: object) -> None:
        try:
            self._loop.call_soon_threadsafe(call, *args)
        except RuntimeError:
            # The engine is at its end and nobody waits any more; the files are written.
            log.warning("recording closed after its loop", extra={"recording": self.id})

    def _settle(self, facts: tuple[TrackFact, ...]) -> None:
        if not self._done.done():
            self._done.set_result(facts)


class _TrackFile:
    """One side's file. `take` runs on the loop, everything else on the recorder's thread."""

    def __init__(
        self, root: Path, folder: Path, side: Side, sealer: Sealer, began: float, codec: Codec
    ) -> None:
        self._root, self._folder, self._side = root, folder, side
        self._sealer, self._began, self._codec = sealer, began, codec
        # A deque, because one thread appends while the other takes away.
        self._waiting: deque[Frame] = deque()
        self._path: Path | None = None
        self._handle: int | None = None
        self._hash = hashlib.sha256()
        self._end_ms = 0
        self._abandoned = False

    def take(self, packet: bytes, _samples: int, at: float) -> None:
        if self._abandoned:
            return
        self._waiting.append(Frame(max(0, round((at - self._began) * 1000)), packet))

    def write(self, *, sync: bool, closing: bool) -> None:
        """Seal and write what is due. Raises OSError."""
        if self._handle is None:
            self._create()
        assert self._handle is not None
        if closing or self._due():
            frames = self._gathered()
            self._put(self._sealer.chunk(frames, final=closing))
            if frames:
                last = frames[-1]
                ends_ms = last.ms + self._codec.milliseconds(last.packet)
                self._end_ms = max(self._end_ms, ends_ms)
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

    def fact(self) -> TrackFact | None:
        """What lies on disk; None if not even the file could be made."""
        if self._path is None:
            return None
        return TrackFact(
            side=self._side,
            path=str(self._path.relative_to(self._root)),
            seconds=-(-self._end_ms // 1000),
            chunks=self._sealer.chunks,
            sha256=self._hash.hexdigest(),
        )

    def _due(self) -> bool:
        if not self._waiting:
            return False
        age = time.monotonic() - self._began - self._waiting[0].ms / 1000
        return age >= _CHUNK_SECONDS

    def _gathered(self) -> list[Frame]:
        return [self._waiting.popleft() for _ in range(len(self._waiting))]

    def _create(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for part in range(_MAX_PARTS):
            path = self._folder / f"{self._side}.{part}{SUFFIX}"
            try:
                # Never over an older part: what was recorded once stays.
                self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                continue
            self._path = path
            self._put(self._sealer.opening())
            return
        raise OSError("too many parts of one recording")

    def _put(self, data: bytes) -> None:
        assert self._handle is not None
        left = memoryview(data)
        while left:
            left = left[os.write(self._handle, left) :]
        self._hash.update(data)
