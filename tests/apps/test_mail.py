"""Letters: two forms, one click to stop, and addresses that do not work."""

import hashlib
import hmac
import json
import time
from datetime import datetime
from typing import Any

import pytest
from django.core import mail as mailbox
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from kinline.apps.notices import actions, choices, mail
from kinline.apps.notices.kinds import Channel, Group
from kinline.apps.notices.models import DeadMailbox, Outgoing
from tests.cast import Town
from tests.doors import people

SIGNING = "made-up-signing-key"


@pytest.fixture
def letter(town: Town, now: datetime, settings: Any) -> EmailMultiAlternatives:
    """Carmen, who reads Spanish, has a new message."""
    settings.EMAIL_HOST = "mail.example"
    write(town, now, "first")
    (found,) = mailbox.outbox
    assert isinstance(found, EmailMultiAlternatives)
    return found


def write(town: Town, now: datetime, key: str, kind: str = "message.arrived") -> None:
    actions.note(key=key, owner_kind="contact", owner=town.carmen.pk, kind=kind, facts={}, now=now)
    actions.send_due(now=now)


def stop_address(letter: EmailMultiAlternatives) -> str:
    return letter.extra_headers["List-Unsubscribe"].strip("<>").split("8700", 1)[1]


def test_plain_and_simple_html_in_the_readers_language(letter: EmailMultiAlternatives) -> None:
    assert letter.to == ["carmen@example.org"]
    assert letter.subject == "Tiene un mensaje nuevo"
    ((html, kind),) = letter.alternatives
    assert kind == "text/html"
    assert '<html lang="es">' in html
    for said in ("Tiene un mensaje nuevo", "/unsubscribe/"):
        assert said in letter.body
        assert said in html
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_click_without_a_sign_in_stops_this_kind_alone(
    letter: EmailMultiAlternatives, town: Town, now: datetime
) -> None:
    stranger = Client(enforce_csrf_checks=True)
    address = stop_address(letter)
    assert stranger.get(address).status_code == 200
    assert choices.wants(owner=town.carmen.pk, group=Group.MESSAGES, channel=Channel.EMAIL)
    for _ in range(2):
        done = stranger.post(address, {"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
    write(town, now, "second")
    assert len(mailbox.outbox) == 1
    write(town, now, "third", kind="link.asked")
    assert len(mailbox.outbox) == 2


@pytest.mark.parametrize("spoil", [lambda word: word[:-3] + "abc", lambda word: "x", str.upper])
def test_a_link_that_we_did_not_sign_leads_nowhere(
    letter: EmailMultiAlternatives, town: Town, spoil: Any
) -> None:
    word = stop_address(letter).strip("/").split("/")[-1]
    stranger = Client()
    for answer in (stranger.get, stranger.post):
        assert answer(f"/unsubscribe/{spoil(word)}/").status_code == 404
    assert choices.wants(owner=town.carmen.pk, group=Group.MESSAGES, channel=Channel.EMAIL)


def test_the_same_letter_has_the_same_id(
    letter: EmailMultiAlternatives, town: Town, now: datetime
) -> None:
    """Killed after sending and before marking: sent again, and a mailbox can tell."""
    Outgoing.objects.update(sent_at=None)
    actions.send_due(now=now)
    _first, again = mailbox.outbox
    assert again.extra_headers["Message-ID"] == letter.extra_headers["Message-ID"]


# --- what a provider tells --------------------------------------------------------------------


@pytest.fixture
def mailgun(settings: Any) -> Client:
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING}
    return Client(enforce_csrf_checks=True)


def told(client: Client, event: dict[str, Any], key: str = SIGNING) -> int:
    """As Mailgun tells it, signed as Mailgun signs."""
    stamp, token = str(int(time.time())), "0123456789" * 5
    signed = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    whole = {
        "signature": {"timestamp": stamp, "token": token, "signature": signed},
        "event-data": {"timestamp": time.time(), "id": "made-up", **event},
    }
    answer = client.post(
        "/api/mail/mailgun/tracking/", json.dumps(whole), content_type="application/json"
    )
    return answer.status_code


GONE = {
    "event": "failed",
    "severity": "permanent",
    "reason": "bounce",
    "recipient": "Carmen@Example.org",
    "delivery-status": {"code": 550, "message": "no such mailbox"},
}
FULL = {**GONE, "severity": "temporary"}
SPAM = {"event": "complained", "recipient": "carmen@example.org"}


@pytest.mark.parametrize(("event", "dead"), [(GONE, True), (FULL, False), (SPAM, True)])
def test_an_address_that_refuses_for_good_is_written_to_no_more(
    letter: EmailMultiAlternatives,
    mailgun: Client,
    town: Town,
    now: datetime,
    event: dict[str, Any],
    dead: bool,
) -> None:
    assert [told(mailgun, event), told(mailgun, event)] == [200, 200]
    assert DeadMailbox.objects.count() == int(dead)
    write(town, now, "second")
    assert len(mailbox.outbox) == (1 if dead else 2)
    page = people.outside(town.carmen).get("/portal/settings/notices/").text
    assert ("Este correo no funciona" in page) is dead
    if dead:
        people.outside(town.carmen).post("/portal/settings/notices/mailbox")
        write(town, now, "third")
        assert len(mailbox.outbox) == 2
        assert mail.dead_since("carmen@example.org") is None


def test_whoever_does_not_sign_is_not_believed(mailgun: Client, db: None) -> None:
    assert told(mailgun, GONE, key="a guess") == 400
    assert not DeadMailbox.objects.exists()
