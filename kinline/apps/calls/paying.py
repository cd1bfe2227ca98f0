"""Whose money pays for a call: looked at as it is authorized, set aside, and taken at its end.

Asked only where a minute of the call can cost the people something: a free call reads no account
and sets nothing aside, whatever the accounts look like.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from kinline.apps.calls.asking import Asked
from kinline.apps.calls.asking_open import Question
from kinline.apps.calls.models import Call
from kinline.apps.calls.queries.parts import money_limit
from kinline.apps.charging.books import entry_key
from kinline.apps.charging.queries import minutes_used
from kinline.apps.ledger import queries as ledger
from kinline.apps.ledger.actions import holds
from kinline.apps.ledger.actions import paying as purse
from kinline.apps.people import courtesies
from kinline.core.call.announcement import Paid, told_to_caller
from kinline.core.control import ACCEPT_SECONDS, RING_SECONDS
from kinline.core.ids import PlaceCode
from kinline.core.ledger import chart
from kinline.core.ledger.hold import Balance
from kinline.core.place import Place
from kinline.core.policy.call import Allowed, Refused, under
from kinline.core.policy.limit import Limit
from kinline.core.policy.paying import (
    A_MINUTE,
    MONEY,
    OF_THE_CALLER,
    Calling,
    Means,
    may_cost,
    means,
    order_of,
)
from kinline.core.rating import rate as rating
from kinline.core.rating.rate import Usage
from kinline.core.rating.terms import Service
from kinline.core.rating.timeline import micros, timeline
from kinline.core.refusal import Refusal, Whose
from kinline.core.transition.words import AccountKind
from kinline.laws.loader import book, places
from kinline.laws.numbering import leads_to

# How late a call may still be accepted: it rings, is announced, and an engine may be slow.
ACCEPTED_WITHIN = timedelta(seconds=RING_SECONDS + ACCEPT_SECONDS + 30)
# So long after its last possible moment a call's money stays set aside, if its end never comes.
LET_GO_AFTER = timedelta(minutes=10)

Look = Callable[[Sequence[chart.Account]], Sequence[Balance]]


@dataclass(frozen=True, slots=True)
class Purse:
    """An account that may pay for a call."""

    kind: AccountKind
    holder: str

    @property
    def account(self) -> chart.Account:
        return chart.held_by(self.kind, self.holder)


@dataclass(frozen=True, slots=True)
class Part:
    """What one account is to pay, in cents. `free` is what it had free as the call was asked for,
    `taken` what it paid in the end (None: the end has not come)."""

    kind: AccountKind
    holder: str
    aside: int
    free: int
    taken: int | None = None


@dataclass(frozen=True, slots=True)
class Funded:
    """The outcome as the money leaves it, and what is to be set aside until when at the latest."""

    outcome: Allowed | Refused
    parts: tuple[Part, ...] = ()
    until: datetime | None = None
    courtesy: UUID | None = None  # the granted call that stands in for the money


# --- before the call ----------------------------------------------------------------------


def funded(
    asked: Question, outcome: Allowed | Refused, now: datetime, *, granted: bool, look: Look
) -> Funded:
    """The outcome, with the money's limit, or refused where it is not even enough for a minute.

    Calls to open lines, without sign-in, and those that staff `granted` never wait for money.
    """
    if granted or not isinstance(asked, Asked) or asked.price is None or not _known(asked, outcome):
        return Funded(outcome)
    calling = _calling(asked, outcome, now)
    if calling is None or not may_cost(calling, book()):
        return Funded(outcome)
    contact = asked.called.contact if asked.called else None
    purses = purses_of(calling, person=asked.who.person, contact=contact)
    has = look([one.account for one in purses])
    calling = replace(calling, used=_used(calling, asked.who.person))
    found = means(calling, book(), [one.free for one in has])
    if isinstance(found, Refusal):
        return _granted(asked, outcome, now) or Funded(Refused((*_reasons(outcome), found)))
    if isinstance(outcome, Refused):
        return Funded(outcome)
    parts = tuple(
        Part(one.kind, one.holder, aside, balance.free)
        for one, aside, balance in zip(purses, found.aside, has, strict=True)
        if aside
    )
    return Funded(_limited(outcome, found), parts, calling.over_by + LET_GO_AFTER)


def _granted(asked: Asked, outcome: Allowed | Refused, now: datetime) -> Funded | None:
    """Who has no money for a minute may have been granted a call by staff: it is used up then."""
    if isinstance(outcome, Refused) or asked.who.person is None:
        return None
    grant = courtesies.open_grant(person_id=asked.who.person, now=now)
    if grant is None:
        return None
    return Funded(under(asked.facts, grant.courtesy, now), courtesy=grant.id)


def unlocked(accounts: Sequence[chart.Account]) -> Sequence[Balance]:
    """For whoever only looks: what these accounts have now."""
    found = ledger.balances(accounts=accounts)
    return [found[one.code] for one in accounts]


def locked(accounts: Sequence[chart.Account]) -> Sequence[Balance]:
    """For whoever sets aside: kept from others until the transaction ends."""
    return purse.looked_at(accounts=accounts)


def purses_of(call: Calling, *, person: UUID | None, contact: UUID | None) -> tuple[Purse, ...]:
    """The accounts that may pay, in the order of the tariff in force."""
    holders = {True: person, False: contact}
    asked = ((kind, holders[kind in OF_THE_CALLER]) for kind in _order(call))
    return tuple(Purse(kind, str(holder)) for kind, holder in asked if holder)


def _order(call: Calling) -> tuple[AccountKind, ...]:
    segment = timeline(book(), call.place, Service.CALL, call.to).at(micros(call.now))
    return order_of(segment.rules.tariff, Service.CALL)


def calling(
    *, place: Place, number: str, now: datetime, limit_seconds: int | None = None
) -> Calling:
    """A call as the core wants it."""
    return Calling(place, leads_to(number), now, now + ACCEPTED_WITHIN, limit_seconds)


def _calling(asked: Asked, outcome: Allowed | Refused, now: datetime) -> Calling | None:
    place = places().get(PlaceCode(asked.who.place))
    if place is None:
        return None
    limit = outcome.limit_seconds if isinstance(outcome, Allowed) else A_MINUTE
    return calling(place=place, number=asked.number, now=now, limit_seconds=limit)


def _known(asked: Asked, outcome: Allowed | Refused) -> bool:
    """Of a number that one may not call one learns nothing, not even what its owner has."""
    return isinstance(outcome, Allowed) or (asked.facts.number_valid and asked.facts.listed)


def _used(call: Calling, person: UUID | None) -> dict[date, int]:
    usage = Usage(Service.CALL, call.place, call.now, call.longest_seconds, to=call.to)
    weeks = rating.allowance_weeks(usage, book())
    return dict(minutes_used(agency=call.place.agency, person=str(person or ""), weeks=weeks))


def _reasons(outcome: Allowed | Refused) -> tuple[Refusal, ...]:
    return outcome.reasons if isinstance(outcome, Refused) else ()


def _limited(outcome: Allowed, found: Means) -> Allowed:
    if not found.limits:
        return outcome
    money = Limit(found.seconds, MONEY, Whose.PERSON, found.free_from)
    limits = sorted((*outcome.limits, money), key=lambda limit: limit.seconds)
    return replace(outcome, limits=tuple(limits))


@dataclass(frozen=True, slots=True)
class Money:
    """What there is for a call before it is dialled: the caller's own cents, whether the called
    side's account helps, and the minutes that all of it is enough for (None: a day and more).
    `others_may`: the tariff lets whoever is called pay."""

    own: int
    theirs: bool
    minutes: int | None
    others_may: bool


def money(
    *, place: str, person: UUID, contact: UUID | None, number: str, now: datetime
) -> Money | None:
    """What one may say to the caller of the money there is. None where nothing can cost anything.

    In one query; how much the called side has is theirs to know.
    """
    found = places().get(PlaceCode(place))
    if found is None:
        return None
    call = calling(place=found, number=number, now=now)
    if not may_cost(call, book()):
        return None
    purses = purses_of(call, person=person, contact=contact)
    others_may = not OF_THE_CALLER.issuperset(_order(call))
    free = [one.free for one in unlocked([one.account for one in purses])]
    own = sum(cents for one, cents in zip(purses, free, strict=True) if one.kind in OF_THE_CALLER)
    lasts = means(replace(call, used=_used(call, person)), book(), free)
    minutes: int | None = 0
    if isinstance(lasts, Means):
        minutes = lasts.seconds // A_MINUTE if lasts.limits else None
    return Money(own, theirs=sum(free) > own, minutes=minutes, others_may=others_may)


# --- with the call ------------------------------------------------------------------------


def set_aside(call: Call, parts: Iterable[Part], *, until: datetime | None, now: datetime) -> None:
    """Set each account's part aside. In the transaction that writes the call."""
    for part in parts:
        holds.set_aside(
            key=_key(call, part.kind),
            account=chart.held_by(part.kind, part.holder),
            amount=part.aside,
            now=now,
            until=until,
        )


