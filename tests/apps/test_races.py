"""Two at once, with real commits: the database decides, and the loser gets an answer."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from django.db import connection

from kinline.apps.audit import actions as audit
from kinline.apps.audit.models import Line
from kinline.apps.calls.actions import sweep
from kinline.apps.calls.actions.authorize import authorize
from kinline.apps.calls.actions.finish import ended
from kinline.apps.calls.actions.progress import progress
from kinline.apps.calls.models import Call, CallRecord, CallStep
from kinline.apps.charging.models import Charge
from kinline.apps.errors import Refused
from kinline.apps.facilities.actions import stations
from kinline.apps.people.actions import blocks
from kinline.apps.people.models import Block
from kinline.apps.recordings.models import Recording
from kinline.core.call.states import EndReason, State
from kinline.core.control import Progress, Step
from tests.apps.story import ENGINE, Story, codes, dial, permit, request
from tests.cast import Town

Answer = TypeVar("Answer")
TIMES = 8


def at_once(*acts: Callable[[], Answer]) -> list[Answer | Exception]:
    """Run all acts in threads that start together; each has its own connection."""
    gate = threading.Barrier(len(acts))
    answers: list[Answer | Exception] = []

    def run(act: Callable[[], Answer]) -> None:
        gate.wait()
        try:
            answers.append(act())
        except Exception as fault:
            answers.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_two_dials_of_one_person_make_one_call_and_one_refusal(
    committed_town: Town, now: datetime
) -> None:
    town = committed_town
    julian, tablet = town.julian, town.tablet()
    for turn in range(TIMES):
        at = now + timedelta(minutes=turn)
        asked = [
            request(julian, number, tablet, key=f"turn-{turn}-{number}")
            for number in (town.numbers.odette, town.numbers.priya)
        ]
        replies = at_once(*(partial(authorize, one, now=at) for one in asked))
        allowed = [reply for reply in replies if getattr(reply, "permit", None)]
        refused = [reply for reply in replies if not getattr(reply, "permit", None)]
        assert len(allowed) == len(refused) == 1, replies
        assert codes(refused[0]) == ["call.already_on_a_call"]  # type: ignore[arg-type]
        Story(allowed[0].call).end(EndReason.HUNG_UP_INSIDE, at)  # type: ignore[union-attr]
    assert Call.objects.filter(state=State.REFUSED).count() == TIMES
    assert Line.objects.filter(act="call.refused").count() == TIMES


def test_the_same_dial_twice_at_once_is_one_call_with_one_reply(
    committed_town: Town, now: datetime
) -> None:
    town = committed_town
    julian, tablet = town.julian, town.tablet()
    for turn in range(TIMES):
        asked = request(julian, town.numbers.odette, tablet, key=f"turn-{turn}")
        replies = at_once(*[partial(authorize, asked, now=now)] * 2)
        assert replies[0] == replies[1]
        Story(permit(replies[0]).call).end(EndReason.HUNG_UP_INSIDE, now)  # type: ignore[arg-type]
    assert Call.objects.count() == Recording.objects.count() == TIMES


def talking(town: Town, now: datetime) -> Story:
    story = Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call)
    story.talk_from(now)
    return story


def test_the_same_end_four_times_at_once_is_booked_once(
    committed_town: Town, now: datetime
) -> None:
    for turn in range(TIMES):
        story = talking(committed_town, now)
        end = story.ended(EndReason.TIME_UP, now + timedelta(minutes=1), 60)
        acks = at_once(*[partial(ended, end, now=now)] * 4)
        assert [ack.known for ack in acks] == [True] * 4, acks  # type: ignore[union-attr]
        assert CallRecord.objects.count() == Charge.objects.count() == turn + 1
    assert CallStep.objects.filter(kind="ended").count() == TIMES


def test_an_end_and_a_lease_at_once_write_one_record(committed_town: Town, now: datetime) -> None:
    for turn in range(TIMES):
        story = talking(committed_town, now)
        end = story.ended(EndReason.TIME_UP, now + timedelta(seconds=50), 50)
        later = now + timedelta(seconds=60)
        answers = at_once(partial(ended, end, now=later), partial(sweep.sweep, now=later))
        assert not [one for one in answers if isinstance(one, Exception)], answers
        assert story.row.state == State.ENDED
        assert CallRecord.objects.count() == turn + 1


def test_a_step_twice_at_once_is_stored_once(committed_town: Town, now: datetime) -> None:
    reply = dial(committed_town.julian, committed_town.numbers.odette, committed_town.tablet(), now)
    for seq in range(1, TIMES + 1):
        event = Progress(reply.call, seq, ENGINE, "boot-1", Step.LINE_LOST, now)
        acks = at_once(*[partial(progress, event, now=now)] * 3)
        assert [ack.known for ack in acks] == [True] * 3, acks  # type: ignore[union-attr]
    assert CallStep.objects.count() == TIMES


def test_two_devices_with_one_code_are_not_both_enrolled(
    committed_town: Town, now: datetime
) -> None:
    town = committed_town
    for _ in range(TIMES):
        made = stations.make_code(
            facility_id=town.julian.facility_id,
            station_id=town.tablet().pk,
            by=town.account("ines").pk,
            now=now,
        )
        answers = at_once(*[partial(stations.enrol, code=made.code, now=now)] * 2)
        assert sorted(isinstance(one, Refused) for one in answers) == [False, True], answers


def test_two_sealers_leave_one_whole_chain(committed_town: Town, now: datetime) -> None:
    for _ in range(4):
        for _ in range(30):
            audit.write(now=now, actor=audit.KINLINE, act="test", subject=audit.Named("call", "c"))
        at_once(*[partial(audit.seal, batch=20)] * 2)
    while audit.seal():
        pass
    assert audit.verify() is None


def test_a_block_from_two_pages_at_once_is_one_block(committed_town: Town, now: datetime) -> None:
    contact, person = committed_town.odette.pk, committed_town.julian.pk
    answers = at_once(
        *[partial(blocks.block_person, contact_id=contact, person_id=person, now=now)] * 4
    )
    assert len(set(map(str, answers))) == Block.objects.count() == 1


def test_what_a_race_left_behind_is_put_back_for_the_next_test(committed_town: Town) -> None:
    assert not Call.objects.exists()
    assert committed_town.julian.facility.place == "ma-bristol"
