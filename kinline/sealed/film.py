"""Two sealed tracks of one seat, sound and picture, as one playable WebM, without decoding.

An hour of a visit is a few hundred megabytes, so the file is never made as a whole: opening a
film reads both tracks once and remembers how each cluster of a second will lie in the file;
reading any bytes of it then opens only the chunks these bytes come from. Clear media is in
memory for as long as one cluster, and never on disk.
"""

import heapq
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import BinaryIO

from kinline.sealed import webm
from kinline.sealed.track import Chunk, Frame, Track

# Longer than a device pauses between packets in silence, shorter than anybody is away.
GAP_MS = 2000
MEDIA_TYPE = "video/webm"
_FALLBACK_SIZE = (640, 480)


@dataclass(frozen=True, slots=True)
class Span:
    """Milliseconds since the recording began: `[from_ms, until_ms)`."""

    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """A frame's place in its track: the chunk's beginning and number, and the frame in it."""

    at: int
    chunk: int
    frame: int


@dataclass(slots=True)
class _Cluster:
    """How one cluster lies in the file: where each track goes on, and for how many frames."""

    at: int
    began_ms: int
    blocks_size: int
    starts: dict[int, Cursor]
    counts: dict[int, int]

    @property
    def size(self) -> int:
        return webm.cluster_size(self.began_ms, self.blocks_size)


class Film:
    """One seat's sound and picture. Either may be missing; a torn end is left out.

    `there` are the times in which sound came, `camera` those in which pictures did: the index
    for whoever reviews it. Raises NotATrack and TrackBroken when opened, TrackBroken when read.
    The files must stay open.
    """

    media_type = MEDIA_TYPE

    def __init__(self, sound: BinaryIO | None, picture: BinaryIO | None, *, key: bytes) -> None:
        files = ((webm.SOUND, sound), (webm.PICTURE, picture))
        self._tracks = {number: Track(file, key) for number, file in files if file is not None}
        layout = _Layout()
        for _, number, place, chunk in heapq.merge(
            *(_placed(number, track) for number, track in self._tracks.items()),
            key=itemgetter(0),
        ):
            layout.add(number, chunk, place)
        self._clusters = layout.finished()
        self._starts = [cluster.at for cluster in self._clusters]
        self.there, self.camera = layout.spans(webm.SOUND), layout.spans(webm.PICTURE)
        self.duration_ms = layout.end_ms
        self._head = self._opening(layout)
        last = self._clusters[-1] if self._clusters else None
        self.size = len(self._head) + (last.at + last.size if last else 0)

    @property
    def complete(self) -> bool:
        """Whether both tracks were closed in order: False after a crash."""
        return all(track.complete for track in self._tracks.values())

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The file's bytes in `[start, stop)`, at most a cluster at a time."""
        end = self.size if stop is None else min(stop, self.size)
        if start < 0:
            raise ValueError("before the beginning")
        if start < len(self._head):
            yield self._head[start:end]
        first = max(0, bisect_right(self._starts, start - len(self._head)) - 1)
        for cluster in islice(self._clusters, first, None):
            at = len(self._head) + cluster.at
            if at >= end:
                return
            data = self._cluster(cluster)[max(0, start - at) : end - at]
            if data:
                yield data

    def _opening(self, layout: "_Layout") -> bytes:
        entries = []
        if webm.SOUND in self._tracks:
            entries.append(webm.sound_entry(webm.opus_head()))
        if webm.PICTURE in self._tracks:
            entries.append(webm.picture_entry(*layout.picture_size))
        front = webm.info(self.duration_ms) + webm.tracks(*entries)
        size = sum(cluster.size for cluster in self._clusters)
        return webm.opening(front, layout.places, size=size)

    def _cluster(self, cluster: _Cluster) -> bytes:
        began = cluster.began_ms
        runs = (
            self._run(number, cursor, cluster.counts[number])
            for number, cursor in cluster.starts.items()
        )
        blocks = (
            webm.block(number, frame.ms - began, frame.packet, key=_is_key(number, frame))
            for number, frame in heapq.merge(*runs, key=lambda one: one[1].ms)
        )
        return webm.cluster(began, blocks)

    def _run(self, number: int, cursor: Cursor, count: int) -> Iterator[tuple[int, Frame]]:
        """So many of one track's frames, from this place on."""
        return ((number, frame) for frame in islice(self._from(number, cursor), count))

    def _from(self, number: int, cursor: Cursor) -> Iterator[Frame]:
        track, at, chunk, skip = self._tracks[number], cursor.at, cursor.chunk, cursor.frame
        while True:
            piece = track.piece(at, chunk)
            yield from piece.frames[skip:]
            at, chunk, skip = piece.ends_at, chunk + 1, 0


