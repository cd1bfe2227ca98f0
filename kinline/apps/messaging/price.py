"""What a message costs whoever writes it: told before, taken as it is sent, given back.

Free by a law: no account is read and none is locked. Otherwise stamps, text credits or cents of
the writer's own, never of the other side's. What is taken stands with the message, part by part.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kinline.apps.charging.actions import charge
from kinline.apps.facilities.models import Facility
from kinline.apps.ledger.actions import paying
from kinline.apps.ledger.actions.holds import set_aside
from kinline.apps.ledger.actions.post import post
from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.models import Message
from kinline.apps.messaging.views import pieces
from kinline.core.ids import PlaceCode
from kinline.core.ledger import chart
from kinline.core.ledger.entry import Entry, Posting
from kinline.core.message.terms import PartKind, Service
from kinline.core.place import Place
from kinline.core.policy.message import Need
from kinline.core.policy.paying import order_of
from kinline.core.rating.message import (
    CENT,
    GivenBack,
    MessageCharge,
    Piece,
    Written,
    charge_for,
    given_back,
    total,
)
from kinline.core.rating.rate import Usage
from kinline.core.rating.terms import CREDIT, STAMP, Direction, GiveBack
from kinline.core.review.terms import Side
from kinline.core.transition.words import AccountKind
from kinline.laws.loader import book, places

SENT, BACK = "message", "message_back"  # kinds of entries in the books
IN_PIECES = {STAMP: AccountKind.STAMPS, CREDIT: AccountKind.TEXT_PACKAGE}
OWN_MONEY = {Side.PERSON: AccountKind.DEBIT, Side.CONTACT: AccountKind.PREPAID_COLLECT}


@dataclass(frozen=True, slots=True)
class Purse:
    """One of the writer's accounts that may pay in `unit`, and what it has free now."""

    unit: str
    kind: AccountKind
    account: chart.Account
    free: int


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one message at a moment, and what its writer has to pay it with."""

    charge: MessageCharge
    purses: tuple[Purse, ...]

    @property
    def citation(self) -> str:
        """By which rules, as its readers see it."""
        return "; ".join(self.charge.citations)[:300]

    @property
    def needs(self) -> tuple[Need, ...]:
        """For the policy: what is needed of each unit, and what is there."""
        return tuple(
            Need(unit, amount, sum(one.free for one in self.purses if one.unit == unit))
            for unit, amount in total(self.charge.pieces).items()
        )


NOTHING = Price(MessageCharge((), GiveBack.EACH_PART, None), ())


def price_of(
    *,
    by: Writer,
    facility: Facility,
    service: Service,
    parts: Sequence[tuple[str, PartKind]],
    now: datetime,
) -> Price:
    """What a message of these parts costs now, with the writer's accounts kept from others until
    the transaction ends. `facility` was read with its agency. Raises NoRuleInForce."""
    place = places()[PlaceCode(facility.place)]
    cost = charge_for(Written(service, place, now, tuple(parts)), book())
    if cost.free:
        return Price(cost, ())
    asked = list(_accounts(by, facility, service, cost))
    has = paying.looked_at(accounts=[account for _, _, account in asked])
    found = zip(asked, has, strict=True)
    purses = (Purse(unit, kind, account, one.free) for (unit, kind, account), one in found)
    return Price(cost, tuple(purses))


def take(
    *, price: Price, message: UUID, by: Writer, person: UUID, place: Place, now: datetime
) -> list[list[str | int]]:
    """Write the charges, and take what they come to, in the transaction that sends the message.

    Returns what stands in `Message.paid`. The policy has seen that it suffices.
    """
    paid = list(_shares(price))
    _pieces_taken(price, paid, message, by, now)
    way = Direction.SENT if by.side is Side.PERSON else Direction.RECEIVED
    for one in price.charge.parts:
        charge(
            key=f"message:{message.hex}:{_short(one.part)}",
            usage=Usage(one.service, place, now, units=1),
            person=str(person),
            now=now,
            direction=way,
            holds=_set_aside(price, paid, one.part, message, now),
        )
    return [[part, unit, amount, kind.value] for part, unit, amount, kind in paid]


def give_back(
    *, message: Message, rejected: Collection[str], delivered: bool, now: datetime
) -> GivenBack:
    """Give back what rejected parts had cost, as the tariff of the day of sending has it; once.

    In the transaction that rejects them or withdraws the message, which says on it what came back
    and why so much. `message` was read with its thread and its facility's agency.
    """
    back = GiveBack(message.gives_back) if message.gives_back else GiveBack.EACH_PART
    found = given_back(pieces(message.paid), rejected, back, delivered=delivered)
    message.back = [[one.part, one.unit, one.amount] for one in found.pieces]
    message.because = found.because
    Message.objects.filter(pk=message.pk).update(back=message.back, because=message.because)
    if not found.pieces:
        return found
    agency = message.facility.agency.code
    kinds = {(part, unit): AccountKind(kind) for part, unit, _, kind in message.paid}
    thread = message.thread
    holder = str(thread.person_id if message.direction == "out" else thread.contact_id)
    postings = tuple(
        Posting(_earned(account, agency), account, one.amount)
        for one in found.pieces
        for account in [_held(kinds[one.part, one.unit], holder, agency)]
    )
    key = f"message-back:{message.pk}"
    post(entry=Entry(key, now, BACK, postings, str(message.pk)), now=now)
    return found


def _accounts(
    by: Writer, facility: Facility, service: Service, cost: MessageCharge
) -> Iterator[tuple[str, AccountKind, chart.Account]]:
    """The writer's own accounts that may pay, in the order of the tariff."""
    for unit in total(cost.pieces):
        if unit in IN_PIECES:
            kind = IN_PIECES[unit]
            yield unit, kind, _held(kind, str(by.id), facility.agency.code)
            continue
        own = [kind for kind in order_of(cost.tariff, service) if kind == OWN_MONEY[by.side]]
        for kind in own or [OWN_MONEY[by.side]]:
            yield unit, kind, _held(kind, str(by.id), facility.agency.code)


