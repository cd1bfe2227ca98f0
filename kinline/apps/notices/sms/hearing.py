"""What a telephone sends: orders are obeyed at once, texts wait for the worker to take them in.

Stored once per the provider's id in one transaction with what an order does, so that a webhook
that comes twice does no harm, and one that is answered is never lost.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext

from kinline.apps.notices import reach
from kinline.apps.notices.models import SmsIn
from kinline.apps.notices.outbox import Closed
from kinline.apps.notices.sms import consents, keywords, proving, queue, setup
from kinline.apps.notices.sms.keywords import Order
from kinline.apps.notices.sms.port import Event, Received

log = logging.getLogger(__name__)
# A telephone that sends more is a program; its texts are not taken in, its STOP is.
MOST_AN_HOUR = 200


def hear(*, headers: Mapping[str, str], body: bytes, now: datetime) -> int:
    """Take in one webhook; how many events it held. Raises port.Unsigned."""
    events = setup.provider().hear(headers=headers, body=body, now=now)
    for event in events:
        take(event, now=now)
    return len(events)


def take(event: Event, *, now: datetime) -> None:
    """One event; the same one again changes nothing."""
    if not isinstance(event, Received):
        queue.reported(event)
        return
    try:
        with transaction.atomic():
            row = SmsIn.objects.create(
                provider_id=event.provider_id,
                e164=event.sender,
                sent_to=event.to,
                text=event.text,
                media=event.media,
                at=event.at,
            )
            _obey(row, now)
    except IntegrityError:
        if not SmsIn.objects.filter(provider_id=event.provider_id).exists():
            raise


def _obey(row: SmsIn, now: datetime) -> None:
    order = keywords.read(row.text)
    if row.sent_to not in setup.numbers():
        _taken(row, "not_our_number", now)
        return
    if order is None:
        since = now - timedelta(hours=1)
        if SmsIn.objects.filter(e164=row.e164, at__gt=since).count() > MOST_AN_HOUR:
            _taken(row, "too_many", now)
        return  # a text: the worker takes it in
    what, language, word = order
    if what is Order.STOP:
        consents.stop(e164=row.e164, word=word, now=now)
    elif what is Order.START:
        _start(row, language, now)
    elif what is Order.HELP:
        _answer(row, _help(), language, now)
    elif not proving.say_yes(e164=row.e164, now=now):
        return  # nobody asked: then YES is a text like any other
    else:
        _answer(row, _welcome(), language, now)
    _taken(row, str(what), now)


def _taken(row: SmsIn, outcome: str, now: datetime) -> None:
    SmsIn.objects.filter(pk=row.pk).update(taken_at=now, outcome=outcome, text="")


def _start(row: SmsIn, language: str, now: datetime) -> None:
    """Silence ends; and whoever is known here is asked for the second proof."""
    consents.lift(e164=row.e164, now=now)
    found = reach.at(row.e164)
    if found is None:
        _answer(row, _unknown(), language, now)
        return
    if consents.holds(e164=row.e164, purpose=consents.TEXTS):
        _answer(row, _welcome(), language, now)
        return
    proving.await_yes(e164=row.e164, owner=found.owner, purpose=consents.TEXTS, now=now)
    _answer(row, _ask_yes(), language, now)


def _answer(row: SmsIn, made: dict[str, str], language: str, now: datetime) -> None:
    try:
        queue.add(
            key=f"answer:{row.pk}",
            e164=row.e164,
            text=made[language],
            purpose=queue.ANSWER,
            now=now,
            sender=row.sent_to,
        )
    except Closed as no:
        log.info("sms not answered", extra={"sms": str(row.pk), "reason": no.reason})


def _in_each(say: Callable[[], str]) -> dict[str, str]:
    """A sentence in both languages: the word that came says which is meant, not the account."""
    made = {}
    for language in ("en", "es"):
        with translation.override(language):
            made[language] = say()
    return made


def _help() -> dict[str, str]:
    return _in_each(
        lambda: gettext(
            "Kinline carries texts and notices for people in jails and prisons. Texts are read by "
            "staff. Reply STOP to end, START to begin. Message and data rates may apply."
        )
    )


def _ask_yes() -> dict[str, str]:
    return _in_each(
        lambda: gettext(
            "Kinline: reply YES to get texts from people in jail who have your number. Staff can "
            "read them. Message and data rates may apply. Reply STOP to end, HELP for help."
        )
    )


def _welcome() -> dict[str, str]:
    return _in_each(
        lambda: gettext(
            "Kinline: texts come to this phone now. Each person inside writes from a number of "
            "their own; reply to it. Staff can read them. Reply STOP to end, HELP for help."
        )
    )


def _unknown() -> dict[str, str]:
    return _in_each(
        lambda: gettext(
            "Kinline: this phone is on nobody’s list yet. The person inside can add it. Reply STOP "
            "to end, HELP for help."
        )
    )
