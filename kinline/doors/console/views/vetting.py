"""One request to visit: the two pictures side by side, the decision, the appeal, later looks.

While a decision waits, opening the page is the work, and each picture it fetches is on record.
Afterwards one says first why one looks; that purpose then holds for this session and request.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kinline.apps.errors import NotFound, Refused
from kinline.apps.people import queries as people
from kinline.apps.people import visitor_desk as desk
from kinline.apps.people.actions.visitors import deciding, looking
from kinline.apps.people.rights import Right
from kinline.apps.people.visitor_desk import VisitorView
from kinline.core.visitor import Picture, State
from kinline.doors import ranges
from kinline.doors.console import say
from kinline.doors.console.forms.visitors import Answer, Approve, Look, Mark, Refuse, Withdraw
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page

LOOKS = "console_visitor_looks"
# A picture is a picture and nothing else, also where somebody opens its address by itself.
BARE = "default-src 'none'; sandbox"


@require_safe
@staff_only()
def one(request: StaffRequest, access: UUID) -> HttpResponse:
    """The request, and what the viewer may do with it."""
    return _page(request, access)


@require_POST
@staff_only(Right.DECIDE_VISITORS)
def approve(request: StaffRequest, access: UUID) -> HttpResponse:
    """Yes."""
    seen = desk.one(staff=request.staff, access_id=access, now=request.now)
    form = Approve(request.POST, seen=seen)
    if form.is_valid() and _done(request, access, form, deciding.approve, **form.said()):
        messages.success(request, _("They may visit. They are told."))
        return HttpResponseRedirect(_next(request))
    return _page(request, access, approve=form)


@require_POST
@staff_only(Right.DECIDE_VISITORS)
def refuse(request: StaffRequest, access: UUID) -> HttpResponse:
    """No."""
    form = Refuse(request.POST)
    if form.is_valid() and _done(request, access, form, deciding.refuse, **form.cleaned_data):
        messages.success(request, _("Refused. They are told why, and how to appeal."))
        return HttpResponseRedirect(_next(request))
    return _page(request, access, refuse=form)


@require_POST
@staff_only(Right.DECIDE_VISITORS)
def withdraw(request: StaffRequest, access: UUID) -> HttpResponse:
    """No longer."""
    form = Withdraw(request.POST)
    if form.is_valid() and _done(request, access, form, deciding.withdraw, **form.cleaned_data):
        messages.success(request, _("Withdrawn. They are told why, and how to appeal."))
        return _to(access)
    return _page(request, access, withdraw=form)


@require_POST
@staff_only(Right.DECIDE_VISITORS)
def mark(request: StaffRequest, access: UUID) -> HttpResponse:
    """What was verified of them."""
    form = Mark(request.POST)
    if form.is_valid() and _done(request, access, form, deciding.mark, **form.said()):
        messages.success(request, _("Changed."))
        return _to(access)
    return _page(request, access, mark=form)


@require_POST
@staff_only(Right.VISITOR_APPEALS)
def answer(request: StaffRequest, access: UUID) -> HttpResponse:
    """The answer to an appeal."""
    form, right = Answer(request.POST), request.POST.get("do") == "right"
    facts = {"right": right, "note": request.POST.get("note", "")}
    if form.is_valid() and _done(request, access, form, deciding.decide_appeal, **facts):
        messages.success(request, _("Answered. They are told."))
        return HttpResponseRedirect(reverse("console_visitors_appeals"))
    return _page(request, access, answer=form)


@require_POST
@staff_only()
def look(request: StaffRequest, access: UUID) -> HttpResponse:
    """Say why one looks at the pictures of what is decided; then they are shown."""
    desk.access_visitor(staff=request.staff, access_id=access, rights=desk.LOOKERS)
    form = Look(request.POST)
    if not form.is_valid():
        return _page(request, access, look=form)
    request.session[LOOKS] = {str(access): form.cleaned_data["purpose"]}
    return _to(access)


@require_safe
@staff_only()
def picture(request: StaffRequest, access: UUID, kind: str) -> HttpResponseBase:
    """One picture. The look is on record before its first byte."""
    if kind not in set(Picture):
        raise NotFound
    try:
        found = looking.look(
            staff=request.staff,
            access_id=access,
            kind=Picture(kind),
            purpose=_purpose(request, access),
            now=request.now,
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


def _page(request: StaffRequest, access: UUID, **forms: Any) -> HttpResponse:
    seen = desk.one(staff=request.staff, access_id=access, now=request.now)
    row, staff = seen.row, request.staff
    decides = staff.may(Right.DECIDE_VISITORS, row.facility)
    answers = staff.may(Right.VISITOR_APPEALS, row.facility)
    may_look = (decides or answers) and bool(seen.pictures)
    facts = {
        "one": seen,
        "row": row,
        "may_decide": decides and row.state is State.PENDING,
        "may_change": decides and row.state is State.APPROVED,
        "may_answer": answers and seen.appeal_open and not row.own,
        "shown": may_look and (seen.waits or bool(_purpose(request, access))),
        "may_look": may_look,
        "purpose": "" if seen.waits else _purpose(request, access),
        "pictures": [kind for kind in Picture if kind in seen.pictures],
        "names": people.account_names(ids=[seen.decided_by, seen.ended_by, seen.appeal_decided_by]),
        "approve": forms.get("approve") or Approve(seen=seen, initial=_beginning(seen)),
        "refuse": forms.get("refuse") or Refuse(),
        "withdraw": forms.get("withdraw") or Withdraw(),
        "mark": forms.get("mark") or Mark(initial={"kind": row.kind.value}),
        "answer": forms.get("answer") or Answer(),
        "look": forms.get("look") or Look(),
    }
    status = 400 if any(form.errors for form in forms.values()) else 200
    return page(request, "console/visitors/one.html", facts, tab="visitors", status=status)


def _beginning(seen: VisitorView) -> dict[str, Any]:
    """What the form of a yes begins with: all children ticked, and what they say they are."""
    kind = seen.row.asks_as
    return {"kind": kind.value, "minors": [str(one.id) for one in seen.minors]}


def _done(
    request: StaffRequest, access: UUID, form: Any, act: Callable[..., object], **facts: Any
) -> bool:
    return say.done(form, act, staff=request.staff, access_id=access, now=request.now, **facts)


def _purpose(request: StaffRequest, access: UUID) -> str:
    return str(request.session.get(LOOKS, {}).get(str(access), ""))


def _next(request: StaffRequest) -> str:
    """On to the next that waits, else to the empty queue."""
    found = desk.queue(staff=request.staff, place=request.place, page=1)
    if found.items:
        return reverse("console_visitor", args=[found.items[0].id])
    return reverse("console_visitors_waiting")


def _to(access: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("console_visitor", args=[access]))
