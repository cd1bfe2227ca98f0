"""A facility's calling rule, as far as the access that a law keeps allows."""

from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from kinline.apps.errors import Refused, wrong
from kinline.apps.facilities.actions import calling
from kinline.apps.facilities.actions.calling import NewRule
from kinline.apps.facilities.models import CallingRule
from kinline.apps.facilities.queries import rule_on
from kinline.apps.people.access import Staff, StaffPlace, access_facility
from kinline.apps.people.controls import baseline_of
from kinline.apps.people.rights import Right
from kinline.core.policy.baseline import Offer, takes_away

_FIELDS = {"offered": "offered", "hours": "closes_at", "longest": "max_call_seconds"}
_NOON = time(12)


@transaction.atomic
def plan(*, staff: Staff, place: str, rule: NewRule, now: datetime) -> UUID:
    """Put a rule in force from its day on, if it gives what a law keeps.

    One that gives less is no rule of one person: as a control it can wait for a second one.
    Raises NotFound and Refused (rule.less_than_kept, and what `calling.set_rule` raises).
    """
    here = access_facility(staff=staff, place=place, right=Right.CHANGE_FACILITY)
    if less := _less_than_kept(here, rule):
        raise Refused(*(wrong("rule.less_than_kept", _FIELDS[part]) for part in less))
    return calling.set_rule(facility_id=here.facility, rule=rule, by=staff.account, now=now)


def _less_than_kept(here: StaffPlace, rule: NewRule) -> tuple[str, ...]:
    """Measured on its first day, against the law of that day."""
    if rule.opens_at >= rule.closes_at:
        return ()  # no rule at all, which is said by who sets it
    day = datetime.combine(rule.from_on, _NOON, ZoneInfo(here.zone))
    kept = baseline_of(facility_id=here.facility, place=here.place, zone=here.zone, now=day)
    before = rule_on(CallingRule.objects.filter(facility=here.facility), rule.from_on)
    return takes_away(
        None if before is None else _offer(before), _offer(rule), kept.baseline if kept else None
    )


def _offer(rule: CallingRule | NewRule) -> Offer:
    return Offer(rule.offered, rule.opens_at, rule.closes_at, rule.max_call_seconds)
