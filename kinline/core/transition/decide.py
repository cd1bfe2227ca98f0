"""What becomes of a balance: the answer for one account, with what it rests on.

An account is asked about with the places it is still used for. Whether it is needed there is
read from the rule book, never from a list of free states; what the provider said stands beside
it (core.transition.words), and so does the rule on unused funds. Nothing is ever taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from kinline.core.place import Place
from kinline.core.rating.book import RuleBook
from kinline.core.rating.terms import Service
from kinline.core.transition.needs import Needs
from kinline.core.transition.words import (
    AccountKind,
    FundsRule,
    OldMoney,
    Outcome,
    ProviderWord,
    Reach,
)

# What each kind of money pays for, the first of them first: while any of it costs the people
# something, the money is needed.
PAYS_FOR: dict[AccountKind, tuple[Service, ...]] = {
    AccountKind.PREPAID_COLLECT: (Service.CALL,),
    AccountKind.DEBIT: (Service.CALL,),
    AccountKind.CALLING_CARD: (Service.CALL,),
    AccountKind.TEXT_PACKAGE: (Service.TEXT,),
    AccountKind.STAMPS: (Service.EMESSAGE, Service.PHOTO, Service.ECARD, Service.VIDEOGRAM),
}
# Charges of so recent calls may still be on their way to the account.
PENDING = timedelta(days=1)


class Note(StrEnum):
    """What is said beside the answer itself, in the order in which it is said."""

    BEFORE = "before"  # the day on which the answer begins to hold is still to come
    NEEDED = "needed"  # some places still charge what this money pays for
    NEEDED_UNTIL = "needed_until"  # and from a known day on they will not
    ASKING_IS_OPEN = "asking_is_open"  # our advice binds nobody: the money is the holder's
    BELOW_ZERO = "below_zero"
    NOTHING_LEFT = "nothing_left"
    PENDING = "pending"  # calls of the last day are taken off first
    NO_WORD = "no_word"  # nobody has published an answer for this kind of money here
    FUNDS_RULE = "funds_rule"  # unused funds stay the holder's, by a rule that reaches these
    FUNDS_PROBABLY = "funds_probably"
    FUNDS_DOUBTFUL = "funds_doubtful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One account on the day `as_of`. `amount` is in cents, for stamps and texts in pieces.

    `places` are those the account is still used for. `pending_cents` are charges that are known
    and not yet taken off. Only a prepaid account for collect calls can be below zero: calls are
    charged late there. Raises ValueError for any other account below zero, for pending charges
    below zero, and for a use that is still to come.
    """

    kind: AccountKind
    amount: int
    places: tuple[Place, ...]
    as_of: date
    last_activity_on: date | None = None
    pending_cents: int = 0

    def __post_init__(self) -> None:
        if self.amount < 0 and self.kind is not AccountKind.PREPAID_COLLECT:
            raise ValueError(f"a balance of {self.kind} cannot be below zero")
        if self.pending_cents < 0:
            raise ValueError("pending charges cannot be below zero")
        if self.last_activity_on is not None and self.last_activity_on > self.as_of:
            raise ValueError("the last activity lies after the day asked about")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of the balance.

    `refundable_cents` is what would be paid out, `can_request` whether it may be asked for now;
    `deadline_on` the last day on which the money was, or is, of use. `holds_from` is the day
    from which the answer holds; `needed_at` are the places that still charge, `needed_until`
    the first day on which none of them does. `idle_on` is when the rule's clock runs out.
    """

    facts: Facts
    outcome: Outcome
    refundable_cents: int
    can_request: bool
    holds_from: date | None = None
    deadline_on: date | None = None
    needed_at: tuple[Place, ...] = ()
    needed_until: date | None = None
    word: ProviderWord | None = None
    rule: FundsRule | None = None
    idle_on: date | None = None
    notes: tuple[Note, ...] = ()
    citations: tuple[str, ...] = ()

    @property
    def before(self) -> bool:
        """Whether the day from which the answer holds is still to come."""
        return self.holds_from is not None and self.facts.as_of < self.holds_from


def decide(facts: Facts, book: RuleBook, money: OldMoney) -> Decision:
    """The answer for one account.

    Before the day on which a law with a published answer makes the money needless, the answer
    is the coming one, and nothing can be asked for yet. Raises NoRuleInForce where the book does
    not know what a place charges.
    """
    words = _words(facts, money)
    holds_from = _holds_from(words, book) if facts.places else None
    on = max(facts.as_of, holds_from or facts.as_of)
    needs = Needs(book, PAYS_FOR[facts.kind])
    needed = tuple(place for place in facts.places if not needs.free(place, on))
    free = tuple(place for place in facts.places if place not in needed)
    outcome = _outcome(facts.kind, needed)
    refundable = _refundable(facts, outcome)
    rule = _rule(facts, money)
    citations = [
        *(word.published.citation for word in words),
        *(law.citation for place in free for law in needs.laws(place, on)),
        *(charge.citation for place in needed for charge in needs.charges(place, on)),
        *([rule.citation] if rule else []),
    ]
    decision = Decision(
        facts=facts,
        outcome=outcome,
        refundable_cents=refundable,
        can_request=refundable > 0 and facts.as_of >= (holds_from or facts.as_of),
        holds_from=holds_from,
        deadline_on=_deadline(outcome, needs, free, on),
        needed_at=needed,
        needed_until=needs.until(needed, on),
        word=next(iter(words), None),
        rule=rule,
        idle_on=_idle_on(facts, rule),
        citations=tuple(dict.fromkeys(citations)),
    )
    return replace(decision, notes=tuple(_notes(decision)))


def _words(facts: Facts, money: OldMoney) -> list[ProviderWord]:
    """The published answers for the account's places; without a place, all for its kind."""
    if not facts.places:
        return [word for word in money.words if word.kind is facts.kind]
    return [word for place in facts.places if (word := money.word(facts.kind, place))]


