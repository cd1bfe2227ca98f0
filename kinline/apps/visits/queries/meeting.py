"""A visit as its meeting page shows it: who sits where, from when until when, how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from kinline.apps.errors import NotFound
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.recordings.visit_queries import kept
from kinline.apps.visits import private
from kinline.apps.visits.access import Asker, full, staff_visit, visit_of
from kinline.apps.visits.models import Meeting, MeetingStep, Visit
from kinline.core.visit.states import State
from kinline.core.visit.terms import Seat


@dataclass(frozen=True, slots=True)
class Sitting:
    """One seat, and the names of all who sit there."""

    seat: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a visit ended; `seconds`: for how long both sides were there."""

    at: datetime
    reason: str
    seat: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Room:
    """One visit; `relayed`: a private one passes through TURN servers.

    `seats` begins with the one inside. `ended` is None while it may be held.
    """

    id: UUID
    person_name: str
    facility_name: str
    place: str
    zone: str
    station: str
    starts_at: datetime
    ends_at: datetime
    state: State
    private: bool
    relayed: bool
    recorded: bool
    price_cents: int
    citation: str
    seats: tuple[Sitting, ...]
    ended: Ended | None

    @property
    def outside(self) -> tuple[Sitting, ...]:
        return self.seats[1:]


@dataclass(frozen=True, slots=True)
class StepView:
    """One step an engine told, as staff read it."""

    at: datetime
    kind: str
    seat: str
    minutes: int


@dataclass(frozen=True, slots=True)
class StaffRoom:
    """A visit as staff see it, live or over; `recording` for those who may play it."""

    room: Room
    live: bool
    met_at: datetime | None
    steps: Sequence[StepView]
    recording: UUID | None


@dataclass(frozen=True, slots=True)
class LiveView:
    """A visit an engine holds now: in its lobby, or under way."""

    room: Room
    met_at: datetime | None
    here: tuple[str, ...]  # the seats that came and did not leave


def room(*, by: Asker, visit_id: UUID) -> Room:
    """A visit of theirs. Raises NotFound."""
    return _room(visit_of(by, visit_id))


def for_staff(*, staff: Staff, visit_id: UUID) -> StaffRoom:
    """A visit at a facility whose visits the viewer may see. Raises NotFound.

    A private one has no room in any engine, so there is nothing to see of it here.
    """
    visit = staff_visit(staff, visit_id, Right.SEE_VISITS)
    if visit.private:
        raise NotFound
    meeting = Meeting.objects.filter(visit=visit).first()
    steps = MeetingStep.objects.filter(visit=visit).order_by("at", "pk")[:200]
    may_play = visit.facility_id in staff.facilities_with(Right.LISTEN)
    return StaffRoom(
        room=_room(visit),
        live=meeting is not None and meeting.ended_at is None,
        met_at=meeting.met_at if meeting else None,
        steps=[StepView(one.at, one.kind, one.seat, one.minutes) for one in steps],
        recording=kept(visit_id=visit.pk) if may_play else None,
    )


def live(*, staff: Staff) -> list[LiveView]:
    """What is being held at the facilities whose visits the viewer may watch, soonest end first."""
    rows = Visit.objects.filter(
        facility__in=staff.facilities_with(Right.WATCH_VISITS),
        private=False,
        meeting__ended_at=None,
        meeting__isnull=False,
    )
    visits = list(full(rows.select_related("meeting").order_by("ends_at"))[:100])
    here = _here([visit.pk for visit in visits])
    return [
        LiveView(_room(visit), visit.meeting.met_at, here.get(visit.pk, ())) for visit in visits
    ]


@dataclass(frozen=True, slots=True)
class ToEnd:
    """What staff are told of a visit that they may end. `who` is empty for a private one: whom
    somebody meets in private is not theirs to know."""

    id: UUID
    private: bool
    person_name: str
    facility_name: str
    place: str
    station: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    who: tuple[str, ...]


def to_end(*, staff: Staff, visit_id: UUID) -> ToEnd:
    """A visit at a facility whose visits the viewer may end, private or not. Raises NotFound."""
    return _to_end(staff_visit(staff, visit_id, Right.WATCH_VISITS))


def live_private(*, staff: Staff) -> list[ToEnd]:
    """The private visits that are held now, so that they can be ended; there is no way in."""
    rows = Visit.objects.filter(
        facility__in=staff.facilities_with(Right.WATCH_VISITS),
        private=True,
        meeting__ended_at=None,
        meeting__isnull=False,
    )
    return [_to_end(visit) for visit in full(rows.order_by("ends_at"))[:100]]


def _to_end(visit: Visit) -> ToEnd:
    names = (row.minor_name or row.contact.name for row in visit.visitors.all())
    return ToEnd(
        id=visit.pk,
        private=visit.private,
        person_name=visit.person.full_name,
        facility_name=visit.facility.name,
        place=visit.facility.place,
        station=visit.station.name,
        zone=visit.facility.zone,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        who=() if visit.private else tuple(names),
    )


_COMES, _GOES = ("came", "back"), ("left", "lost")


def _here(visits: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """By visit, the seats whose last step was to come."""
    steps = MeetingStep.objects.filter(visit__in=visits, kind__in=(*_COMES, *_GOES))
    last: dict[UUID, dict[str, str]] = {}
    for visit, seat, kind in steps.order_by("at", "pk").values_list("visit", "seat", "kind"):
        last.setdefault(visit, {})[seat] = kind
    return {
        visit: tuple(sorted(seat for seat, kind in seats.items() if kind in _COMES))
        for visit, seats in last.items()
    }


def _room(visit: Visit) -> Room:
    meeting = Meeting.objects.filter(visit=visit).first()
    ended = None
    if meeting is not None and meeting.ended_at is not None:
        ended = Ended(meeting.ended_at, meeting.end_reason, meeting.end_seat, meeting.seconds)
    visitors = sorted(visit.visitors.all(), key=lambda row: (row.seat, row.minor is not None))
    homes = tuple(
        Sitting(seat, tuple(row.minor_name or row.contact.name for row in rows))
        for seat, rows in groupby(visitors, key=lambda row: row.seat)
    )
    return Room(
        id=visit.pk,
        person_name=visit.person.full_name,
        facility_name=visit.facility.name,
        place=visit.facility.place,
        zone=visit.facility.zone,
        station=visit.station.name,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        state=State(visit.state),
        private=visit.private,
        relayed=private.relayed(),
        recorded=visit.recorded,
        price_cents=visit.price_cents,
        citation=visit.citation,
        seats=(Sitting(Seat.INSIDE, (visit.person.full_name,)), *homes),
        ended=ended,
    )
