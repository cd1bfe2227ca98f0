"""Watches: staff set, renew and end them; a call that one was set for is told of at once."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from kinline.apps.audit import actions as audit
from kinline.apps.calls.access import access_watch
from kinline.apps.calls.asking import NOBODY
from kinline.apps.calls.models import Call, Watch, WatchAlert
from kinline.apps.days import day_at, moments_of
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.notices import actions as notices
from kinline.apps.notices.watched import KIND
from kinline.apps.people import access, numbers
from kinline.apps.people.access import Staff, StaffPlace, access_agency, access_facility
from kinline.apps.people.models import Person
from kinline.apps.people.rights import Right
from kinline.apps.prepared import Prepared
from kinline.apps.text import typed
from kinline.core.refusal import Refusal

LONGEST_DAYS = 90


@transaction.atomic
def set_watch(
    *,
    staff: Staff,
    place: str,
    person: str,
    number: str,
    reason: str,
    until_on: date,
    whole_agency: bool,
    now: datetime,
) -> UUID:
    """Watch one person, by their ID number here, or one number, through the day `until_on`.

    Of a private number nothing is told, neither now nor later: it can be watched like any other,
    and no call with it is ever told of.

    Raises Refused with all mistakes (watch.one_of_two, watch.nobody, watch.number,
    watch.reason_needed, watch.until) and NotFound.
    """
    opened = access_agency if whole_agency else access_facility
    here = opened(staff=staff, place=place, right=Right.WATCH_CALLS)
    person, number, reason = typed(person, 40), typed(number, 40), typed(reason)
    mistakes = [*_until(until_on, here.zone, now)]
    if not reason:
        mistakes.append(wrong("watch.reason_needed", "reason"))
    watched, e164 = _of_one(here, person, number, mistakes)
    if mistakes:
        raise Refused(*mistakes)
    row = Watch.objects.create(
        facility_id=None if whole_agency else here.facility,
        agency_id=here.agency if whole_agency else None,
        person=watched,
        number=e164,
        reason=reason,
        set_by=staff.account,
        set_at=now,
        until_at=moments_of(until_on, here.zone)[1],
    )
    _tell(staff, "watch.set", row, here.place, now, reason, {"until": until_on.isoformat()})
    return row.pk


@transaction.atomic
def renew(*, staff: Staff, watch_id: UUID, until_on: date, reason: str, now: datetime) -> None:
    """Let a watch go on through another day, at most 90 from now, with a reason of its own.

    One that ran out can be renewed; one that was ended cannot. Raises Refused (watch.reason_needed,
    watch.until, watch.ended) and NotFound.
    """
    row = access_watch(staff=staff, watch_id=watch_id)
    here = place_of(staff, row)
    reason = typed(reason)
    mistakes = [*_until(until_on, here.zone, now)]
    if not reason:
        mistakes.append(wrong("watch.reason_needed", "reason"))
    if row.ended_at is not None:
        mistakes.append(wrong("watch.ended", "until_on"))
    if mistakes:
        raise Refused(*mistakes)
    until = moments_of(until_on, here.zone)[1]
    if Watch.objects.filter(pk=row.pk, ended_at=None).update(until_at=until, renewed_at=now) == 1:
        facts = {"until": until_on.isoformat()}
        _tell(staff, "watch.renewed", row, here.place, now, reason, facts)


@transaction.atomic
def end(*, staff: Staff, watch_id: UUID, now: datetime) -> None:
    """End a watch before its day. Ended twice is ended once. Raises NotFound."""
    row = access_watch(staff=staff, watch_id=watch_id)
    rows = Watch.objects.filter(pk=row.pk, ended_at=None)
    if rows.update(ended_at=now, ended_by=staff.account) == 1:
        _tell(staff, "watch.ended", row, place_of(staff, row).place, now, "", {})


def place_of(staff: Staff, row: Watch) -> StaffPlace:
    """The facility at which a watch is kept; of a whole agency's, the viewer's first there."""
    for one in staff.places_with(Right.WATCH_CALLS):
        if row.facility_id == one.facility or row.agency_id == one.agency:
            return one
    raise NotFound


# --- telling ------------------------------------------------------------------------------


def tell_of(call: Call, *, agency: UUID, now: datetime) -> None:
    """Tell of a call that is being asked for, in its transaction. One query where nobody watches.

    Not of a private call, whose other end is nobody's business; nor of one to an open line, where
    that somebody called at this minute could say who.
    """
    if call.private or call.line_id is not None:
        return
    found = _WATCHED(
        person=call.person_id or NOBODY,
        number=call.number,
        facility=call.facility_id,
        agency=agency,
        now=now,
    )
    for watch, set_by in found:
        WatchAlert.objects.create(watch_id=watch, call=call, at=now)
        _write_to(set_by, watch, call, now)


def _watched(
    person: UUID, number: str, facility: UUID, agency: UUID, now: datetime
) -> QuerySet[Watch, Any]:
    of_it = Q(person=person) | Q(number=number)
    here = Q(facility=facility) | Q(agency=agency)
    rows = Watch.objects.filter(of_it, here, ended_at=None, until_at__gt=now)
    return rows.values_list("pk", "set_by")


_WATCHED = Prepared(_watched, person=UUID, number=str, facility=UUID, agency=UUID, now=datetime)


def _write_to(account: UUID, watch: UUID, call: Call, now: datetime) -> None:
    """A letter to whoever set the watch, while they still hold the right there: no name in it."""
    try:
        holder = access.staff(account_id=account, now=now)
    except NotFound:
        return
    if holder.email and holder.may(Right.WATCH_CALLS, call.facility_id):
        facts = {"email": holder.email, "language": holder.language}
        notices.post(key=f"{KIND}:{watch}:{call.pk}", kind=KIND, facts=facts, now=now)


# --- what was typed -------------------------------------------------------------------------


def _until(until_on: date, zone: str, now: datetime) -> list[Refusal]:
    today = day_at(zone, now)
    if today <= until_on <= today + timedelta(days=LONGEST_DAYS):
        return []
    return [wrong("watch.until", "until_on", {"days": str(LONGEST_DAYS)})]


def _of_one(
    here: StaffPlace, person: str, number: str, mistakes: list[Refusal]
) -> tuple[Person | None, str | None]:
    if bool(person) == bool(number):
        mistakes.append(wrong("watch.one_of_two", "person"))
        return None, None
    if number:
        e164 = numbers.e164(number)
        if e164 is None:
            mistakes.append(wrong("watch.number", "number"))
        return None, e164
    found = Person.objects.filter(facility=here.facility, number__iexact=person).first()
    if found is None:
        mistakes.append(wrong("watch.nobody", "person"))
    return found, None


def _tell(
    staff: Staff,
    act: str,
    row: Watch,
    place: str,
    now: datetime,
    why: str,
    facts: Mapping[str, object],
) -> None:
    audit.write(
        now=now,
        actor=audit.Named("account", str(staff.account)),
        act=act,
        subject=audit.Named("watch", str(row.pk)),
        facility=place,
        purpose=why,
        facts=facts,
    )
