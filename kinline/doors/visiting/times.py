"""The page of days and times, for a new visit and for one that is moved."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from kinline.apps.charging import queries as charging
from kinline.apps.visits.actions.booking import SlotTaken
from kinline.apps.visits.queries import calendar as room
from kinline.apps.visits.queries.visits import VisitView
from kinline.core.rating.terms import Service
from kinline.core.visit.terms import VisitKind
from kinline.doors.visiting import calendar
from kinline.doors.visiting.desk import Desk
from kinline.doors.visiting.party import Party
from kinline.doors.words import price, visits, zones


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose calendar is shown: who meets, for how long; with `visit` one that is moved."""

    person: UUID
    contacts: tuple[UUID, ...]
    minors: tuple[UUID, ...]
    other: str
    facility_name: str
    place: str
    minutes: int | None
    private: bool
    party: Party | None = None
    visit: UUID | None = None

    @classmethod
    def of_party(cls, desk: Desk, party: Party) -> "Wanted":
        """A new visit, with the length asked for."""
        word = desk.request.GET.get("minutes", "")
        return cls(
            person=party.pair.person,
            contacts=party.contacts,
            minors=party.minors,
            other=party.other_name,
            facility_name=party.pair.facility_name,
            place=party.pair.place,
            minutes=int(word) if word.isascii() and word.isdigit() and len(word) < 4 else None,
            private=party.pair.kind == VisitKind.ATTORNEY,
            party=party,
        )

    @classmethod
    def of_visit(cls, desk: Desk, visit: VisitView) -> "Wanted":
        """A visit that is moved: who comes and for how long stays."""
        others = [one.name for one in visit.visitors] if desk.is_inside else [visit.person_name]
        return cls(
            person=visit.person,
            contacts=(),
            minors=(),
            other=", ".join(others),
            facility_name=visit.facility_name,
            place=visit.place,
            minutes=visit.minutes,
            private=visit.private,
            visit=visit.id,
        )

    def query(self, **more: str) -> str:
        """An address's query with all this carries and `more`."""
        if self.party is not None:
            return self.party.query(**more)
        return "&".join(f"{name}={value}" for name, value in more.items())


@dataclass(frozen=True, slots=True)
class Length:
    """One length to choose."""

    words: str
    href: str
    is_chosen: bool


def find(desk: Desk, wanted: Wanted) -> room.Calendar:
    """The room's calendar for who is wanted, or for a visit that is moved."""
    if wanted.visit is not None:
        return room.calendar_to_move(by=desk.by, visit_id=wanted.visit, now=desk.now)
    return room.calendar(
        by=desk.by,
        person_id=wanted.person,
        contact_ids=wanted.contacts,
        minor_ids=wanted.minors,
        length_minutes=wanted.minutes,
        private=wanted.private,
        now=desk.now,
    )


def page(desk: Desk, wanted: Wanted, more: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """The calendar with a day open, and what `more` says."""
    found = find(desk, wanted)
    asked = desk.request.GET

    def href(on: date) -> str:
        return "?" + wanted.query(minutes=str(found.minutes), on=on.isoformat()) + "#times"

    shown = calendar.shown(
        found,
        chosen=calendar.day_of(asked.get("on", "")),
        start=calendar.moment_of(asked.get("starts", "")),
        href=href,
        own_zone=desk.own_zone,
        other=wanted.other,
        inside=desk.is_inside,
    )
    facts = {
        "calendar": shown,
        "other": wanted.other,
        "facility_name": wanted.facility_name,
        "says": _says(found),
        "lengths": _lengths(found, wanted, asked.get("on", "")),
        "price": price_of(wanted.place, desk.now),
        "private": found.private,
        "blocked": desk.why_not(found.refusals, other=wanted.other, zone=found.zone),
        "approval": found.approval,
        "recorded": found.recorded,
        "minutes": found.minutes,
        "zones": [] if desk.is_inside else zones.ZONES,
        "zone_code": desk.own_zone,
        "own_zone": zones.name(desk.own_zone) if desk.own_zone else "",
    }
    return desk.page("time", facts | dict(more), status)


def near(desk: Desk, no: SlotTaken, zone: str) -> list[str]:
    """Other free times after a lost race, in words."""
    ends = [visits.when_of(one.starts_at, one.minutes, zone, desk.own_zone) for one in no.near]
    return [one.whole for one in ends]


def _says(found: room.Calendar) -> str:
    said = visits.minutes(found.minutes)
    if found.approval:
        return _("%(long)s. The facility agrees to each visit first.") % {"long": said}
    return _("%(long)s.") % {"long": said}


def _lengths(found: room.Calendar, wanted: Wanted, on: str) -> list[Length]:
    """The lengths the facility offers; a visit that is moved keeps its own."""
    if wanted.party is None:
        return []
    more = {"on": on} if on else {}
    return [
        Length(
            visits.minutes(one),
            "?" + wanted.query(minutes=str(one), **more),
            one == found.minutes,
        )
        for one in found.lengths
    ]


def price_of(place: str, at: datetime) -> price.Price | None:
    """What a visit held then costs here; None where no rule says so. The day it is held counts."""
    view = charging.price(place=place, at=at, service=Service.VISIT.value)
    return price.words_of(view) if view else None


def with_minutes(wanted: Wanted, minutes: int) -> Wanted:
    """The same people for another length."""
    return replace(wanted, minutes=minutes)
