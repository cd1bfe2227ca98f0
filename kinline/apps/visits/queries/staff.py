"""Visits, rules and requests as staff see them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kinline.apps.people.access import Staff
from kinline.apps.visits.queries.visits import VisitView
from kinline.core.schedule.rules import Rules


@dataclass(frozen=True, slots=True)
class StepView:
    what: str
    at: datetime
    side: str
    by_name: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class RulesView:
    """Rules with who set them; `in_force` today. See models.VisitRules."""

    id: UUID
    unit: UUID | None
    unit_name: str
    rules: Rules  # with its period
    from_inside: bool
    set_by_name: str
    set_at: datetime
    note: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class StationView:
    id: UUID
    unit: UUID | None
    unit_name: str
    kind: str
    name: str
    device_name: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClosureView:
    id: UUID
    unit_name: str
    kind: str
    from_at: datetime
    until_at: datetime | None
    why: str
    set_by_name: str
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class SeparationView:
    id: UUID
    person: UUID
    person_name: str
    other: UUID
    other_name: str
    why: str
    made_at: datetime
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Setting:
    """All that is set at a facility."""

    rules: tuple[RulesView, ...]
    stations: tuple[StationView, ...]
    closures: tuple[ClosureView, ...]
    separations: tuple[SeparationView, ...]


def day(*, staff: Staff, place: str, on: date) -> list[VisitView]:
    """The visits of a day, in order of their beginning. Raises NotFound."""
    raise NotImplementedError


def requests(*, staff: Staff, place: str, now: datetime) -> list[VisitView]:
    """What waits for approval, the soonest first. Raises NotFound."""
    raise NotImplementedError


def visit(*, staff: Staff, visit_id: UUID) -> VisitView:
    """One visit. Raises NotFound."""
    raise NotImplementedError


def history(*, staff: Staff, visit_id: UUID) -> list[StepView]:
    """What happened to it, the oldest first. Raises NotFound."""
    raise NotImplementedError


def setting(*, staff: Staff, place: str, now: datetime) -> Setting:
    """Rules, stations, closures and separations of a facility. Raises NotFound."""
    raise NotImplementedError
