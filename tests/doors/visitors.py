"""Browsers of the named people, signed in the way each door wants it."""

import re
import time

from django.test import Client

from kinline.apps.people.models import Account

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Where allauth keeps who gave which proof in this session.
RECORDS, WHOSE = "account_authentication_methods", "account_authentication_methods_user"


def signed_in(account: Account, *, code_given: bool = False) -> Client:
    """A browser signed in with a password; `code_given`: and with a code, as staff must."""
    client = Client()
    client.force_login(account, backend=BACKEND)
    session = client.session
    records = [{"method": "password", "at": time.time()}]
    if code_given:
        records.append({"method": "mfa", "type": "totp", "at": time.time()})
    session[RECORDS], session[WHOSE] = records, str(account.pk)
    session.save()
    return client


def staff(account: Account) -> Client:
    """A member of staff at work: password and code."""
    return signed_in(account, code_given=True)


def bare(page: str) -> str:
    """A page without what differs from one request to the next: tokens, and its own address."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    return re.sub(r'name="next" value="[^"]*"', "", page)
