"""The quarterly statement: as a page with a chart, as a file, and on paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kinline.apps.facilities.queries import today as day_there
from kinline.apps.people.rights import Right
from kinline.apps.reports import access, queries
from kinline.apps.reports.access import Here, Scope
from kinline.apps.reports.figures import Figures, Use
from kinline.apps.reports.queries import Statement
from kinline.core.ids import PlaceCode
from kinline.core.quarter import Month, Quarter
from kinline.core.rating.terms import Service
from kinline.doors import chart, table
from kinline.doors.console.gate import StaffRequest, staff_only, zone_of
from kinline.doors.console.shell import page
from kinline.doors.words import quarters
from kinline.laws.funds import Fund, fund
from kinline.laws.loader import places

CHOICES = 13
YEAR = 12
CSV_HEAD = (
    "quarter",
    "facility_code",
    "facility",
    "agency",
    "voice_calls",
    "voice_minutes",
    "video_visits",
    "video_minutes",
    "messages_sent",
    "messages_received",
    "photos_ecards_videograms",
    "cost_to_agency_usd",
    "paid_by_people_usd",
)


@dataclass(frozen=True, slots=True)
class Stat:
    """One figure at the top, and what to measure it by."""

    name: str
    value: int
    beside: str


@dataclass(frozen=True, slots=True)
class Cost:
    """One line of what the agency pays. `prices`: contract's, in hundredths of a cent."""

    name: str
    units: int
    prices: tuple[int, ...]
    cents: int


@require_safe
@staff_only(Right.SEE_REPORTS)
def quarter(request: StaffRequest, place: str = "") -> HttpResponse:
    """A quarter at the facilities one looks at, or at one of them."""
    scope = scope_of(request, place)
    wanted = _wanted(request)
    january = Month(wanted.year - 1, 1)
    months = [january.later(n) for n in range(2 * YEAR)]
    found = queries.report(scope=scope, quarter=wanted, months=months)
    facts = _facts(request, scope, found.statement, place) | {
        "stats": _stats(found.statement.total, found.before.total),
        "chart": _chart(found.calls, wanted, request),
    }
    return page(request, "console/report.html", facts, tab="reports")


@require_safe
@staff_only(Right.SEE_REPORTS)
def on_paper(request: StaffRequest, place: str = "") -> HttpResponse:
    """The statement alone, as it goes to whoever pays."""
    scope = scope_of(request, place)
    found = queries.statement(scope=scope, quarter=_wanted(request))
    facts = _facts(request, scope, found, place)
    facts |= {"staff": request.staff, "now": request.now, "zone": zone_of(request)}
    return render(request, "console/report_print.html", facts)


@require_safe
@staff_only(Right.SEE_REPORTS)
def file(request: StaffRequest, place: str = "") -> HttpResponse:
    """The statement as CSV: a line for each facility, none for the sum of them."""
    scope = scope_of(request, place)
    found = queries.statement(scope=scope, quarter=_wanted(request))
    rows = [_csv_row(found.quarter, row.here, row.figures) for row in found.rows]
    return table.as_csv(f"kinline-{place or 'report'}-{found.quarter}.csv", CSV_HEAD, rows)


def scope_of(request: StaffRequest, place: str = "") -> Scope:
    """The facilities a report page is about: the one named, the one looked at, or all."""
    chosen = place or (request.place if _reports_at(request) else "")
    return access.of_staff(staff=request.staff, place=chosen)


def _reports_at(request: StaffRequest) -> bool:
    """Whether the facility one looks at is one whose reports one may read."""
    return request.at is not None and Right.SEE_REPORTS in request.at.rights


def _today(request: StaffRequest) -> Quarter:
    return Quarter.of(day_there(zone=zone_of(request), now=request.now))


def _wanted(request: StaffRequest) -> Quarter:
    """The quarter asked for; the last one that ended where the question makes no sense."""
    try:
        return Quarter.read(request.GET.get("quarter", ""))
    except ValueError:
        return _today(request).later(-1)


