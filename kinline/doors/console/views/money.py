"""Money: refunds that wait, checks to be written, payments, and unused money to be paid out.

All of it is the agency's: the right must reach the whole of it.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.charging import idle, payments, payouts, refunds
from kinline.apps.charging import money as reads
from kinline.apps.errors import NotFound, Refused
from kinline.apps.ids import as_uuid
from kinline.apps.paging import Page
from kinline.apps.people import queries as people
from kinline.apps.people.rights import Right
from kinline.doors import table
from kinline.doors.console import say
from kinline.doors.console.forms.money import Why
from kinline.doors.console.gate import StaffRequest, staff_only, zone_of
from kinline.doors.console.paging import number_of, rest_of
from kinline.doors.console.shell import page

CSV_HEAD = ("check", "pay_to", "address", "amount_usd", "asked_on")


@require_safe
@staff_only(Right.SEE_MONEY)
def board(request: StaffRequest) -> HttpResponse:
    """What waits for somebody: refunds, checks, unused money."""
    mine = _seen(request)
    waiting, cheques = reads.waiting(agencies=mine), payouts.cheques(agencies=mine)
    tasks = reads.idle_tasks(agencies=mine)
    facts = {
        "waiting": waiting,
        "cheques": cheques,
        "cheques_sum": sum(one.cents for one in cheques),
        "tasks": tasks,
        "names": reads.names([*(one.holder for one in waiting), *(one.holder for one in tasks)]),
        "zone": zone_of(request),
        "may_change": bool(_changed(request)),
        "set_up": _may_set_up(request),
    }
    return page(request, "console/money.html", facts, tab="money")


@require_safe
@staff_only(Right.SEE_MONEY)
def decided(request: StaffRequest) -> HttpResponse:
    """Refunds that were decided about, the newest first."""
    found = reads.recent(agencies=_seen(request), page=number_of(request))
    return _listed(request, "console/refunds.html", found)


@require_http_methods(["GET", "POST"])
@staff_only(Right.SEE_MONEY)
def refund(request: StaffRequest, refund: UUID) -> HttpResponse:
    """One refund: what it rests on, who agreed; refusing it, with a reason."""
    found = reads.refund_at(agencies=_seen(request), refund_id=refund)
    form = Why(request.POST or None)
    if request.method == "POST" and found.agency not in _changed(request):
        raise NotFound
    if form.is_valid() and say.done(
        form,
        lambda: refunds.say_no(
            refund_id=refund,
            agencies=_changed(request),
            by=request.staff.account,
            why=form.cleaned_data["why"],
            now=request.now,
        ),
    ):
        messages.success(request, _("Refused. They are told, with your reason."))
        return HttpResponseRedirect(reverse("console_refund", args=[refund]))
    return _show(request, found, form)


@require_POST
@staff_only(Right.CHANGE_MONEY)
def agree(request: StaffRequest, refund: UUID) -> HttpResponse:
    """Agree to one refund."""
    found = reads.refund_at(agencies=_changed(request), refund_id=refund)
    try:
        state = refunds.agree(
            refund_id=refund,
            agencies=_changed(request),
            by=request.staff.account,
            now=request.now,
        )
    except Refused as no:
        return _show(request, found, Why(), status=409, no=say.mistake(no.refusals[0]))
    done = state != "requested"
    messages.success(
        request, _("Agreed. It is paid now.") if done else _("Agreed. One more must agree.")
    )
    return HttpResponseRedirect(reverse("console_refund", args=[refund]))


@require_POST
@staff_only(Right.CHANGE_MONEY)
def cheque_list(request: StaffRequest) -> HttpResponse:
    """Checks to be written, as a file. Names and addresses leave: it stands in the audit log."""
    mine = _changed(request)
    found = payouts.cheques(agencies=mine)
    payouts.listed(agencies=mine, count=len(found), by=request.staff.account, now=request.now)
    rows = [
        (
            one.number,
            one.name,
            " / ".join(one.address.splitlines()),
            table.dollars(one.cents),
            one.asked_at.date().isoformat(),
        )
        for one in found
    ]
    return table.as_csv(f"kinline-checks-{request.now:%Y-%m-%d}.csv", CSV_HEAD, rows)


@require_POST
@staff_only(Right.CHANGE_MONEY)
def written(request: StaffRequest) -> HttpResponse:
    """The checks ticked are written and in the mail."""
    ticked = [found for word in request.POST.getlist("part") if (found := as_uuid(word))]
    done = payouts.mark_written(
        parts=ticked, agencies=_changed(request), by=request.staff.account, now=request.now
    )
    messages.success(
        request, ngettext("%(n)d check marked.", "%(n)d checks marked.", done) % {"n": done}
    )
    return HttpResponseRedirect(reverse("console_money"))


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_MONEY)
def came_back(request: StaffRequest, part: UUID) -> HttpResponse:
    """A check was not written, or came back: the money is on the account again."""
    form = Why(request.POST or None)
    if form.is_valid() and say.done(
        form,
        lambda: payouts.cheque_came_back(
            part_id=part,
            agencies=_changed(request),
            by=request.staff.account,
            why=form.cleaned_data["why"],
            now=request.now,
        ),
    ):
        messages.success(request, _("Noted. The money is on the account again."))
        return HttpResponseRedirect(reverse("console_money"))
    return page(request, "console/cheque_back.html", {"form": form}, tab="money")


@require_safe
@staff_only(Right.SEE_MONEY)
def payments_made(request: StaffRequest) -> HttpResponse:
    """Payments by card, the newest first."""
    found = reads.payments_at(agencies=_seen(request), page=number_of(request))
    return _listed(request, "console/payments.html", found)


@require_http_methods(["GET", "POST"])
@staff_only(Right.SEE_MONEY)
def payment(request: StaffRequest, payment: UUID) -> HttpResponse:
    """One payment; undoing it by an entry that reverses it, with a reason, and in no other way."""
    found = reads.payment_at(agencies=_seen(request), payment_id=payment)
    may = found.agency in _changed(request)
    form = Why(request.POST or None)
    if request.method == "POST" and not may:
        raise NotFound
    if form.is_valid() and say.done(
        form,
        lambda: payments.correct(
            payment_id=payment,
            agencies=_changed(request),
            by=request.staff.account,
            why=form.cleaned_data["why"],
            now=request.now,
        ),
    ):
        messages.success(request, _("Undone by an entry of its own. Both stay in the books."))
        return HttpResponseRedirect(reverse("console_payment", args=[payment]))
    facts = {
        "payment": found,
        "form": form,
        "may_correct": may and found.state == "succeeded" and found.trouble != "corrected",
        "name": reads.names([found.holder]).get(found.holder, ""),
    }
    return page(request, "console/payment.html", facts, tab="money")


@require_POST
@staff_only(Right.CHANGE_MONEY)
def idle_done(request: StaffRequest, task: UUID) -> HttpResponse:
    """The holder was found, or the money went where state law says."""
    try:
        idle.done(
            task_id=task,
            agencies=_changed(request),
            by=request.staff.account,
            note=request.POST.get("note", ""),
            now=request.now,
        )
        messages.success(request, _("Noted."))
    except Refused as no:
        messages.error(request, say.mistake(no.refusals[0]))
    return HttpResponseRedirect(reverse("console_money"))


def _seen(request: StaffRequest) -> frozenset[str]:
    return reads.agencies(staff=request.staff, right=Right.SEE_MONEY)


def _changed(request: StaffRequest) -> frozenset[str]:
    return reads.agencies(staff=request.staff, right=Right.CHANGE_MONEY)


def _may_set_up(request: StaffRequest) -> list[tuple[str, str]]:
    """One facility for each agency whose keys one may set."""
    places = request.staff.places_with(Right.SET_UP_MONEY)
    return list({one.agency: (one.place, one.agency_name) for one in places}.values())


def _listed(request: StaffRequest, template: str, found: Page[Any]) -> HttpResponse:
    facts = {
        "page": found,
        "rest": rest_of(request),
        "names": reads.names([one.holder for one in found.items]),
    }
    return page(request, template, facts, tab="money")


def _show(
    request: StaffRequest, found: reads.RefundView, form: Why, *, status: int = 200, **facts: Any
) -> HttpResponse:
    asked = [found.asked_by] if found.asked_by_staff else []
    by = people.account_names(ids=[*found.agreed_by, *(one.by for one in found.steps), *asked])
    by |= reads.names([found.holder])
    facts |= {
        "refund": found,
        "form": form,
        "name": by.get(found.holder, ""),
        "by": by,
        "asked_by": by.get(found.asked_by, ""),
        "agreed": [by.get(one, "") for one in found.agreed_by],
        "missing": found.approvals - len(found.agreed_by),
        "may_decide": found.state == "requested" and found.agency in _changed(request),
        "may_agree": str(request.staff.account) not in (*found.agreed_by, *asked),
    }
    return page(request, "console/refund.html", facts, tab="money", status=status)
