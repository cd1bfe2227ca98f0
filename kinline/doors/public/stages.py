"""The step of signing in at which an e-mail is proven."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage


class ProveEmail(EmailVerificationStage):
    """Whoever signed up by e-mail proves it first. Accounts that staff made are let through:
    there staff stand for the address; and so is whoever signed up by telephone.
    """

    def handle(self) -> Any:
        login = self.login
        if login.user is None:  # a sign-up with an address that is taken: looks like any other
            return super().handle() if login.email else (None, False)
        if not login.user.email:
            return None, True
        if not login.user.own and not login.signup:
            return None, True
        verified = EmailAddress.objects.filter(user=login.user, verified=True)
        return (None, True) if verified.exists() else super().handle()
