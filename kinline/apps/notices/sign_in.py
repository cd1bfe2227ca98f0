"""Letters about signing in: a code that proves an address, or that there is an account already.

They go to whoever typed the address, who may be anybody: no name, and nothing about anyone.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from kinline.apps.notices import mail
from kinline.apps.notices.mail import Letter
from kinline.apps.notices.outbox import Closed
from kinline.apps.notices.sms import queue, setup

log = logging.getLogger(__name__)
KIND = "sign_in.letter"
# Told to what signed in until now, or to the other of the two where one was added.
CHANGES = frozenset({"email_changed", "phone_changed", "email_added", "phone_added"})


def words(facts: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body, in the language that is active. `what`: code, again, exists, or one of
    CHANGES.
    """
    code, address = facts.get("code", ""), settings.WEB_URL.rstrip("/")
    if facts["what"] in CHANGES:
        return gettext("Your sign-in was changed"), "\n\n".join(changed(facts["what"]))
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


def changed(what: str) -> tuple[str, str]:
    """What was changed, and what to do if it was somebody else."""
    address = settings.WEB_URL.rstrip("/")
    said = {
        "email_changed": gettext("Your Kinline account has another email now, not this one."),
        "phone_changed": gettext("Your Kinline account has another phone number now, not this."),
        "email_added": gettext("An email was added to your Kinline account."),
        "phone_added": gettext("A phone number was added to your Kinline account."),
    }
    do = gettext(
        "Was it not you? Sign in at %(address)s/sign-in/ if you still can, give it a new password, "
        "and tell the facility."
    ) % {"address": address}
    return said[what], do


def short(facts: Mapping[str, str]) -> str:
    """The same in one text message."""
    if facts["what"] in CHANGES:
        return " ".join(changed(facts["what"]))
    if facts["what"] == "exists":
        return gettext(
            "Kinline: this number can sign in already, at %(address)s/sign-in/ . If you did not "
            "ask, do nothing."
        ) % {"address": settings.WEB_URL.rstrip("/")}
    return gettext("Kinline: your code is %(code)s. Give it to nobody.") % {"code": facts["code"]}


def letter(facts: Mapping[str, str]) -> Letter:
    """The same as a letter, in its reader's language."""
    with translation.override(facts["language"]):
        return Letter(*words(facts))


def by_mail(*, email: str, what: str, code: str, language: str, now: datetime) -> None:
    """Write such a letter into the outbox, in the caller's transaction."""
    from kinline.apps.notices.actions import post

    facts = {"email": email, "what": what, "code": code, "language": language}
    post(key=f"{KIND}:{uuid4()}", kind=KIND, facts=facts, now=now)


def by_sms(*, phone: str, what: str, code: str, language: str, now: datetime) -> None:
    """The same to a telephone number (E.164), by the queue of text messages.

    A telephone that asked for silence, or that had enough for a day, gets none; nobody is told.
    """
    with translation.override(language):
        text = short({"what": what, "code": code})
    try:
        queue.add(key=f"sign_in:{uuid4()}", e164=phone, text=text, purpose=queue.PROOF, now=now)
    except Closed as no:
        log.info("code not sent", extra={"reason": no.reason})


def mail_is_set() -> bool:
    """Whether anything carries letters here."""
    return mail.is_set()


def mail_goes_out() -> bool:
    """Whether letters also leave this machine: a demo's lie in a folder."""
    return mail.is_set() and settings.MAIL_BY != "file"


def sms_is_set() -> bool:
    """Whether anything carries text messages here."""
    return setup.is_set()
