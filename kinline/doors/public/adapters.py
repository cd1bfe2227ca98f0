"""What allauth asks of the house: who may sign up and how, how codes go out, what the QR shows."""

import time
from base64 import urlsafe_b64encode
from io import BytesIO
from typing import Any, cast

import segno
from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from kinline.apps.ledger.queries import held
from kinline.apps.notices import sign_in as letters
from kinline.apps.people import numbers
from kinline.apps.people.access import had_rights
from kinline.apps.people.actions import joining, own_sign_in
from kinline.apps.people.actions.joining import Claim
from kinline.doors.public import ways

# What allauth would send, by the last word of its templates' names, and what we send for it.
LETTERS = {
    "email_confirmation_signup": "code",
    "email_confirmation": "code",
    "password_reset_code": "again",
    "account_already_exists": "exists",
}


class PhoneField(forms.CharField):
    """A telephone number as people type it; the value is in E.164."""

    def __init__(self, **options: Any) -> None:
        tel = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"})
        super().__init__(**{"max_length": 40, "widget": tel, **options})

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        found = numbers.e164(typed)
        if found is None:
            raise ValidationError(_("Type the whole number, with its area code."))
        return found


class SignIn(DefaultAccountAdapter):
    """E-mail or number with a password. People outside sign up; staff are made by staff."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This email and password do not fit together. Check both and try again."
        ),
        "phone_password_mismatch": _(
            "This number and password do not fit together. Check both and try again."
        ),
        "username_password_mismatch": _("Type your email, or your number with its area code."),
        "too_many_login_attempts": _("That was too many tries. Wait a minute, then try again."),
        "incorrect_code": _("This code does not fit. Use the newest one you got."),
        "rate_limited": _("That was too many tries. Wait a minute, then try again."),
        "duplicate_email": _("This is your email already."),
        "same_as_current": _("This is what you have already."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return ways.by_mail() or ways.by_phone()

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """The account as its owner typed it; nothing is proven yet."""
        user.name = form.cleaned_data["name"]
        user.language = get_language() or settings.LANGUAGE_CODE
        user.own = True
        user.email = None
        return super().save_user(request, user, form, commit=commit)

    def get_login_stages(self) -> list[str]:
        ours = "kinline.doors.public.stages.ProveEmail"
        theirs = "allauth.account.stages.EmailVerificationStage"
        return [ours if one == theirs else one for one in super().get_login_stages()]

    def login(self, request: HttpRequest, user: Any) -> None:
        """All proof is given: whoever signed up becomes a contact before they are let in."""
        joining.arrive(account_id=user.pk, now=timezone.now())
        super().login(request, user)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """No limit by email alone: it would let a stranger lock a person out from anywhere.

        django-axes counts wrong passwords by email and address together instead.
        """

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A sign-in a few minutes ago is proof enough; allauth would ask again at once."""
        records = get_authentication_records(self.request, self.request.user)
        fresh = time.time() - account_settings.REAUTHENTICATION_TIMEOUT
        return not any(record["at"] > fresh for record in records)

    # --- letters and messages: into the outbox, in the caller's transaction ---------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing goes out from inside a request; what we have no letter for is not sent."""
        what = LETTERS.get(template_prefix.rpartition("/")[2])
        if what is not None:
            letters.by_mail(
                email=email,
                what=what,
                code=str(context.get("code", "")),
                language=get_language() or settings.LANGUAGE_CODE,
                now=timezone.now(),
            )

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing goes out from inside a request; a change of second factor is audited."""

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        self._sms(phone, "code", code)

    def send_account_already_exists_sms(self, phone: str) -> None:
        self._sms(phone, "exists", "")

    def _sms(self, phone: str, what: str, code: str) -> None:
        language = get_language() or settings.LANGUAGE_CODE
        letters.by_sms(phone=phone, what=what, code=code, language=language, now=timezone.now())

    # --- telephone numbers -----------------------------------------------------------------

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        return PhoneField(**kwargs)

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        user.phone, user.phone_proven = phone, verified
        user.save(update_fields=["phone", "phone_proven"])

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        # Beside a proven e-mail a number that was never proven asks for nothing at sign-in.
        if not user.phone or (user.email and not user.phone_proven):
            return None
        return user.phone, user.phone_proven

    def set_phone_verified(self, user: Any, phone: str) -> None:
        """A code was shown. Whose number it is now, the room says."""
        contact, before = getattr(user, "contact", None), user.phone if user.phone_proven else ""
        claim = joining.prove_phone(
            account_id=user.pk,
            phone=phone,
            now=timezone.now(),
            has_money=contact is not None and bool(held(holders=[str(contact.pk)])),
        )
        user.refresh_from_db()
        if claim is Claim.TAKEN:
            said = gettext("This number signs in with another account.")
            messages.error(self.request, said)
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        if self.request.user.is_authenticated and before != phone:
            own_sign_in.phone_changed(account_id=user.pk, before=before, now=timezone.now())
        if claim is Claim.SIGN_IN and contact is not None:
            said = gettext(
                "You can sign in with this number now. Calls to it belong to another record here: "
                "ask staff of the facility to join the two."
            )
            messages.info(self.request, said)

    def get_user_by_phone(self, phone: str) -> Any:
        found = numbers.e164(phone)
        if found is None:
            return None
        return get_user_model().objects.filter(phone=found, phone_proven=True).first()


class SecondFactor(DefaultMFAAdapter):
    """One-time codes: their secrets are sealed, and the QR code is drawn by segno."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code does not fit. Use the newest code your app shows."),
        "cannot_delete_authenticator": _("Staff need the second step. It cannot be turned off."),
    }

    def encrypt(self, text: str) -> str:
        return _sealer().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _sealer().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        out = BytesIO()
        segno.make(url, error="m").save(out, kind="svg", scale=5, border=3, dark="#221a3a")
        return out.getvalue().decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        # Of staff it is set up again by an administrator, never dropped by a session left open.
        is_totp = authenticator.type == Authenticator.Type.TOTP
        return not (is_totp and had_rights(account_id=cast(Any, authenticator).user_id))

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return gettext("Passkey")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """See SignIn.send_notification_mail."""


def _sealer() -> Fernet:
    return Fernet(urlsafe_b64encode(bytes.fromhex(settings.MFA_KEY)))
