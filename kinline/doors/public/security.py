"""One's own sign-in: the password, the second step, recovery codes. allauth does the work."""

from typing import Any, cast
from uuid import UUID

from allauth.account.views import ChangePhoneView, EmailView, PasswordChangeView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    ListWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from kinline.apps.errors import NotFound
from kinline.apps.people.access import had_rights, is_staff
from kinline.apps.people.actions import own_sign_in
from kinline.apps.people.actions.own_sign_in import Changed
from kinline.doors import second_factor
from kinline.doors.public import forms, ways


class Overview(IndexView):
    """What protects this account."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        staff = is_staff(account_id=self.request.user.pk, now=timezone.now())
        return facts | {
            "staff": staff,
            "totp": facts["authenticators"].get("totp"),
            "passkeys": facts["authenticators"].get("webauthn", []),
            "may_add_passkey": not staff and ways.passkeys(self.request),
            "may_add_phone": not staff and ways.by_phone(),
            "may_add_email": not staff and ways.by_mail(),
        }


class SecondStep(AuthenticateView):
    """The code after the password; a passkey instead, where somebody outside has one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        kinds = set(self.stage.login.user.authenticator_set.values_list("type", flat=True))
        has_passkey = Authenticator.Type.WEBAUTHN in kinds
        return facts | {
            "passkeys": has_passkey and ways.passkeys(self.request),
            "outside": not had_rights(account_id=self.stage.login.user.pk),
        }


class SetUp(ActivateTOTPView):
    """Scan a QR code, give one code: from then on every sign-in asks for one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(reverse("account_login"))
        if second_factor.exists(request):
            return HttpResponseRedirect(reverse("mfa_index"))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        return facts | {"outside": not had_rights(account_id=self.request.user.pk)}

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        second_factor.remember_set_up(self.request, self.request.user.pk)
        _tell(self.request, Changed.SECOND_STEP_ON)
        return answer


class NewRecoveryCodes(GenerateRecoveryCodesView):
    """New codes; the old ones stop working."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _tell(self.request, Changed.RECOVERY_CODES_MADE)
        return answer


class ChangePassword(LoginRequiredMixin, PasswordChangeView):
    """One's own password, with the one that held until now."""

    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _tell(self.request, Changed.PASSWORD)
        return answer


class _Outside:
    """For people outside: staff sign in with a code app, set up anew by a colleague when lost."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        account = request.user.pk
        if account is None:
            return HttpResponseRedirect(reverse("account_login"))
        if is_staff(account_id=account, now=timezone.now()):
            raise NotFound
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class TurnOff(_Outside, DeactivateTOTPView):
    """The second step, off again."""


class RenamePasskey(_Outside, EditWebAuthnView):
    """Another name for it."""


class RemovePasskey(_Outside, RemoveWebAuthnView):
    """It no longer signs in."""


class AgainByPasskey(_Outside, ReauthenticateWebAuthnView):
    """Is it still you? By a passkey."""


class Passkeys(_Outside, ListWebAuthnView):
    """The passkeys of this account."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        return facts | {"may_add": ways.passkeys(self.request)}


class AddPasskey(_Outside, AddWebAuthnView):
    """One more: the browser makes it, and signs in with it from then on."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _tell(self.request, Changed.PASSKEY_ADDED)
        return answer


class ChangePhone(_Outside, ChangePhoneView):
    """A number to sign in with, proven by a code."""


class ChangeEmail(_Outside, EmailView):
    """An e-mail to sign in with, proven by a code. The old one holds until then, and is told."""

    def get_form_class(self) -> Any:
        return forms.NewEmail

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not ways.by_mail():
            raise NotFound
        return super().dispatch(request, *args, **kwargs)


def _tell(request: HttpRequest, what: Changed) -> None:
    own_sign_in.tell(account_id=cast(UUID, request.user.pk), what=what, now=timezone.now())