def _facts(request: StaffRequest, scope: Scope, found: Statement, place: str) -> dict[str, Any]:
    running = _today(request)
    choices = [running.later(-n) for n in range(CHOICES)]
    if found.quarter not in choices:
        choices.append(found.quarter)
    return {
        "statement": found,
        "total": found.total,
        "costs": _costs(found, scope),
        "choices": choices,
        "running": found.quarter >= running,
        "funds": _funds(scope),
        "here": scope[0] if len(scope) == 1 else None,
        "place": place,
    }


def _stats(now: Figures, before: Figures) -> list[Stat]:
    each_call = _("%(n)s minutes a call") % {"n": _average(now.calls)}
    each_visit = _("%(n)s minutes a visit") % {"n": _average(now.visits)}
    inside = _("by people inside")
    return [
        Stat(_("Voice calls"), now.calls.count, _change(now.calls, before.calls)),
        Stat(_("Voice minutes"), now.calls.minutes, each_call if now.calls.count else ""),
        Stat(_("Video visits"), now.visits.count, _change(now.visits, before.visits)),
        Stat(_("Video minutes"), now.visits.minutes, each_visit if now.visits.count else ""),
        Stat(_("Messages sent"), now.sent.count, inside),
        Stat(_("Messages received"), now.received.count, inside),
    ]


def _average(use: Use) -> str:
    tenths = use.minutes * 10 // use.count if use.count else 0
    return f"{tenths // 10}.{tenths % 10}"


def _change(now: Use, before: Use) -> str:
    if not before.count:
        return _("none the quarter before")
    percent = round((now.count - before.count) * 100 / before.count)
    return _("%(n)s%% on the quarter before") % {"n": f"{percent:+d}"}


def _costs(found: Statement, scope: Scope) -> list[Cost]:
    figures = found.total
    messages = figures.messages
    lines = [
        (_("Voice minutes"), figures.calls.minutes, Service.CALL, figures.calls),
        (_("Video minutes"), figures.visits.minutes, Service.VISIT, figures.visits),
        (_("Messages"), messages.count, Service.EMESSAGE, messages),
        (_("Photos, eCards, VideoGrams"), figures.extras.count, Service.PHOTO, figures.extras),
    ]
    return [
        Cost(name, units, _prices(scope, service, found.quarter), use.agency_cents)
        for name, units, service, use in lines
    ]


def _prices(scope: Scope, service: Service, of: Quarter) -> tuple[int, ...]:
    """The contract's prices; none where texts or facilities have other ones in the same line."""
    found = {
        queries.contract_prices(place=here.place, service=one, period=of.days)
        for here in scope
        for one in ({service, Service.TEXT} if service is Service.EMESSAGE else {service})
    }
    return found.pop() if len(found) == 1 else ()


def _funds(scope: Scope) -> list[Fund]:
    known = [places().get(PlaceCode(here.place)) for here in scope]
    found = [fund(place) for place in known if place]
    return list(dict.fromkeys(one for one in found if one))


def _chart(counted: Mapping[Month, int], wanted: Quarter, request: StaffRequest) -> dict[str, Any]:
    """Calls month by month: the year of the quarter, and the year before it."""
    months = list(counted)
    # The month that runs has not its calls yet: it would look like a fall.
    running = Month.of(day_there(zone=zone_of(request), now=request.now))
    calls = [count if month < running else None for month, count in counted.items()]
    last, this = calls[:YEAR], calls[YEAR:]
    names = [quarters.short_month(month) for month in months[YEAR:]]
    drawn = chart.lines(
        [chart.Series(str(wanted.year), this), chart.Series(str(wanted.year - 1), last)],
        names,
        says=_("Voice calls a month, %(year)s and the year before. The table below has them all.")
        % {"year": wanted.year},
    )
    return {
        "drawn": drawn,
        "years": (wanted.year, wanted.year - 1),
        "rows": list(zip(months[YEAR:], this, last, strict=True)),
    }


def _csv_row(of: Quarter, here: Here, figures: Figures) -> list[object]:
    return [
        str(of),
        here.place,
        here.name,
        here.agency_name,
        figures.calls.count,
        figures.calls.minutes,
        figures.visits.count,
        figures.visits.minutes,
        figures.sent.count,
        figures.received.count,
        figures.extras.count,
        table.dollars(figures.agency_cents),
        table.dollars(figures.consumer_cents),
    ]
