"""The chart of accounts: what is held, for whom, in what it is counted, and on which side it grows.

An account's code is its name everywhere: in the database, in exports, in errors. Holders stand in
it by their id, so that the books name nobody.
"""

from dataclasses import dataclass
from enum import StrEnum

from kinline.core.transition.words import AccountKind

USD = "usd"


class Side(StrEnum):
    """The side on which an account grows: what we owe and earn by credits, the rest by debits."""

    DEBIT = "debit"
    CREDIT = "credit"


class House(StrEnum):
    """Accounts of the house itself. None of them has a floor: they may stand on either side."""

    CARD_CLEARING = "card_clearing"  # taken by the card provider, not yet on our bank account
    CHEQUES = "cheques"  # cheques that were promised and are being written
    AGENCY_DUE = "agency_due"  # what an agency owes for services that a law makes free
    PEOPLE_DUE = "people_due"  # what people owe who had no account to pay from
    REVENUE = "revenue"  # earned by services
    OPENING = "opening"  # the other side of balances brought from an old system
    EXPIRED = "expired"  # stamps and credits given up; never money
    BANK = "bank"  # our bank account: what cheques are drawn on
    CORRECTION = "correction"  # the other side of a correction that staff made, with its reason
    SOLD = "sold"  # stamps, credits and goods handed out


GROWS = {
    House.CARD_CLEARING: Side.DEBIT,
    House.CHEQUES: Side.CREDIT,
    House.AGENCY_DUE: Side.DEBIT,
    House.PEOPLE_DUE: Side.DEBIT,
    House.REVENUE: Side.CREDIT,
    House.OPENING: Side.DEBIT,
    House.EXPIRED: Side.CREDIT,
    House.BANK: Side.DEBIT,
    House.CORRECTION: Side.DEBIT,
    House.SOLD: Side.CREDIT,
}


class Piece(StrEnum):
    """What is counted in pieces, by agency: a stamp of one agency is none of another."""

    STAMP = "stamp"
    TEXT = "text"


PIECES = {AccountKind.STAMPS: Piece.STAMP, AccountKind.TEXT_PACKAGE: Piece.TEXT}


def pieces(piece: Piece, agency: str) -> str:
    """The commodity of one agency's stamps or text credits: "stamp.ma-bristol-so"."""
    return f"{piece}.{_word(agency)}"


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `code` is unique; `commodity` is "usd" (cents) or pieces of one agency.

    `floor` is True for what belongs to somebody: it is never below zero, and is what can be held.
    Made by `held_by` and `of_house`.
    """

    code: str
    commodity: str
    grows: Side
    kind: str
    holder: str = ""
    agency: str = ""
    floor: bool = False


def held_by(kind: AccountKind, holder: str, *, agency: str = "") -> Account:
    """A holder's account. `holder` is an id; `agency` is needed for stamps and text credits.

    Raises ValueError for an agency missing or out of place, and for an id that is no word.
    """
    piece = PIECES.get(kind)
    if (piece is not None) != bool(agency):
        raise ValueError(f"{kind} for agency {agency!r}")
    commodity = pieces(piece, agency) if piece else USD
    parts = [kind.value, _word(holder), *([_word(agency)] if agency else [])]
    return Account(
        code=":".join(parts),
        commodity=commodity,
        grows=Side.CREDIT,
        kind=kind.value,
        holder=holder,
        agency=agency,
        floor=True,
    )


def arrears(holder: str) -> Account:
    """What a holder of a prepaid account owes from before: balances below zero are kept here."""
    return Account(
        code=f"prepaid_arrears:{_word(holder)}",
        commodity=USD,
        grows=Side.DEBIT,
        kind="prepaid_arrears",
        holder=holder,
    )


def of_house(house: House, *, agency: str = "", commodity: str = USD) -> Account:
    """An account of the house, for one agency where it is about one. Raises ValueError."""
    parts = [house.value, *([_word(agency)] if agency else [])]
    if commodity != USD:
        parts.append(commodity)
    return Account(
        code=":".join(parts),
        commodity=commodity,
        grows=GROWS[house],
        kind=house.value,
        agency=agency,
    )


def _word(text: str) -> str:
    if not text or not all(one.isascii() and (one.isalnum() or one in "-_") for one in text):
        raise ValueError(f"{text!r} cannot stand in an account's code")
    return text
