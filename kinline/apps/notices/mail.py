"""Letters by email: composed once, for whoever carries them, with a way to stop them.

Unsubscribing with one click and without a sign-in: RFC 8058.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from kinline.apps.errors import NotFound
from kinline.apps.ids import as_uuid
from kinline.apps.notices import choices, reach, words
from kinline.apps.notices.kinds import Channel, Group, group_of
from kinline.apps.notices.models import DeadMailbox
from kinline.apps.notices.outbox import Closed

SALT = "kinline.notices.unsubscribe"


@dataclass(frozen=True, slots=True)
class Letter:
    """Words of one letter, in its reader's language. Addresses in `body` become links."""

    subject: str
    body: str


def is_set() -> bool:
    """Whether anything carries mail here."""
    return bool(settings.EMAIL_HOST or settings.MAIL_BY)


def send(letter: Letter, *, key: str, kind: str, to: str, language: str) -> None:
    """Hand one letter over. Raises Closed where it must not go, and what a carrier may raise.

    The same `key` gives the same Message-ID, so that a mailbox can tell a letter that a crash
    had sent twice.
    """
    if not is_set():
        raise Closed("no mail server is set")
    if dead_since(to) is not None:
        raise Closed("the address does not work")
    owner, group = reach.owner_of(to), group_of(kind)
    stop = ""
    if owner is not None and group is not None:
        if not choices.wants(owner=owner, group=group, channel=Channel.EMAIL):
            raise Closed("not wanted by email")
        stop = words.address(f"/unsubscribe/{token(owner, group)}/")
    with translation.override(language):
        _message(letter, key=key, to=to, language=language, stop=stop).send()


def _message(
    letter: Letter, *, key: str, to: str, language: str, stop: str
) -> EmailMultiAlternatives:
    choose = words.address("/portal/settings/notices/")
    facts = {"subject": letter.subject, "body": letter.body, "language": language}
    html = render_to_string("notices/letter.html", {**facts, "stop": stop, "choose": choose})
    text = letter.body
    if stop:
        foot = gettext(
            "Choose what is sent to you: %(choose)s\nStop letters of this kind: %(stop)s"
        )
        text += "\n\n-- \n" + foot % {"choose": choose, "stop": stop}
    host = urlsplit(settings.WEB_URL).hostname or "localhost"
    headers = {"Message-ID": f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"}
    headers["Auto-Submitted"] = "auto-generated"
    if stop:
        headers["List-Unsubscribe"] = f"<{stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(letter.subject, text, None, [to], headers=headers)
    message.attach_alternative(html, "text/html")
    return message


def general(kind: str) -> Letter:
    """The letter for a kind that has none of its own: that there is something, and where."""
    said = words.line(kind)
    address = words.address(words.page(kind))
    return Letter(said.rstrip("."), f"{said}\n\n" + gettext("Open Kinline: ") + address)


# --- stopping by one click -----------------------------------------------------------------


def token(owner: UUID, group: Group) -> str:
    """What lets whoever holds the letter stop letters of this group to this contact; no more."""
    facts = {"o": str(owner), "g": str(group)}
    return signing.dumps(facts, key=settings.KEYRING("unsubscribe"), salt=SALT)


def read_token(word: str) -> tuple[UUID, Group]:
    """Whose letters of which group. Raises NotFound for what we did not sign."""
    try:
        facts = signing.loads(word, key=settings.KEYRING("unsubscribe"), salt=SALT)
        owner = as_uuid(facts["o"])
        if owner is None:
            raise NotFound
        return owner, Group(facts["g"])
    except (signing.BadSignature, KeyError, TypeError, ValueError) as wrong:
        raise NotFound from wrong


@transaction.atomic
def unsubscribe(*, word: str, now: datetime) -> Group:
    """Stop letters of one group to one contact. Raises NotFound."""
    owner, group = read_token(word)
    choices.choose(owner=owner, wishes={(Channel.EMAIL, group): False}, now=now)
    return group


# --- addresses that do not work ------------------------------------------------------------


def dead_since(email: str) -> datetime | None:
    """Since when mail to this address comes back; None: it does not."""
    rows = DeadMailbox.objects.filter(email__iexact=email, lifted_at=None)
    return rows.values_list("at", flat=True).first()


def bury(*, email: str, because: str, now: datetime) -> None:
    """Mail to this address came back, or its owner called it spam: nothing is sent there."""
    try:
        with transaction.atomic():
            DeadMailbox.objects.create(email=email.lower(), because=because, at=now)
    except IntegrityError:
        pass  # told again: the first time counts


def revive(*, email: str, now: datetime) -> bool:
    """Its owner says that the address works: letters are tried again; whether it was dead."""
    rows = DeadMailbox.objects.filter(email__iexact=email, lifted_at=None)
    return rows.update(lifted_at=now) > 0
