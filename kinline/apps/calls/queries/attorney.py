"""Calls as the attorney who was called may prove them: private or not, with a recording or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from kinline.apps.calls.models import Call
from kinline.apps.calls.queries import parts
from kinline.apps.people.models import Account, AttorneyNumber
from kinline.apps.recordings.models import Listening, Quarantine, Recording
from kinline.core.call.states import State

MOST = 100


@dataclass(frozen=True, slots=True)
class Locked:
    """A recording that was found: locked away, later destroyed with the hashes of its files."""

    found_at: datetime
    why: str
    listened: int  # how often somebody listened before
    destroyed_at: datetime | None
    proof: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HeldCall:
    """A call that was talked. `unrecorded`: private, and the books have no recording of it."""

    id: UUID
    at: datetime
    person_name: str
    facility_name: str
    zone: str
    number: str
    seconds: int
    unrecorded: bool
    locked: Locked | None


def held(*, contact_id: UUID) -> list[HeldCall]:
    """The last calls with an attorney or to a number they proved, newest first; a few queries.

    To a number that is somebody else's record only from the proof on.
    """
    proofs = AttorneyNumber.objects.filter(
        Q(dropped_at=None) | Q(dropped_at__gt=OuterRef("asked_at")),
        contact=contact_id,
        e164=OuterRef("number"),
        proven_at__lte=OuterRef("asked_at"),
    )
    rows = Call.objects.filter(Q(contact=contact_id) | Q(Exists(proofs)))
    talked = rows.exclude(state=State.REFUSED).filter(
        accepted_at__isnull=False, ended_at__isnull=False
    )
    with_facts = talked.annotate(taped=Exists(Recording.objects.filter(call=OuterRef("pk"))))
    full = with_facts.select_related("facility", "person", "record", "line")
    found = list(full.order_by("-asked_at")[:MOST])
    locked = _locked([one.pk for one in found], contact_id)
    return [
        HeldCall(
            id=call.pk,
            at=call.asked_at,
            person_name=parts.person_name(call),
            facility_name=call.facility.name,
            zone=call.facility.zone,
            number=call.number,
            seconds=parts.talk_seconds(call),
            unrecorded=call.private and not call.taped,
            locked=locked.get(call.pk),
        )
        for call in found
    ]


def _locked(calls: list[UUID], contact_id: UUID) -> dict[UUID, Locked]:
    rows = Quarantine.objects.filter(recording__call__in=calls, contact=contact_id)
    found = list(rows.select_related("recording"))
    heard = Listening.objects.filter(recording__in=[one.recording_id for one in found])
    counts: dict[UUID, int] = {}
    for recording in heard.values_list("recording", flat=True):
        counts[recording] = counts.get(recording, 0) + 1
    return {
        one.recording.call: Locked(
            one.found_at, one.why, counts.get(one.recording_id, 0), one.destroyed_at, one.proof
        )
        for one in found
    }


@dataclass(frozen=True, slots=True)
class LockedCall:
    """A locked recording as staff with the right see it: never its sound."""

    call: UUID
    found_by: str
    found_at: datetime
    why: str
    destroyed_by: str
    destroyed_at: datetime | None
    proof: Mapping[str, str]
    own: bool  # the viewer locked it, so another must destroy it


def locked_of(*, call_id: UUID, account: UUID) -> LockedCall | None:
    """What became of the recording of a call that came through a gate; names for accounts."""
    row = Quarantine.objects.filter(recording__call=call_id).first()
    if row is None:
        return None
    ids = [one for one in (row.found_by, row.destroyed_by) if one not in ("", "kinline")]
    names = {
        str(pk): name for pk, name in Account.objects.filter(pk__in=ids).values_list("pk", "name")
    }
    return LockedCall(
        call=call_id,
        found_by=names.get(row.found_by, row.found_by),
        found_at=row.found_at,
        why=row.why,
        destroyed_by=names.get(row.destroyed_by, row.destroyed_by),
        destroyed_at=row.destroyed_at,
        proof=row.proof,
        own=row.found_by == str(account),
    )
