"""Recordings as staff with the right to listen see them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, Max

from kinline.apps.people.access import Staff
from kinline.apps.people.models import Account
from kinline.apps.recordings.access import access_recording
from kinline.apps.recordings.models import Listening, Recording


@dataclass(frozen=True, slots=True)
class TrackView:
    side: str
    seconds: int


@dataclass(frozen=True, slots=True)
class ListeningView:
    id: UUID
    account_name: str
    purpose: str
    began_at: datetime
    heard_seconds: int


@dataclass(frozen=True, slots=True)
class RecordingView:
    """One recording; `playable` once it has ended, has sound and was not deleted."""

    id: UUID
    call: UUID
    place: str
    facility_name: str
    zone: str
    granted_at: datetime
    ended_at: datetime | None
    keep_until: date | None
    deleted_at: datetime | None
    seconds: int
    tracks: tuple[TrackView, ...]
    listenings: tuple[ListeningView, ...]

    @property
    def playable(self) -> bool:
        return self.ended_at is not None and self.deleted_at is None and bool(self.tracks)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a call's own page says of its recording. `locked_at`: in quarantine since then."""

    id: UUID
    keep_until: date | None
    deleted_at: datetime | None
    seconds: int
    locked_at: datetime | None = None


def of(*, staff: Staff, recording_id: UUID) -> RecordingView:
    """One recording with who listened to it before. Raises NotFound."""
    row = access_recording(staff=staff, recording_id=recording_id)
    tracks = tuple(TrackView(t.side, t.seconds) for t in row.tracks.order_by("side", "path"))
    return RecordingView(
        id=row.pk,
        call=row.call,
        place=row.facility.place,
        facility_name=row.facility.name,
        zone=row.facility.zone,
        granted_at=row.granted_at,
        ended_at=row.ended_at,
        keep_until=row.keep_until,
        deleted_at=row.deleted_at,
        seconds=max((track.seconds for track in tracks), default=0),
        tracks=tracks,
        listenings=_listenings(row),
    )


def kept(*, calls: Collection[UUID]) -> Mapping[UUID, Kept]:
    """What is kept of these calls, by call id, in one query. Ids come from gated calls."""
    rows = Recording.objects.filter(call__in=calls).annotate(
        sound=Max("tracks__seconds"), locked_at=F("quarantine__found_at")
    )
    return {
        row.call: Kept(row.pk, row.keep_until, row.deleted_at, row.sound or 0, row.locked_at)
        for row in rows
    }


def _listenings(row: Recording) -> tuple[ListeningView, ...]:
    found = list(Listening.objects.filter(recording=row).order_by("-began_at")[:50])
    accounts = Account.objects.filter(pk__in={listening.account for listening in found})
    names = dict(accounts.values_list("pk", "name"))
    return tuple(
        ListeningView(
            one.pk, names.get(one.account, ""), one.purpose, one.began_at, one.heard_seconds
        )
        for one in found
    )