def _outcome(kind: AccountKind, needed: tuple[Place, ...]) -> Outcome:
    if kind is AccountKind.PREPAID_COLLECT:
        return Outcome.KEEP_OPEN if needed else Outcome.REFUND_IN_FULL
    if kind is AccountKind.DEBIT or needed:
        return Outcome.STAYS_USABLE
    return Outcome.NOT_REFUNDABLE


def _refundable(facts: Facts, outcome: Outcome) -> int:
    """Cents that would be paid out: also where we advise against it, since they are theirs."""
    if outcome not in (Outcome.REFUND_IN_FULL, Outcome.KEEP_OPEN):
        return 0
    return max(0, facts.amount - facts.pending_cents)


def _holds_from(words: Iterable[ProviderWord], book: RuleBook) -> date | None:
    """The first day of the laws that the published answers are about."""
    named = {word.published.law for word in words}
    return max((law.period.from_on for law in book.laws if law.id in named), default=None)


def _deadline(outcome: Outcome, needs: Needs, free: tuple[Place, ...], on: date) -> date | None:
    """The last day on which what cannot be paid back was of use somewhere."""
    if outcome is not Outcome.NOT_REFUNDABLE:
        return None
    since = (needs.free_since(place, on) for place in free)
    return max((day - timedelta(days=1) for day in since), default=None)


def _rule(facts: Facts, money: OldMoney) -> FundsRule | None:
    """The rule on unused funds in force now, if it speaks of this kind of money at all."""
    found = (money.rule(place, facts.as_of) for place in facts.places)
    rule = next(filter(None, found), None)
    if rule is None and not facts.places:
        rule = next((one for one in money.rules if facts.as_of in one.period), None)
    return rule if rule is not None and facts.kind in rule.reach else None


def _idle_on(facts: Facts, rule: FundsRule | None) -> date | None:
    if rule is None or facts.last_activity_on is None:
        return None
    return facts.last_activity_on + timedelta(days=rule.inactive_days)


def _notes(decision: Decision) -> Iterable[Note]:
    facts = decision.facts
    refunds = decision.outcome in (Outcome.REFUND_IN_FULL, Outcome.KEEP_OPEN)
    reach = decision.rule.reach[facts.kind] if decision.rule else None
    held = {
        Note.BEFORE: decision.before,
        Note.NEEDED: bool(decision.needed_at),
        Note.NEEDED_UNTIL: decision.needed_until is not None,
        Note.ASKING_IS_OPEN: decision.outcome is Outcome.KEEP_OPEN and decision.can_request,
        Note.BELOW_ZERO: facts.amount < 0,
        Note.NOTHING_LEFT: refunds and facts.amount >= 0 and not decision.refundable_cents,
        Note.PENDING: refunds and decision.refundable_cents > 0 and _may_be_pending(facts),
        Note.NO_WORD: decision.word is None and not decision.needed_at,
        Note.FUNDS_RULE: reach is Reach.APPLIES,
        Note.FUNDS_PROBABLY: reach is Reach.PROBABLY,
        Note.FUNDS_DOUBTFUL: reach is Reach.DOUBTFUL,
    }
    return (note for note, holds in held.items() if holds)


def _may_be_pending(facts: Facts) -> bool:
    last = facts.last_activity_on
    return bool(facts.pending_cents) or (last is not None and facts.as_of - last <= PENDING)
