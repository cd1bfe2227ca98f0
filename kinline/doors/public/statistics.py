"""The same numbers as the agencies' report, for anybody: by quarter and by facility."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kinline.apps.people.controls import stricter_in_force
from kinline.apps.reports.access import everywhere
from kinline.apps.reports.publish import HIDDEN, Published, Told, published
from kinline.core.disclosure import LEAST
from kinline.core.ids import PlaceCode
from kinline.core.period import Period
from kinline.core.quarter import Quarter
from kinline.core.rating.terms import Service
from kinline.doors import chart, table
from kinline.doors.words import clock, quarters
from kinline.laws.loader import book, places

YEARS = 3
SHOWN = 4 * YEARS
# Settled quarters hardly change, and strangers may ask as often as they like.
KEPT_SECONDS = 3600
KEPT_AS = "public-statistics"
CSV_HEAD = (
    "quarter",
    "facility_code",
    "facility",
    "service",
    "count",
    "minutes",
    "cost_to_agency_usd",
    "paid_by_people_usd",
)
NAMES: dict[str, Promise] = {
    "calls": gettext_lazy("Voice calls"),
    "visits": gettext_lazy("Video visits"),
    "sent": gettext_lazy("Messages sent by people inside"),
    "received": gettext_lazy("Messages received by people inside"),
    "extras": gettext_lazy("Photos, eCards and VideoGrams"),
}
TIMED = ("calls", "visits")


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    told: Told

    @property
    def is_hidden(self) -> bool:
        return self.told == HIDDEN


@dataclass(frozen=True, slots=True)
class ServiceTable:
    """One service in a quarter, facility by facility."""

    key: str
    name: str
    timed: bool
    rows: tuple[Row, ...]
    total: Row


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """A quarter in tables, and voice calls over the last years as a line."""
    found = _published(timezone.now())
    wanted = next((one for one in found if str(one.quarter) == request.GET.get("quarter")), None)
    shown = wanted or (found[-1] if found else None)
    facts: dict[str, Any] = {
        "shown": shown,
        "choices": [one.quarter for one in reversed(found)],
        "tables": [_table(shown, name) for name in shown.columns] if shown else [],
        "chart": _chart(found),
        **_stricter(timezone.now()),
    }
    return render(request, "public/statistics.html", facts)


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """All quarters that are told, as CSV. A hidden number is an empty field."""
    rows = [
        [str(one.quarter), place, name, key, *_cells(told)]
        for one in _published(timezone.now())
        for key in one.columns
        for place, name, told in [
            *((row.here.place, row.here.name, row.told[key]) for row in one.rows),
            ("", "all facilities", one.total[key]),
        ]
    ]
    return table.as_csv("kinline-statistics.csv", CSV_HEAD, rows)


def _stricter(now: datetime) -> dict[str, Any]:
    """Limits that give less than a law keeps. A count of a few people is not told."""
    found = stricter_in_force(now=now)
    few = 0 < found.single < LEAST
    return {"stricter": found.rows, "single": found.single, "single_hidden": few}


def _published(now: datetime) -> list[Published]:
    """The last quarters that are settled, the oldest first, from the first that has a number."""
    found: list[Published] | None = cache.get(KEPT_AS)
    if found is None:
        found = _counted(now)
        cache.set(KEPT_AS, found, KEPT_SECONDS)
    return found


def _counted(now: datetime) -> list[Published]:
    last = Quarter.of(now.date())
    found = published(quarters=[last.later(n - SHOWN) for n in range(SHOWN + 1)], now=now)
    while found and not found[0].columns:
        found.pop(0)
    return found


def _cells(told: Told) -> list[object]:
    money = (told.agency_cents, told.consumer_cents)
    counts = (told.count, told.minutes)
    return [
        *("" if one is None else one for one in counts),
        *("" if one is None else table.dollars(one) for one in money),
    ]


def _table(shown: Published, name: str) -> ServiceTable:
    return ServiceTable(
        key=name,
        name=str(NAMES[name]),
        timed=name in TIMED,
        rows=tuple(Row(row.here.name, row.told[name]) for row in shown.rows),
        total=Row(_("All facilities"), shown.total[name]),
    )


def _chart(found: Sequence[Published]) -> dict[str, Any] | None:
    """Voice calls of all facilities by quarter, as far as they are told."""
    told = [one.total.get("calls", HIDDEN).count for one in found]
    if sum(count is not None for count in told) < 2:
        return None
    names = [str(one.quarter.year) if one.quarter.number == 1 else "" for one in found]
    if names:
        names[0] = names[0] or str(found[0].quarter)
    drawn = chart.lines(
        [chart.Series(_last(told), told)],
        names,
        says=_("Voice calls of all facilities by quarter. The table below has all numbers."),
        mark=_mark([one.quarter for one in found]),
    )
    rows = list(zip((one.quarter for one in found), told, strict=True))
    return {"drawn": drawn, "rows": rows[::-1]}


def _last(told: Sequence[int | None]) -> str:
    """The newest number that is told, to stand at the end of the line."""
    return next((quarters.grouped(count) for count in reversed(told) if count is not None), "")


def _mark(shown: Sequence[Quarter]) -> tuple[float, str] | None:
    """Where in the chart calls become free: the first law that frees them at our facilities."""
    known = [places().get(PlaceCode(here.place)) for here in everywhere()]
    for day in sorted(
        law.period.from_on
        for law in book().laws
        if law.share == 100
        and Service.CALL in law.services
        and any(law.covers(place) for place in known if place)
    ):
        found = Quarter.of(day)
        if found in shown[:-1]:
            words = _("%(day)s: calls become free") % {"day": clock.long_day(day)}
            return shown.index(found) + _share(day, found.days), words
    return None


def _share(day: date, within: Period) -> float:
    assert within.until_on is not None
    return (day - within.from_on).days / (within.until_on - within.from_on).days
