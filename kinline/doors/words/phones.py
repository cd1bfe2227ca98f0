"""The line for a unit's phones in words: how long one waits, and how long a phone is held."""

from datetime import datetime
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kinline.doors.words.clock import span

_STEP_MINUTES = 5  # finer would be a promise nobody can keep
_LONG_MINUTES = 60
_STEP_SECONDS = 15  # a screen reader says each step


def likely(seconds: int | None) -> str:
    """How long somebody waits: "about 10 minutes"."""
    if seconds is None:
        return _("nobody can say")
    if seconds <= 0:
        return _("no wait")
    minutes = ceil(seconds / 60 / _STEP_MINUTES) * _STEP_MINUTES
    if minutes > _LONG_MINUTES:
        return _("more than an hour")
    return ngettext("about %(n)s minute", "about %(n)s minutes", minutes) % {"n": minutes}


def left(until: datetime, now: datetime) -> str:
    """How much longer a phone is held: "1 minute 15 seconds", in steps that never say too much."""
    seconds = max(0, int((until - now).total_seconds()))
    return span(seconds - seconds % _STEP_SECONDS if seconds > _STEP_SECONDS else seconds)
