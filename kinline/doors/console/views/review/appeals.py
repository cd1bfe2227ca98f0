"""Appeals: those that wait, and one with the message, what was decided and who asks why."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kinline.apps.people.rights import Right
from kinline.apps.review.actions import appeals, reading
from kinline.apps.review.queries import appeals as queries
from kinline.apps.review.queries.appeals import Appealed
from kinline.apps.review.rules import list_of
from kinline.doors.console import reading as contents
from kinline.doors.console import say
from kinline.doors.console.forms.review import DecideAppeal
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.paging import number_of
from kinline.doors.console.shell import page
from kinline.doors.console.views.review.queue import undoable

APPEALS = Right.DECIDE_APPEALS


@require_safe
@staff_only(APPEALS)
def everything(request: StaffRequest) -> HttpResponse:
    """Appeals that wait, the oldest first."""
    found = queries.appeals(staff=request.staff, place=request.place, page=number_of(request))
    facts = {"page": found, **undoable(request)}
    return page(request, "console/review/appeals.html", facts, tab="review")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(APPEALS)
def one(request: StaffRequest, decision: UUID) -> HttpResponse:
    """One decision that was appealed. Post: answer."""
    seen = queries.appealed(staff=request.staff, decision_id=decision, now=request.now)
    form = _form(request, seen)
    if request.method == "POST" and form.is_valid() and say.done(
        form,
        appeals.decide_appeal,
        staff=request.staff,
        decision_id=decision,
        said=form.said(),
        now=request.now,
    ):  # fmt: skip
        messages.success(request, _("Your answer takes effect in 30 seconds."))
        return HttpResponseRedirect(_after(request, decision))
    subject_read = reading.read(staff=request.staff, item_id=seen.item.id, now=request.now)
    may_answer = seen.is_open and not seen.own
    facts = {
        "appealed": seen,
        "item": seen.item,
        "subject": subject_read,
        "content": contents.content(seen.item, request.staff),
        "form": form,
        "citations": list_of(seen.item.place, request.now).citations[seen.item.direction],
        "may_answer": may_answer,
        "decidable": seen.rejected if may_answer and len(seen.rejected) > 1 else (),
    }
    return page(request, "console/review/appeal.html", facts, tab="review")


def _form(request: StaffRequest, seen: Appealed) -> DecideAppeal:
    typed = request.POST if request.method == "POST" else None
    reasons = list_of(seen.item.place, request.now).reasons(seen.item.direction)
    initial = {"reason": seen.decision.reason}
    return DecideAppeal(typed, parts=seen.rejected, reasons=reasons, initial=initial)


def _after(request: StaffRequest, decision: UUID) -> str:
    """Back to the list, which offers to undo the answer."""
    seen = queries.appealed(staff=request.staff, decision_id=decision, now=request.now)
    return f"{reverse('console_review_appeals')}?undo={seen.answers[0].id}"
