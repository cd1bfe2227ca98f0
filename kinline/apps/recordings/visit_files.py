"""The sealed files of a recorded visit: <folder>/<seat>-<kind>.<part>.ktrack.

Each life of an engine that held the visit wrote a part. What has one number began on one clock.
"""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from kinline.core.visit.kept import MediaKind, VisitTrack
from kinline.core.visit.terms import Seat
from kinline.sealed.track import SUFFIX, NotATrack, Track, TrackBroken

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class File:
    """One sealed file, by its name."""

    seat: Seat
    kind: MediaKind
    part: int
    path: Path


def lying_in(folder: str) -> Iterator[File]:
    """The folder's files in the order of their names. What has another name is left out."""
    for path in sorted((settings.RECORDINGS / folder).glob(f"*{SUFFIX}")):
        found = named(path)
        if found is not None:
            yield found


def named(path: Path) -> File | None:
    """What a file is by its name; None for one that no recorder of visits wrote."""
    who, _, part = path.name.removesuffix(SUFFIX).rpartition(".")
    seat, _, kind = who.rpartition("-")
    try:
        return File(Seat(seat), MediaKind(kind), int(part), path)
    except ValueError:
        return None


def measure(folder: str, key: bytes, recording: str) -> list[VisitTrack]:
    """What lies in the folder, as an engine would have told it that did not live to.

    A file that does not open is told with no seconds rather than left out: staff should see
    that something is there.
    """
    return [_measured(one, key, recording) for one in lying_in(folder)]


def _measured(one: File, key: bytes, recording: str) -> VisitTrack:
    first = last = chunks = 0
    with one.path.open("rb") as file:
        try:
            track = Track(file, key)
            if track.header.recording == recording:
                first, last = _first_and_last(track)
                chunks = track.chunks
        except NotATrack:
            pass  # killed before the first chunk
        except TrackBroken:
            log.error("a sealed track does not open", extra={"file": one.path.name})
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return VisitTrack(
        seat=one.seat,
        kind=one.kind,
        path=str(one.path.relative_to(settings.RECORDINGS)),
        seconds=round((last - first) / 1000),
        chunks=chunks,
        sha256=digest,
        starts_ms=first,
    )


def _first_and_last(track: Track) -> tuple[int, int]:
    first: int | None = None
    last = 0
    for frame in track:
        first = frame.ms if first is None else first
        last = frame.ms
    return first or 0, last
