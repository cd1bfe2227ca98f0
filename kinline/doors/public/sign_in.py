"""The sign-in page, which also says when quiet minutes ended the session before."""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings

from kinline.doors import idle
from kinline.doors.public import ways


class SignInPage(LoginView):
    """Email or number, and password; staff give a code on the next page."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        idled = self.request.session.pop(idle.IDLED, False)
        return facts | {
            "idled": idled,
            "idle_minutes": settings.STAFF_IDLE_SECONDS // 60,
            "may_join": ways.by_mail() or ways.by_phone(),
            "passkeys": ways.passkeys(self.request),
        }
