"""Hours of a weekday as staff type them: "9:00-11:30, 1 PM-4 PM"."""

import re
from collections.abc import Iterable
from datetime import time
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from kinline.core.schedule.rules import WeekTime

ONE = r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap])?\.?(?:m\.?)?"
SPAN = re.compile(rf"^\s*{ONE}\s*(?:-|–|to|a)\s*{ONE}\s*$", re.IGNORECASE)


class DayHours(forms.CharField):
    """The hours of one weekday; empty: no visits on it. Cleans to WeekTimes in their order."""

    def __init__(self, weekday: int, **options: Any) -> None:
        super().__init__(max_length=200, required=False, **options)
        self.weekday = weekday

    def clean(self, value: Any) -> tuple[WeekTime, ...]:
        text = super().clean(value) or ""
        found = [self._span(part) for part in re.split(r"[,;]", text) if part.strip()]
        found.sort(key=lambda one: one.from_minute)
        if any(a.until_minute > b.from_minute for a, b in pairwise(found)):
            raise forms.ValidationError(_("Two of these times overlap."))
        return tuple(found)

    def _span(self, part: str) -> WeekTime:
        match = SPAN.match(part)
        wrong = forms.ValidationError(
            _("Write it like 9:00-11:30, 13:00-16:00. This was not understood: %(part)s")
            % {"part": part.strip()}
        )
        if match is None:
            raise wrong
        try:
            opens, closes = _wall(match.groups()[:3]), _wall(match.groups()[3:])
        except ValueError:
            raise wrong from None
        try:
            return WeekTime(self.weekday, opens, closes)
        except ValueError:
            raise forms.ValidationError(
                _("Times lie on full five minutes, and the end comes after the beginning.")
            ) from None


def typed(hours: Iterable[WeekTime], weekday: int) -> str:
    """The hours of a weekday as one would type them."""
    mine = sorted((one for one in hours if one.weekday == weekday), key=lambda one: one.from_minute)
    return ", ".join(str(one) for one in mine)


def _wall(parts: Iterable[str | None]) -> time:
    """9, 9:30, 9 PM, 24:00 as a time. Raises ValueError."""
    hour, minute, half = parts
    number = int(hour or "")
    if half:
        if not 1 <= number <= 12:
            raise ValueError
        number = number % 12 + (12 if half.lower() == "p" else 0)
    if number == 24 and int(minute or 0) == 0:
        number = 0
    return time(number, int(minute or 0))
