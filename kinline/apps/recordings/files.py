"""The sealed files of a recording: <folder>/<side>.<part>.ktrack, read and measured."""

import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from kinline.core.call.states import Side
from kinline.core.control import TrackFact
from kinline.sealed.codec import Codec
from kinline.sealed.track import SUFFIX, Frame, NotATrack, Track, TrackBroken

log = logging.getLogger(__name__)


class Unreadable(Exception):
    """A file is there and does not open: another key, or somebody changed it."""


def frames(folder: str, side: Side, key: bytes, recording: str) -> Iterator[Frame]:
    """One side's frames over all its parts, in order. A torn end is left out.

    Raises Unreadable.
    """
    for path in parts(folder, side):
        yield from _frames(path, side, key, recording)


def codec(folder: str, key: bytes, recording: str) -> Codec:
    """What this recording's tracks hold: all the same. Raises Unreadable if they differ."""
    found = {codec for side in Side for codec in _codecs(folder, side, key, recording)}
    if len(found) > 1:
        raise Unreadable(folder)
    return found.pop() if found else Codec.OPUS


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


def _codecs(folder: str, side: Side, key: bytes, recording: str) -> Iterator[Codec]:
    for path in parts(folder, side):
        with path.open("rb") as file:
            track = _opened(file, path, side, key, recording)
            if track is not None:
                yield track.header.codec


def _frames(path: Path, side: Side, key: bytes, recording: str) -> Iterator[Frame]:
    with path.open("rb") as file:
        track = _opened(file, path, side, key, recording)
        try:
            yield from track or ()
        except TrackBroken as broken:
            raise Unreadable(path.name) from broken


def _opened(file: BinaryIO, path: Path, side: Side, key: bytes, recording: str) -> Track | None:
    """The track in `file`; None when it was cut off before its header was whole."""
    try:
        track = Track(file, key)
    except NotATrack:
        return None  # killed before the first chunk: nothing was said yet
    if (track.header.recording, track.header.side) != (recording, side):
        raise Unreadable(path.name)
    return track


def _measured(path: Path, side: Side, key: bytes, recording: str) -> TrackFact:
    milliseconds = chunks = 0
    with path.open("rb") as file:
        try:
            track = _opened(file, path, side, key, recording)
            milliseconds = _milliseconds(track) if track else 0
            chunks = track.chunks if track else 0
        except (Unreadable, TrackBroken):
            log.error("a sealed track does not open", extra={"file": path.name})
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    home = str(path.relative_to(settings.RECORDINGS))
    return TrackFact(side, home, round(milliseconds / 1000), chunks, digest)


def _milliseconds(track: Track) -> int:
    first: Frame | None = None
    for last in track:
        first = first or last
    if first is None:
        return 0
    return last.ms - first.ms + track.header.codec.milliseconds(last.packet)


def remove(folder: str) -> None:
    """Take a recording's files away; without their key they were unreadable already."""
    remove_from(settings.RECORDINGS / folder)


def remove_from(home: Path) -> None:
    """Take one folder of sealed files away, if it is there."""
    if not home.is_dir():
        return
    for path in home.iterdir():
        path.unlink()
    home.rmdir()
