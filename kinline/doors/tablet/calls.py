"""Dialling, the call page, and one's own calls."""

import re
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kinline.apps.calls.queries import tablet
from kinline.apps.facilities.lines import LineView
from kinline.core.call.states import State
from kinline.doors.guards import InsideRequest, inside_only
from kinline.doors.paging import page_number
from kinline.doors.tablet import open_lines, pages
from kinline.doors.tablet.show import show

# What the engine takes as a number; whether it can be called is for the policy to say.
NUMBER = re.compile(r"[0-9+()\-. ]{2,32}")


@require_GET
@inside_only
def dialler(request: InsideRequest) -> HttpResponse:
    """Whom to call: the allowed list, or a number."""
    return _dialler(request)


@require_POST
@inside_only
def new(request: InsideRequest) -> HttpResponse:
    """The page that dials: an entry of the list, or a number as typed."""
    now = timezone.now()
    lines = open_lines.here(request.device, now)
    if (line := open_lines.chosen(lines, request.POST.get("line", ""))) is not None:
        return _line(request, line)
    entries = tablet.allowed(inside=request.inside, now=now)
    chosen = request.POST.get("list", "")
    entry = next((one for one in entries if str(one.id) == chosen), None)
    number = entry.e164 if entry else request.POST.get("number", "").strip()
    if not NUMBER.fullmatch(number):
        wrong = _("Type the number with its area code, or press a name on your list.")
        return _dialler(request, wrong=wrong, status=400)
    if (line := open_lines.at_number(lines, number)) is not None:
        return _line(request, line)
    today = tablet.today(inside=request.inside, now=now)
    entry = entry or pages.entry_for(entries, number)
    money = tablet.money_for(inside=request.inside, entry=entry, now=now)
    plan = pages.plan(request.inside, today, number=number, entry=entry, money=money)
    return show(request, "tablet/call.html", {"screen": plan})


@require_GET
@inside_only
def one(request: InsideRequest, call_id: UUID) -> HttpResponse:
    """One call by its state: why it did not go out, the call itself, or how it ended."""
    now = timezone.now()
    call = tablet.one(inside=request.inside, call_id=call_id, now=now)
    facts: dict[str, object] = {
        "screen": pages.screen(request.inside, call),
        "reasons": pages.reasons(call, now),
    }
    if call.state == State.REFUSED:
        facts["not_listed"] = any(one.code == "call.not_on_list" for one in call.refusals)
        return show(request, "tablet/refused.html", facts)
    return show(request, "tablet/call.html" if call.live else "tablet/ended.html", facts)


@require_GET
@inside_only
def screen(request: InsideRequest, call_id: UUID) -> HttpResponse:
    """The call page's sections alone, as decided for this very call."""
    call = tablet.one(inside=request.inside, call_id=call_id, now=timezone.now())
    facts = {"screen": pages.screen(request.inside, call)}
    return show(request, "tablet/screen.html", facts)


@require_GET
@inside_only
def history(request: InsideRequest) -> HttpResponse:
    """One's own calls, latest first."""
    number = page_number(request)
    page = tablet.history(inside=request.inside, page=number, now=timezone.now())
    rows = [pages.row(request.inside, call) for call in page.items]
    return show(request, "tablet/calls.html", {"rows": rows, "page": page})


def _line(request: InsideRequest, line: LineView) -> HttpResponse:
    """A line that asks who calls is called as any number; the others know nobody."""
    if not line.with_pin:
        return open_lines.dialled(request, line)
    plan = pages.line_plan(request.inside.zone, request.inside.facility_name, line)
    return show(request, "tablet/call.html", {"screen": plan})


def _dialler(request: InsideRequest, *, wrong: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    today = tablet.today(inside=request.inside, now=now)
    facts = {
        "lines": open_lines.here(request.device, now),
        "entries": tablet.allowed(inside=request.inside, now=now),
        "home": pages.home(
            request.inside,
            today,
            now,
            tablet.money_for(inside=request.inside, entry=None, now=now),
        ),
        "wrong": wrong,
        "typed": request.POST.get("number", ""),
    }
    return show(request, "tablet/dialler.html", facts, status=status)
