"""What allauth asks of the house: who may sign up, how codes are kept, what the QR shows."""

import time
from base64 import urlsafe_b64encode
from io import BytesIO
from typing import Any

import segno
from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class SignIn(DefaultAccountAdapter):
    """Email and password for accounts that staff made; nobody signs up by themselves yet."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This email and password do not fit together. Check both and try again."
        ),
        "too_many_login_attempts": _("That was too many tries. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """No limit by email alone: it would let a stranger lock a person out from anywhere.

        django-axes counts wrong passwords by email and address together instead.
        """

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A sign-in a few minutes ago is proof enough; allauth would ask again at once."""
        records = get_authentication_records(self.request, self.request.user)
        fresh = time.time() - account_settings.REAUTHENTICATION_TIMEOUT
        return not any(record["at"] > fresh for record in records)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing goes out from inside a request; a change of second factor is audited."""


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
        # Set up again by an administrator of staff, never dropped by a session left open.
        return authenticator.type != Authenticator.Type.TOTP

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """See SignIn.send_notification_mail."""


def _sealer() -> Fernet:
    return Fernet(urlsafe_b64encode(bytes.fromhex(settings.MFA_KEY)))
