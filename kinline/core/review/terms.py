"""The words of review: how much is looked at, what stood out, and what was decided why."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# A decision takes effect only after this: nobody is told of what was undone.
UNDO = timedelta(seconds=30)
APPEAL_DAYS = 7  # calendar days, 103 CMR 481.15; a law's own number comes from the law book
TEXT_PART = "text"  # the name of a message's text among its parts; other parts have ids


class Mode(StrEnum):
    """What a facility's policy has reviewed."""

    HOLD = "hold"  # everything, before it is delivered
    SAMPLE = "sample"  # some percent, after it is delivered
    FLAGGED = "flagged"  # only that in which something stands out, before it is delivered


class FindingKind(StrEnum):
    """What can stand out. A finding is a reason to look, never a verdict."""

    WORD = "word"  # of one of the facility's lists
    DISGUISED = "disguised"  # such a word, written so that a simple search would miss it
    LINK = "link"
    TELEPHONE = "telephone"
    CODE = "code"  # the number of a card, an account or a voucher
    NEW_CONTACT = "new_contact"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stood out: `what` it is, in which `part`, at [start, end) of its text.

    Places are counted in characters of the text as it was written. A finding about no place has
    start and end 0. `part` is TEXT_PART or a part's id, empty for the message as a whole. `what`
    names a list's entry or what was found; doors show it marked, not alone.
    """

    kind: FindingKind
    what: str
    part: str = TEXT_PART
    start: int = 0
    end: int = 0


class Outcome(StrEnum):
    """What a reviewer decided."""

    APPROVED = "approved"
    REJECTED = "rejected"
    IN_PART = "in_part"  # some parts are rejected, the rest is delivered


class Reason(StrEnum):
    """Why something may be rejected: a closed list, after the kinds of 103 CMR 481.13.

    Views, complaints and bad language are on no such list. What each means and by which rule
    is data of the law book (kinline.laws.reasons), by jurisdiction.
    """

    WEAPONS = "weapons"
    ESCAPE = "escape"
    DRUGS = "drugs"
    CODE = "code"
    VIOLENCE = "violence"
    CRIME = "crime"
    SEXUAL = "sexual"
    CONTRABAND = "contraband"


class Side(StrEnum):
    """Who appeals: either of the two people of the message."""

    PERSON = "person"
    CONTACT = "contact"
