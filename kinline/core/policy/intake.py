"""Calls without sign-in from an intake station, where people have no PIN and no list yet.

Asked: whether the facility offers them, how many this station has made within the hour, whether
the number can be called from here and does not block the facility. Not asked: calling hours,
since people are brought in at every hour; but a control that closes this unit or station holds,
and so do hours and limits set by one. An intake call is recorded unless a mark makes it
private.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kinline.core.policy import controls
from kinline.core.policy.call import Allowed, Refused
from kinline.core.policy.controls import Controls
from kinline.core.policy.destinations import Destination
from kinline.core.policy.destinations import refusals as of_destination
from kinline.core.policy.limit import Limit
from kinline.core.refusal import Refusal, Whose

WINDOW = timedelta(hours=1)
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class IntakeRule:
    """A facility's rule: calls that one station may make within an hour, and the longest."""

    calls_an_hour: int
    max_call_seconds: int


@dataclass(frozen=True, slots=True)
class IntakeFacts:
    """All that an intake call rests on. `rule` None: the facility offers none.

    `lately` are the moments at which this station's calls of the last hour were accepted.
    """

    rule: IntakeRule | None
    station_is_intake: bool
    number_valid: bool
    station_active: bool = True
    blocked: bool = False
    lately: tuple[datetime, ...] = ()
    attorney: bool = False
    number_unrecorded: bool = False
    station_unrecorded: bool = False
    destination: Destination | None = None
    controls: Controls = field(default_factory=Controls)
    zone: ZoneInfo = _UTC


def decide(facts: IntakeFacts, now: datetime) -> Allowed | Refused:
    """The verdict on one intake call at the moment `now` (aware)."""
    reasons = tuple(_reasons(facts, now))
    if reasons or facts.rule is None:
        return Refused(reasons)
    limits = [Limit(facts.rule.max_call_seconds, "intake", Whose.FACILITY)]
    limits += controls.limits(facts.controls, attorney=facts.attorney, zone=facts.zone, now=now)
    limits.sort(key=lambda limit: limit.seconds)
    return Allowed(limits=tuple(limits), private_because=private_because(facts, now))


def private_because(facts: IntakeFacts, now: datetime) -> str | None:
    """What makes the call private, None if nothing does."""
    marks = (
        ("attorney", facts.attorney),
        ("number", facts.number_unrecorded),
        ("station", facts.station_unrecorded),
        ("control", controls.unrecorded(facts.controls, now=now)),
    )
    return next((name for name, marked in marks if marked), None)


def _reasons(facts: IntakeFacts, now: datetime) -> Iterator[Refusal]:
    if not facts.station_active:
        yield Refusal("call.station_off", Whose.FACILITY)
    if not facts.station_is_intake:
        yield Refusal("call.sign_in_first", Whose.FACILITY)
    elif facts.rule is None:
        yield Refusal("call.intake_not_offered", Whose.FACILITY)
    else:
        yield from _too_many(facts.rule, facts.lately, now)
    if facts.destination is not None:
        yield from of_destination(facts.destination)
    never = facts.destination is not None and facts.destination.never
    if not facts.number_valid and not never:
        yield Refusal("call.number_not_valid", Whose.KINLINE)
    if facts.blocked:
        yield Refusal("call.blocked", Whose.CONTACT, facts={"block": "facility"})
    yield from controls.refusals(facts.controls, attorney=facts.attorney, zone=facts.zone, now=now)


def _too_many(rule: IntakeRule, lately: tuple[datetime, ...], now: datetime) -> Iterator[Refusal]:
    within = sorted(at for at in lately if at > now - WINDOW)
    if len(within) < rule.calls_an_hour:
        return
    # The oldest that still counts is the one whose leaving makes room.
    until = within[len(within) - rule.calls_an_hour] + WINDOW
    most = {"calls": str(rule.calls_an_hour)}
    yield Refusal("call.intake_too_many", Whose.FACILITY, until, most)
