"""The second step of signing in: who has one, and whether this very session took it.

That an account has a code app is not enough: a session from before it was set up has not shown
it, and neither has one that was stolen then.
"""

from uuid import UUID

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

SET_UP = "second_factor_set_up_by"


def exists(request: HttpRequest) -> bool:
    """Whether the signed-in account has a code app."""
    kind = Authenticator.Type.TOTP
    return Authenticator.objects.filter(user_id=request.user.pk, type=kind).exists()


def shown(request: HttpRequest) -> bool:
    """Whether this session gave a right code: at sign-in, again later, or at set-up."""
    if request.session.get(SET_UP) == str(request.user.pk):
        return True
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def remember_set_up(request: HttpRequest, account: UUID) -> None:
    """The code that ends the set-up is a code given in this session."""
    request.session[SET_UP] = str(account)
