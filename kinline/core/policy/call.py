"""May this call be made, for how long, and may it be recorded?

All reasons are given, not the first: a person who would be refused twice should hear it once.
For limits the shortest wins; for recording one "do not record" is enough (industry rule of
"any off wins"), because a private call that was recorded cannot be taken back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kinline.core.policy import controls
from kinline.core.policy.controls import Controls, Kind, Level
from kinline.core.policy.destinations import Destination
from kinline.core.policy.destinations import refusals as of_destination
from kinline.core.policy.limit import Limit
from kinline.core.queue.turns import Hold
from kinline.core.refusal import Refusal, Whose


@dataclass(frozen=True, slots=True)
class CallingRule:
    """A facility's rule for one day: offered or not, wall-clock hours, longest call."""

    offered: bool
    opens_at: time
    closes_at: time
    max_call_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Courtesy:
    """A call that staff granted: one, begun before `until`, to any number that is not blocked."""

    until: datetime
    max_call_seconds: int


# What a courtesy call lifts. Blocks, a bad number, a lockdown or another call of one's own stay.
_LIFTED_CONTROLS = controls.QUOTAS | {Kind.HOURS}
LIFTED = frozenset(
    {"call.not_on_list", "call.not_offered", "call.outside_hours"}
    | {f"control.{kind}" for kind in _LIFTED_CONTROLS}
)
# What only staff may know, and what the two sides are told in its place: of an order against
# contact nobody learns more than from a number that was never listed.
TOLD_AS = {"call.no_contact": "call.not_on_list"}
# The limit that is a moment, and holds however late the other side accepts.
CLOSING = "closing"


class BlockOf(StrEnum):
    """What a contact's block names."""

    PERSON = "person"
    FACILITY = "facility"


@dataclass(frozen=True, slots=True)
class CallFacts:
    """Everything the decision rests on. `None` for a rule: the facility has set none.

    Limits are seconds; `attorney` means verified for this agency on this day. `destination` is
    where the number leads, None where it is no number at all. `no_contact`: an order of staff keeps
    the person and whoever has the number apart. Until `quiet_until` whoever is called takes no
    calls. `hold`: the station is held for somebody else who waited for it.
    """

    zone: ZoneInfo
    today: CallingRule | None
    tomorrow: CallingRule | None
    number_valid: bool
    listed: bool
    person_active: bool = True
    station_active: bool = True
    on_a_call: bool = False
    blocked: BlockOf | None = None
    no_contact: bool = False
    person_limit_seconds: int | None = None
    number_limit_seconds: int | None = None
    attorney: bool = False
    person_unrecorded: bool = False
    number_unrecorded: bool = False
    station_unrecorded: bool = False
    destination: Destination | None = None
    controls: Controls = field(default_factory=Controls)
    quiet_until: datetime | None = None
    hold: Hold | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """The call may be made. `limits` are all that were weighed, the shortest (winner) first.

    `private_because` is None for a recorded call, else what made it private. `courtesy`: only
    because staff granted it.
    """

    limits: tuple[Limit, ...]
    private_because: str | None
    courtesy: bool = False

    @property
    def limit_seconds(self) -> int | None:
        return self.limits[0].seconds if self.limits else None


@dataclass(frozen=True, slots=True)
class Refused:
    """The call may not be made, for all of these reasons."""

    reasons: tuple[Refusal, ...]


def decide(facts: CallFacts, now: datetime) -> Allowed | Refused:
    """The verdict on one call at the moment `now` (aware)."""
    reasons = tuple(_reasons(facts, now))
    if reasons:
        return Refused(reasons)
    return Allowed(limits=weigh(facts, now), private_because=private_because(facts, now))


def with_courtesy(facts: CallFacts, courtesy: Courtesy, now: datetime) -> Allowed | Refused:
    """The verdict with a granted call at hand; it counts only where nothing else would do.

    What it does not lift is still refused, and then the grant stays whole. It goes on past
    closing: staff who grant a call at night mean the night.
    """
    verdict = decide(facts, now)
    if isinstance(verdict, Allowed) or now >= courtesy.until:
        return verdict
    left = tuple(reason for reason in verdict.reasons if reason.code not in LIFTED)
    if left:
        return Refused(left)
    return under(facts, courtesy, now)


def under(facts: CallFacts, courtesy: Courtesy, now: datetime) -> Allowed:
    """The call as a granted one, where nothing else is against it."""
    limits = [Limit(courtesy.max_call_seconds, "courtesy", Whose.FACILITY)]
    if facts.person_limit_seconds is not None:
        limits.append(Limit(facts.person_limit_seconds, "person", Whose.FACILITY))
    of_person = (Kind.LONGEST, Level.PERSON)
    held = tuple(one for one in facts.controls.held if (one.kind, one.level) == of_person)
    limits += _controlled(replace(facts, controls=Controls(held)), now)
    limits.sort(key=lambda limit: limit.seconds)
    return Allowed(tuple(limits), private_because(facts, now), courtesy=True)


