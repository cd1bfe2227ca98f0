"""Whose answers a page gives: the facility and day that were chosen, or one's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kinline.apps.calls.queries import portal
from kinline.apps.errors import NotFound
from kinline.apps.facilities import queries as facilities
from kinline.apps.people.queries import ContactView
from kinline.apps.visits.queries.terms import terms_of
from kinline.core.place import Place
from kinline.doors.help.asked import Asked, about, known_place
from kinline.doors.inputs import DayInput
from kinline.doors.words import places as words
from kinline.laws.loader import places

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
NOON = time(12)


def in_reach(day: date) -> None:
    """Days of which a law book can be asked at all. Raises ValidationError."""
    if not EARLIEST <= day < LATEST:
        raise ValidationError(gettext_lazy("Choose a day from 2000 to 2099."))


class Where(forms.Form):
    """Which facility, and which day. Both may be left empty."""

    place = forms.ChoiceField(label=gettext_lazy("Facility"), required=False)
    on = forms.DateField(
        label=gettext_lazy("Day"), required=False, widget=DayInput, validators=[in_reach]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = choices()  # type: ignore[attr-defined]


def choices() -> list[tuple[str, Any]]:
    """Every place of the law book, by jurisdiction; and none."""
    return [("", _("No facility: in general")), *((name, each) for name, each in by_jurisdiction())]


def by_jurisdiction() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The places of the book as (code, name), each list under its jurisdiction's name."""
    groups: dict[str, list[Place]] = {}
    for place in places().values():
        groups.setdefault(place.jurisdiction, []).append(place)
    for code in sorted(groups, key=words.jurisdiction):
        found = sorted(groups[code], key=lambda place: place.name)
        yield words.jurisdiction(code), [(place.code, place.name) for place in found]


@dataclass(frozen=True, slots=True)
class Own:
    """A facility at which someone may call the reader."""

    place: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whose answers these are. `carried` is the choice as an address's tail, "" for none."""

    asked: Asked
    form: Where
    own: tuple[Own, ...]
    another_day: bool
    carried: str

    @property
    def is_own(self) -> bool:
        return any(one.chosen for one in self.own)


def chosen(data: Any, *, contact: ContactView | None, now: datetime) -> Chosen:
    """The choice in an address; without one, the first of the contact's own facilities.

    A code or a day that cannot be is answered as if it were not there, and the form says so.
    """
    form = Where(data if "place" in data or "on" in data else None)
    told = form.cleaned_data if form.is_valid() else getattr(form, "cleaned_data", {})
    own = _own(contact, now)
    code = told.get("place", "")
    if not form.is_bound and own:
        code = next(iter(own))
    place = known_place(code) if code else None
    at = _moment(told.get("on"), place, now)
    if not form.is_bound:
        form = Where(initial={"place": code})
    tail = {"place": code} | ({"on": told["on"].isoformat()} if told.get("on") else {})
    return Chosen(
        asked=asked(place, at),
        form=form,
        own=tuple(Own(one, name, chosen=one == code) for one, name in own.items()),
        another_day=at != now,
        carried="?" + urlencode(tail) if any(tail.values()) else "",
    )


def asked(place: Place | None, at: datetime) -> Asked:
    """Questions about a place, with what its facility told us if it is set up here."""
    if place is None:
        return Asked(at=at)
    try:
        known = facilities.public_one(place=place.code, now=at)
    except NotFound:
        return about(place, at)
    return about(place, at, known, terms_of(facility_id=known.id, on=place.day(at)))


def _own(contact: ContactView | None, now: datetime) -> dict[str, str]:
    if contact is None:
        return {}
    callers = portal.callers(contact_id=contact.id, now=now)
    return {one.place: one.facility_name for one in callers}


def _moment(on: date | None, place: Place | None, now: datetime) -> datetime:
    """Now, or noon of another day on the place's wall."""
    zone = place.zone if place else ZoneInfo("UTC")
    if on is None or on == now.astimezone(zone).date():
        return now
    return datetime.combine(on, NOON, tzinfo=zone)
