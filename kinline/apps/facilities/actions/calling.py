"""A facility's calling rules by date. Days that are past cannot be changed."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction

from kinline.apps.days import day_at
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities.actions.common import facility_of, tell
from kinline.apps.facilities.models import CallingRule, Facility
from kinline.core.refusal import Refusal

SHORTEST_LIMIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class NewRule:
    """What a facility wants from a day on; times on its own wall, calls in [opens, closes)."""

    from_on: date
    offered: bool
    opens_at: time
    closes_at: time
    max_call_seconds: int | None = None
    note: str = ""


@transaction.atomic
def set_rule(*, facility_id: UUID, rule: NewRule, by: UUID, now: datetime) -> UUID:
    """Put `rule` in force from its day on; the rule before it ends there.

    A rule that begins on the same day is replaced; one planned for later stays, and the new
    rule ends where that begins. Days that are past cannot be changed. Raises Refused, NotFound.
    """
    facility = facility_of(facility_id)
    today = day_at(facility.zone, now)
    if mistakes := _mistakes(rule, today):
        raise Refused(*mistakes)
    CallingRule.objects.filter(facility=facility_id, from_on=rule.from_on).delete()
    made = _insert(facility_id, rule, by, now)
    tell(facility, "facility.rule_set", by, now, _facts(rule))
    return made.pk


@transaction.atomic
def drop_rule(*, facility_id: UUID, rule_id: UUID, by: UUID, now: datetime) -> None:
    """Take back a rule that has not begun; the one before it goes on. Raises Refused, NotFound."""
    row = CallingRule.objects.filter(pk=rule_id, facility=facility_id).first()
    if row is None:
        raise NotFound
    facility = Facility.objects.get(pk=facility_id)
    if row.from_on <= day_at(facility.zone, now):
        raise Refused(wrong("rule.in_the_past", "from_on"))
    row.delete()
    before = CallingRule.objects.filter(facility=facility_id, until_on=row.from_on)
    before.update(until_on=row.until_on)
    tell(facility, "facility.rule_dropped", by, now, {"from_on": row.from_on.isoformat()})


def _mistakes(rule: NewRule, today: date) -> list[Refusal]:
    mistakes = []
    # From today is allowed: a facility must be able to stop calls at once. What was in force
    # this morning then stands in the audit log and in each call's own limits.
    if rule.from_on < today:
        mistakes.append(wrong("rule.in_the_past", "from_on"))
    if rule.opens_at >= rule.closes_at:
        mistakes.append(wrong("rule.opens_after_closing", "closes_at"))
    if rule.max_call_seconds is not None and rule.max_call_seconds < SHORTEST_LIMIT_SECONDS:
        mistakes.append(wrong("rule.limit_too_short", "max_call_seconds"))
    if len(rule.note) > 200:
        mistakes.append(wrong("rule.note_too_long", "note"))
    return mistakes


def _insert(facility_id: UUID, rule: NewRule, by: UUID, now: datetime) -> CallingRule:
    others = CallingRule.objects.filter(facility=facility_id)
    after = others.filter(from_on__gt=rule.from_on).order_by("from_on").first()
    before = others.filter(from_on__lt=rule.from_on).order_by("-from_on").first()
    if before is not None:
        others.filter(pk=before.pk).update(until_on=rule.from_on)
    return CallingRule.objects.create(
        facility_id=facility_id,
        from_on=rule.from_on,
        until_on=after.from_on if after else None,
        offered=rule.offered,
        opens_at=rule.opens_at,
        closes_at=rule.closes_at,
        max_call_seconds=rule.max_call_seconds,
        set_by=str(by),
        set_at=now,
        note=rule.note,
    )


def _facts(rule: NewRule) -> dict[str, object]:
    return {
        "from_on": rule.from_on.isoformat(),
        "offered": rule.offered,
        "opens_at": f"{rule.opens_at:%H:%M}",
        "closes_at": f"{rule.closes_at:%H:%M}",
        "max_call_seconds": rule.max_call_seconds,
    }
