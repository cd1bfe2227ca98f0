"""Signs of life, leases and new boots: an engine's death ends its calls, nothing else does."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kinline.apps.audit.models import Line
from kinline.apps.calls.actions import sweep
from kinline.apps.calls.actions.alive import alive
from kinline.apps.calls.actions.finish import ended
from kinline.apps.calls.actions.progress import progress
from kinline.apps.calls.models import CallRecord, CallStep, Engine, Waiting
from kinline.apps.calls.queries import console
from kinline.apps.recordings.models import Recording
from kinline.core.call.states import EndReason, State
from kinline.core.control import Alive, Ended, Progress, Step
from kinline.core.ids import CallId, ContactId, EngineId
from tests.apps.story import BOOT, ENGINE, Story, dial, permit
from tests.cast import Town


def sign(
    at: datetime,
    *calls: str,
    boot: str = BOOT,
    waiting: tuple[str, ...] = (),
) -> Alive:
    return Alive(ENGINE, boot, at, tuple(map(CallId, calls)), tuple(map(ContactId, waiting)))


@pytest.fixture
def talking(town: Town, now: datetime) -> Story:
    """Julian and Odette have talked since `now`; the engine was heard a minute in."""
    story = Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call)
    alive(sign(now, story.call), now=now)
    story.talk_from(now)
    alive(sign(now, story.call), now=now + timedelta(seconds=60))
    return story


def test_a_call_whose_engine_is_heard_goes_on(talking: Story, now: datetime) -> None:
    sweep.sweep(now=now + timedelta(seconds=79))
    assert talking.row.state == State.TALKING


def test_a_silent_engines_call_ends_with_the_usage_up_to_its_last_sign(
    talking: Story, now: datetime
) -> None:
    sweep.sweep(now=now + timedelta(seconds=81))
    row, record = talking.row, CallRecord.objects.get()
    assert (row.state, row.end_reason) == (State.ENDED, EndReason.ENGINE_LOST)
    assert row.ended_at == now + timedelta(seconds=60)
    assert record.talk_seconds == 60
    assert Recording.objects.get().to_measure


def test_sweeping_again_ends_nothing_twice(talking: Story, now: datetime) -> None:
    for late in (81, 85, 90):
        sweep.sweep(now=now + timedelta(seconds=late))
    assert CallRecord.objects.count() == 1
    assert Line.objects.filter(act="call.ended").count() == 1


def test_a_call_that_never_got_its_reply_ends_too_and_frees_the_person(
    town: Town, now: datetime
) -> None:
    dial(town.julian, town.numbers.odette, town.tablet(), now)
    later = now + timedelta(seconds=30)
    sweep.sweep(now=later)
    assert CallRecord.objects.get().talk_seconds == 0
    assert dial(town.julian, town.numbers.odette, town.tablet(), later).permit


def test_a_new_boot_ends_what_the_old_one_held(talking: Story, now: datetime) -> None:
    alive(sign(now, boot="boot-2"), now=now + timedelta(seconds=63))
    assert talking.row.end_reason == EndReason.ENGINE_LOST
    assert CallRecord.objects.get().talk_seconds == 60
    assert Engine.objects.get().boot == "boot-2"


def test_a_call_begun_under_the_new_boot_is_not_ended_by_its_first_sign(
    talking: Story, town: Town, now: datetime
) -> None:
    tablet = town.tablet("ma-suffolk")
    fresh = dial(town.wendell, town.numbers.grace, tablet, now, boot="boot-2")
    alive(sign(now, boot="boot-2"), now=now + timedelta(seconds=63))
    assert Story(fresh.call).row.state == State.AUTHORIZED
    assert talking.row.state == State.ENDED


def test_another_engines_sign_touches_nothing_here(talking: Story, now: datetime) -> None:
    other = Alive(EngineId("e2"), "boot-9", now)
    alive(other, now=now + timedelta(seconds=70))
    assert talking.row.state == State.TALKING
    assert talking.row.alive_at == now + timedelta(seconds=60)


def test_an_end_after_the_lease_is_stored_and_not_obeyed(
    talking: Story, town: Town, now: datetime
) -> None:
    sweep.sweep(now=now + timedelta(seconds=90))
    late = talking.ended(EndReason.HUNG_UP_OUTSIDE, now + timedelta(seconds=200), 200)
    for _ in range(2):
        ended(late, now=now + timedelta(seconds=210))
    assert talking.row.end_reason == EndReason.ENGINE_LOST
    assert CallRecord.objects.get().talk_seconds == 60
    told = CallStep.objects.get(reason=EndReason.HUNG_UP_OUTSIDE)
    assert (told.obeyed, told.talk_seconds) == (False, 200)


def test_more_talk_than_was_booked_is_told_to_the_audit_and_to_staff_once(
    talking: Story, town: Town, now: datetime
) -> None:
    sweep.sweep(now=now + timedelta(seconds=90))
    late = talking.ended(EndReason.HUNG_UP_OUTSIDE, now + timedelta(seconds=200), 200)
    for _ in range(2):
        ended(late, now=now + timedelta(seconds=210))
    line = Line.objects.get(act="call.late_report")
    assert line.facts == {"booked_seconds": 60, "told_seconds": 200}
    (report,) = console.late_reports(staff=town.staff("sam"))
    assert (report.call, report.booked_seconds, report.told_seconds) == (talking.pk, 60, 200)
    assert not console.late_reports(staff=town.staff("theo"))
    assert console.one(staff=town.staff("sam"), call_id=talking.pk).late_report


def test_a_late_end_that_tells_no_more_is_no_late_report(
    talking: Story, town: Town, now: datetime
) -> None:
    sweep.sweep(now=now + timedelta(seconds=90))
    talking.end(EndReason.HUNG_UP_OUTSIDE, now + timedelta(seconds=100), 59)
    assert not console.late_reports(staff=town.staff("sam"))


def test_a_replayed_step_is_a_sign_of_life_of_its_own_moment(talking: Story, now: datetime) -> None:
    at = now + timedelta(seconds=70)
    progress(
        Progress(talking.call, 50, ENGINE, BOOT, Step.WARNED, at), now=now + timedelta(minutes=9)
    )
    assert talking.row.alive_at == at


def test_an_end_under_another_boot_still_ends_a_call_that_lives(
    talking: Story, now: datetime
) -> None:
    foreign = Ended(talking.call, 1, ENGINE, "boot-7", EndReason.FAULT, now, None, 0)
    ended(foreign, now=now + timedelta(seconds=61))
    # An engine that came back says that it is over: it knows better than a lease.
    assert talking.row.state == State.ENDED


# --- presence -------------------------------------------------------------------------


def test_who_waits_is_known_by_the_engines_signs(town: Town, now: datetime) -> None:
    both = (str(town.odette.pk), str(town.grace.pk))
    alive(sign(now, waiting=both), now=now)
    alive(sign(now, waiting=both[1:]), now=now)
    assert [row.contact_id for row in Waiting.objects.all()] == [town.grace.pk]


def test_an_id_that_is_nobodys_does_not_spoil_the_sign(town: Town, now: datetime) -> None:
    waiting = ("nonsense", str(uuid4()), str(town.odette.pk))
    alive(sign(now, waiting=waiting), now=now)
    assert [row.contact_id for row in Waiting.objects.all()] == [town.odette.pk]


def test_presence_at_a_silent_engine_is_forgotten(town: Town, now: datetime) -> None:
    alive(sign(now, waiting=(str(town.odette.pk),)), now=now)
    assert sweep.clean_presence(now=now + timedelta(seconds=10)) == 0
    assert sweep.clean_presence(now=now + timedelta(seconds=21)) == 1


def test_a_sign_of_life_costs_the_same_however_many_calls_and_pages(
    town: Town, now: datetime
) -> None:
    town.has(town.tomas, 5000)
    calls = [
        dial(town.julian, town.numbers.odette, town.tablet(), now).call,
        dial(town.tomas, town.numbers.carmen, town.tablet("nh-example"), now).call,
        dial(town.wendell, town.numbers.grace, town.tablet("ma-suffolk"), now).call,
    ]
    waiting = tuple(str(c.pk) for c in (town.odette, town.carmen, town.grace))
    alive(sign(now), now=now)
    with CaptureQueriesContext(connection) as few:
        alive(sign(now, calls[0], waiting=waiting[:1]), now=now)
    alive(sign(now), now=now)
    with CaptureQueriesContext(connection) as many:
        alive(sign(now, *calls, waiting=waiting), now=now)
    assert len(many) == len(few) <= 12
