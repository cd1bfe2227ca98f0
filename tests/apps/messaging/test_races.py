"""Two at once over one message, with real commits."""

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from kinline.apps.errors import Refused
from kinline.apps.ledger.queries import balance
from kinline.apps.messaging.actions import attaching, drafts, send, settle
from kinline.apps.messaging.actions.withdraw import withdraw
from kinline.apps.messaging.models import Attachment, Draft, Message, Thread
from kinline.apps.notices.models import Note
from kinline.apps.people.actions import controls
from kinline.apps.people.actions.controls import NewControl
from kinline.core.message.terms import Service
from kinline.core.policy.controls import Kind, Level, Talk
from kinline.core.review.terms import Outcome
from tests.apps.messaging.test_price import stamps
from tests.apps.messaging.writing import by, decide, thread, write
from tests.apps.money import even
from tests.apps.test_races import at_once
from tests.cast import Town

TIMES = 3


def test_the_same_form_at_once_is_one_message_and_one_stamp(
    committed_town: Town, now: datetime
) -> None:
    carmen, tomas = committed_town.carmen, committed_town.tomas
    stock = stamps(carmen, 10, now, tomas.facility.agency.code)
    where = thread(tomas, carmen, now)
    words = partial(
        send.send_words, by=by(carmen), thread_id=where, service=Service.EMESSAGE, words="Once."
    )
    for turn in range(1, TIMES + 1):
        one = partial(words, key=uuid4(), now=now)
        answers = at_once(one, one, one)
        assert len({getattr(answer, "id", answer) for answer in answers}) == 1
        assert Message.objects.count() == turn
        assert balance(account=stock).posted == 10 - turn


def test_two_letters_at_once_and_one_stamp(committed_town: Town, now: datetime) -> None:
    carmen, tomas = committed_town.carmen, committed_town.tomas
    stock = stamps(carmen, 1, now, tomas.facility.agency.code)
    thread(tomas, carmen, now)
    answers = at_once(
        lambda: write(carmen, tomas, "First.", now), lambda: write(carmen, tomas, "Second.", now)
    )
    assert sum(isinstance(one, Refused) for one in answers) == 1
    assert (Message.objects.count(), balance(account=stock).posted) == (1, 0)
    assert even()


def test_withdrawn_and_taken_up_at_once_it_is_one_of_the_two(
    committed_town: Town, now: datetime
) -> None:
    carmen, tomas = committed_town.carmen, committed_town.tomas
    stock = stamps(carmen, TIMES, now, tomas.facility.agency.code)
    later = now + timedelta(seconds=31)
    delivered = 0
    for _ in range(TIMES):
        sent = write(carmen, tomas, "Wait.", now)
        decide(sent.id, Outcome.APPROVED, now)
        at_once(
            partial(withdraw, by=by(carmen), message_id=sent.id, now=later),
            partial(settle.settle_due, now=later),
            partial(settle.settle_due, now=later),
        )
        row = Message.objects.get(pk=sent.id)
        assert row.state in {"delivered", "withdrawn"}
        arrived = Note.objects.filter(key=f"message.arrived:{row.pk}").count()
        assert arrived == (row.state == "delivered")
        delivered += arrived
    assert balance(account=stock).posted == TIMES - delivered
    assert even()


def test_a_photo_that_comes_as_the_letter_is_sent_goes_along_or_leaves_nothing(
    committed_town: Town, now: datetime, tmp_path: Path
) -> None:
    odette, julian = committed_town.odette, committed_town.julian
    Image.new("RGB", (60, 40), "teal").save(tmp_path / "photo.png")
    draft = drafts.begin(by=by(odette), thread_id=thread(julian, odette, now), now=now)
    answers = at_once(
        partial(send.send, by=by(odette), key=draft.key, text="Go.", now=now),
        partial(
            attaching.attach_photo,
            by=by(odette),
            key=draft.key,
            source=tmp_path / "photo.png",
            now=now,
        ),
    )
    row = Message.objects.get()
    attached = not isinstance(answers[1], Exception)
    assert row.parts.count() == Attachment.objects.count() == attached
    assert not Draft.objects.exists()


def test_a_thread_that_both_begin_is_one(committed_town: Town, now: datetime) -> None:
    odette, julian = committed_town.odette, committed_town.julian
    Thread.objects.filter(person=julian).delete()
    hers = partial(drafts.open_thread, by=by(odette), other=julian.pk, now=now)
    his = partial(drafts.open_thread, by=by(julian), other=odette.pk, now=now)
    answers = at_once(hers, his, hers, his)
    assert {str(one) for one in answers} == {str(Thread.objects.get().pk)}


QUOTAS = {Kind.MESSAGES_DAY: 1, Kind.MESSAGES_WEEK: 1, Kind.GAP: 60}


@pytest.mark.parametrize("kind", list(QUOTAS))
def test_the_last_message_that_a_control_leaves_is_nobodys_twice(
    committed_town: Town, now: datetime, kind: Kind
) -> None:
    """Four at once, from inside and then from outside: one goes, and three hear why."""
    julian, odette = committed_town.julian, committed_town.odette
    control = NewControl(
        Level.PERSON, kind, julian.number, QUOTAS[kind], why="Two fights.", talk=Talk.MESSAGES
    )
    ines = committed_town.staff("ines")
    controls.put(staff=ines, place="ma-bristol", new=control, now=now)
    thread(julian, odette, now)
    for writer, to in ((julian, odette), (odette, julian)):
        for turn in range(TIMES):
            at = now + timedelta(days=7 * turn)
            answers = at_once(*[partial(write, writer, to, "Now.", at) for _ in range(4)])
            refused = [one for one in answers if isinstance(one, Refused)]
            assert (len(answers), len(refused)) == (4, 3), answers
            assert {one.code for no in refused for one in no.refusals} == {f"control.{kind}"}
    assert Message.objects.count() == 2 * TIMES
