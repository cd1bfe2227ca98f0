"""Tags of the pages about money: amounts, states, and what can be done with an account."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import template

from kinline.apps.charging import money
from kinline.core.transition.decide import Decision
from kinline.core.transition.words import AccountKind
from kinline.doors.words import money as words

register = template.Library()


@register.filter
def step_said(state: str) -> str:
    """A step of a refund, said to its holder."""
    return str(words.STEPS[state])


@register.filter
def refund_state(state: str) -> str:
    """A refund's state in two words."""
    return str(words.STATES[state])


@register.filter
def payment_state(state: str) -> str:
    return str(words.PAYMENTS[state])


@register.filter
def part_said(part: Any) -> str:
    """What becomes of one part of a refund."""
    return str(words.PARTS[(part.way, part.state)])


@register.filter
def trouble_said(code: str) -> str:
    return words.trouble(code)


@register.inclusion_tag("money/actions.html")
def money_actions(contact: UUID, kind: str, decision: Decision | None) -> dict[str, Any]:
    """What a contact can do with one account: add, get back, follow what was asked for."""
    found = money.refunds(kind=kind, holder=contact) if kind == AccountKind.PREPAID_COLLECT else ()
    return {
        "kind": kind,
        "mine": kind == AccountKind.PREPAID_COLLECT,
        "decision": decision,
        "free": bool(decision) and not (decision and decision.needed_at),
        "open": next((one for one in found if one.state in money.OPEN), None),
        "past": [one for one in found if one.state not in money.OPEN][:3],
    }


@register.filter
def at(moment: datetime, zone: Any) -> datetime:
    """The moment on a facility's wall, for the calendar."""
    return moment.astimezone(zone)
