"""The calendar of a visit one would like to book: days, slots, and why there are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kinline.apps.visits.access import Asker
from kinline.core.refusal import Refusal
from kinline.core.schedule.slots import Days


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything that the page of booking shows. `refusals`: why nothing can be booked at all.

    `cents` is what it costs now, by `citation`; `approval`: staff agree to it first.
    """

    facility: UUID
    facility_name: str
    zone: str
    lengths: tuple[int, ...]
    minutes: int
    days: Days
    refusals: tuple[Refusal, ...]
    approval: bool
    from_inside: bool
    cents: int
    citation: str


def calendar(
    *,
    by: Asker,
    person_id: UUID,
    contact_ids: Sequence[UUID],
    now: datetime,
    length_minutes: int | None = None,
    minor_ids: Sequence[UUID] = (),
    private: bool = False,
) -> Calendar:
    """Which slots these people could book now, in a fixed number of queries. Raises NotFound where
    the asker is not one of them, or the facility offers no visits."""
    raise NotImplementedError


def offers(*, facility_id: UUID, now: datetime) -> bool:
    """Whether a facility offers video visits: rules of its own are in force, or will be."""
    raise NotImplementedError
