"""Waiting for a slot that is not free: offered fairly, held for a while, taken or let go."""

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from kinline.apps.visits.access import Asker
from kinline.apps.visits.actions.booking import Booked


def wait(
    *,
    by: Asker,
    key: str,
    person_id: UUID,
    contact_ids: Sequence[UUID],
    length_minutes: int,
    from_on: date,
    until_on: date,
    now: datetime,
    from_time: time | None = None,
    until_time: time | None = None,
    minor_ids: Sequence[UUID] = (),
    private: bool = False,
) -> UUID:
    """Wait for a slot on [from_on, until_on], days included, that begins in [from_time, until_time)
    on the facility's wall; `key` makes it once.

    Raises NotFound, and Refused with every reason that no free slot would lift.
    """
    raise NotImplementedError


def leave(*, by: Asker, waiting_id: UUID, now: datetime) -> None:
    """Wait no longer, and let an offer go. Twice is once. Raises NotFound."""
    raise NotImplementedError


def take(*, by: Asker, waiting_id: UUID, now: datetime) -> Booked:
    """Take the slot that is offered: it becomes a visit. Twice is once.

    Raises NotFound, and Refused: visit.offer_over, and every reason of booking.
    """
    raise NotImplementedError


def decline(*, by: Asker, waiting_id: UUID, now: datetime) -> None:
    """Let the offered slot go to the next, and wait on. Raises NotFound."""
    raise NotImplementedError


def offer_freed(*, now: datetime, facility_id: UUID | None = None) -> int:
    """Offer free slots to who waits, in a fair order (core.schedule.waiting), and hold them for a
    while. Returns how many offers were made. The worker asks, and whoever freed a slot."""
    raise NotImplementedError


def expire_offers(*, now: datetime) -> int:
    """Let offers go whose time is over, and close what waited for a time gone by."""
    raise NotImplementedError
