"""Texts by SMS, whole: somebody inside writes, a telephone shows it, and its reply is a text."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from kinline.apps.messaging.models import Message
from kinline.apps.notices import actions
from kinline.apps.notices.models import Consent, SmsLine
from kinline.apps.notices.sms import hearing, queue
from kinline.apps.notices.sms.port import Received
from kinline.apps.people.models import Contact
from kinline.core.message.states import State
from kinline.core.message.terms import Direction, Service
from kinline.core.review.terms import Mode, Outcome
from kinline.doors import bridge
from tests.apps.messaging.writing import looks_at, settled, write
from tests.cast import Town
from tests.plugins.telephones import Telephones


@pytest.fixture
def texted(town: Town, now: datetime, telephones: Telephones) -> Town:
    """Odette agreed to texts and notices by SMS."""
    for purpose in ("notices", "texts"):
        Consent.objects.create(
            e164=town.numbers.odette,
            owner=town.odette.pk,
            purpose=purpose,
            proof="start_and_yes",
            agreed_at=now,
        )
    looks_at(town, "ma-bristol", Mode.SAMPLE, now, percent=1)
    return town


def goes_out(now: datetime) -> None:
    actions.send_due(now=now)
    queue.send_due(now=now)


def replies(town: Town, words: str, now: datetime, **more: Any) -> None:
    ours = SmsLine.objects.get(person=town.julian.pk).ours
    facts: dict[str, Any] = {"id": str(uuid4()), "media": 0} | more
    hearing.take(
        Received(facts["id"], town.numbers.odette, ours, words, facts["media"], now), now=now
    )
    bridge.take_in(now=now)


def test_there_and_back(texted: Town, now: datetime, telephones: Telephones) -> None:
    write(texted.julian, texted.odette, "I ate well today.", now, service=Service.TEXT)
    goes_out(now)
    hello, text = telephones.texts(texted.numbers.odette)  # and no notice besides
    assert "Julian" in hello
    assert text == "I ate well today."
    for _ in range(2):  # the same webhook twice
        replies(texted, "Good! What was it?", now, id="once")
    reply = Message.objects.get(direction=Direction.IN)
    assert (reply.text, reply.service) == ("Good! What was it?", Service.TEXT)
    assert (reply.thread.person, reply.thread.contact) == (texted.julian, texted.odette)
    assert reply.state == State.DELIVERED


def test_an_emessage_is_told_of_and_never_carried(
    texted: Town, now: datetime, telephones: Telephones
) -> None:
    write(texted.julian, texted.odette, "A long letter about the garden.", now)
    goes_out(now)
    (text,) = telephones.texts(texted.numbers.odette)
    assert text.startswith("Kinline: You have a new message.")


def test_what_is_held_for_review_goes_nowhere_before_it_is_let_through(
    texted: Town, now: datetime, telephones: Telephones
) -> None:
    looks_at(texted, "ma-bristol", Mode.HOLD, now + timedelta(seconds=1))
    at = now + timedelta(minutes=1)
    held = write(texted.julian, texted.odette, "Wait for me.", at, service=Service.TEXT)
    goes_out(at)
    assert telephones.texts() == []
    settled(held.id, Outcome.APPROVED, at)
    goes_out(at + timedelta(seconds=32))
    assert telephones.texts(texted.numbers.odette)[-1] == "Wait for me."
    replies(texted, "I do.", at + timedelta(minutes=2))
    reply = Message.objects.get(direction=Direction.IN)
    assert reply.state == State.WAITING


def test_a_reply_that_may_not_be_sent_is_answered_without_saying_why(
    texted: Town, now: datetime, telephones: Telephones
) -> None:
    write(texted.julian, texted.odette, "Hi.", now, service=Service.TEXT)
    goes_out(now)
    replies(texted, "x" * 1600, now)  # longer than a text may be
    goes_out(now)
    assert "could not be sent" in telephones.texts(texted.numbers.odette)[-1]
    assert not Message.objects.filter(direction=Direction.IN).exists()


def test_it_is_answered_in_her_language_whatever_the_worker_spoke_before(
    texted: Town, now: datetime, telephones: Telephones
) -> None:
    Contact.objects.filter(pk=texted.odette.pk).update(language="es")
    write(texted.julian, texted.odette, "Hi.", now, service=Service.TEXT)
    goes_out(now)
    with translation.override("en"):
        replies(texted, "x" * 1600, now)
    goes_out(now)
    assert "no se pudo enviar" in telephones.texts(texted.numbers.odette)[-1]


def test_after_stop_texts_stay_on_the_page(
    texted: Town, now: datetime, telephones: Telephones
) -> None:
    write(texted.julian, texted.odette, "Hi.", now, service=Service.TEXT)
    replies(texted, "STOP", now)
    write(texted.julian, texted.odette, "Are you there?", now, service=Service.TEXT)
    goes_out(now)
    assert telephones.texts() == []
    assert Message.objects.filter(state=State.DELIVERED).count() == 2
