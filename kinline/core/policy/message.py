"""May this message be sent, what is looked at before it arrives, and how much may it hold?

All reasons are given, not the first. One stands alone: who is not linked to the other side, or
may have no contact with them, learns nothing of the other side beside that.

Mail with an attorney is another question with another answer: `decide_privileged` knows no mode
of review, because there is no reader to whom one could be told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from kinline.core.message.limits import Limits
from kinline.core.message.terms import Direction, PartKind, Service
from kinline.core.policy import controls
from kinline.core.policy.call import BlockOf
from kinline.core.policy.controls import Controls
from kinline.core.refusal import Refusal, Whose
from kinline.core.review.terms import Mode, Side
from kinline.core.shop.hours import Hours, closed


@dataclass(frozen=True, slots=True)
class Stop:
    """Staff stopped a service for one side, with a reason, until a moment. None: no end set."""

    of: Side
    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Made:
    """How much a message holds: characters of its text, and parts of each kind."""

    characters: int = 0
    photos: int = 0
    cards: int = 0
    films: int = 0

    @property
    def empty(self) -> bool:
        return not (self.characters or self.photos or self.cards or self.films)

    def of(self, kind: PartKind) -> int:
        counts = {PartKind.PHOTO: self.photos, PartKind.CARD: self.cards, PartKind.FILM: self.films}
        return counts.get(kind, int(self.characters > 0))


@dataclass(frozen=True, slots=True)
class Need:
    """So many stamps, credits or cents are needed, and so many the sender has."""

    unit: str
    amount: int
    has: int


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """Everything the decision rests on. `limits` are ours, lowered by the facility's.

    `needs` are what it costs the sender, empty where it is free; `citation` says by which rule.
    `hours` are those of a service that has some, None where it has none. `controls` count what the
    writer sent: a person inside to anybody, a contact to this person.
    """

    service: Service
    direction: Direction
    zone: ZoneInfo
    mode: Mode
    made: Made
    limits: Limits
    offered: bool
    linked: bool
    no_contact: bool = False
    blocked: BlockOf | None = None
    stops: tuple[Stop, ...] = ()
    person_active: bool = True
    person_here: bool = True
    contact_active: bool = True
    hours: Hours | None = None
    needs: tuple[Need, ...] = ()
    citation: str = ""
    controls: Controls = field(default_factory=Controls)


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may be sent. `mode`: what is looked at and when; `charged`: it costs the sender something.
    `limits` are those it kept."""

    mode: Mode
    charged: bool
    limits: Limits


@dataclass(frozen=True, slots=True)
class Refused:
    """It may not be sent, for all of these reasons."""

    reasons: tuple[Refusal, ...]


def decide(facts: MessageFacts, now: datetime) -> Allowed | Refused:
    """The verdict on one message at the moment `now` (aware)."""
    reasons = tuple(_reasons(facts, now))
    if reasons:
        return Refused(reasons)
    return Allowed(facts.mode, bool(facts.needs), facts.limits)


def may_write(facts: MessageFacts, now: datetime) -> tuple[Refusal, ...]:
    """Why nothing could be sent now, whatever it holds: told before writing begins."""
    if facts.no_contact or not facts.linked:
        return (_not_linked(),)
    return tuple(_standing(facts, now))


def _reasons(facts: MessageFacts, now: datetime) -> Iterator[Refusal]:
    yield from may_write(facts, now)
    yield from _form(facts.made, facts.limits)
    yield from _money(facts)


def _not_linked() -> Refusal:
    # The same for an order against contact: what is not linked is not told why.
    return Refusal("message.not_linked", Whose.KINLINE)


def _standing(facts: MessageFacts, now: datetime) -> Iterator[Refusal]:
    if not facts.offered:
        yield Refusal("message.not_offered", Whose.FACILITY, facts={"service": facts.service})
    yield from _both(facts)
    for stop in facts.stops:
        if stop.until is None or now < stop.until:
            told = {"of": stop.of, "reason": stop.reason}
            yield Refusal("message.stopped", Whose.FACILITY, stop.until, told)
    no = closed(facts.hours, facts.zone, now)
    if no is not None:
        yield replace(no, code="message.outside_hours")
    yield from controls.refusals(facts.controls, attorney=False, zone=facts.zone, now=now)


def _both(facts: "MessageFacts | PrivilegedFacts") -> Iterator[Refusal]:
    """What the two people themselves are: here, active, and willing."""
    if not facts.person_active:
        yield Refusal("message.person_inactive", Whose.FACILITY)
    elif not facts.person_here:
        yield Refusal("message.person_elsewhere", Whose.FACILITY)
    if not facts.contact_active:
        yield Refusal("message.contact_gone", Whose.CONTACT)
    if facts.blocked is not None:
        yield Refusal("message.blocked", Whose.CONTACT, facts={"block": facts.blocked})


def _form(made: Made, limits: Limits) -> Iterator[Refusal]:
    if made.empty:
        yield Refusal("message.empty", Whose.KINLINE)
    if made.characters > limits.characters:
        yield _too_much("message.too_long", made.characters, limits.characters)
    for kind in (PartKind.PHOTO, PartKind.CARD, PartKind.FILM):
        if made.of(kind) > limits.of(kind):
            yield _too_much(f"message.too_many_{kind}s", made.of(kind), limits.of(kind))


def _too_much(code: str, has: int, limit: int) -> Refusal:
    facts = {"limit": str(limit), "has": str(has), "over": str(has - limit)}
    return Refusal(code, Whose.FACILITY, facts=facts)


def _money(facts: MessageFacts) -> Iterator[Refusal]:
    for need in facts.needs:
        if need.has < need.amount:
            told = {
                "unit": need.unit,
                "needs": str(need.amount),
                "has": str(need.has),
                "missing": str(need.amount - need.has),
                "citation": facts.citation,
            }
            yield Refusal("message.no_money", Whose.FACILITY, facts=told)


# --- mail with an attorney ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PrivilegedFacts:
    """What decides on mail between a person and an attorney. Nothing of it is its content.

    `offered`: the facility's policy has it. `verified`: the contact is an attorney verified for
    this agency today. Blocks count, they are the other side's; a stop of ordinary messages does
    not: counsel is not taken away with them.
    """

    made: Made
    limits: Limits
    offered: bool
    verified: bool
    linked: bool
    no_contact: bool = False
    blocked: BlockOf | None = None
    person_active: bool = True
    person_here: bool = True
    contact_active: bool = True


@dataclass(frozen=True, slots=True)
class Carried:
    """It may be sent, and is carried unopened. No tariff prices it: it costs nothing."""

    limits: Limits


def decide_privileged(facts: PrivilegedFacts) -> Carried | Refused:
    """The verdict on one piece of privileged mail."""
    reasons = (*may_write_privileged(facts), *_form(facts.made, facts.limits))
    return Refused(reasons) if reasons else Carried(facts.limits)


def may_write_privileged(facts: PrivilegedFacts) -> tuple[Refusal, ...]:
    """Why nothing could be sent now, whatever it holds: told before writing begins."""
    if facts.no_contact or not facts.linked:
        return (_not_linked(),)
    return tuple(_standing_privileged(facts))


def _standing_privileged(facts: PrivilegedFacts) -> Iterator[Refusal]:
    if not facts.offered:
        yield Refusal("message.privileged_not_offered", Whose.FACILITY)
    if not facts.verified:
        yield Refusal("message.attorney_not_verified", Whose.FACILITY)
    yield from _both(facts)
