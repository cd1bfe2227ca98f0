"""A forgotten password: a code by mail or by text message, then a new one."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from kinline.apps.notices import sign_in as letters


class ByPhone(PasswordResetVerificationProcess):
    """The code goes out as a text message; what the library calls `email` is a number in E.164."""

    def send(self) -> None:
        if not self.user:
            return
        self.state["code"] = get_adapter().generate_password_reset_code()
        letters.by_sms(
            phone=self.state["email"],
            what="again",
            code=self.state["code"],
            language=get_language() or settings.LANGUAGE_CODE,
            now=timezone.now(),
        )


def begin(request: HttpRequest, user: Any, word: str, *, by_phone: bool) -> None:
    """Send a code to `word` if there is a user, and remember in the session what is asked."""
    kind = ByPhone if by_phone else PasswordResetVerificationProcess
    process = kind(request, state=kind.initial_state(user, word), user=user)
    process.send()
    process.persist()
