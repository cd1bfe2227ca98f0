"""Who pays for a call, how long the money lasts, and what must be set aside before it begins.

Prices change at midnights and free minutes end within a week, and nobody knows yet when the call
will be accepted. So the dearest beginning counts, from now to the latest acceptance: what is set
aside then suffices for every talk up to the limit, and what is not needed is free again after it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import gcd

from kinline.core.place import Place
from kinline.core.rating.book import NoRuleInForce, RuleBook, Tariff
from kinline.core.rating.rate import LONGEST_SECONDS, NOTHING_USED, Usage, rate
from kinline.core.rating.terms import Destination, Service
from kinline.core.rating.timeline import Segment, Timeline, micros, moment, timeline
from kinline.core.refusal import Refusal, Whose
from kinline.core.transition.decide import PAYS_FOR
from kinline.core.transition.words import AccountKind

# Where a tariff says nothing: first what can do least else, and the caller's before the called's.
LEAST_USE_FIRST = (
    AccountKind.CALLING_CARD,
    AccountKind.DEBIT,
    AccountKind.PREPAID_COLLECT,
    AccountKind.STAMPS,
    AccountKind.TEXT_PACKAGE,
)
OF_THE_CALLER = frozenset({AccountKind.CALLING_CARD, AccountKind.DEBIT})
A_MINUTE = 60
MONEY = "money"  # the source of a limit that money sets
TOO_MUCH = 2**62  # more than any account has: what the book has no price for cannot be paid


def order_of(tariff: Tariff | None, service: Service) -> tuple[AccountKind, ...]:
    """The kinds of account a service may be paid from, the first of them first."""
    if tariff is not None and service in tariff.paid_from:
        return tariff.paid_from[service]
    return tuple(kind for kind in LEAST_USE_FIRST if service in PAYS_FOR[kind])


@dataclass(frozen=True, slots=True)
class Calling:
    """A call that may come: at `place`, to `to`, accepted between `now` and `latest`.

    `limit_seconds` is the least of all other limits, None where no rule limits it; `used` are
    minutes gone of the weekly allowance, by Monday.
    """

    place: Place
    to: Destination | None
    now: datetime
    latest: datetime
    limit_seconds: int | None
    used: Mapping[date, int] = field(default_factory=lambda: NOTHING_USED)

    @property
    def longest_seconds(self) -> int:
        """As long as the talk may be at all: usage is never longer than a day."""
        limit = self.limit_seconds
        return LONGEST_SECONDS if limit is None else max(0, min(limit, LONGEST_SECONDS))

    @property
    def over_by(self) -> datetime:
        """The last moment at which it may still be talked."""
        return self.latest + timedelta(seconds=self.longest_seconds)


@dataclass(frozen=True, slots=True)
class Means:
    """What the money does for one call: it lasts `seconds`, and `aside` cents are set aside.

    `aside` stands in the order of the accounts. `limits`: the money ends before any other limit
    does. A talk that lasts until `free_from` costs nothing from there on, and is not cut for money.
    """

    seconds: int
    aside: tuple[int, ...]
    limits: bool
    free_from: datetime | None = None

    @property
    def cents(self) -> int:
        """All that is set aside."""
        return sum(self.aside)


def may_cost(call: Calling, book: RuleBook) -> bool:
    """Whether any minute it may have costs the people something. A look-up, and no reading."""
    return any(one.consumer_hundredths for one in _touched(_table(call, book), call) if one.parts)


def means(call: Calling, book: RuleBook, free: Sequence[int]) -> Means | Refusal:
    """How long accounts with these free cents last, in order, or that it is not even a minute.

    Only the consumer's part counts: what a law bears is never theirs to pay, and free minutes of
    the week come first. More money never gives a shorter talk.
    """
    funds = sum(free)
    table = _table(call, book)
    starts = tuple(_starts(table, call))
    seconds = _most(call, book, starts, funds)
    if seconds < min(A_MINUTE, call.longest_seconds):
        price = table.at(micros(call.now)).consumer_hundredths
        return Refusal("call.no_money", Whose.FACILITY, facts={"hundredths": str(price)})
    limits = seconds < call.longest_seconds
    return Means(
        seconds=seconds,
        aside=_shared_out(_dearest(call, book, starts, seconds), free),
        limits=limits,
        free_from=_free_from(table, call) if limits else None,
    )


def _table(call: Calling, book: RuleBook) -> Timeline:
    return timeline(book, call.place, Service.CALL, call.to)


def _touched(table: Timeline, call: Calling) -> list[Segment]:
    first, last = micros(call.now), micros(call.over_by)
    return [one for one in table.segments if one.from_us <= last and first < one.until_us]


def _starts(table: Timeline, call: Calling) -> Iterator[datetime]:
    """The beginnings among which the dearest is: the first, and each at which a minute begins
    with a new price or a new week. Between two of them every talk costs the same."""
    touched = _touched(table, call)
    first, latest = micros(call.now), micros(call.latest)
    yield call.now
    step = gcd(*(one.unit_us for one in touched))
    borders = {one.from_us for one in touched if one.from_us > first}
    if any(one.allowance for one in touched):
        next_week = date.fromordinal(call.place.week(call.now).toordinal() + 7)
        borders.add(micros(call.place.midnight(next_week)))
    found = set[int]()
    for border in borders if step else ():
        found.update(range(first + (border - first) % step, latest + 1, step))
    yield from (moment(us) for us in sorted(found))


def _dearest(call: Calling, book: RuleBook, starts: Sequence[datetime], seconds: int) -> int:
    """The most that a talk of so many seconds can cost the people, in cents."""
    return max(_cost(call, book, at, seconds) for at in starts)


def _cost(call: Calling, book: RuleBook, at: datetime, seconds: int) -> int:
    usage = Usage(Service.CALL, call.place, at, seconds, to=call.to)
    try:
        return rate(usage, book, call.used).consumer_cents
    except NoRuleInForce:
        return TOO_MUCH


def _most(call: Calling, book: RuleBook, starts: Sequence[datetime], funds: int) -> int:
    """The longest talk that the money pays for whenever it begins: longer ones never cost less."""
    fits, beyond = 0, call.longest_seconds + 1
    while beyond - fits > 1:
        # The limit itself first: mostly the money lasts.
        tried = beyond - 1 if beyond > call.longest_seconds else (fits + beyond) // 2
        if _dearest(call, book, starts, tried) <= funds:
            fits = tried
        else:
            beyond = tried
    return fits


def _shared_out(cents: int, free: Sequence[int]) -> tuple[int, ...]:
    """So much of each account, in order."""
    aside = []
    for one in free:
        aside.append(min(one, cents))
        cents -= aside[-1]
    return tuple(aside)


def _free_from(table: Timeline, call: Calling) -> datetime | None:
    """The moment from which to the last one nothing costs anything; None without such."""
    since = None
    for one in reversed(_touched(table, call)):
        if not one.parts or one.consumer_hundredths:
            break
        since = moment(one.from_us)
    return since
