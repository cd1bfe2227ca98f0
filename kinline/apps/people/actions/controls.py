"""Controls: set, confirmed by a second person where a law keeps more, and ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities.models import Facility, Station, Unit
from kinline.apps.people import numbers
from kinline.apps.people.access import Staff, StaffPlace, access_agency, access_facility
from kinline.apps.people.controls import baseline_of
from kinline.apps.people.held import stored_hours
from kinline.apps.people.known_here import contact_here
from kinline.apps.people.models import AccessBaseline, Control, Person
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.text import typed
from kinline.core.policy import controls as core
from kinline.core.policy.baseline import stricter
from kinline.core.policy.controls import Kind, Level, Talk
from kinline.core.refusal import Refusal
from kinline.core.schedule.rules import WeekTime

SHORTEST_SECONDS = 60
LONGEST_GAP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NewControl:
    """What staff want from a moment on. `subject` is typed in or chosen: an id of a unit or
    station, a person's ID number, a telephone number, a contact's number or e-mail; empty for a
    facility or agency."""

    level: Level
    kind: Kind
    subject: str = ""
    amount: int | None = None
    hours: tuple[WeekTime, ...] = ()
    attorneys: bool = False
    why: str = ""
    note: str = ""
    from_at: datetime | None = None  # None: now
    until_at: datetime | None = None
    talk: Talk = Talk.CALLS


@transaction.atomic
def put(*, staff: Staff, place: str, new: NewControl, now: datetime) -> UUID:
    """Set a control. One that gives less than the law keeps waits for a second person.

    Raises NotFound and Refused (control.subject, control.why_needed, control.over,
    control.in_the_past, control.amount_needed, control.amount_too_small, control.hours_needed,
    control.gap_too_long, control.counsel_is_not_rationed, control.private_mail_goes,
    control.quota_is_a_persons, control.kind_not_on_this, control.level_not_on_this).
    """
    here = _here(staff, place, new.level)
    from_at = new.from_at or now
    subject = _subject(here, new)
    if mistakes := _mistakes(new, subject, from_at, now):
        raise Refused(*mistakes)
    row = Control(
        agency_id=here.agency,
        facility_id=None if new.level is Level.AGENCY else here.facility,
        talk=new.talk,
        level=new.level,
        subject=subject,
        kind=new.kind,
        amount=new.amount,
        hours=stored_hours(new.hours),
        attorneys=new.attorneys,
        why=typed(new.why, 200),
        note=typed(new.note, 200),
        from_at=from_at,
        until_at=new.until_at,
        set_by=str(staff.account),
        set_at=now,
    )
    row.stricter = _less_than_kept(here, row, new.hours, now)
    row.save()
    _tell(staff, "control.set", row, here, now, {"stricter": row.stricter, "kind": row.kind})
    return row.pk


@transaction.atomic
def confirm(*, staff: Staff, place: str, control_id: UUID, why: str, now: datetime) -> None:
    """A second person says yes to a control that gives less than the law keeps, and why.

    Raises NotFound and Refused (control.why_needed, control.own, control.settled).
    """
    row = _open(staff, place, control_id, now).get()
    here = _here(staff, place, Level(row.level))
    why = typed(why, 200)
    if not why:
        raise Refused(wrong("control.why_needed", "why"))
    if row.set_by == str(staff.account):
        raise Refused(wrong("control.own", "why"))
    done = Control.objects.filter(pk=row.pk, stricter=True, confirmed_at=None, ended_at=None)
    try:
        with transaction.atomic():
            confirmed = done.update(
                confirmed_by=str(staff.account), confirmed_at=now, confirmed_why=why
            )
    except IntegrityError:
        confirmed = 0
    if not confirmed:
        raise Refused(wrong("control.settled", "why"))
    _tell(staff, "control.confirmed", row, here, now, {"kind": row.kind}, why)


@transaction.atomic
def end(*, staff: Staff, place: str, control_id: UUID, now: datetime) -> None:
    """No longer in force from this moment on; ended twice is ended once. Raises NotFound."""
    row = _open(staff, place, control_id, now).get()
    here = _here(staff, place, Level(row.level))
    live = Control.objects.filter(pk=row.pk, ended_at=None)
    if live.update(ended_at=now, ended_by=str(staff.account)):
        _tell(staff, "control.ended", row, here, now, {"kind": row.kind})


@dataclass(frozen=True, slots=True)
class NewBaseline:
    """What was offered on the law's day. A kind without an amount was not limited."""

    longest_seconds: int | None
    calls_day: int | None
    minutes_day: int | None
    hours: tuple[WeekTime, ...]
    source: str


