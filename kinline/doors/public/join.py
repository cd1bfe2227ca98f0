"""Signing up by e-mail or telephone, and a forgotten password. allauth does the work; a page for an
address it knows and one for an address it does not know are the same page.
"""

from typing import Any, cast
from uuid import UUID

from allauth.account import views as account
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kinline.apps.errors import NotFound
from kinline.apps.people.actions import own_sign_in
from kinline.doors.public import forms, ways


class ByMail(account.SignupView):
    """Name, e-mail, password; then a code."""

    def get_form_class(self) -> Any:
        return forms.Join

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not ways.by_mail() and ways.by_phone():
            return ByPhone.as_view()(request)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        return facts | {"by_mail": ways.by_mail(), "by_phone": ways.by_phone(), "way": "email"}


class ByPhone(account.SignupView):
    """The same with a telephone number."""

    def get_form_class(self) -> Any:
        return forms.JoinByPhone

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not ways.by_phone():
            raise NotFound
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        return facts | {"by_mail": ways.by_mail(), "by_phone": True, "way": "phone"}


class ProveEmail(account.ConfirmEmailVerificationCodeView):
    """The code that went to an e-mail: on the way in, or as somebody changes theirs."""

    def get_form_kwargs(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_form_kwargs()
        # No code went out where the address is somebody else's, so none is right.
        return facts | {"code": ""} if "code" in facts and self._is_taken else facts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        return facts | {"shown": ways.shown_code(self.request, self._process.code)}

    def form_valid(self, form: Any) -> HttpResponse:
        if self._action != "verify" or not self.request.user.is_authenticated:
            answer: HttpResponse = super().form_valid(form)
            return answer
        before = cast(Any, self.request.user).email or ""
        try:
            with transaction.atomic():
                self._process.finish()
                own_sign_in.email_changed(
                    account_id=cast(UUID, self.request.user.pk), before=before, now=timezone.now()
                )
        except IntegrityError:  # somebody else proved it a moment ago
            messages.error(self.request, _("This email signs in with another account."))
        return HttpResponseRedirect(reverse("mfa_index"))

    @property
    def _is_taken(self) -> bool:
        return not self._process.user or bool(self._process.state.get("account_already_exists"))


def prove_email(request: HttpRequest) -> HttpResponse:
    """The address allauth leads to, for whoever is on the way in."""
    answer: HttpResponse = ProveEmail.as_view()(request)
    return answer


class _Shown:
    """The code on a demo's page, where no text message goes out."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        code = self.process.code  # type: ignore[attr-defined]
        return facts | {"shown": ways.shown_code(self.request, code, sms=True)}  # type: ignore[attr-defined]


class _ProvePhone(_Shown, account._VerifyPhoneSignupView):
    """The code that went to a telephone, on the way in."""


class _ProveNewPhone(_Shown, account._VerifyPhoneChangeView):
    """The same for somebody who is signed in and adds a number."""


def prove_phone(request: HttpRequest) -> HttpResponse:
    """One address for both."""
    kind = _ProveNewPhone if request.user.is_authenticated else _ProvePhone
    answer: HttpResponse = kind.as_view()(request)
    return answer


class Forgot(account.PasswordResetView):
    """Where a code goes, for somebody who forgot their password."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (ways.by_mail() or ways.by_phone()):
            raise NotFound
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


class ForgotCode(account.ConfirmPasswordResetCodeView):
    """The code; then a new password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        sms = "@" not in self._process.state["email"]
        return facts | {"shown": ways.shown_code(self.request, self._process.code, sms=sms)}
