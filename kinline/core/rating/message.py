"""What one message with all its parts costs, and what it gives back when it is rejected.

The text is one eMessage or one text; each photo, card and film is priced for itself. A message
without text is only its parts. Cents, stamps and credits are never added together.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kinline.core.message.terms import RATED, WRITTEN, PartKind
from kinline.core.place import Place
from kinline.core.rating.book import RuleBook, Tariff
from kinline.core.rating.rate import Charge, Usage, rate
from kinline.core.rating.terms import CREDIT, STAMP, GiveBack, Service

CENT = "cent"


@dataclass(frozen=True, slots=True)
class Written:
    """A message to be priced: sent at `sent_at` (aware) from or to `place`.

    `parts` are its parts' names and kinds, each name once. Raises ValueError for a service that
    carries no message, a name that stands twice, and a text message with anything attached.
    """

    service: Service
    place: Place
    sent_at: datetime
    parts: tuple[tuple[str, PartKind], ...]

    def __post_init__(self) -> None:
        if self.service not in WRITTEN:
            raise ValueError(f"a {self.service} carries no message")
        if len(dict(self.parts)) < len(self.parts):
            raise ValueError("a part's name stands twice")
        attached = [kind for _, kind in self.parts if kind is not PartKind.TEXT]
        if attached and self.service is Service.TEXT:
            raise ValueError("nothing is attached to a text message")


@dataclass(frozen=True, slots=True)
class Piece:
    """What the people gave for one part: `amount` stamps, credits or cents."""

    part: str
    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class PartCharge:
    """One part, the service it was priced as, and its charge with rule and citation."""

    part: str
    service: Service
    charge: Charge

    @property
    def pieces(self) -> tuple[Piece, ...]:
        given = (
            (STAMP, self.charge.stamps),
            (CREDIT, self.charge.credits),
            (CENT, self.charge.consumer_cents),
        )
        return tuple(Piece(self.part, unit, amount) for unit, amount in given if amount)


@dataclass(frozen=True, slots=True)
class MessageCharge:
    """The price of one message, part by part; `back` is what its tariff gives back, `tariff` that
    tariff, None where the book has none any more (a law made it free)."""

    parts: tuple[PartCharge, ...]
    back: GiveBack
    tariff: Tariff | None

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All that the people give, part by part."""
        return tuple(piece for part in self.parts for piece in part.pieces)

    @property
    def free(self) -> bool:
        """Whether the people give nothing of any kind."""
        return not self.pieces

    @property
    def agency_cents(self) -> int:
        return sum(one.charge.agency_cents for one in self.parts)

    @property
    def citations(self) -> tuple[str, ...]:
        """Every citation the price rests on, each once, in the order of the parts."""
        lines = (line for one in self.parts for line in one.charge.lines)
        return tuple(dict.fromkeys(line.citation for line in lines))


def charge_for(written: Written, book: RuleBook) -> MessageCharge:
    """Price one message by the moment it is sent. Raises NoRuleInForce: a gap is never "free"."""
    parts = tuple(_part(written, name, kind, book) for name, kind in written.parts)
    on = written.place.day(written.sent_at)
    tariff = book.in_force(written.place, written.service, on).tariff
    return MessageCharge(parts, tariff.gives_back if tariff else GiveBack.EACH_PART, tariff)


def _part(written: Written, name: str, kind: PartKind, book: RuleBook) -> PartCharge:
    service = RATED.get(kind, written.service)
    usage = Usage(service, written.place, written.sent_at, units=1)
    return PartCharge(name, service, rate(usage, book))


def total(pieces: Sequence[Piece]) -> Mapping[str, int]:
    """How much of each unit. Nothing stands in it that is nothing."""
    found: Counter[str] = Counter()
    for one in pieces:
        found[one.unit] += one.amount
    return dict(found)


class Because(StrEnum):
    """Why so much is given back; each has its own sentence."""

    WAS_FREE = "was_free"
    WAS_DELIVERED = "was_delivered"  # it had arrived before it was rejected
    PARTS_REJECTED = "parts_rejected"
    WHOLE_REJECTED = "whole_rejected"
    PART_KEPT = "part_kept"  # the tariff gives back only whole messages
    TARIFF_KEEPS = "tariff_keeps"


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What goes back to who paid, and why so much. Its source is the tariff's citation."""

    pieces: tuple[Piece, ...]
    because: Because


def given_back(
    pieces: Sequence[Piece], rejected: Collection[str], back: GiveBack, *, delivered: bool
) -> GivenBack:
    """What a message gives back whose parts named in `rejected` never arrived.

    `pieces` are what was given when it was sent, as it was stored then. The whole message counts
    as rejected when every part that cost something is. What had been delivered gives nothing
    back: it was carried.
    """
    if not pieces:
        return GivenBack((), Because.WAS_FREE)
    if delivered:
        return GivenBack((), Because.WAS_DELIVERED)
    if back is GiveBack.NOTHING:
        return GivenBack((), Because.TARIFF_KEEPS)
    falling = tuple(one for one in pieces if one.part in rejected)
    if len(falling) == len(pieces):
        return GivenBack(falling, Because.WHOLE_REJECTED)
    if back is GiveBack.WHOLE_ONLY:
        return GivenBack((), Because.PART_KEPT)
    return GivenBack(falling, Because.PARTS_REJECTED)
