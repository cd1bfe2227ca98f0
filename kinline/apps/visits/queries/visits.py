"""Visits as both sides see them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from kinline.apps.visits.access import Asker
from kinline.core.visit.states import State


@dataclass(frozen=True, slots=True)
class VisitorView:
    """Somebody who comes. `contact` is the adult's id, a minor's too."""

    contact: UUID
    name: str
    seat: str
    minor: bool


@dataclass(frozen=True, slots=True)
class VisitView:
    """One visit. `ready_at` is when its lobby opens; `may_cancel`, `late_from`: from then on it is
    cancelled late. `state` is core.visit's; `missing` which side did not come."""

    id: UUID
    person: UUID
    person_name: str
    facility: UUID
    facility_name: str
    place: str
    zone: str
    unit: str
    station: str
    station_kind: str
    kind: str
    private: bool
    state: State
    starts_at: datetime
    ends_at: datetime
    ready_at: datetime
    late_from: datetime
    visitors: tuple[VisitorView, ...]
    asked_by: str
    booked_at: datetime
    reason: str
    note: str
    cancelled_by: str
    late: bool
    missing: str
    price_cents: int
    citation: str
    returned_cents: int
    returned_because: str

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class WaitingView:
    """A place among those who wait, and the slot that is held for them until `offer_until`."""

    id: UUID
    person_name: str
    facility_name: str
    zone: str
    minutes: int
    from_on: date
    until_on: date
    from_time: time | None
    until_time: time | None
    offered_starts_at: datetime | None
    offer_until: datetime | None


@dataclass(frozen=True, slots=True)
class Mine:
    """What is to come, soonest first; what was, newest first (at most `PAST`); who waits."""

    coming: tuple[VisitView, ...]
    past: tuple[VisitView, ...]
    waiting: tuple[WaitingView, ...]


PAST = 20


def visits_of_contact(*, contact_id: UUID, now: datetime) -> Mine:
    """Visits in which a contact takes part, or that they booked."""
    raise NotImplementedError


def visits_of_person(*, person_id: UUID, now: datetime) -> Mine:
    """Visits of a person inside."""
    raise NotImplementedError


def visit(*, by: Asker, visit_id: UUID) -> VisitView:
    """One visit of theirs. Raises NotFound."""
    raise NotImplementedError


def next_visit(*, by: Asker, now: datetime) -> VisitView | None:
    """The next one that is booked or asked for, for home pages."""
    raise NotImplementedError
