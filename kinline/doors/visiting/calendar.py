"""The calendar of a booking: weeks of days, why some are closed, and the times of the chosen one.

Nothing is decided here: which times are open, and why a day has none, the room says.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as dateformat
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kinline.apps.visits.queries.calendar import Calendar
from kinline.core.refusal import Refusal
from kinline.core.schedule.slots import Day, Slot, Standing
from kinline.doors.words import clock, unbooked, visits, zones

SUNDAY = 6
# A day is shown closed, not full, where no time of it could ever come free.
FULL = frozenset({"visit.full", "visit.person_busy", "visit.visitor_busy", "visit.separated"})


@dataclass(frozen=True, slots=True)
class Weekday:
    """The head of a column."""

    name: str
    short: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One day. `is_none`: before or after what can be booked, there to fill its week. `is_full`:
    it can be opened, to see its taken times and to wait for one."""

    number: int
    label: str
    href: str = ""
    is_full: bool = False
    is_chosen: bool = False
    is_none: bool = False

    @property
    def is_open(self) -> bool:
        return bool(self.href)


@dataclass(frozen=True, slots=True)
class Time:
    """One time of the chosen day; `own` is the same moment by the reader's clock."""

    value: str
    words: str
    own: str
    note: str
    is_off: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Why:
    """One reason why days are closed, and which days."""

    sentence: str
    days: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page of days and times shows."""

    title: str
    zone_name: str
    weekdays: tuple[Weekday, ...]
    weeks: tuple[tuple[Cell, ...], ...]
    whys: tuple[Why, ...]
    chosen: date | None
    chosen_words: str
    times_title: str
    times: tuple[Time, ...]
    zone_note: str

    @property
    def any_free(self) -> bool:
        return any(not one.is_off for one in self.times)


def shown(
    found: Calendar,
    *,
    chosen: date | None,
    start: datetime | None,
    href: Callable[[date], str],
    own_zone: str,
    other: str,
    inside: bool,
) -> Shown:
    """The calendar with `chosen` open, or the first day that has a free time; `start` is ticked.

    `href` makes a day's address; `other` is whom one wants to meet.
    """
    day = _chosen(found.days, chosen)
    on = day.on if day else None
    return Shown(
        title=_title(found.days),
        zone_name=visits.by_clock(found.zone),
        weekdays=_weekdays(),
        weeks=_weeks(found.days, on, href),
        whys=_whys(found.days, other, inside=inside),
        chosen=on,
        chosen_words=visits.day_words(on) if on else "",
        times_title=_("Times on %(day)s") % {"day": visits.day_words(on)} if on else "",
        times=tuple(_time(one, found.zone, own_zone, start) for one in day.slots) if day else (),
        zone_note=_zone_note(day, found.zone, own_zone),
    )


def day_of(text: str) -> date | None:
    """A day from an address; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def moment_of(text: str) -> datetime | None:
    """A start from a form, aware; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _chosen(days: Sequence[Day], chosen: date | None) -> Day | None:
    wanted = next((one for one in days if one.on == chosen and one.slots), None)
    return wanted or next((one for one in days if one.free), None)


def _title(days: Sequence[Day]) -> str:
    if not days:
        return ""
    # Translators: Django date format of a day without its year, such as Nov 22.
    form = pgettext("short day", "M j")
    facts = {
        "first": dateformat(days[0].on, form),
        "last": dateformat(days[-1].on, form),
    }
    return _("%(first)s to %(last)s") % facts


def _weekdays() -> tuple[Weekday, ...]:
    """Sunday first, as calendars here are printed."""
    order = (SUNDAY, *range(SUNDAY))
    return tuple(Weekday(str(WEEKDAYS[one]), str(WEEKDAYS_ABBR[one])) for one in order)


def _weeks(
    days: Sequence[Day], chosen: date | None, href: Callable[[date], str]
) -> tuple[tuple[Cell, ...], ...]:
    if not days:
        return ()
    known = {one.on: one for one in days}
    first = days[0].on - timedelta(days=(days[0].on.weekday() + 1) % 7)
    weeks = (days[-1].on - first).days // 7 + 1
    return tuple(
        tuple(
            _cell(first + timedelta(days=7 * week + index), known, chosen, href)
            for index in range(7)
        )
        for week in range(weeks)
    )


def _cell(
    on: date, known: dict[date, Day], chosen: date | None, href: Callable[[date], str]
) -> Cell:
    day = known.get(on)
    if day is None:
        return Cell(on.day, "", is_none=True)
    said = visits.day_words(on)
    if day.free:
        return Cell(on.day, said, href(on), is_chosen=on == chosen)
    if day.slots and (day.why is None or day.why.code in FULL):
        label = _("%(day)s, all times taken") % {"day": said}
        return Cell(on.day, label, href(on), is_full=True, is_chosen=on == chosen)
    return Cell(on.day, _("%(day)s, not open") % {"day": said})


def _whys(days: Sequence[Day], other: str, *, inside: bool) -> tuple[Why, ...]:
    """Each reason once, with the days it closes."""
    found: dict[str, list[date]] = {}
    for day in days:
        if day.why is not None:
            said = unbooked.short(day.why, other=other, inside=inside)
            found.setdefault(said, []).append(day.on)
    return tuple(Why(said, _days(on)) for said, on in found.items())


def _days(on: Sequence[date]) -> str:
    form = pgettext("short day", "M j")
    return ", ".join(dateformat(one, form) for one in on)


def _time(slot: Slot, zone: str, own_zone: str, start: datetime | None) -> Time:
    own = ""
    if own_zone and zones.differ(zone, own_zone, slot.starts_at):
        own = _("%(clock)s yours") % {"clock": _own_clock(slot.starts_at, zone, own_zone)}
    return Time(
        value=slot.starts_at.isoformat(),
        words=clock.clock(slot.starts_at, zone),
        own=own,
        note=_note(slot),
        is_off=slot.standing is not Standing.FREE,
        is_chosen=slot.standing is Standing.FREE and slot.starts_at == start,
    )


def _own_clock(at: datetime, zone: str, own_zone: str) -> str:
    here, there = at.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(own_zone))
    said = clock.clock(at, own_zone)
    if here.date() == there.date():
        return said
    return _("%(day)s, %(clock)s") % {"day": clock.day(at, own_zone), "clock": said}


def _note(slot: Slot) -> str:
    if slot.first_of_two:
        return _("The first of two: the clocks go back")
    notes = {
        Standing.TAKEN: _("Taken"),
        Standing.TOO_SOON: _("Too soon"),
        Standing.CLOSED: _("Closed"),
        Standing.QUOTA: _("Used up"),
    }
    return notes.get(slot.standing, "")


def _zone_note(day: Day | None, zone: str, own_zone: str) -> str:
    """Whose clock the times are by, where there are two."""
    if day is None or not day.slots:
        return ""
    if own_zone and zones.differ(zone, own_zone, day.slots[0].starts_at):
        facts = {"zone": zones.name(zone), "own": zones.name(own_zone)}
        return _("Large: %(zone)s, the facility’s clock. Small: %(own)s, your clock.") % facts
    return _("By %(zone)s, the facility’s clock.") % {"zone": zones.name(zone)}


def whose(refusals: Sequence[Refusal], other: str, *, inside: bool) -> tuple[str, ...]:
    """Why nothing can be booked at all, as sentences."""
    return tuple(unbooked.short(one, other=other, inside=inside) for one in refusals)
