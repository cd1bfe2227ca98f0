"""Texts between somebody inside and a telephone: which of our numbers is whose, and carrying them.

Numbers are pooled. A telephone writes with each person from a number of their own, so that a
reply leads to one person only; two telephones may share a number of ours. A pair keeps its number
for ever: an old thread must not lead to somebody else.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext

from kinline.apps.notices.models import SmsIn, SmsLine
from kinline.apps.notices.outbox import Closed
from kinline.apps.notices.sms import consents, queue, setup


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text from a telephone, for one person inside. `key` makes it once only."""

    key: str
    contact: UUID
    person: UUID
    text: str
    at: datetime


# Takes a text in where texts live; answers with a sentence for the telephone, or with nothing.
Receive = Callable[[Incoming], str]


@transaction.atomic
def carry(
    *,
    key: str,
    contact: UUID,
    person: UUID,
    name: str,
    facility: str,
    text: str,
    language: str,
    photos: int,
    now: datetime,
) -> bool:
    """Send somebody's text to the contact's telephones that agreed; whether there was one.

    The first says who runs this, that staff can read it, and how to stop. What an SMS cannot
    carry is said once. `key` makes each once only; in the caller's transaction.
    """
    carried = False
    for e164 in consents.agreed(owner=contact, purpose=consents.TEXTS):
        line = line_of(e164=e164, contact=contact, person=person, now=now)
        if line is None:
            continue  # no number left: the text is on the page all the same
        with translation.override(language):
            _introduce(line, name, facility, now)
            _say_what_stays(line, photos, now)
        try:
            if text:
                _add(line, f"{key}:{e164}", text, queue.TEXTS, now)
                carried = True
        except Closed:
            continue
    return carried


def line_of(*, e164: str, contact: UUID, person: UUID, now: datetime) -> SmsLine | None:
    """The pair's line, made with the first of our numbers this telephone does not yet know."""
    found = SmsLine.objects.filter(e164=e164, person=person).first()
    if found is not None:
        if found.contact != contact:  # the number is another contact's now
            SmsLine.objects.filter(pk=found.pk).update(contact=contact, introduced_at=None)
            found.refresh_from_db()
        return found
    known = set(SmsLine.objects.filter(e164=e164).values_list("ours", flat=True))
    for ours in setup.for_texts():
        if ours in known:
            continue
        try:
            with transaction.atomic():
                return SmsLine.objects.create(
                    e164=e164, ours=ours, person=person, contact=contact, made_at=now
                )
        except IntegrityError:
            continue  # taken for somebody else a moment ago
    return None


def _introduce(line: SmsLine, name: str, facility: str, now: datetime) -> None:
    if SmsLine.objects.filter(pk=line.pk, introduced_at=None).update(introduced_at=now) != 1:
        return
    text = gettext(
        "Kinline: texts with %(name)s at %(facility)s come from this number. Staff there can read "
        "them. Reply to answer, STOP to end, HELP for help. Message and data rates may apply."
    )
    _quietly(
        line, f"hello:{line.pk}:{line.contact}", text % {"name": name, "facility": facility}, now
    )


def _say_what_stays(line: SmsLine, photos: int, now: datetime) -> None:
    rows = SmsLine.objects.filter(pk=line.pk, told_no_photo_at=None)
    if not photos or rows.update(told_no_photo_at=now) != 1:
        return
    _quietly(line, f"photo:{line.pk}", _no_photos(), now)


def _no_photos() -> str:
    return gettext("Kinline: photos do not travel by SMS. They are on your page, if you sign in.")


def _quietly(line: SmsLine, key: str, text: str, now: datetime) -> None:
    # Where it is closed, what follows is closed for the same reason, and says so.
    with contextlib.suppress(Closed):
        _add(line, key, text, queue.TEXTS, now)


def _add(line: SmsLine, key: str, text: str, purpose: str, now: datetime) -> None:
    queue.add(key=key[:120], e164=line.e164, text=text, purpose=purpose, now=now, sender=line.ours)


def take_in(
    *, receive: Receive, language: Callable[[UUID], str], now: datetime, limit: int = 50
) -> int:
    """Hand waiting texts to where texts live; how many were handed over. For the worker.

    Each in a transaction of its own with the mark that it was taken: killed in between, it is
    handed over again, and its key makes it once.
    """
    taken = 0
    for row in SmsIn.objects.filter(taken_at=None).order_by("at")[:limit]:
        with transaction.atomic():
            taken += _take(row, receive, language, now)
    return taken


def _take(row: SmsIn, receive: Receive, language: Callable[[UUID], str], now: datetime) -> bool:
    line = SmsLine.objects.filter(e164=row.e164, ours=row.sent_to).first()
    if line is None or not consents.holds(e164=row.e164, purpose=consents.TEXTS):
        return _mark(row, "no_line" if line is None else "no_consent", now) and False
    answer = ""
    if row.text.strip():
        incoming = Incoming(f"sms:{row.provider_id}", line.contact, line.person, row.text, row.at)
        answer = receive(incoming)
    if not _mark(row, "refused" if answer else "taken", now):
        return False
    with translation.override(language(line.contact)):
        if answer:
            _quietly(line, f"refused:{row.pk}", answer, now)
        _say_what_stays(line, row.media, now)
    return True


def _mark(row: SmsIn, outcome: str, now: datetime) -> bool:
    waiting = SmsIn.objects.filter(pk=row.pk, taken_at=None)
    return waiting.update(taken_at=now, outcome=outcome, text="") == 1