class _Layout:
    """Gathers frames in order of time into clusters, keeping none of their bytes."""

    def __init__(self) -> None:
        self._clusters: list[_Cluster] = []
        self._open: _Cluster | None = None
        self._spans: dict[int, list[list[int]]] = {webm.SOUND: [], webm.PICTURE: []}
        self.places: list[tuple[int, int, int]] = []
        self.picture_size = _FALLBACK_SIZE
        self.end_ms = 0
        self._sized = False

    def add(self, number: int, chunk: Chunk, place: int) -> None:
        frame = chunk.frames[place]
        picture_begins = number == webm.PICTURE and is_key_frame(frame.packet)
        here = self._open
        if here is None or picture_begins or frame.ms - here.began_ms >= webm.CLUSTER_MS:
            here = self._next(frame.ms)
            self.places.append((frame.ms, number, here.at))
        if picture_begins:
            self._look_at_size(frame.packet)
        if number not in here.starts:
            here.starts[number] = Cursor(chunk.at, chunk.number, place)
            here.counts[number] = 0
        here.counts[number] += 1
        here.blocks_size += webm.block_size(len(frame.packet))
        self._lengthen(number, frame.ms)
        self.end_ms = max(self.end_ms, frame.ms)

    def finished(self) -> list[_Cluster]:
        return self._clusters

    def spans(self, number: int) -> tuple[Span, ...]:
        return tuple(Span(*span) for span in self._spans[number])

    def _next(self, ms: int) -> _Cluster:
        last = self._open
        at = last.at + last.size if last is not None else 0
        self._open = _Cluster(at, ms, 0, {}, {})
        self._clusters.append(self._open)
        return self._open

    def _lengthen(self, number: int, ms: int) -> None:
        spans = self._spans[number]
        if spans and ms - spans[-1][1] <= GAP_MS:
            spans[-1][1] = ms
        else:
            spans.append([ms, ms])

    def _look_at_size(self, packet: bytes) -> None:
        size = picture_size(packet)
        if size is not None and not self._sized:
            self.picture_size, self._sized = size, True


def picture_size(packet: bytes) -> tuple[int, int] | None:
    """Width and height that a VP8 key frame states (RFC 6386, section 9.1); None for others."""
    if len(packet) < 10 or packet[0] & 1 or packet[3:6] != b"\x9d\x01\x2a":
        return None
    width, height = (int.from_bytes(packet[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return (width, height) if width and height else None


def is_key_frame(packet: bytes) -> bool:
    """Whether a VP8 picture stands for itself (RFC 6386, section 9.1)."""
    return bool(packet) and not packet[0] & 1


def _is_key(number: int, frame: Frame) -> bool:
    return number == webm.SOUND or is_key_frame(frame.packet)


def _placed(number: int, track: Track) -> Iterator[tuple[int, int, int, Chunk]]:
    """Each frame's millisecond, its track, and where it is. Plain tuples: there are very many."""
    for chunk in track.pieces():
        for place, frame in enumerate(chunk.frames):
            yield frame.ms, number, place, chunk
