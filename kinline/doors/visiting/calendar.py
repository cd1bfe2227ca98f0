"""The calendar of a booking: weeks of days, why some are closed, and the times of the chosen one.

Nothing is decided here: which times are open, and why a day has none, is the core's.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
