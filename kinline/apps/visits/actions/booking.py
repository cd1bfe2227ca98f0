"""Booking: the only way a visit is born. One transaction, under a key: twice is once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kinline.apps.errors import Refused
from kinline.apps.visits.access import Asker
from kinline.core.refusal import Refusal, Whose
from kinline.core.visit.states import State


@dataclass(frozen=True, slots=True)
class Booked:
    """A visit that was booked. `state` "requested": staff agree to it first. `fresh` False: it had
    been booked before under this key, and nothing was taken now."""

    id: UUID
    state: State
    starts_at: datetime
    ends_at: datetime
    price_cents: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Near:
    """Another slot that is free now."""

    starts_at: datetime
    minutes: int


class SlotTaken(Refused):
    """Somebody was quicker. `near` are other free slots, the nearest first."""

    def __init__(self, near: Sequence[Near]) -> None:
        super().__init__(Refusal("visit.slot_taken", Whose.FACILITY))
        self.near = tuple(near)


def book(
    *,
    by: Asker,
    key: str,
    person_id: UUID,
    contact_ids: Sequence[UUID],
    starts_at: datetime,
    length_minutes: int,
    now: datetime,
    minor_ids: Sequence[UUID] = (),
    private: bool = False,
) -> Booked:
    """Book a visit of these contacts (the first of them is asked about it) and minors with them.

    `key` is the form's. Takes a station, the person, each visitor and a place of the staff's for
    every five minutes of it, and what it costs, together or not at all. Raises NotFound where the
    asker is not of this visit or the facility offers none; SlotTaken; and Refused with every
    reason (core.policy.visit).
    """
    raise NotImplementedError