def _held(kind: AccountKind, holder: str, agency: str) -> chart.Account:
    return chart.held_by(kind, holder, agency=agency if kind in IN_PIECES.values() else "")


def _earned(account: chart.Account, agency: str) -> chart.Account:
    return chart.of_house(chart.House.REVENUE, agency=agency, commodity=account.commodity)


def _shares(price: Price) -> Iterator[tuple[str, str, int, AccountKind]]:
    """Which account gives how much for which part. There is one account for each unit."""
    kinds = {one.unit: one.kind for one in price.purses}
    for piece in price.charge.pieces:
        yield piece.part, piece.unit, piece.amount, kinds[piece.unit]


def _pieces_taken(
    price: Price,
    paid: Sequence[tuple[str, str, int, AccountKind]],
    message: UUID,
    by: Writer,
    now: datetime,
) -> None:
    """Stamps and credits: one entry for the whole message."""
    whole = total([Piece(part, unit, amount) for part, unit, amount, _ in paid])
    purses = {one.unit: one.account for one in price.purses}
    postings = tuple(
        Posting(purses[unit], _earned(purses[unit], purses[unit].agency), amount)
        for unit, amount in whole.items()
        if unit in IN_PIECES
    )
    if postings:
        entry = Entry(f"message:{message}", now, SENT, postings, str(message))
        post(entry=entry, now=now, by=str(by.id))


def _set_aside(
    price: Price,
    paid: Sequence[tuple[str, str, int, AccountKind]],
    part: str,
    message: UUID,
    now: datetime,
) -> tuple[str, ...]:
    """Cents of one part: set aside here, and taken by the charge that is written next."""
    purses = {one.unit: one.account for one in price.purses}
    keys = []
    for name, unit, amount, _ in paid:
        if name == part and unit == CENT:
            key = f"message:{message.hex}:{_short(part)}"
            set_aside(key=key, account=purses[unit], amount=amount, now=now)
            keys.append(key)
    return tuple(keys)


def _short(part: str) -> str:
    """A part's name as it stands in keys, which are not long: an id without its hyphens."""
    return part.replace("-", "")
