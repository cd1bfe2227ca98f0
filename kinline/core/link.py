"""Links between a person inside and a contact outside: who does what, and how far one is.

A link is wanted by both or it is none. Whoever asked cannot accept; either side ends it alone.
"""

from datetime import datetime, timedelta
from enum import StrEnum

# After a "no", or an end by the other side, asking again has to wait: nobody is to be pressed.
ASK_AGAIN = timedelta(days=30)
# How often a contact may look for somebody inside: enough for typing mistakes, not for guessing.
LOOK_UPS = 10
LOOK_UPS_WITHIN = timedelta(hours=1)


class By(StrEnum):
    """Who asked for a link, or ended it."""

    CONTACT = "contact"
    PERSON = "person"
    STAFF = "staff"


class State(StrEnum):
    """How far a link is."""

    ASKED = "asked"
    LINKED = "linked"
    DECLINED = "declined"
    ENDED = "ended"


def state_of(
    accepted_at: datetime | None, declined_at: datetime | None, ended_at: datetime | None
) -> State:
    """How far a link with these moments is."""
    if ended_at is not None:
        return State.ENDED
    if declined_at is not None:
        return State.DECLINED
    return State.LINKED if accepted_at is not None else State.ASKED


def may_answer(asked_by: By, side: By) -> bool:
    """Whether `side` is the one to say yes or no. Where staff asked, the person inside answers."""
    return side is (By.PERSON if asked_by is By.STAFF else other(asked_by))


def other(side: By) -> By:
    """The other side of a link; staff stand on neither and have none."""
    return {By.CONTACT: By.PERSON, By.PERSON: By.CONTACT}[side]


def ask_again_at(
    asked_by: By, no: datetime | None, ended: datetime | None, by: str
) -> datetime | None:
    """From when `asked_by` may ask anew, None for at once.

    `no`: when they were last declined. `ended`, `by`: when the last link ended, and who ended it.
    """
    waits = [no] if no is not None else []
    if ended is not None and by == other(asked_by):
        waits.append(ended)
    return max(waits) + ASK_AGAIN if waits else None
