"""A message is sent, looked at or not, and reaches the other side, or is rejected and told why."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from kinline.apps.errors import NotFound, Refused
from kinline.apps.messaging.actions import settle
from kinline.apps.messaging.models import Message
from kinline.apps.messaging.queries.thread import thread
from kinline.apps.messaging.queries.threads import threads, unread
from kinline.apps.notices.models import Note
from kinline.core.message.states import State
from kinline.core.review.terms import Mode, Outcome
from tests.apps.messaging.writing import by, decide, looks_at, settled, write
from tests.cast import Town


def test_without_hold_it_is_there_at_once(town: Town, now: datetime) -> None:
    looks_at(town, "ma-bristol", Mode.SAMPLE, now, percent=1)
    sent = write(town.odette, town.julian, "Hello my son.", now)
    assert sent.state is State.DELIVERED
    [row] = threads(by=by(town.julian)).items
    assert (row.other_name, row.preview, row.unread) == ("Odette Marrow", "Hello my son.", 1)
    [message] = thread(by=by(town.julian), thread_id=sent.thread).messages
    assert (message.text, message.mine, message.cost.free) == ("Hello my son.", False, True)
    assert "c. 127" in message.cost.citation


def test_held_it_is_seen_by_its_writer_alone(town: Town, now: datetime) -> None:
    sent = write(town.odette, town.julian, "Hello my son.", now)
    assert sent.state is State.WAITING
    assert threads(by=by(town.julian)).items == []
    assert unread(by=by(town.julian)) == 0
    [row] = threads(by=by(town.odette)).items
    assert (row.last_state, row.last_mine, row.unread) == (State.WAITING, True, 0)


def test_approved_it_arrives_when_the_decision_cannot_be_undone(town: Town, now: datetime) -> None:
    sent = write(town.odette, town.julian, "Hello my son.", now)
    decide(sent.id, Outcome.APPROVED, now)
    assert settle.settle_due(now=now + timedelta(seconds=29)) == 0
    assert settle.settle_due(now=now + timedelta(seconds=30)) == 1
    assert settle.settle_due(now=now + timedelta(seconds=31)) == 0, "taken up once"
    assert unread(by=by(town.julian)) == 1
    assert Note.objects.filter(kind="message.arrived", owner=str(town.julian.pk)).count() == 1


def test_rejected_both_are_told_and_only_the_writer_reads_it(town: Town, now: datetime) -> None:
    sent = write(town.odette, town.julian, "Hello my son.", now)
    settled(sent.id, Outcome.REJECTED, now, rejected=("text",))
    [his] = thread(by=by(town.julian), thread_id=sent.thread).messages
    [hers] = thread(by=by(town.odette), thread_id=sent.thread).messages
    assert (his.state, his.text, hers.text) == (State.REJECTED, "", "Hello my son.")
    assert his.reason == hers.reason == "weapons"
    assert hers.appeal_until is not None
    assert hers.may_appeal(now + timedelta(days=7))
    assert not hers.may_appeal(now + timedelta(days=8))
    told = Note.objects.filter(kind="message.rejected").values_list("owner_kind", "facts")
    assert {kind for kind, _ in told} == {"person", "contact"}
    assert "Hello" not in str(list(told))


def test_the_same_form_twice_is_one_message(town: Town, now: datetime) -> None:
    key = uuid4()
    first = write(town.odette, town.julian, "Once.", now, key=key)
    again = write(town.odette, town.julian, "Once.", now, key=key)
    assert (first.fresh, again.fresh, first.id == again.id) == (True, False, True)
    assert Message.objects.count() == 1


def test_somebody_elses_key_is_nobodys(town: Town, now: datetime) -> None:
    key = uuid4()
    write(town.odette, town.julian, "Once.", now, key=key)
    with pytest.raises(NotFound):
        write(town.julian, town.odette, "Mine.", now, key=key)


def test_who_is_not_linked_finds_no_thread(town: Town, now: datetime) -> None:
    with pytest.raises(NotFound):
        write(town.carmen, town.julian, "Hello.", now)


@pytest.mark.parametrize(
    ("words", "code"), [("", "message.empty"), ("x" * 20_001, "message.too_long")]
)
def test_what_it_says_can_be_too_little_or_too_much(
    town: Town, now: datetime, words: str, code: str
) -> None:
    with pytest.raises(Refused) as no:
        write(town.odette, town.julian, words, now)
    assert [one.code for one in no.value.refusals] == [code]
    assert not Message.objects.exists()