def stored(parts: Iterable[Part]) -> list[dict[str, object]]:
    """For the call's own row, so that its pages need not read the books."""
    return [
        {"kind": one.kind, "holder": one.holder, "aside": one.aside, "free": one.free}
        | ({} if one.taken is None else {"taken": one.taken})
        for one in parts
    ]


def parts_of(call: Call) -> tuple[Part, ...]:
    """What was set aside for a call, in the order of payment; empty where nothing was."""
    return tuple(
        Part(AccountKind(row["kind"]), row["holder"], row["aside"], row["free"], row.get("taken"))
        for row in call.paying
    )


def hold_keys(call: Call) -> tuple[str, ...]:
    """The keys of what is set aside for it, in the order of payment."""
    return tuple(_key(call, part.kind) for part in parts_of(call))


def let_go(call: Call, *, now: datetime) -> None:
    """Free all that was set aside: nothing came of it."""
    if call.paying:
        purse.take(keys=hold_keys(call), amount=0, now=now)
        _note(call, {})


def note_taken(call: Call, *, charge_key: str) -> None:
    """Write beside the call what each account paid, as the books have it."""
    if call.paying:
        _note(call, ledger.given(key=entry_key(charge_key)))


def paid_by_both(parts: Sequence[Part]) -> Paid | None:
    """Whose money pays, as the called side may know it; None where none was set aside."""
    theirs = [part.free for part in parts if part.kind not in OF_THE_CALLER]
    if not parts:
        return None
    return Paid(balance=sum(theirs) if theirs else None, caller=len(theirs) < len(parts))


def told(call: Call) -> tuple[str, ...]:
    """What a caller without a screen hears of the money."""
    own = [part.free for part in parts_of(call) if part.kind in OF_THE_CALLER]
    limit = money_limit(call)
    minutes = call.limit_seconds // A_MINUTE if limit and call.limit_seconds else None
    return told_to_caller(Paid(sum(own) if own else None), minutes=minutes)


def _note(call: Call, given: dict[str, int]) -> None:
    call.paying = stored(
        replace(part, taken=given.get(chart.held_by(part.kind, part.holder).code, 0))
        for part in parts_of(call)
    )
    Call.objects.filter(pk=call.pk).update(paying=call.paying)


def _key(call: Call, kind: AccountKind) -> str:
    return f"call:{call.pk}:{kind}"
