"""What Kinline says where it rings an attorney's own number: prompt names, in order.

Two reasons to ring: six digits that prove the number, and a test call that says, before it
matters, at which facilities a call to the number would be private. No one inside is in it.
"""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from kinline.core.call.announcement import PLACE
from kinline.core.ids import PlaceCode
from kinline.core.refusal import Refusal, Whose

DIGIT = "digit:"
OTHER_PLACES = "check.other_places"
# More names than this nobody keeps in mind: the page shows them all.
MOST_NAMED = 8
# A stranger's telephone must not be made to ring by whoever types its number.
AGAIN = timedelta(minutes=2)
MOST_A_DAY = 6  # of one attorney, and to one number whoever names it
DAY = timedelta(hours=24)


class Kind(StrEnum):
    """Why the number is rung."""

    CODE = "code"
    CHECK = "check"


def code(digits: str) -> tuple[str, ...]:
    """What tells a code: each digit by itself, twice."""
    each = tuple(f"{DIGIT}{digit}" for digit in digits)
    return ("ring.hello", "ring.code", *each, "ring.again", *each, "ring.not_you")


def check(*, private: Iterable[PlaceCode], recorded: Iterable[PlaceCode]) -> tuple[str, ...]:
    """What tells from where a call would be private, and from where it would be recorded."""
    parts = (*_from("check.private", private), *_from("check.recorded", recorded))
    return ("ring.hello", "ring.check", *parts, "check.page")


def may_ring(
    *, goes_on: bool, just_now: bool, asked: int, rung: int, verifies: bool, ordinary: bool
) -> tuple[Refusal, ...]:
    """Every reason why Kinline does not ring a number now; none: it does.

    `asked` and `rung` count the last 24 hours: what this attorney asked for, and how often this
    number was rung for anybody. `verifies`: they asked to be verified, or are. `ordinary`: the
    number is one at home that costs nobody extra.
    """
    reasons = []
    if not ordinary:
        reasons.append(_no("attorney.ring_at_home"))
    if not verifies:
        reasons.append(_no("attorney.ring_ask_first"))
    if goes_on:
        reasons.append(_no("attorney.ring_goes_on"))
    elif just_now:
        reasons.append(_no("attorney.ring_again"))
    if max(asked, rung) >= MOST_A_DAY:
        reasons.append(_no("attorney.ring_too_many", most=str(MOST_A_DAY)))
    return tuple(reasons)


def all_lines_busy() -> Refusal:
    """The carrier has no room for one more call, whoever makes it."""
    return _no("attorney.ring_busy")


def _from(prompt: str, places: Iterable[PlaceCode]) -> tuple[str, ...]:
    named = sorted(set(places))
    if not named:
        return ()
    said = tuple(f"{PLACE}{place}" for place in named[:MOST_NAMED])
    return (prompt, *said, *([OTHER_PLACES] if len(named) > MOST_NAMED else []))


def _no(reason: str, **facts: str) -> Refusal:
    return Refusal(reason, Whose.KINLINE, facts={"field": "number", **facts})
