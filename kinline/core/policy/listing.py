"""A person's own allowed list: may a number be put on it, who must say yes, when may it change?

All reasons are given, not the first. Counsel that is verified is neither counted nor held up:
only what is about the number itself can be against it. Taking a number off is never rationed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kinline.core.policy.call import BlockOf
from kinline.core.refusal import Refusal, Whose
from kinline.core.schedule.wall import reached

# What staff refused for this number is not asked again before: a "no" is not to be worn down.
ASK_AGAIN = timedelta(days=30)
# So many may wait for staff at once, where the list itself has no size.
MOST_WAITING = 20
MOST_NUMBERS, MOST_CHANGES, LONGEST_WITHIN = 200, 100, 365
# Every month has these days, so that no month is without a day to change.
DAYS_OF_MONTH = range(1, 29)


class Relation(StrEnum):
    """Who somebody on a list is to the person, as the person says it."""

    PARENT = "parent"
    CHILD = "child"
    PARTNER = "partner"
    SIBLING = "sibling"
    FAMILY = "family"
    FRIEND = "friend"
    ATTORNEY = "attorney"
    CLERGY = "clergy"
    OTHER = "other"


class State(StrEnum):
    """How far a request is. Only one that is ASKED moves, and once."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # taken back by the person while it waited


class Reason(StrEnum):
    """Why staff refuse a number: a closed list. None of them says that an order forbids it."""

    NOT_THEIRS = "not_theirs"
    DOES_NOT_WANT = "does_not_want"
    OF_STAFF = "of_staff"
    UNCLEAR = "unclear"
    FACILITY_RULE = "facility_rule"


NOTE_NEEDED = frozenset({Reason.UNCLEAR, Reason.FACILITY_RULE})


class Shown(StrEnum):
    """What a person sees of one number of theirs."""

    WAITS_FOR_STAFF = "waits_for_staff"
    WAITS_FOR_OWNER = "waits_for_owner"  # they can be called; they have not pressed the key yet
    LISTED = "listed"
    VERIFIED = "verified"  # whoever answers there has said yes
    BLOCKED = "blocked"  # whoever answers there wants no calls
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ListRules:
    """How a facility lets people keep their own lists.

    `most` numbers, None for any; `changes` in `within_days` days, both None for any; on `days` of
    the month, none for every day. `approval`: staff look at each number. `owner_key`: until
    whoever answers has pressed the key, a number opens calls and nothing else.
    """

    most: int | None = None
    changes: int | None = None
    within_days: int | None = None
    days: frozenset[int] = frozenset()
    approval: bool = True
    owner_key: bool = True


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What the decision about one number rests on. `rules` None: staff keep the lists here.

    `kept` and `waiting` count without counsel. `changed_on`: the days, on the facility's wall, of
    the changes that count, in any order. `refused_at`: when staff last refused this very number.
    """

    rules: ListRules | None
    zone: ZoneInfo
    kept: int = 0
    waiting: int = 0
    changed_on: tuple[date, ...] = ()
    counsel: bool = False
    listed: bool = False
    blocked: BlockOf | None = None
    refused_at: datetime | None = None


def may_add(facts: ListFacts, now: datetime) -> tuple[Refusal, ...]:
    """Every reason why the number can't be put on the list at the moment `now`; none: it can."""
    if facts.rules is None:
        return (Refusal("list.kept_by_staff", Whose.FACILITY),)
    about = tuple(_number(facts, now))
    if facts.counsel:
        return about
    return (*about, *_size(facts, facts.rules), *_often(facts, facts.rules, now))


def may_take_off(rules: ListRules | None) -> tuple[Refusal, ...]:
    """Why the person can't take a number off. No day and no count is ever in the way."""
    return () if rules is not None else (Refusal("list.kept_by_staff", Whose.FACILITY),)


def waits_for_staff(rules: ListRules, *, counsel: bool, kept_apart: bool) -> bool:
    """Whether staff must look first. Counsel was looked at when it was verified; what an order
    forbids is looked at everywhere."""
    return kept_apart or (rules.approval and not counsel)


def next_change(rules: ListRules, changed_on: Sequence[date], today: date) -> date:
    """The first day, from `today` on, on which a number may be added if nothing happens before."""
    return _day_of_month(rules, max(today, _freed_on(rules, changed_on, today)))


def shown(*, blocked: bool, verified: bool, key_needed: bool) -> Shown:
    """What is seen of a number that is on the list."""
    if blocked:
        return Shown.BLOCKED
    if verified:
        return Shown.VERIFIED
    return Shown.WAITS_FOR_OWNER if key_needed else Shown.LISTED


def reason_refusals(reason: str, note: str) -> tuple[Refusal, ...]:
    """What is wrong with a reason staff gave: not on the list, or without the words it needs."""
    if reason not in set(Reason):
        return (Refusal("list.reason_needed", Whose.KINLINE, facts={"field": "reason"}),)
    if Reason(reason) in NOTE_NEEDED and not note:
        return (Refusal("list.note_needed", Whose.KINLINE, facts={"field": "note"}),)
    return ()


def days_in_words(days: Iterable[int]) -> str:
    """Days of the month as figures: "1, 15"."""
    return ", ".join(str(day) for day in sorted(days))


def _number(facts: ListFacts, now: datetime) -> Iterator[Refusal]:
    if facts.listed:
        yield Refusal("list.listed_already", Whose.PERSON)
    if facts.blocked is not None:
        yield Refusal("list.blocked", Whose.CONTACT, facts={"block": facts.blocked})
    if facts.refused_at is not None and now < (again := facts.refused_at + ASK_AGAIN):
        yield Refusal("list.refused_lately", Whose.FACILITY, again)


def _size(facts: ListFacts, rules: ListRules) -> Iterator[Refusal]:
    if rules.most is not None and facts.kept + facts.waiting >= rules.most:
        has = {"most": str(rules.most), "has": str(facts.kept), "waiting": str(facts.waiting)}
        yield Refusal("list.full", Whose.FACILITY, facts=has)
    elif facts.waiting >= MOST_WAITING:
        most = {"most": str(MOST_WAITING)}
        yield Refusal("list.too_many_waiting", Whose.KINLINE, facts=most)


def _often(facts: ListFacts, rules: ListRules, now: datetime) -> Iterator[Refusal]:
    today = now.astimezone(facts.zone).date()
    if (day := _day_of_month(rules, today)) > today:
        days = {"days": days_in_words(rules.days)}
        yield Refusal("list.not_today", Whose.FACILITY, _begin(facts.zone, day), days)
    if (day := _freed_on(rules, facts.changed_on, today)) > today:
        often = {"changes": str(rules.changes), "within": str(rules.within_days)}
        yield Refusal("list.changes_used", Whose.FACILITY, _begin(facts.zone, day), often)


def _freed_on(rules: ListRules, changed_on: Sequence[date], today: date) -> date:
    """The first day on which fewer changes count than there may be."""
    if rules.changes is None or rules.within_days is None or len(changed_on) < rules.changes:
        return today
    oldest_in_the_way = sorted(changed_on, reverse=True)[rules.changes - 1]
    return max(today, oldest_in_the_way + timedelta(days=rules.within_days))


def _day_of_month(rules: ListRules, day: date) -> date:
    while rules.days and day.day not in rules.days:
        day += timedelta(days=1)
    return day


def _begin(zone: ZoneInfo, day: date) -> datetime:
    return reached(zone, day, 0)
