"""A visit, an offer and a place on the waiting list, as their pages show them: words only."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from kinline.apps.visits.queries import visits as rooms
from kinline.apps.visits.queries.visits import VisitView, WaitingView
from kinline.core.visit.states import LIVE, State
from kinline.doors.visiting.desk import Desk
from kinline.doors.visiting.times import price_of
from kinline.doors.words import clock, visits
from kinline.doors.words.price import Price
from kinline.doors.words.visits import When


@dataclass(frozen=True, slots=True)
class Row:
    """One visit in a list."""

    visit: VisitView
    href: str
    when: When
    with_words: str
    state: str
    tone: str
    icon: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One visit on its own page."""

    visit: VisitView
    title: str
    when: When
    other: str
    visitors: list[str]
    facility_name: str
    place_words: str
    long: str
    state: str
    tone: str
    icon: str
    sentence: str
    cancel_says: str
    price: Price | None
    money: tuple[str, ...]
    private: bool
    recorded: bool
    is_coming: bool
    may_change: bool
    may_cancel: bool
    may_meet: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place on the waiting list, or the offer it has."""

    place: WaitingView
    when: When | None
    title: str
    sentence: str
    take_words: str
    leave_words: str


def row(desk: Desk, visit: VisitView) -> Row:
    """A visit as a line."""
    return Row(
        visit=visit,
        href=desk.address("one", visit.id),
        when=when(desk, visit),
        with_words=_("With %(names)s") % {"names": ", ".join(others(desk, visit))},
        state=visits.state(visit, desk.now),
        tone=visits.tone(visit),
        icon=visits.icon(visit),
        is_live=visit.state in LIVE,
    )


def next_one(desk: Desk) -> Row | None:
    """The next visit, for home pages."""
    found = rooms.next_visit(by=desk.by, now=desk.now)
    return row(desk, found) if found is not None else None


def when(desk: Desk, visit: VisitView) -> When:
    """Its time by both clocks."""
    return visits.when(visit.starts_at, visit.ends_at, visit.zone, desk.own_zone)


def others(desk: Desk, visit: VisitView) -> list[str]:
    """Whom the reader meets."""
    if desk.is_inside:
        return [one.name for one in visit.visitors]
    return [visit.person_name]


def one(desk: Desk, visit: VisitView) -> Shown:
    """A visit as its page."""
    coming = visit.state in {State.REQUESTED, State.BOOKED} and desk.now < visit.ends_at
    before = coming and desk.now < visit.starts_at
    names = others(desk, visit)
    return Shown(
        visit=visit,
        title=_("Video visit with %(name)s") % {"name": names[0] if names else ""},
        when=when(desk, visit),
        other=", ".join(names),
        visitors=[one.name for one in visit.visitors],
        facility_name=visit.facility_name,
        place_words=visit.station,
        long=visits.minutes(visit.minutes),
        state=visits.state(visit, desk.now),
        tone=visits.tone(visit),
        icon=visits.icon(visit),
        sentence=visits.sentence(visit, desk.now, inside=desk.is_inside),
        cancel_says=visits.cancel_until(visit.late_from, visit.zone, desk.now) if before else "",
        price=price_of(visit.place, visit.starts_at),
        money=visits.money(visit),
        private=visit.private,
        recorded=visit.recorded,
        is_coming=coming or visit.state == State.HELD,
        may_change=before and desk.now < visit.late_from and _booked(desk, visit),
        may_cancel=before,
        may_meet=visits.is_ready(visit, desk.now),
    )


def _booked(desk: Desk, visit: VisitView) -> bool:
    """Whether the reader may move it: whoever booked it, and the person inside."""
    return desk.is_inside or visit.booked_by == desk.by.id


def waiting(desk: Desk, place: WaitingView) -> Waiting:
    """A place on the waiting list in words; with an offer, what is kept until when."""
    facts = {"name": place.contact_name if desk.is_inside else place.person_name}
    if place.offered_starts_at is not None and place.offer_until is not None:
        end = place.offered_starts_at + timedelta(minutes=place.minutes)
        at = visits.when(place.offered_starts_at, end, place.zone, desk.own_zone)
        until = clock.when(place.offer_until, place.zone, desk.now)
        kept = _("A visit with %(name)s. The time is kept for you until %(until)s.")
        spoken = {"when": at.whole}
        return Waiting(
            place=place,
            when=at,
            title=at.whole,
            sentence=kept % (facts | {"until": until}),
            take_words=_("Take it: %(when)s") % spoken,
            leave_words=_("No, thanks: %(when)s") % spoken,
        )
    said = _("With %(name)s, %(long)s. You hear from us if a time comes free.")
    title = _span(place)
    return Waiting(
        place=place,
        when=None,
        title=title,
        sentence=said % (facts | {"long": visits.minutes(place.minutes)}),
        take_words="",
        leave_words=_("Leave the list: %(when)s") % {"when": title},
    )


def _span(place: WaitingView) -> str:
    """The day one waits for, or the first and the last of them."""
    first, last = visits.day_words(place.from_on), visits.day_words(place.until_on)
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
