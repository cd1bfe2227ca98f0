"""Getting the money back: asking, with a warning where the account is needed, and following it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kinline.apps.charging import closing, money, refunds
from kinline.apps.charging.closing import Whole
from kinline.apps.errors import NotFound, Refused
from kinline.core.refund.states import State
from kinline.core.transition.words import AccountKind
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.words import balance
from kinline.doors.words import money as words

KIND = AccountKind.PREPAID_COLLECT


class CloseForm(forms.Form):
    """A confirmation where the account is needed; name and address where a check is written."""

    confirmed = forms.BooleanField(
        label=gettext_lazy("I know that these calls cannot reach me then. Close it."),
        required=False,
    )
    name = forms.CharField(label=gettext_lazy("Name on the check"), max_length=120, required=False)
    address = forms.CharField(
        label=gettext_lazy("Where to send it"),
        max_length=180,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )

    def __init__(self, account: Whole, cheque: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not account.chargers:
            del self.fields["confirmed"]
        if not cheque:
            del self.fields["name"], self.fields["address"]


@require_http_methods(["GET", "POST"])
@contact_only
def close(request: ContactRequest, kind: str) -> HttpResponse:
    """Ask for all that is free on the account."""
    if kind != KIND:
        raise NotFound
    mine, now = request.contact.id, timezone.now()
    account = closing.whole(kind=KIND, holder=mine, now=now)
    cheque = refunds.by_cheque_cents(kind=KIND, holder=mine, cents=account.balance.free)
    name = {"name": request.contact.name}
    form = CloseForm(account, bool(cheque), request.POST or None, initial=name)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = refunds.ask(
                kind=KIND,
                holder=mine,
                by=mine,
                now=now,
                confirmed=said.get("confirmed", False),
                payee={name: said[name] for name in ("name", "address") if name in said},
            )
        except Refused as no:
            for one in no.refusals:
                field = one.facts.get("field")
                form.add_error(field if field in form.fields else None, words.against(one))
        else:
            messages.success(request, _("We have it. The money is set aside for you."))
            return redirect("portal-refund", refund=made)
    facts = {
        "tab": "account",
        "kind": kind,
        "account": account,
        "answer": balance.sentence(account.decision),
        "cheque": cheque,
        "by_card": account.balance.free - cheque,
        "form": form,
    }
    status = 400 if form.errors else 200
    return render(request, "portal/accounts/close.html", facts, status=status)


@require_GET
@contact_only
def follow(request: ContactRequest, refund: UUID) -> HttpResponse:
    """One refund, step by step."""
    found = money.refund(holder=request.contact.id, refund_id=refund)
    facts = {"tab": "account", "refund": found, "may_withdraw": found.state == State.REQUESTED}
    return render(request, "portal/accounts/refund.html", facts)


@require_POST
@contact_only
def withdraw(request: ContactRequest, refund: UUID) -> HttpResponse:
    """Change one's mind, while nobody has agreed."""
    try:
        refunds.withdraw(refund_id=refund, holder=request.contact.id, now=timezone.now())
        messages.success(request, _("Taken back. The money is on your account."))
    except Refused as no:
        messages.error(request, words.against(no.refusals[0]))
    return redirect("portal-refund", refund=refund)
