"""The sealed files of a recording: <folder>/<side>.<part>.ktrack, read and measured."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from kinline.core.call.states import Side
from kinline.core.control import TrackFact
from kinline.sealed.track import SUFFIX, Frame, NotATrack, Track, TrackBroken

FRAME_MS = 20


class Unreadable(Exception):
    """A file is there and does not open: another key, or somebody changed it."""


def frames(folder: str, side: Side, key: bytes, recording: str) -> Iterator[Frame]:
    """One side's frames over all its parts, in order. A torn end is left out.

    Raises Unreadable.
    """
    for path in parts(folder, side):
        yield from _frames(path, side, key, recording)


def parts(folder: str, side: Side) -> list[Path]:
    """One side's files in the order they were written."""
    found = (settings.RECORDINGS / folder).glob(f"{side}.*{SUFFIX}")
    return sorted(found, key=lambda path: (len(path.name), path.name))


def measure(folder: str, key: bytes, recording: str) -> list[TrackFact]:
    """What lies in the folder, as an engine would have told it that did not live to.

    A file that does not open is told with no seconds rather than left out: staff should see
    that something is there.
    """
    return [_measured(path, side, key, recording) for side in Side for path in parts(folder, side)]


def _frames(path: Path, side: Side, key: bytes, recording: str) -> Iterator[Frame]:
    with path.open("rb") as file:
        try:
            track = Track(file, key)
            if (track.header.recording, track.header.side) != (recording, side):
                raise Unreadable(path.name)
            yield from track
        except NotATrack:
            return  # killed before the header was written: nothing was said yet
        except TrackBroken as broken:
            raise Unreadable(path.name) from broken


def _measured(path: Path, side: Side, key: bytes, recording: str) -> TrackFact:
    first, last, chunks = None, 0, 0
    try:
        for frame in _frames(path, side, key, recording):
            first = frame.ms if first is None else first
            if frame.ms // 1000 != last // 1000 or chunks == 0:
                chunks += 1
            last = frame.ms
    except Unreadable:
        first = None
    milliseconds = 0 if first is None else last - first + FRAME_MS
    return TrackFact(
        side=side,
        path=str(path.relative_to(settings.RECORDINGS)),
        seconds=round(milliseconds / 1000),
        chunks=chunks,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def remove(folder: str) -> None:
    """Take the files away; without their key they were unreadable already."""
    home = settings.RECORDINGS / folder
    if not home.is_dir():
        return
    for path in home.iterdir():
        path.unlink()
    home.rmdir()
