"""The attorneys' desk: requests of the viewer's states, the card, the decision, the appeal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kinline.apps.errors import NotFound, Refused
from kinline.apps.people import attorney_desk as desk
from kinline.apps.people import queries as people
from kinline.apps.people.actions.statewide import deciding, documents, proving
from kinline.apps.people.rights import Right
from kinline.core.attorney import GOOD_DAYS
from kinline.core.visitor import State
from kinline.doors import ranges
from kinline.doors.console import say
from kinline.doors.console.forms.attorneys import Approve, End, Refuse
from kinline.doors.console.forms.visitors import Answer, Look
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.paging import number_of, rest_of
from kinline.doors.console.shell import page
from kinline.doors.console.views.vetting import BARE

TAB = "attorneys"
LOOKS = "console_attorney_looks"


@require_safe
@staff_only(Right.VERIFY_ATTORNEYS)
def waiting(request: StaffRequest) -> HttpResponse:
    """Requests that wait, the oldest first."""
    return _list(request, "waiting", desk.queue(staff=request.staff, page=number_of(request)))


@require_safe
@staff_only(Right.ATTORNEY_APPEALS)
def appeals(request: StaffRequest) -> HttpResponse:
    """Appeals that wait, the oldest first."""
    return _list(request, "appeals", desk.appeals(staff=request.staff, page=number_of(request)))


@require_safe
@staff_only(Right.VERIFY_ATTORNEYS)
def verified(request: StaffRequest) -> HttpResponse:
    """Who is verified in the viewer's states, by name or bar number."""
    text = request.GET.get("text", "")
    found = desk.verified(staff=request.staff, text=text, page=number_of(request))
    return _list(request, "verified", found, text=text)


@require_safe
@staff_only()
def one(request: StaffRequest, asked: UUID) -> HttpResponse:
    """The request, and what the viewer may do with it."""
    return _page(request, asked)


@require_POST
@staff_only(Right.VERIFY_ATTORNEYS)
def approve(request: StaffRequest, asked: UUID) -> HttpResponse:
    """Yes, for the whole state."""
    form = Approve(request.POST)
    if form.is_valid() and _done(request, asked, form, deciding.approve, **form.cleaned_data):
        messages.success(request, _("Verified at every agency of the state. They are told."))
        return _next(request)
    return _page(request, asked, approve=form)


@require_POST
@staff_only(Right.VERIFY_ATTORNEYS)
def refuse(request: StaffRequest, asked: UUID) -> HttpResponse:
    """No."""
    form = Refuse(request.POST)
    if form.is_valid() and _done(request, asked, form, deciding.refuse, **form.cleaned_data):
        messages.success(request, _("Refused. They are told why, and how to appeal."))
        return _next(request)
    return _page(request, asked, refuse=form)


@require_POST
@staff_only(Right.VERIFY_ATTORNEYS)
def end(request: StaffRequest, asked: UUID) -> HttpResponse:
    """No longer, in the whole state."""
    form = End(request.POST)
    if form.is_valid() and _done(request, asked, form, deciding.end, **form.cleaned_data):
        messages.success(request, _("Ended in the whole state. They are told why."))
        return _to(asked)
    return _page(request, asked, end=form)


@require_POST
@staff_only(Right.VERIFY_ATTORNEYS)
def end_here(request: StaffRequest, asked: UUID) -> HttpResponse:
    """No longer, at the viewer's own agency."""
    form = End(request.POST)
    if form.is_valid() and _done(request, asked, form, deciding.end_here, **form.cleaned_data):
        messages.success(request, _("Ended at your agency. They are told why."))
        return _to(asked)
    return _page(request, asked, end_here=form)


@require_POST
@staff_only(Right.VERIFY_ATTORNEYS)
def resume(request: StaffRequest, asked: UUID) -> HttpResponse:
    """It holds at the viewer's own agency again."""
    if _done(request, asked, forms.Form({}), deciding.resume_here):
        messages.success(request, _("It holds at your agency again from today on."))
    else:
        messages.info(request, _("A colleague has just decided this one."))
    return _to(asked)


@require_POST
@staff_only(Right.ATTORNEY_APPEALS)
def answer(request: StaffRequest, asked: UUID) -> HttpResponse:
    """The answer to an appeal."""
    form, right = Answer(request.POST), request.POST.get("do") == "right"
    facts = {"right": right, "note": request.POST.get("note", "")}
    if form.is_valid() and _done(request, asked, form, deciding.decide_appeal, **facts):
        messages.success(request, _("Answered. They are told."))
        return HttpResponseRedirect(reverse("console_attorneys_appeals"))
    return _page(request, asked, answer=form)


