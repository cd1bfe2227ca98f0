"""How an agency takes cards; and paying out the money of somebody who has left."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kinline.apps.charging import closing, money, refunds
from kinline.apps.charging.cards import merchants
from kinline.apps.errors import NotFound
from kinline.apps.people.access import access_agency
from kinline.apps.people.rights import Right
from kinline.core.ids import PlaceCode
from kinline.core.transition.words import AccountKind
from kinline.doors.console import say
from kinline.doors.console.forms.money import PayOut, SetUp
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.console.views.people import person_of
from kinline.laws.loader import places


@sensitive_post_parameters("secret", "signing")
@require_http_methods(["GET", "POST"])
@staff_only(Right.SET_UP_MONEY)
def keys(request: StaffRequest, place: str) -> HttpResponse:
    """The agency's keys with Stripe, and from which amount on two must agree to a refund."""
    here = access_agency(staff=request.staff, place=place, right=Right.SET_UP_MONEY)
    agency = places()[PlaceCode(place)].agency
    now = merchants.setting(agency=agency)
    begins = {"public_key": now.public_key, "two_above": now.two_above_cents}
    form = SetUp(request.POST or None, initial=begins)
    if form.is_valid() and say.done(
        form,
        lambda: merchants.set_up(
            agency=agency,
            place=place,
            by=str(request.staff.account),
            now=request.now,
            public_key=form.cleaned_data["public_key"],
            secret=form.cleaned_data["secret"],
            signing=form.cleaned_data["signing"],
            two_above_cents=form.cleaned_data["two_above"],
        ),
    ):
        messages.success(request, _("Kept. The secrets are sealed."))
        return HttpResponseRedirect(reverse("console_money_set_up", args=[place]))
    facts = {"here": here, "form": form, "setting": now}
    return page(request, "console/money_set_up.html", facts, tab="money")


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_MONEY)
def pay_out(request: StaffRequest, person: UUID) -> HttpResponse:
    """Start the refund of a debit account on behalf of somebody who has left."""
    seen = person_of(request, person, Right.CHANGE_MONEY)
    agency = places()[PlaceCode(seen.row.place)].agency
    if agency not in money.agencies(staff=request.staff, right=Right.CHANGE_MONEY):
        raise NotFound
    account = closing.whole(kind=AccountKind.DEBIT, holder=person, now=request.now)
    form = PayOut(
        request.POST or None, initial={"name": f"{seen.row.given_name} {seen.row.family_name}"}
    )
    if form.is_valid() and say.done(
        form,
        lambda: refunds.ask(
            kind=AccountKind.DEBIT,
            holder=person,
            by=request.staff.account,
            now=request.now,
            payee={name: form.cleaned_data[name] for name in ("name", "address")},
            staff_why=form.cleaned_data["why"],
        ),
    ):
        messages.success(request, _("Started. Somebody else has to agree."))
        return HttpResponseRedirect(reverse("console_money"))
    facts = {"form": form, "person": seen.row, "account": account}
    return page(request, "console/pay_out.html", facts, tab="money")
