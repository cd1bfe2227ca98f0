"""Letters about signing in: a code that proves an address, or that there is an account already.

They go to whoever typed the address, who may be anybody: no name, and nothing about anyone.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext

KIND, SMS_KIND = "sign_in.letter", "sign_in.sms"


def words(facts: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body, in the language that is active. `what`: code, again, or exists."""
    code, address = facts.get("code", ""), settings.WEB_URL.rstrip("/")
    if facts["what"] == "exists":
        return gettext("You can sign in already"), gettext(
            "Somebody, likely you, wanted to sign up with this address. It has a sign-in already: "
            "%(address)s/sign-in/ . If the password is forgotten, ask for a code there. If it was "
            "not you, you need not do anything."
        ) % {"address": address}
    return gettext("Your code"), gettext(
        "Your code for Kinline: %(code)s\n\nType it on the page that asks for it. Give it to "
        "nobody: Kinline never asks for it by phone. If you did not ask for it, you need not do "
        "anything."
    ) % {"code": code}


def short(facts: Mapping[str, str]) -> str:
    """The same in one text message."""
    if facts["what"] == "exists":
        return gettext(
            "Kinline: this number can sign in already, at %(address)s/sign-in/ . If you did not "
            "ask, do nothing."
        ) % {"address": settings.WEB_URL.rstrip("/")}
    return gettext("Kinline: your code is %(code)s. Give it to nobody.") % {"code": facts["code"]}


def send_letter(facts: Mapping[str, str]) -> None:
    """Hand the letter to the mail server."""
    with translation.override(facts["language"]):
        subject, body = words(facts)
        send_mail(subject, body, None, [facts["email"]])


def by_mail(*, email: str, what: str, code: str, language: str, now: datetime) -> None:
    """Write such a letter into the outbox, in the caller's transaction."""
    from kinline.apps.notices.actions import post

    facts = {"email": email, "what": what, "code": code, "language": language}
    post(key=f"{KIND}:{uuid4()}", kind=KIND, facts=facts, now=now)


def by_sms(*, phone: str, what: str, code: str, language: str, now: datetime) -> None:
    """The same to a telephone number (E.164)."""
    from kinline.apps.notices.actions import post

    facts = {"to": phone, "what": what, "code": code, "language": language}
    post(key=f"{SMS_KIND}:{uuid4()}", kind=SMS_KIND, facts=facts, now=now)


def mail_is_set() -> bool:
    """Whether anything carries letters here."""
    return bool(settings.EMAIL_HOST)


def sms_is_set() -> bool:
    """Whether anything carries text messages here."""
    return False