@transaction.atomic
def set_baseline(*, staff: Staff, place: str, new: NewBaseline, now: datetime) -> None:
    """Write down what a facility offered on the day the law keeps; an older row stays.

    Raises NotFound, also where no law keeps a baseline, and Refused (baseline.source_needed).
    """
    here = access_facility(staff=staff, place=place, right=Right.SET_CONTROLS)
    kept = baseline_of(facility_id=here.facility, place=place, zone=here.zone, now=now)
    if kept is None or kept.baseline.floor_only:
        raise NotFound
    source = typed(new.source, 200)
    if not source:
        raise Refused(wrong("baseline.source_needed", "source"))
    given = {
        Kind.LONGEST: new.longest_seconds,
        Kind.CALLS_DAY: new.calls_day,
        Kind.MINUTES_DAY: new.minutes_day,
    }
    AccessBaseline.objects.create(
        facility_id=here.facility,
        amounts={str(kind): amount for kind, amount in given.items() if amount is not None},
        hours=stored_hours(new.hours) if new.hours else None,
        source=source,
        set_by=str(staff.account),
        set_at=now,
    )
    tell(staff, "control.baseline_set", Named("facility", str(here.facility)), place, now)


def _here(staff: Staff, place: str, level: Level) -> StaffPlace:
    """Where it stands; what holds for a whole agency takes the right for all of it."""
    gate = access_agency if level is Level.AGENCY else access_facility
    return gate(staff=staff, place=place, right=Right.SET_CONTROLS)


def _open(staff: Staff, place: str, control_id: UUID, now: datetime) -> QuerySet[Control]:
    here = access_facility(staff=staff, place=place, right=Right.SET_CONTROLS)
    rows = Control.objects.filter(agency=here.agency, pk=control_id)
    mine = rows.filter(facility=here.facility) | rows.filter(facility=None)
    if not mine.exists():
        raise NotFound
    return mine


def _subject(here: StaffPlace, new: NewControl) -> str:
    """What it is set on, empty where nothing here is meant by what was typed."""
    wanted = typed(new.subject, 254)
    match new.level:
        case Level.AGENCY:
            return str(here.agency)
        case Level.FACILITY:
            return str(here.facility)
        case Level.NUMBER:
            return numbers.e164(wanted) or ""
        case Level.PERSON:
            people = Person.objects.filter(facility=here.facility, number=wanted)
            return str(people.values_list("pk", flat=True).first() or "")
        case Level.CONTACT:
            contact = contact_here(facility_id=here.facility, text=wanted)
            return str(contact.pk) if contact else ""
    return _chosen(here, new.level, wanted)


def _chosen(here: StaffPlace, level: Level, wanted: str) -> str:
    try:
        pk = UUID(wanted)
    except ValueError:
        return ""
    if level is Level.UNIT:
        found = Unit.objects.filter(facility=here.facility, pk=pk).exists()
    else:
        found = Station.objects.filter(unit__facility=here.facility, pk=pk).exists()
    return str(pk) if found else ""


def _mistakes(new: NewControl, subject: str, from_at: datetime, now: datetime) -> list[Refusal]:
    found = []
    if not subject:
        found.append(wrong("control.subject", "subject"))
    codes = core.mistakes(new.kind, new.level, new.amount, new.hours, new.attorneys, talk=new.talk)
    fields = {
        "control.hours_needed": "hours",
        "control.counsel_is_not_rationed": "attorneys",
        "control.private_mail_goes": "attorneys",
        "control.kind_not_on_this": "kind",
        "control.level_not_on_this": "level",
    }
    found += [wrong(code, fields.get(code, "amount")) for code in codes]
    if not codes and new.kind in core.TIMED and (new.amount or 0) < SHORTEST_SECONDS:
        found.append(wrong("control.amount_too_small", "amount"))
    if new.kind is Kind.GAP and (new.amount or 0) > LONGEST_GAP.total_seconds():
        found.append(wrong("control.gap_too_long", "amount"))
    if new.kind is Kind.CLOSED and not typed(new.why, 200):
        found.append(wrong("control.why_needed", "why"))
    if from_at < now:
        found.append(wrong("control.in_the_past", "from_at"))
    if new.until_at is not None and new.until_at <= from_at:
        found.append(wrong("control.over", "until_at"))
    return found


def _less_than_kept(
    here: StaffPlace, row: Control, hours: tuple[WeekTime, ...], now: datetime
) -> bool:
    """Whether it gives less than the law keeps; a whole agency's, at any of its facilities."""
    held = core.Control(
        id="",
        kind=Kind(row.kind),
        level=Level(row.level),
        since=row.from_at,
        until=row.until_at,
        amount=row.amount,
        hours=hours,
        talk=Talk(row.talk),
    )
    places = [(here.facility, here.place, here.zone)]
    if row.level == Level.AGENCY:
        rows = Facility.objects.filter(agency=here.agency)
        places = list(rows.values_list("pk", "place", "zone"))
    kept = (
        baseline_of(facility_id=facility, place=place, zone=zone, now=now)
        for facility, place, zone in places
    )
    return any(stricter(held, one.baseline if one else None) for one in kept)


def _tell(
    staff: Staff,
    act: str,
    row: Control,
    here: StaffPlace,
    now: datetime,
    facts: dict[str, object],
    purpose: str = "",
) -> None:
    told = {"talk": row.talk, "level": row.level, **facts}
    tell(staff, act, Named("control", str(row.pk)), here.place, now, told, purpose)
