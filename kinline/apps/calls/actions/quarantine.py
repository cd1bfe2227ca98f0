"""Recordings that should not be: calls with a number that was private when they began.

Such a recording is there where staff learnt later whose number it was, and said so from a day in
the past. The worker looks for them, or somebody with a right of its own names one. From that
moment nobody plays it; the attorney is told, and it is destroyed with proof: by somebody other
than who locked it away, at latest by the worker.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from kinline.apps.audit.actions import KINLINE, Named
from kinline.apps.calls.access import access_call
from kinline.apps.calls.models import Call
from kinline.apps.days import day_at
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people import attorney_notes
from kinline.apps.people.access import Staff
from kinline.apps.people.models import AttorneyNumber, AttorneyVerification
from kinline.apps.people.rights import Right
from kinline.apps.people.verified import is_verified_on
from kinline.apps.recordings.actions import quarantine
from kinline.apps.recordings.models import Quarantine, Recording
from kinline.apps.text import typed
from kinline.core.refusal import Refusal, Whose

FOUND = "the number was an attorney's when the call began"
# Time for the attorney to read of it, and to ask a court if they must.
DESTROY_AFTER = timedelta(days=14)


@transaction.atomic
def lock(*, staff: Staff, call_id: UUID, why: str, now: datetime) -> None:
    """Lock the recording of a call away from everybody, for ever. Twice is once.

    Raises NotFound, and Refused: quarantine.why_needed, quarantine.still_on, quarantine.gone.
    """
    call = access_call(staff=staff, call_id=call_id, right=Right.QUARANTINE)
    recording = Recording.objects.filter(call=call.pk).first()
    if recording is None or call.contact_id is None:
        raise NotFound
    if not (why := typed(why, 300)):
        raise Refused(wrong("quarantine.why_needed", "why"))
    if call.ended_at is None:
        raise Refused(Refusal("quarantine.still_on", Whose.FACILITY))
    whose = privileged_of(call) or call.contact_id
    _lock(call, recording, whose, Named("account", str(staff.account)), why, now)


@transaction.atomic
def destroy(*, staff: Staff, call_id: UUID, now: datetime) -> None:
    """Destroy what was locked away. Twice is once.

    Raises NotFound, and Refused: quarantine.another_must.
    """
    call = access_call(staff=staff, call_id=call_id, right=Right.QUARANTINE)
    _destroy(call, Named("account", str(staff.account)), now)


def sweep(*, now: datetime) -> int:
    """Find and lock away recordings of numbers that were private then; returns how many."""
    count = 0
    for call, recording in _suspects():
        if (whose := privileged_of(call)) is not None:
            with transaction.atomic():
                count += _lock(call, recording, whose, KINLINE, FOUND, now)
    return count


def destroy_due(*, now: datetime, limit: int = 50) -> int:
    """Destroy what was locked away long enough ago; returns how many."""
    due = Quarantine.objects.filter(destroyed_at=None, found_at__lte=now - DESTROY_AFTER)
    calls = list(due.order_by("found_at").values_list("recording__call", flat=True)[:limit])
    for call in Call.objects.filter(pk__in=calls).select_related("facility"):
        with transaction.atomic():
            _destroy(call, KINLINE, now)
    return len(calls)


def privileged_of(call: Call) -> UUID | None:
    """The attorney whose number it was when the call began, None where it was nobody's.

    By the agency's own word for the whole day; by one for the state from its moment on, and from
    the proof of the number on.
    """
    agency, day = call.facility.agency_id, day_at(call.facility.zone, call.asked_at)
    if call.contact_id is not None:
        own = AttorneyVerification.objects.filter(
            contact=call.contact_id, agency=agency, request=None
        )
        if any(is_verified_on(row, day) for row in own):
            return call.contact_id
    held = AttorneyNumber.objects.filter(
        Q(dropped_at=None) | Q(dropped_at__gt=call.asked_at),
        e164=call.number,
        proven_at__lte=call.asked_at,
    )
    for number in held:
        statewide = AttorneyVerification.objects.filter(
            contact=number.contact_id,
            agency=agency,
            request__isnull=False,
            verified_at__lte=call.asked_at,
        )
        if any(is_verified_on(row, day) for row in statewide):
            return number.contact_id
    return None


def _suspects() -> Iterator[tuple[Call, Recording]]:
    """Recorded calls with anybody who is or was verified, whenever that was: few."""
    here = OuterRef("facility__agency")
    verified = AttorneyVerification.objects.filter(contact=OuterRef("contact"), agency=here)
    numbers = AttorneyNumber.objects.filter(e164=OuterRef("number"), proven_at__isnull=False)
    open_ones = Recording.objects.filter(deleted_at=None, quarantine=None, ended_at__isnull=False)
    rows = Call.objects.filter(
        Q(Exists(verified)) | Q(Exists(numbers)), pk__in=open_ones.values("call"), private=False
    )
    found = list(rows.select_related("facility"))
    recordings = {row.call: row for row in open_ones.filter(call__in=[one.pk for one in found])}
    yield from ((call, recordings[call.pk]) for call in found if call.pk in recordings)


def _lock(
    call: Call, recording: Recording, whose: UUID, by: Named, why: str, now: datetime
) -> bool:
    first = quarantine.lock(recording_id=recording.pk, contact_id=whose, by=by, why=why, now=now)
    if first:
        attorney_notes.tape_found(
            contact_id=whose,
            recording=recording.pk,
            place=call.facility.place,
            facility_name=call.facility.name,
            at=call.asked_at,
            now=now,
        )
    return first


def _destroy(call: Call, by: Named, now: datetime) -> None:
    locked = Quarantine.objects.filter(recording__call=call.pk).first()
    if locked is None:
        raise NotFound
    if locked.destroyed_at is not None:
        return
    quarantine.destroy(recording_id=locked.recording_id, by=by, now=now)
    attorney_notes.tape_destroyed(
        contact_id=locked.contact,
        recording=locked.recording_id,
        place=call.facility.place,
        facility_name=call.facility.name,
        at=call.asked_at,
        now=now,
    )
