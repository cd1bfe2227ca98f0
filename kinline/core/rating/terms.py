"""The words of rating: services, who pays, in what units, and how sure a value is."""

from enum import StrEnum
from typing import NamedTuple


class Service(StrEnum):
    """What can be used, and so what can cost something."""

    CALL = "call"
    VISIT = "visit"
    TEXT = "text"
    EMESSAGE = "emessage"
    ECARD = "ecard"
    PHOTO = "photo"
    VIDEOGRAM = "videogram"


TIMED = frozenset({Service.CALL, Service.VISIT})


class Direction(StrEnum):
    """Which way something written went, told from the person inside."""

    SENT = "sent"
    RECEIVED = "received"


class Payer(StrEnum):
    """Who a line is for: the people who talk and write, or the agency that holds one of them.

    Which of the two people pays the consumer's part is the business of accounts, not of rating.
    """

    CONSUMER = "consumer"
    AGENCY = "agency"


class Status(StrEnum):
    """How sure a value is, or why it does not count.

    VERIFY and SECONDARY values are in force and are shown with their mark. A POSTPONED or DRAFT
    cap binds nobody; other DRAFT values stand in drafts only.
    """

    CONFIRMED = "confirmed"  # read in the source's own text
    SECONDARY = "secondary"  # read in a second-hand source
    VERIFY = "verify"  # to be checked before anybody relies on it
    EXAMPLE = "example"  # made up for demonstration
    POSTPONED = "postponed"  # ordered, and put off before it applied
    DRAFT = "draft"  # a bill or a plan, for "what would it cost?"


class GiveBack(StrEnum):
    """What a tariff gives back of a message that was rejected before anybody read it."""

    EACH_PART = "each_part"  # what each rejected part had cost; so where a tariff says nothing
    WHOLE_ONLY = "whole_only"  # all of it where the whole message is rejected, else nothing
    NOTHING = "nothing"


MINUTE, SESSION, STAMP, CREDIT = "minute", "session", "stamp", "credit"
HUNDRED = 100  # hundredths of a cent in a cent: shares of a price stay exact


class Destination(NamedTuple):
    """Where a call goes: the country by the number's region ("US", "MX"), and the area code.

    `area_code` is told within the North American plan only, where a state can be read from it.
    """

    country: str
    area_code: str = ""

    @property
    def domestic(self) -> bool:
        """The United States and its territories; Canada and the Caribbean are other countries."""
        return self.country in HOME


HOME = frozenset({"US", "PR", "VI", "GU", "AS", "MP", "UM"})
AT_HOME = Destination("US")
ABROAD = Destination("001")  # any country that no tariff names
