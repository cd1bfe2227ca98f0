"""The rules of a facility's place for rejecting, and for appealing against it."""

from datetime import datetime

from kinline.core.ids import PlaceCode
from kinline.core.message.terms import Direction
from kinline.core.place import Place
from kinline.core.review.rules import RejectionList
from kinline.core.review.states import appeal_until
from kinline.core.review.terms import Reason
from kinline.laws.loader import places
from kinline.laws.reasons import reasons


def list_of(place: str, now: datetime) -> RejectionList:
    """The closed list that holds at a place now. Raises NoListInForce: a gap is our fault."""
    law = _law_of(place)
    return reasons().at(law, law.day(now))


def may_reject_for(place: str, direction: Direction, now: datetime) -> tuple[Reason, ...]:
    """The reasons one may give there, for what goes this way."""
    return list_of(place, now).reasons(direction)


def appeals_until(place: str, direction: Direction, told_at: datetime) -> datetime:
    """The end of the clock of those who are told of a rejection now."""
    law = _law_of(place)
    how = list_of(place, told_at).appeals[direction]
    return appeal_until(told_at, law.zone, how.days)


def _law_of(place: str) -> Place:
    """The place as the law book knows it; every facility is copied from there."""
    return places()[PlaceCode(place)]
