"""Who calls, and from which station: one query, compiled once."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from kinline.apps.calls import in_line
from kinline.apps.calls.models import LIVE_STATES, Call
from kinline.apps.facilities.models import SignRule, Station
from kinline.apps.people.models import Person
from kinline.apps.prepared import Prepared
from kinline.core.queue.turns import Hold

_OF_CALLER = (
    "pk",
    "active",
    "do_not_record",
    "max_call_seconds",
    "language",
    "name_folder",
    "name_key",
    "on_a_call",
    "facility",
    "facility__place",
    "facility__zone",
    "facility__agency",
    "facility__agency__code",
    "facility__toll_free",
    "unit",
    "cuts",
)
_STATION = "facility__units__stations"
_OF_STATION = ("active", "do_not_record", "unit")
_KNOWN = len(_OF_CALLER) + 1 + len(_OF_STATION)  # the columns before those of the line


class UnknownParty(Exception):
    """No such station, or no such person at the station's facility: an engine's mistake."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who wants to call, where they are, and from which station (None: a trial from none).

    `person` None: nobody is signed in, or nobody may be known. `cuts` are the signs of a third
    party that end a call here (SignRule), None where no rule was ever set. `hold` is what the
    station is held by, `in_line` the person's own place in line for phones.
    """

    person: UUID | None
    active: bool
    unrecorded: bool
    limit_seconds: int | None
    language: str
    name_folder: str
    name_key: str
    on_a_call: bool
    facility: UUID
    place: str
    zone: str
    agency: UUID
    agency_code: str
    toll_free_open: bool = False
    unit: UUID | None = None
    cuts: str | None = None
    station: UUID | None = None
    station_active: bool = True
    station_unrecorded: bool = False
    station_unit: UUID | None = None
    station_is_intake: bool = False
    hold: Hold | None = None
    in_line: UUID | None = None


def caller(*, person_id: UUID, station_id: UUID | None = None) -> Caller:
    """One query. Raises UnknownParty, also for a person of another facility than the station."""
    if station_id is None:
        rows = _PERSON(person=person_id)
    else:
        rows = _PERSON_AT_STATION(person=person_id, station=station_id)
    if not rows:
        raise UnknownParty
    known, line = rows[0][:_KNOWN], rows[0][_KNOWN:]
    return replace(Caller(*known), **in_line.read(*line)) if line else Caller(*known)


def at_station(*, station_id: UUID, language: str) -> Caller:
    """Nobody in particular at a station. One query. Raises UnknownParty."""
    rows = _STATION_ALONE(station=station_id)
    if not rows:
        raise UnknownParty
    nobody = (None, True, False, None, language, "", "", False)
    return Caller(*nobody, *rows[0])


def _cuts_at(facility: str) -> Subquery:
    """The newest rule about signs of a third party, of the facility that is named."""
    rules = SignRule.objects.filter(facility=OuterRef(facility)).order_by("-set_at")
    return Subquery(rules.values("cuts")[:1])


def _person(person: UUID) -> QuerySet[Person, Any]:
    live = Call.objects.filter(person=OuterRef("pk"), state__in=LIVE_STATES)
    rows = Person.objects.filter(pk=person).annotate(
        on_a_call=Exists(live), cuts=_cuts_at("facility")
    )
    return rows.values_list(*_OF_CALLER)


def _person_at_station(person: UUID, station: UUID) -> QuerySet[Person, Any]:
    rows = _person(person).filter(**{_STATION: station}).annotate(**in_line.columns(station))
    of_station = (_STATION, *(f"{_STATION}__{name}" for name in _OF_STATION))
    return rows.values_list(*_OF_CALLER, *of_station, *in_line.NAMES)


def _station_alone(station: UUID) -> QuerySet[Station, Any]:
    facility = "unit__facility"
    rows = Station.objects.filter(pk=station).annotate(cuts=_cuts_at(facility))
    return rows.values_list(
        facility,
        f"{facility}__place",
        f"{facility}__zone",
        f"{facility}__agency",
        f"{facility}__agency__code",
        f"{facility}__toll_free",
        "unit",
        "cuts",
        "pk",
        "active",
        "do_not_record",
        "unit",
        "intake",
    )


_PERSON = Prepared(_person, person=UUID)
_PERSON_AT_STATION = Prepared(_person_at_station, person=UUID, station=UUID)
_STATION_ALONE = Prepared(_station_alone, station=UUID)
