"""The time machine: what a month of real usage would cost under another day's law or a draft."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kinline.apps.facilities.queries import today as day_there
from kinline.apps.people.rights import Right
from kinline.apps.reports.access import Scope
from kinline.apps.reports.bill import BillRow, PlaceNotInBook, bill, how_many, total
from kinline.core.quarter import Month
from kinline.core.rating.book import NoRuleInForce, RuleBook
from kinline.doors.console.gate import StaffRequest, staff_only, zone_of
from kinline.doors.console.shell import page
from kinline.doors.console.views.reports import scope_of
from kinline.doors.inputs import DayInput
from kinline.doors.words import quarters
from kinline.laws import drafts
from kinline.laws.loader import book

MONTHS_BACK = 24
# Some seconds of rating; for more there is the command, which nobody waits for with a page open.
MOST = 100_000
AS_OF = "as-of"


class Question(forms.Form):
    """Which month, under which book."""

    month = forms.ChoiceField(label=gettext_lazy("Month that was used"))
    under = forms.ChoiceField(label=gettext_lazy("Under which law?"))
    day = forms.DateField(
        label=gettext_lazy("As of which day?"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Not needed for a draft."),
    )

    def __init__(self, *args: Any, now: Month, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [now.later(-n) for n in range(MONTHS_BACK)]
        self.fields["month"].choices = [(str(one), quarters.month(one)) for one in months]  # type: ignore[attr-defined]
        under = [(code, draft.title) for code, draft in drafts.shipped().items()]
        self.fields["under"].choices = [(AS_OF, _("The law of a day")), *under]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("under") == AS_OF and not found.get("day") and "day" not in self.errors:
            self.add_error("day", _("Choose a day."))
        return found


@dataclass(frozen=True, slots=True)
class Other:
    """The other book. `title` is a draft's own, in English; empty for a day of the law."""

    book: RuleBook
    title: str
    day: date


@require_safe
@staff_only(Right.SEE_REPORTS)
def ask(request: StaffRequest) -> HttpResponse:
    """The question, and once it is asked the answer by facility."""
    now = Month.of(day_there(zone=zone_of(request), now=request.now))
    form = Question(
        request.GET if "month" in request.GET else None,
        now=now,
        initial={"month": str(now.later(-1)), "under": next(iter(drafts.shipped()), AS_OF)},
    )
    facts: dict[str, Any] = {"form": form}
    if form.is_valid():
        facts |= _answer(form, scope_of(request))
    return page(request, "console/bill.html", facts, tab="reports")


def _answer(form: Question, scope: Scope) -> dict[str, Any]:
    month, other = Month.read(form.cleaned_data["month"]), _other(form)
    facts: dict[str, Any] = {"month": month, "other": other}
    if (many := how_many(scope=scope, month=month)) > MOST:
        return facts | {"too_many": many, "command": _command(form, month)}
    try:
        rows = bill(scope=scope, month=month, book=other.book)
    except NoRuleInForce:
        form.add_error("day", _("The law book has no prices for this day. Choose a later one."))
        return {}
    except PlaceNotInBook:
        form.add_error(None, _("The law book does not know one of your facilities."))
        return {}
    return facts | {"rows": rows, "total": total(rows), "counts_pieces": _pieces(rows)}


def _other(form: Question) -> Other:
    found = drafts.shipped().get(form.cleaned_data["under"])
    if found is not None:
        return Other(found.in_full, found.title, found.on)
    day: date = form.cleaned_data["day"]
    return Other(book().as_of(day), "", day)


def _command(form: Question, month: Month) -> str:
    under = form.cleaned_data["under"]
    which = f"--as-of {form.cleaned_data['day']}" if under == AS_OF else f"--draft {under}"
    return f"kinline bill --month {month} {which}"


def _pieces(rows: list[BillRow]) -> bool:
    """Whether stamps or credits are in it at all: mostly there are none to show."""
    one = total(rows)
    return any((one.rated.stamps, one.rated.credits, one.charged.stamps, one.charged.credits))
