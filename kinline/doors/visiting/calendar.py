"""The calendar of a booking: weeks of days, why some are closed, and the times of the chosen one.

Nothing is decided here: which times are open, and why a day has none, the room says.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import batched
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.dateformat import format as dateformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kinline.apps.visits.queries.calendar import Calendar, DayView, SlotView
from kinline.core.refusal import Refusal
from kinline.core.schedule.slots import Standing
from kinline.doors.words import clock, unbooked, visits, zones
