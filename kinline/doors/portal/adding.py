"""Adding money by card: how much, the card, how it ended; payments so far; one's own limit."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kinline.apps.charging import closing, money, payments
from kinline.apps.charging.cards import entry
from kinline.apps.charging.cards.port import Opened, ProviderDown
from kinline.apps.charging.closing import Whole
from kinline.apps.errors import NotFound, Refused
from kinline.core.refund.states import PaymentState
from kinline.core.transition.words import AccountKind
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.money_forms import Dollars
from kinline.doors.paging import page_number
from kinline.doors.words import money as words

KIND = AccountKind.PREPAID_COLLECT


class AddForm(forms.Form):
    """How much, and for calls from where. `key` makes the form count once."""

    amount = Dollars(
        label=gettext_lazy("How much?"),
        help_text=gettext_lazy("In dollars, such as 20. Any amount; there is no fee."),
    )
    place = forms.ChoiceField(label=gettext_lazy("For calls from"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, account: Whole, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        takers = [one for one in account.chargers if one.agency in account.cards_at]
        choices = [(one.code, one.name) for one in takers]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["place"].widget = forms.HiddenInput()
            self.fields["place"].initial = choices[0][0]


class LimitForm(forms.Form):
    """What a contact chose for adding money."""

    monthly = Dollars(
        label=gettext_lazy("At most in a month"),
        required=False,
        help_text=gettext_lazy("In dollars. Empty: no limit of your own."),
    )
    paused = forms.BooleanField(
        label=gettext_lazy("Pause adding money"),
        required=False,
        help_text=gettext_lazy("Nothing can be added until you turn this off again."),
    )


@require_http_methods(["GET", "POST"])
@contact_only
def add(request: ContactRequest) -> HttpResponse:
    """How much; sent, the page that asks for the card. Where nothing costs, why not."""
    now = timezone.now()
    account = closing.whole(kind=KIND, holder=request.contact.id, now=now)
    form = AddForm(account, request.POST or None, initial={"key": uuid4().hex})
    if form.is_valid():
        try:
            return _ask_card(request, form, now)
        except Refused as no:
            for one in no.refusals:
                form.add_error(None, words.against(one))
        except ProviderDown:
            form.add_error(None, _("The card company does not answer now. Nothing was taken."))
    closed = _closed(account)
    facts = {"tab": "account", "form": form, "account": account, "closed": closed}
    return render(request, "portal/accounts/add.html", facts, status=400 if form.errors else 200)


def _closed(account: Whole) -> str:
    """Why no money can be added at all; empty where it can."""
    if not account.chargers:
        return _("Nothing that reaches you costs anything, so we take no money.")
    if entry.entry() is None or not any(one.agency in account.cards_at for one in account.chargers):
        return _("This facility does not take cards here yet. Ask its staff.")
    if account.wishes.paused:
        return _("You paused adding money. Turn the pause off first.")
    return ""


def _ask_card(request: ContactRequest, form: AddForm, now: datetime) -> HttpResponse:
    found = form.cleaned_data
    begun = payments.begin(
        kind=KIND,
        holder=request.contact.id,
        place=found["place"],
        cents=found["amount"],
        key=found["key"],
        now=now,
    )
    asks = entry.entry()
    if asks is None:
        raise NotFound
    facts = {
        "tab": "account",
        "entry": asks.template,
        "begun": begun,
        "cents": found["amount"],
        "cards": getattr(asks, "NUMBERS", {}),
    }
    return render(request, "portal/accounts/card.html", facts)


@require_POST
@contact_only
def card(request: ContactRequest, payment: UUID) -> HttpResponse:
    """The card was given (to its company, never to us): see how it ended."""
    found = money.payment(holder=request.contact.id, payment_id=payment)
    asks = entry.entry()
    if asks is None:
        raise NotFound
    now = timezone.now()
    try:
        if found.state == PaymentState.OPEN and found.reference:
            opened = Opened(found.reference, "")
            asks.finish(agency=found.agency, opened=opened, form=request.POST)
            payments.look(payment_id=payment, now=now)
    except entry.NoSuchCard:
        messages.error(request, _("Choose a card."))
    except ProviderDown:
        messages.error(request, _("The card company does not answer now. We look again soon."))
    return redirect("portal-payment", payment=payment)


@require_GET
@contact_only
def receipt(request: ContactRequest, payment: UUID) -> HttpResponse:
    """One payment: a receipt, or why nothing was taken."""
    found = money.payment(holder=request.contact.id, payment_id=payment)
    if found.state == PaymentState.OPEN:
        try:
            payments.look(payment_id=payment, now=timezone.now())
            found = money.payment(holder=request.contact.id, payment_id=payment)
        except ProviderDown:
            pass  # the page says that it is not finished, and the worker looks again
    return render(request, "portal/accounts/receipt.html", {"tab": "account", "payment": found})


@require_GET
@contact_only
def payments_made(request: ContactRequest) -> HttpResponse:
    """Payments so far, the newest first."""
    page = money.payments(kind=KIND, holder=request.contact.id, page=page_number(request))
    return render(request, "portal/accounts/payments.html", {"tab": "account", "page": page})


@require_http_methods(["GET", "POST"])
@contact_only
def own_limits(request: ContactRequest) -> HttpResponse:
    """A limit a month and a pause, both one's own."""
    mine = request.contact.id
    wishes = closing.wishes(kind=KIND, holder=mine)
    begins = {"monthly": wishes.monthly_cents, "paused": wishes.paused}
    form = LimitForm(request.POST or None, initial=begins)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            payments.choose(
                kind=KIND,
                holder=mine,
                paused=chosen["paused"],
                monthly_cents=chosen["monthly"],
                now=timezone.now(),
            )
        except Refused as no:
            form.add_error("monthly", words.against(no.refusals[0]))
        else:
            messages.success(request, _("Kept."))
            return redirect("portal-own-limits")
    status = 400 if form.errors else 200
    return render(
        request, "portal/accounts/limits.html", {"tab": "account", "form": form}, status=status
    )
