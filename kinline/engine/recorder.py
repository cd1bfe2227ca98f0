"""The recorder: seals packets and writes them, from one thread for all calls and visits.

The loop only appends to lists. The thread turns what has gathered into chunks of at most a
second and writes them; a slow disk therefore delays files, never sound. Clear sound is in
memory for a second at most and never on disk.
"""

import base64
import logging
import threading
import time
from abc import ABC, abstractmethod
from asyncio import Future, get_running_loop
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Generic, Protocol, TypeVar

from kinline.core.call.states import Side
from kinline.core.control import RecordingGrant, TrackFact
from kinline.engine.track_file import TrackFile
from kinline.sealed.codec import Codec
from kinline.sealed.track import Sealer

log = logging.getLogger(__name__)

SYNC_SECONDS = 5.0
_ROUND_SECONDS = 0.25

Fact = TypeVar("Fact")


class Recorder:
    """The writing thread. `failures` counts recordings that could not be written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._open: set[Writing] = set()
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
        recording = Recording(self, grant, on_failure, codec)
        self.add(recording)
        return recording

    def add(self, recording: "Writing") -> None:
        """Write this from now on, until it says that no more will come."""
        with self._lock:
            self._open.add(recording)

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

    @property
    def ended(self) -> bool:
        """Whether its thread writes no more."""
        return not self._thread.is_alive()

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


class Writing(Protocol):
    """What the recorder's thread writes."""

    def write(self, *, sync: bool) -> bool:
        """One round; False when there is no more to come."""


class Written(ABC, Generic[Fact]):
    """A recording of several tracks: its end, its failure, and what lies on disk then."""

    def __init__(self, recorder: Recorder, recording: str, on_failure: Callable[[], None]) -> None:
        self.id = recording
        self._recorder, self._loop, self._on_failure = recorder, get_running_loop(), on_failure
        self._closing = self._failed = False
        self._done: Future[tuple[Fact, ...]] = self._loop.create_future()
        self.began = time.monotonic()

    @abstractmethod
    def files(self) -> Iterable[TrackFile]:
        """The tracks to be written; those without a file get one."""

    @abstractmethod
    def facts(self) -> tuple[Fact, ...]:
        """What lies on disk."""

    async def close(self) -> tuple[Fact, ...]:
        """Seal and write what is left; what lies on disk then, one fact for each track."""
        self._closing = True
        self._recorder.hurry()
        if self._recorder.ended:  # nobody else writes it, and waiting would have no end
            self.write(sync=True)
        return await self._done

    def write(self, *, sync: bool) -> bool:
        """One round of the recorder's thread; False when there is no more to come."""
        closing = self._closing
        if not self._failed:
            self._try_to_write(sync=sync, closing=closing)
        if not closing:
            return True
        self._on_loop(self._settle, self.facts())
        return False

    def _try_to_write(self, *, sync: bool, closing: bool) -> None:
        try:
            for file in self.files():
                file.write(sync=sync, closing=closing)
        except OSError as error:
            self._failed = True
            self._recorder.failures += 1
            log.error(
                "recording cannot be written",
                extra={"recording": self.id, "error": type(error).__name__, "errno": error.errno},
            )
            for file in self.files():
                file.give_up()
            self._on_loop(self._on_failure)

    def _on_loop(self, call: Callable[..., None], *args: object) -> None:
        try:
            self._loop.call_soon_threadsafe(call, *args)
        except RuntimeError:
            # The engine is at its end and nobody waits any more; the files are written.
            log.warning("recording closed after its loop", extra={"recording": self.id})

    def _settle(self, facts: tuple[Fact, ...]) -> None:
        if not self._done.done():
            self._done.set_result(facts)


class Recording(Written[TrackFact]):
    """One call's recording: a track for each side, on one clock that starts at acceptance."""

    def __init__(
        self,
        recorder: Recorder,
        grant: RecordingGrant,
        on_failure: Callable[[], None],
        codec: Codec,
    ) -> None:
        super().__init__(recorder, grant.recording, on_failure)
        self._root = recorder.folder
        folder, key = self._root / inner_folder(grant.folder), base64.b64decode(grant.data_key)
        self._tracks = {
            side: TrackFile(
                folder,
                side,
                Sealer(recording=grant.recording, side=side, key=key, codec=codec),
                self.began,
                codec,
            )
            for side in Side
        }
        self._sinks = {side: partial(_take, track) for side, track in self._tracks.items()}

    def sink(self, side: Side) -> Callable[[bytes, int, float], None]:
        """Where this side's packets go."""
        return self._sinks[side]

    def files(self) -> Iterable[TrackFile]:
        """Both: a side that said nothing has its file too."""
        return self._tracks.values()

    def facts(self) -> tuple[TrackFact, ...]:
        return tuple(
            TrackFact(
                side=side,
                path=str(track.path.relative_to(self._root)),
                seconds=-(-track.end_ms // 1000),
                chunks=track.chunks,
                sha256=track.sha256,
            )
            for side, track in self._tracks.items()
            if track.path is not None
        )


def _take(track: TrackFile, packet: bytes, _samples: int, at: float) -> None:
    track.take(packet, at)
