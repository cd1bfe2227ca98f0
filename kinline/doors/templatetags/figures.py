"""How reports write large numbers, amounts and stretches of the calendar."""

from typing import Any

from django import template

from kinline.core.policy.controls import Level
from kinline.core.quarter import Month, Quarter
from kinline.doors.chart import Chart
from kinline.doors.words import controls, price, quarters

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """493,218"""
    return quarters.grouped(number)


@register.filter
def for_whom(control: Any) -> str:
    """For whom a control holds: for everyone here, for one unit."""
    words = controls.FOR_ONE if control.level is Level.UNIT else controls.FOR[control.level]
    return str(words)


@register.filter
def limits_to(control: Any) -> str:
    """What a control limits, and to how much: "Longest call: 10 minutes"."""
    much = controls.amount(control.kind, control.amount, control.hours)
    kind = str(controls.KINDS[control.kind])
    return f"{kind}: {much}" if much else kind


@register.filter
def amount(cents: int) -> str:
    """Cents as $84,821.51."""
    return quarters.amount(cents)


@register.filter
def signed(cents: int) -> str:
    """A difference: +$1.10, -$1.00, or $0.00."""
    return f"+{quarters.amount(cents)}" if cents > 0 else quarters.amount(cents)


@register.filter
def exact(hundredths: int) -> str:
    """Hundredths of a cent as an amount: $0.10, $0.075."""
    return price.exact(hundredths)


@register.filter
def in_words(of: Quarter | Month) -> str:
    """July to September 2026, or October 2026."""
    return quarters.quarter(of) if isinstance(of, Quarter) else quarters.month(of)


@register.inclusion_tag("doors/parts/chart.html")
def draw(chart: Chart) -> dict[str, Any]:
    """A chart as SVG."""
    return {"chart": chart}