def told(reasons: Iterable[Refusal]) -> tuple[Refusal, ...]:
    """The reasons as anybody but staff is told them, each once."""
    shown: dict[str, Refusal] = {}
    for reason in reasons:
        known_as = TOLD_AS.get(reason.code)
        said = Refusal(known_as, reason.whose) if known_as else reason
        shown.setdefault(said.code, said)
    return tuple(shown.values())


def weigh(facts: CallFacts, now: datetime) -> tuple[Limit, ...]:
    """Every limit on this call's length, shortest first."""
    limits = []
    if facts.today is not None:
        closes_in = _moment(facts.zone, now, facts.today.closes_at) - now
        left = int(closes_in.total_seconds())
        limits.append(Limit(left, CLOSING, Whose.FACILITY, fixed=True))
        if facts.today.max_call_seconds is not None:
            limits.append(Limit(facts.today.max_call_seconds, "facility", Whose.FACILITY))
    if facts.person_limit_seconds is not None:
        limits.append(Limit(facts.person_limit_seconds, "person", Whose.FACILITY))
    if facts.number_limit_seconds is not None:
        limits.append(Limit(facts.number_limit_seconds, "number", Whose.FACILITY))
    limits += _controlled(facts, now)
    return tuple(sorted(limits, key=lambda limit: limit.seconds))


def private_because(facts: CallFacts, now: datetime) -> str | None:
    """What makes the call private, None if nothing does. Any one mark is enough."""
    marks = (
        ("attorney", facts.attorney),
        ("person", facts.person_unrecorded),
        ("number", facts.number_unrecorded),
        ("station", facts.station_unrecorded),
        ("control", controls.unrecorded(facts.controls, now=now)),
    )
    return next((name for name, marked in marks if marked), None)


def _controlled(facts: CallFacts, now: datetime) -> Iterator[Limit]:
    return controls.limits(facts.controls, attorney=facts.attorney, zone=facts.zone, now=now)


def _reasons(facts: CallFacts, now: datetime) -> Iterator[Refusal]:
    if not facts.person_active:
        yield Refusal("call.person_inactive", Whose.FACILITY)
    if not facts.station_active:
        yield Refusal("call.station_off", Whose.FACILITY)
    if facts.on_a_call:
        yield Refusal("call.already_on_a_call", Whose.FACILITY)
    # Counsel is not rationed: a call to an attorney waits for nobody's turn.
    if facts.hold is not None and not facts.attorney and now < facts.hold.until:
        number = {"number": str(facts.hold.number)}
        yield Refusal("call.phone_held", Whose.FACILITY, facts.hold.until, number)
    yield from _number(facts)
    if facts.blocked is not None:
        yield Refusal("call.blocked", Whose.CONTACT, facts={"block": facts.blocked})
    elif facts.quiet_until is not None:
        yield Refusal("call.quiet_hours", Whose.CONTACT, facts.quiet_until)
    yield from _hours(facts, now)
    yield from controls.refusals(facts.controls, attorney=facts.attorney, zone=facts.zone, now=now)


def _number(facts: CallFacts) -> Iterator[Refusal]:
    if facts.destination is not None:
        yield from of_destination(facts.destination)
        if facts.destination.never:
            return  # it is on no list, and need not be a full number
    if not facts.number_valid:
        yield Refusal("call.number_not_valid", Whose.KINLINE)
    elif not facts.listed:
        yield Refusal("call.not_on_list", Whose.FACILITY)
    if facts.no_contact:
        yield Refusal("call.no_contact", Whose.FACILITY)


def _hours(facts: CallFacts, now: datetime) -> Iterator[Refusal]:
    rule = facts.today
    if rule is None or not rule.offered:
        yield Refusal("call.not_offered", Whose.FACILITY)
        return
    wall = now.astimezone(facts.zone).time()
    if rule.opens_at <= wall < rule.closes_at:
        return
    hours = {"opens": f"{rule.opens_at:%H:%M}", "closes": f"{rule.closes_at:%H:%M}"}
    yield Refusal("call.outside_hours", Whose.FACILITY, _opens_next(facts, rule, now), hours)


def _opens_next(facts: CallFacts, rule: CallingRule, now: datetime) -> datetime | None:
    """The next opening, None if tomorrow has no calls either."""
    opening = _moment(facts.zone, now, rule.opens_at)
    if now < opening:
        return opening
    if facts.tomorrow is None or not facts.tomorrow.offered:
        return None
    return _moment(facts.zone, now, facts.tomorrow.opens_at, days=1)


def _moment(zone: ZoneInfo, now: datetime, wall: time, days: int = 0) -> datetime:
    """The moment in UTC when the facility's clock shows `wall`, `days` after its today."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)
