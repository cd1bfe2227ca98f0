"""Whose clock a time is by: the names of zones, and whether two of them differ at a moment."""

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Where people here live.
ZONES: list[tuple[str, str | Promise]] = [
    ("America/New_York", gettext_lazy("Eastern time")),
    ("America/Chicago", gettext_lazy("Central time")),
    ("America/Denver", gettext_lazy("Mountain time")),
    ("America/Phoenix", gettext_lazy("Arizona")),
    ("America/Los_Angeles", gettext_lazy("Pacific time")),
    ("America/Anchorage", gettext_lazy("Alaska")),
    ("Pacific/Honolulu", gettext_lazy("Hawaii")),
    ("America/Puerto_Rico", gettext_lazy("Puerto Rico")),
]


def name(zone: str) -> str:
    """Eastern time; for a zone without a name of its own the city that stands for it."""
    known = dict(ZONES).get(zone)
    if known is not None:
        return str(known)
    return _("time of %(city)s") % {"city": zone.rpartition("/")[2].replace("_", " ")}


def known(zone: str) -> str:
    """The zone if there is such a one, else ""."""
    return zone if zone in available_timezones() else ""


def differ(one: str, other: str, at: datetime) -> bool:
    """Whether the two clocks show different times at this moment."""
    return at.astimezone(ZoneInfo(one)).utcoffset() != at.astimezone(ZoneInfo(other)).utcoffset()
