"""Days, hours and amounts as the public pages write them."""

from datetime import date, timedelta
from typing import Any

from django import template

from kinline.doors.words import clock

register = template.Library()


@register.filter
def day_before(on: date) -> date:
    """The last day of a period that ends before `on`."""
    return on - timedelta(days=1)


@register.simple_tag
def hours_of(rule: Any) -> str:
    """The hours of a calling rule: 7:20 AM to 10:15 PM, or all day."""
    return clock.hours(rule.opens_at, rule.closes_at)
