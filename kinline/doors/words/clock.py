"""Moments and lengths of time in words, on the facility's own wall."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


def clock(moment: datetime, zone: ZoneInfo | str) -> str:
    """6:42 PM."""
    # Translators: Django date format of a clock time, such as 6:42 PM.
    return dateformat(_at_home(moment, zone), pgettext("clock time", "g:i A"))


def wall(hour: time) -> str:
    """A wall-clock time of a rule: 10:15 PM. Midnight at the end of a day reads 11:59 PM."""
    return dateformat(datetime.combine(date.min, hour), pgettext("clock time", "g:i A"))


def hours(opens: time, closes: time) -> str:
    """The hours of a rule: "7:20 AM to 10:15 PM", or that it holds all day."""
    if opens == time.min and (closes.hour, closes.minute) == (23, 59):
        return _("all day")
    return _("%(opens)s to %(closes)s") % {"opens": wall(opens), "closes": wall(closes)}


def day(moment: datetime, zone: ZoneInfo | str) -> str:
    """Mon, Nov 23."""
    # Translators: Django date format of a day, such as Mon, Nov 23.
    return dateformat(_at_home(moment, zone), pgettext("day", "D, M j"))


def long_day(on: date) -> str:
    """December 1, 2023: for the day a law began, or until which something is kept."""
    # Translators: Django date format of a day with its year, such as December 1, 2023.
    return dateformat(on, pgettext("day with year", "F j, Y"))


def when(moment: datetime, zone: ZoneInfo | str, now: datetime) -> str:
    """A moment as one says it: "Today, 7:00 PM", or "Mon, Nov 23, 7:00 PM"."""
    hour = clock(moment, zone)
    if _at_home(moment, zone).date() == _at_home(now, zone).date():
        return _("Today, %(clock)s") % {"clock": hour}
    return _("%(day)s, %(clock)s") % {"day": day(moment, zone), "clock": hour}


def span(seconds: int) -> str:
    """A length in whole minutes where it is one, else minutes and seconds."""
    minutes, rest = divmod(seconds, 60)
    said_minutes = ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    said_seconds = ngettext("%(n)s second", "%(n)s seconds", rest) % {"n": rest}
    if not rest:
        return said_minutes
    if not minutes:
        return said_seconds
    return _("%(minutes)s %(seconds)s") % {"minutes": said_minutes, "seconds": said_seconds}


def _at_home(moment: datetime, zone: ZoneInfo | str) -> datetime:
    return moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)
