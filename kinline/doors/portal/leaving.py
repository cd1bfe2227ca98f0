"""Closing one's account, and taking one's data along."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from kinline.apps.charging import leaving
from kinline.apps.errors import Refused
from kinline.doors import handed
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.portal import own_data
from kinline.doors.words.links import why_not_leave


class Goodbye(forms.Form):
    """The password once more: a browser left open must not be enough."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self._user.check_password(password):
            raise forms.ValidationError(_("This is not your password. Try again."))
        return password


@require_safe
@contact_only
def data(request: ContactRequest) -> FileResponse:
    """Everything we have of somebody, as one file they can read."""
    now = timezone.now()
    write = partial(own_data.write, request.contact, now=now)
    return handed.zipped(write, f"kinline-{now:%Y-%m-%d}.zip")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@contact_only
def close(request: ContactRequest) -> HttpResponse:
    """What goes and what stays; then, with the password, the end."""
    mine = request.contact.id
    reasons = leaving.against(contact_id=mine)
    form = Goodbye(request.POST or None, user=request.user)
    if not reasons and form.is_valid():
        try:
            leaving.close(contact_id=mine, now=timezone.now())
        except Refused as no:
            reasons = list(no.refusals)
        else:
            logout(request)
            messages.success(request, _("Your account is closed. Take care."))
            return redirect("public_home")
    facts = {"tab": "account", "form": form, "reasons": [why_not_leave(one) for one in reasons]}
    status = 409 if reasons and request.method == "POST" else 200
    return render(request, "portal/leave.html", facts, status=status)