@require_POST
@staff_only(Right.VERIFY_ATTORNEYS)
def call_back(request: StaffRequest, asked: UUID, number: UUID) -> HttpResponse:
    """A code to read out on the telephone, shown this once."""
    code = proving.call_back(
        staff=request.staff, request_id=asked, number_id=number, now=request.now
    )
    return _page(request, asked, shown_code={"number": number, "code": f"{code[:3]} {code[3:]}"})


@require_POST
@staff_only()
def look(request: StaffRequest, asked: UUID) -> HttpResponse:
    """Say why one looks at the card of what is decided; then it is shown."""
    desk.access_attorney(staff=request.staff, request_id=asked)
    form = Look(request.POST)
    if not form.is_valid():
        return _page(request, asked, look=form)
    request.session[LOOKS] = {str(asked): form.cleaned_data["purpose"]}
    return _to(asked)


@require_safe
@staff_only()
def card(request: StaffRequest, asked: UUID) -> HttpResponseBase:
    """The photo. The look is on record before its first byte."""
    purpose = _purpose(request, asked)
    try:
        found = documents.look(
            staff=request.staff, request_id=asked, purpose=purpose, now=request.now
        )
    except Refused:
        raise NotFound from None  # the page asks for the purpose first
    sent = ranges.send_opened(
        request, found.opened, media_type="image/jpeg", etag=found.picture.hex
    )
    sent["Content-Security-Policy"] = BARE
    sent["Cross-Origin-Resource-Policy"] = "same-origin"
    sent["X-Content-Type-Options"] = "nosniff"
    return sent


def _list(request: StaffRequest, kind: str, found: object, *, text: str = "") -> HttpResponse:
    staff = request.staff
    facts = {
        "page": found,
        "kind": kind,
        "text": text,
        "rest": rest_of(request),
        "counts": desk.counts(staff=staff, now=request.now),
        "may_decide": staff.has(Right.VERIFY_ATTORNEYS),
        "may_answer": staff.has(Right.ATTORNEY_APPEALS),
    }
    return page(request, "console/attorneys/list.html", facts, tab=TAB)


def _page(
    request: StaffRequest, asked: UUID, *, shown_code: Any = None, **given: forms.Form
) -> HttpResponse:
    seen = desk.case(staff=request.staff, request_id=asked, now=request.now)
    row, staff = seen.row, request.staff
    decides = row.jurisdiction in desk.desks(staff, Right.VERIFY_ATTORNEYS)
    answers = row.jurisdiction in desk.desks(staff, Right.ATTORNEY_APPEALS)
    approved = decides and row.state is State.APPROVED
    whose = [seen.decided_by, seen.ended_by, seen.appeal_decided_by]
    good = (request.now + timedelta(days=GOOD_DAYS)).date()
    facts = {
        "one": seen,
        "row": row,
        "may_decide": decides and row.state is State.PENDING,
        "may_end": approved and seen.decided_here,
        "may_end_here": approved and seen.here is not None and seen.here.holds,
        "may_resume": approved and (seen.here is None or seen.here.ended_at is not None),
        "may_answer": answers and seen.appeal_open and not row.own,
        "may_call": decides and row.state in (State.PENDING, State.APPROVED),
        "shown": seen.document and (seen.waits or bool(_purpose(request, asked))),
        "purpose": "" if seen.waits else _purpose(request, asked),
        # Who decided at another agency is that agency's business.
        "names": people.account_names(ids=whose) if seen.decided_here else {},
        "shown_code": shown_code,
        "approve": given.get("approve") or Approve(initial={"until_on": good}),
        "refuse": given.get("refuse") or Refuse(),
        "end": given.get("end") or End(auto_id="id_end_%s"),
        "end_here": given.get("end_here") or End(auto_id="id_here_%s"),
        "answer": given.get("answer") or Answer(auto_id="id_answer_%s"),
        "look": given.get("look") or Look(),
    }
    status = 400 if any(form.errors for form in given.values()) else 200
    return page(request, "console/attorneys/one.html", facts, tab=TAB, status=status)


def _done(
    request: StaffRequest, asked: UUID, form: Any, act: Callable[..., object], **facts: Any
) -> bool:
    return say.done(form, act, staff=request.staff, request_id=asked, now=request.now, **facts)


def _purpose(request: StaffRequest, asked: UUID) -> str:
    return str(request.session.get(LOOKS, {}).get(str(asked), ""))


def _next(request: StaffRequest) -> HttpResponse:
    """On to the next that waits, else to the empty queue."""
    found = desk.queue(staff=request.staff, page=1)
    return _to(found.items[0].id) if found.items else _queue()


def _queue() -> HttpResponse:
    return HttpResponseRedirect(reverse("console_attorneys"))


def _to(asked: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("console_attorney_case", args=[asked]))
