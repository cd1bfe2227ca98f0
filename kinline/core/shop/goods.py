"""What a shop may sell. A closed list: what is not on it cannot be offered by anybody.

Stamps and text credits are on it because in paid facilities they are bought with a debit account.
They are communication by another name, so wherever a law makes what they pay for free, or the
book does not say what it costs, they are not for sale: asked at each step, also at the sale itself,
for a law may have come since the item was put up.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from kinline.core.place import Place
from kinline.core.rating.book import RuleBook
from kinline.core.rating.terms import Service
from kinline.core.refusal import Refusal, Whose
from kinline.core.transition.decide import PAYS_FOR
from kinline.core.transition.words import AccountKind


class Kind(StrEnum):
    """Kinds of goods."""

    GAME = "game"
    MUSIC = "music"
    FILM = "film"
    STAMPS = "stamps"  # so many at once, for the person's stamps account
    TEXTS = "texts"


KEPT = (Kind.GAME, Kind.MUSIC, Kind.FILM)  # have a file, are bought once and stay in the library
# What is handed out in pieces, and the account the pieces go to.
PIECES = {Kind.STAMPS: AccountKind.STAMPS, Kind.TEXTS: AccountKind.TEXT_PACKAGE}


class Rating(StrEnum):
    """For whom it is meant; what that is worth is for the facility to judge."""

    EVERYONE = "everyone"
    TEENS = "teens"
    ADULTS = "adults"


def pays_for(kind: Kind) -> tuple[Service, ...]:
    """The communication services that goods of this kind would pay for; none for the kept ones."""
    return PAYS_FOR[PIECES[kind]] if kind in PIECES else ()


def not_for_sale(kind: Kind, place: Place, on: date, book: RuleBook) -> tuple[Refusal, ...]:
    """Why goods of this kind cannot be sold at a place on its own day `on`; empty if they can.

    One service that is free, or without a price in the book, is enough: nobody shall buy what
    part of which costs nothing. The law's citation stands in the refusal's facts.
    """
    return tuple(_reasons(kind, place, on, book))


def _reasons(kind: Kind, place: Place, on: date, book: RuleBook) -> Iterator[Refusal]:
    told: set[str] = set()
    for service in pays_for(kind):
        found = book.in_force(place, service, on)
        if found.free and found.law is not None and found.law.citation not in told:
            told.add(found.law.citation)
            facts = {"field": "kind", "law": found.law.citation, "place": place.name}
            yield Refusal("shop.free_by_law", Whose.LAW, facts=facts)
        elif found.decides is None and "" not in told:
            told.add("")
            yield Refusal("shop.no_price_known", Whose.KINLINE, facts={"field": "kind"})
