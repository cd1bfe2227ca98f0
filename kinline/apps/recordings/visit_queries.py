"""Recorded visits as staff with the right to listen see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from uuid import UUID

from kinline.apps.people.access import Staff
from kinline.apps.people.models import Account
from kinline.apps.recordings import visit_files
from kinline.apps.recordings.access import access_visit_recording
from kinline.apps.recordings.models import VisitPlaying, VisitRecording


@dataclass(frozen=True, slots=True)
class SeatView:
    """One seat in one part: for how long something was kept, and of what kinds."""

    seat: str
    seconds: int
    sound: bool
    picture: bool


@dataclass(frozen=True, slots=True)
class PartView:
    """What one life of an engine wrote: all its seats run on one clock."""

    number: int
    seconds: int
    seats: tuple[SeatView, ...]


@dataclass(frozen=True, slots=True)
class PlayingView:
    id: UUID
    account_name: str
    purpose: str
    began_at: datetime
    played_seconds: int


@dataclass(frozen=True, slots=True)
class VisitRecordingView:
    """One recorded visit; `playable` once it has ended, has tracks and was not deleted."""

    id: UUID
    visit: UUID
    zone: str
    ended_at: datetime | None
    keep_until: date | None
    deleted_at: datetime | None
    parts: tuple[PartView, ...]
    playings: tuple[PlayingView, ...]

    @property
    def playable(self) -> bool:
        return self.ended_at is not None and self.deleted_at is None and bool(self.parts)

    @property
    def seconds(self) -> int:
        return sum(part.seconds for part in self.parts)


def of(*, staff: Staff, recording_id: UUID) -> VisitRecordingView:
    """One recorded visit with who played it before. Raises NotFound."""
    row = access_visit_recording(staff=staff, recording_id=recording_id)
    return VisitRecordingView(
        id=row.pk,
        visit=row.visit,
        zone=row.facility.zone,
        ended_at=row.ended_at,
        keep_until=row.keep_until,
        deleted_at=row.deleted_at,
        parts=_parts(row),
        playings=_playings(row),
    )


def kept(*, visit_id: UUID) -> UUID | None:
    """The recording of a visit that staff may see already, if it has one."""
    rows = VisitRecording.objects.filter(visit=visit_id)
    return rows.values_list("pk", flat=True).first()


def recorded(*, visits: Collection[UUID]) -> set[UUID]:
    """Which of these visits the books have or had a recording of, in one query."""
    rows = VisitRecording.objects.filter(visit__in=visits)
    return set(rows.values_list("visit", flat=True))


def _parts(row: VisitRecording) -> tuple[PartView, ...]:
    found = []
    for track in row.tracks.filter(seconds__gt=0):
        name = visit_files.named(Path(track.path))
        if name is not None:
            found.append((name.part, track.seat, track))
    found.sort(key=lambda one: (one[0], one[1] != "inside", one[1]))
    parts = []
    for number, in_part in groupby(found, key=lambda one: one[0]):
        seats = []
        for seat, of_seat in groupby(in_part, key=lambda one: one[1]):
            tracks = {one[2].kind: one[2] for one in of_seat}
            until = max((t.starts_ms // 1000 + t.seconds for t in tracks.values()), default=0)
            seats.append(SeatView(seat, until, "audio" in tracks, "video" in tracks))
        parts.append(PartView(number, max(one.seconds for one in seats), tuple(seats)))
    return tuple(parts)


def _playings(row: VisitRecording) -> tuple[PlayingView, ...]:
    found = list(VisitPlaying.objects.filter(recording=row).order_by("-began_at")[:50])
    accounts = Account.objects.filter(pk__in={playing.account for playing in found})
    names = dict(accounts.values_list("pk", "name"))
    return tuple(
        PlayingView(
            one.pk, names.get(one.account, ""), one.purpose, one.began_at, one.played_seconds
        )
        for one in found
    )
