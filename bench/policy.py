"""What the decision on a call costs with many controls on it, in CPU, beside a peer.

The peer reads the same controls from JSON with the standard library: what any program would do at
the least before it could decide. Facts are gathered by one query however many controls there are
(tests/apps/test_controls.py), which `./dev bench calls` measures with the authorizations.
"""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from typing import Any
from zoneinfo import ZoneInfo

from kinline.core.policy.call import Allowed, CallFacts, CallingRule, decide
from kinline.core.policy.control_terms import COUNTED, KINDS, TIMED, Kind, Level, Talk
from kinline.core.policy.controls import Control, Controls, Spent
from kinline.core.schedule.rules import WeekTime

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
TARGET_MS = 1.0
LEVELS = [level for level in Level if level not in (Level.STATION, Level.CONTACT)]
TALKED = Spent(2, 5, 900, 3000, NOW - timedelta(hours=3))


def controls(many: int) -> tuple[Control, ...]:
    """As many controls in force, of every kind that still lets somebody call."""
    kinds = [kind for kind in Kind if kind in KINDS[Talk.CALLS] and kind is not Kind.CLOSED]
    return tuple(_control(number, kinds[number % len(kinds)]) for number in range(many))


def _control(number: int, kind: Kind) -> Control:
    amount = None
    if kind in COUNTED:
        amount = 10 + number
    elif kind in TIMED:
        amount = 3600 + number
    hours = tuple(WeekTime(day, *_OPEN) for day in range(7)) if kind is Kind.HOURS else ()
    since = NOW - timedelta(days=number + 1)
    return Control(
        str(number),
        kind,
        LEVELS[number % len(LEVELS)],
        since,
        NOW + timedelta(days=30),
        amount,
        hours,
    )


_OPEN = (clock(8), clock(22))
_RULE = CallingRule(True, *_OPEN, max_call_seconds=1200)
_FACTS = CallFacts(zone=ZONE, today=_RULE, tomorrow=_RULE, number_valid=True, listed=True)


def run(many: int = 200, times: int = 400) -> dict[str, Any]:
    """CPU milliseconds of a decision with and without controls, and of the peer."""
    held = controls(many)
    gap_over = replace(TALKED, last_ended_at=NOW - timedelta(days=2))
    facts = replace(_FACTS, controls=Controls(held, gap_over, gap_over))
    assert isinstance(decide(facts, NOW), Allowed)
    text = json.dumps([{**one.facts, "kind": one.kind} for one in held])
    with_them = _cpu(lambda: decide(facts, NOW), times)
    without = _cpu(lambda: decide(_FACTS, NOW), times)
    peer = _cpu(lambda: json.loads(text), times)
    return {
        "controls": many,
        "decision_ms": with_them,
        "without_controls_ms": without,
        "peer_ms": peer,
        "ratio": with_them / peer,
        "target_ms": TARGET_MS,
    }


def _cpu(work: Any, times: int) -> float:
    work()
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) * 1000 / times


def table(result: dict[str, Any]) -> str:
    """The figures as a reader wants them."""
    return (
        f"A decision with {result['controls']} controls: {result['decision_ms']:.3f} ms CPU "
        f"(target {result['target_ms']:.0f}), without any {result['without_controls_ms']:.3f} ms; "
        f"reading them from JSON {result['peer_ms']:.3f} ms, ratio {result['ratio']:.1f}"
    )
