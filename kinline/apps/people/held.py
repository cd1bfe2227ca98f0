"""The controls that bear on one call, visit or message: what a decision rests on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from kinline.apps.people.models import Control
from kinline.apps.prepared import Prepared
from kinline.core.policy.controls import Control as Held
from kinline.core.policy.controls import Kind, Level, Talk
from kinline.core.schedule.rules import WeekTime

# One that begins within so much may cut a call that begins now.
AHEAD = timedelta(days=1)
_TOLD = (
    "pk",
    "talk",
    "subject",
    "kind",
    "level",
    "from_at",
    "until_at",
    "amount",
    "hours",
    "attorneys",
    "why",
)


@dataclass(frozen=True, slots=True)
class Subjects:
    """All that a control on one call or message can be set on; empty or None for what there is not.
    `other` is the number called, or the id of the contact."""

    agency: UUID
    facility: UUID
    unit: UUID | None = None
    station: UUID | None = None
    station_unit: UUID | None = None
    person: UUID | None = None
    other: str = ""


def on(talk: Talk, of: Subjects, now: datetime) -> tuple[Held, ...]:
    """The controls that hold now or begin within a day, for one call or message. One query,
    however many."""
    rows = _HELD(
        talk=talk.value,
        agency=of.agency,
        facility=of.facility,
        a=str(of.agency),
        f=str(of.facility),
        unit=_subject(of.unit),
        station=_subject(of.station),
        station_unit=_subject(of.station_unit),
        person=_subject(of.person),
        other=of.other,
        now=now,
        soon=now + AHEAD,
    )
    return tuple(_core(*row) for row in rows)


def on_visits(
    *,
    agency: UUID,
    facility: UUID,
    subjects: Collection[UUID | None],
    since: datetime,
    before: datetime,
) -> tuple[Held, ...]:
    """The controls that hold at some moment of [since, before) for visits of these units, devices,
    people and contacts. One query, however many."""
    named = [str(agency), str(facility), *(str(one) for one in subjects if one is not None)]
    rows = _in_force(agency, facility, since).filter(
        talk=Talk.VISITS, subject__in=named, from_at__lt=before
    )
    return tuple(_core(*row) for row in rows.values_list(*_TOLD))


@dataclass(frozen=True, slots=True)
class Closing:
    """A control that closes visits in [from_at, until_at), and what it is set on."""

    id: UUID
    agency: UUID
    facility: UUID | None
    level: Level
    subject: str
    from_at: datetime
    until_at: datetime | None
    attorneys: bool
    why: str
    set_by: str


def closings_of_visits(*, now: datetime) -> list[Closing]:
    """Every closing of visits that is in force or to come, wherever. One query."""
    rows = _open(now).filter(talk=Talk.VISITS, kind=Kind.CLOSED).order_by("set_at", "pk")
    told = ("pk", "agency", "facility", "level", "subject", "from_at", "until_at", "attorneys")
    return [
        Closing(pk, agency, facility, Level(level), *more)
        for pk, agency, facility, level, *more in rows.values_list(*told, "why", "set_by")
    ]


def _open(now: datetime) -> "QuerySet[Control]":
    """Not ended, not over, and confirmed where that is needed."""
    return Control.objects.filter(
        Q(until_at=None) | Q(until_at__gt=now),
        Q(stricter=False) | Q(confirmed_at__isnull=False),
        ended_at=None,
    )


def _in_force(agency: UUID, facility: UUID, now: datetime) -> "QuerySet[Control]":
    return _open(now).filter(Q(facility=None) | Q(facility=facility), agency=agency)


def _held(
    talk: str,
    agency: UUID,
    facility: UUID,
    a: str,
    f: str,
    unit: str,
    station: str,
    station_unit: str,
    person: str,
    other: str,
    now: datetime,
    soon: datetime,
) -> QuerySet[Control, Any]:
    subjects = [a, f, unit, station, station_unit, person, other]
    rows = _in_force(agency, facility, now).filter(
        subject__in=subjects, talk=talk, from_at__lte=soon
    )
    return rows.values_list(*_TOLD)


_HELD = Prepared(
    _held,
    talk=str,
    agency=UUID,
    facility=UUID,
    a=str,
    f=str,
    unit=str,
    station=str,
    station_unit=str,
    person=str,
    other=str,
    now=datetime,
    soon=datetime,
)


def _subject(of: UUID | None) -> str:
    return "" if of is None else str(of)


def _core(
    pk: UUID,
    talk: str,
    subject: str,
    kind: str,
    level: str,
    since: datetime,
    until: datetime | None,
    amount: int | None,
    hours: list[list[Any]],
    attorneys: bool,
    why: str,
) -> Held:
    return Held(
        id=str(pk),
        kind=Kind(kind),
        level=Level(level),
        since=since,
        until=until,
        amount=amount,
        hours=read_hours(hours),
        attorneys=attorneys,
        why=why,
        talk=Talk(talk),
        subject=subject,
    )


def read_hours(stored: Iterable[Iterable[Any]]) -> tuple[WeekTime, ...]:
    """Hours as a row keeps them."""
    return tuple(
        WeekTime(day, time.fromisoformat(opens), time.fromisoformat(closes))
        for day, opens, closes in stored
    )


def stored_hours(hours: Iterable[WeekTime]) -> list[list[Any]]:
    """Hours for a row."""
    return [[one.weekday, f"{one.from_:%H:%M}", f"{one.until:%H:%M}"] for one in hours]
