"""What a provider said becomes of each kind of old money, and the rule on unused funds beside it.

Two voices, kept apart: the provider's published answers for the day a law makes services free,
and the federal rule that unused funds stay their holder's (47 CFR 64.6130). Neither is Kinline's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kinline.core.period import Period
from kinline.core.place import Place
from kinline.core.rating.terms import Status


class AccountKind(StrEnum):
    """Kinds of old money by their neutral names. `sold_as` in the law files has the others."""

    PREPAID_COLLECT = "prepaid_collect"  # a family's prepaid account for calls that reach it
    DEBIT = "debit"  # belongs to the person inside
    STAMPS = "stamps"  # for eMessages and what goes with them
    TEXT_PACKAGE = "text_package"
    CALLING_CARD = "calling_card"


class Outcome(StrEnum):
    """What becomes of a balance."""

    REFUND_IN_FULL = "refund_in_full"  # may be closed; the unused balance comes back
    KEEP_OPEN = "keep_open"  # still needed: closing it would stop calls from elsewhere
    STAYS_USABLE = "stays_usable"  # nothing happens; it buys other things
    NOT_REFUNDABLE = "not_refundable"  # to be used up before the law's first day


class Reach(StrEnum):
    """Whether the rule on unused funds is about a kind of money."""

    APPLIES = "applies"
    PROBABLY = "probably"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What a provider published for the day on which the law `law` (its id in the book) begins.

    `told_inside`: it says that the people inside were told.
    """

    jurisdiction: str
    law: str
    told_inside: bool
    citation: str
    source: str
    status: Status
    verify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderWord:
    """A provider's published answer on one kind of money that a law makes needless.

    `elsewhere` is the answer where the same account also pays for calls from places that the
    law does not cover; None where that makes no difference. `buys` is what it still pays for.
    """

    kind: AccountKind
    outcome: Outcome
    elsewhere: Outcome | None
    buys: tuple[str, ...]
    sold_as: str
    published: Publication
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FundsRule:
    """Unused funds stay their holder's; nothing is taken before `inactive_days` without use."""

    id: str
    jurisdiction: str
    period: Period
    inactive_days: int
    reach: Mapping[AccountKind, Reach]
    citation: str
    source: str
    status: Status
    verify: tuple[str, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class OldMoney:
    """Everything the law files say of old money."""

    words: tuple[ProviderWord, ...] = ()
    rules: tuple[FundsRule, ...] = ()
    publications: tuple[Publication, ...] = ()

    def word(self, kind: AccountKind, place: Place) -> ProviderWord | None:
        """The provider's answer for this kind of money at a place; None where none is known."""
        about = (one for one in self.words if one.kind is kind)
        return next((one for one in about if place.within(one.published.jurisdiction)), None)

    def publication(self, place: Place) -> Publication | None:
        """What a provider published about a place; None where nothing is known."""
        return next((one for one in self.publications if place.within(one.jurisdiction)), None)

    def rule(self, place: Place, on: date) -> FundsRule | None:
        """The rule on unused funds in force at a place on a day."""
        about = (one for one in self.rules if place.within(one.jurisdiction))
        return next((one for one in about if on in one.period), None)
