"""Days, hours and amounts as the public pages write them."""

from datetime import date, time, timedelta

from django import template

from kinline.doors.words import clock
from kinline.doors.words import price as prices

register = template.Library()


@register.filter
def day_before(on: date) -> date:
    """The last day of a period that ends before `on`."""
    return on - timedelta(days=1)


@register.filter
def wall(hour: time | None) -> str:
    """A wall-clock time of a rule: 10:15 PM."""
    return "" if hour is None else clock.wall(hour)


@register.filter
def dollars(cents: int) -> str:
    """Cents as an amount: $0.08."""
    return prices.dollars(cents)
