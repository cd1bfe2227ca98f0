"""A call on its way and its end: once, in one piece, however often and late it is told."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kinline.apps.audit.models import Line
from kinline.apps.calls.actions.finish import ended
from kinline.apps.calls.actions.progress import progress
from kinline.apps.calls.models import Call, CallRecord, CallStep
from kinline.apps.calls.moves import move
from kinline.apps.calls.queries import portal
from kinline.apps.calls.stored import stored
from kinline.apps.charging.models import Charge, ChargeLine
from kinline.apps.notices import queries as notices
from kinline.apps.notices.models import Note, Outgoing
from kinline.apps.people.models import Block
from kinline.apps.recordings.models import Recording, Track
from kinline.core.call.states import EndReason, Event, Side, State
from kinline.core.control import Ended, Progress, Step, TrackFact
from kinline.core.ids import CallId
from kinline.core.rating.book import RuleBook
from tests.apps.story import ENGINE, Story, codes, dial, permit, talked
from tests.cast import Town


@pytest.fixture
def story(town: Town, now: datetime) -> Story:
    """Julian's call to Odette, just authorized."""
    return Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call)


def test_each_step_moves_the_call_and_keeps_its_moment(story: Story, now: datetime) -> None:
    story.talk_from(now + timedelta(seconds=10))
    row = story.row
    assert row.state == State.TALKING
    assert row.rang_at == now + timedelta(seconds=5)
    assert row.answered_at == now + timedelta(seconds=7)
    assert row.accepted_at == now + timedelta(seconds=10)


def test_the_same_step_three_times_is_one_step(story: Story, now: datetime) -> None:
    event = story.step(Step.RANG, now)
    for _ in range(2):
        assert progress(event, now=now + timedelta(seconds=9)).known
    assert CallStep.objects.count() == 1
    assert story.row.rang_at == now


def test_a_step_that_comes_too_late_is_kept_and_not_obeyed(story: Story, now: datetime) -> None:
    story.talk_from(now)
    late = Progress(story.call, 99, ENGINE, story.boot, Step.RANG, now + timedelta(minutes=1))
    progress(late, now=now + timedelta(minutes=1))
    assert story.row.state == State.TALKING
    assert not CallStep.objects.get(seq=99).obeyed


@pytest.mark.parametrize("step", [Step.WARNED, Step.LINE_LOST, Step.LINE_BACK])
def test_what_moves_nothing_is_written_down_all_the_same(
    story: Story, now: datetime, step: Step
) -> None:
    story.talk_from(now)
    story.step(step, now + timedelta(seconds=30))
    assert story.row.state == State.TALKING
    assert CallStep.objects.filter(kind=step, obeyed=True).count() == 1


@pytest.mark.parametrize("call", ["", "nonsense", "00000000-0000-4000-8000-000000000000"])
def test_a_call_nobody_knows_is_acknowledged_as_unknown(db: None, now: datetime, call: str) -> None:
    step = Progress(CallId(call), 1, ENGINE, "b", Step.RANG, now)
    end = Ended(CallId(call), 2, ENGINE, "b", EndReason.FAULT, now)
    assert not progress(step, now=now).known
    assert not ended(end, now=now).known


# --- the end --------------------------------------------------------------------------


def test_a_bristol_call_costs_nothing_and_names_the_law(town: Town, now: datetime) -> None:
    story = talked(town.julian, town.numbers.odette, town.tablet(), now, seconds=185)
    record = CallRecord.objects.get(call=story.pk)
    assert (record.talk_seconds, record.end_reason) == (185, "hung_up_inside")
    assert (record.place, record.number) == ("ma-bristol", "+16175550142")
    charge = Charge.objects.get(pk=record.charge)
    assert (charge.consumer_cents, charge.agency_cents, charge.minutes) == (0, 40, 4)
    line = ChargeLine.objects.get(charge=charge)
    assert (line.units, line.cents, line.payer) == (4, 40, "agency")
    assert line.citation == "G.L. c. 127, § 87A (St. 2023, c. 64)"


def test_an_example_county_call_is_paid_by_the_started_minute(town: Town, now: datetime) -> None:
    town.has(town.carmen, 5000)
    tablet = town.tablet("nh-example")
    story = talked(town.tomas, town.numbers.carmen, tablet, now, seconds=185)
    charge = Charge.objects.get(key=f"call:{story.pk}")
    assert (charge.consumer_cents, charge.agency_cents) == (48, 0)
    line = ChargeLine.objects.get(charge=charge)
    assert (line.units, line.price_hundredths, line.cents) == (4, 1200, 48)
    assert "fictional" in line.citation


def test_the_same_end_three_times_writes_one_of_everything(story: Story, now: datetime) -> None:
    story.talk_from(now)
    tracks = (TrackFact(Side.INSIDE, "f/inside.1.ktrack", 60, 60, "0" * 64),)
    end = story.ended(EndReason.TIME_UP, now + timedelta(minutes=1), 60, tracks=tracks)
    for late in range(3):
        assert ended(end, now=now + timedelta(minutes=1 + late)).known
    assert CallRecord.objects.count() == 1
    assert Charge.objects.count() == ChargeLine.objects.count() == 1
    assert Track.objects.count() == 1
    assert CallStep.objects.filter(kind="ended").count() == 1
    assert Line.objects.filter(act="call.ended").count() == 1


def test_a_second_end_with_another_reason_is_kept_and_changes_nothing(
    story: Story, now: datetime
) -> None:
    story.talk_from(now)
    story.end(EndReason.HUNG_UP_OUTSIDE, now + timedelta(minutes=1), 60)
    story.end(EndReason.TIME_UP, now + timedelta(minutes=2), 50)
    assert story.row.end_reason == EndReason.HUNG_UP_OUTSIDE
    assert CallRecord.objects.get().talk_seconds == 60
    assert not CallStep.objects.get(reason=EndReason.TIME_UP).obeyed
    assert not Line.objects.filter(act="call.late_report").exists()


def test_a_call_nobody_accepted_has_a_record_and_no_charge(story: Story, now: datetime) -> None:
    story.step(Step.RANG, now)
    story.end(EndReason.DECLINED, now + timedelta(seconds=4))
    record = CallRecord.objects.get(call=story.pk)
    assert (record.talk_seconds, record.charge, record.accepted_at) == (0, None, None)
    assert not Charge.objects.exists()


def test_the_recording_is_kept_from_its_end_for_as_long_as_the_facility_keeps(
    story: Story, town: Town, now: datetime
) -> None:
    story.talk_from(now)
    tracks = tuple(TrackFact(side, f"f/{side}.1.ktrack", 60, 60, "0" * 64) for side in Side)
    end = story.ended(EndReason.TIME_UP, now + timedelta(minutes=1), 60, tracks=tracks)
    ended(end, now=now + timedelta(minutes=1))
    recording = Recording.objects.get(call=story.pk)
    assert recording.ended_at == now + timedelta(minutes=1)
    assert recording.keep_until == (now + timedelta(days=180)).date()
    assert {track.side for track in recording.tracks.all()} == {"inside", "outside"}


def test_an_end_without_the_steps_before_it_still_counts_the_talk(
    story: Story, now: datetime
) -> None:
    story.end(EndReason.HUNG_UP_INSIDE, now + timedelta(seconds=130), 120)
    assert story.row.accepted_at == now + timedelta(seconds=10)
    assert ChargeLine.objects.get().units == 2


# --- what follows ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (EndReason.NO_ANSWER, True),
        (EndReason.HUNG_UP_INSIDE, True),
        (EndReason.DECLINED, False),
        (EndReason.STAFF, False),
    ],
)
def test_a_contact_is_told_of_a_call_they_missed_and_of_no_other(
    story: Story, town: Town, now: datetime, reason: EndReason, told: bool
) -> None:
    story.step(Step.RANG, now)
    story.end(reason, now + timedelta(seconds=45))
    story.end(reason, now + timedelta(seconds=46))
    notes = notices.notes(owner_kind="contact", owner=town.odette.pk)
    assert [note.kind for note in notes] == (["call.missed"] if told else [])
    sent = Counter(Outgoing.objects.values_list("kind", flat=True))
    assert sent == ({"call.missed": 1, "told": 1} if told else {}), "a letter, and other ways"


def test_the_missed_call_note_says_who_called_and_from_where(
    story: Story, town: Town, now: datetime
) -> None:
    story.step(Step.RANG, now)
    story.end(EndReason.NO_ANSWER, now + timedelta(seconds=45))
    (note,) = notices.notes(owner_kind="contact", owner=town.odette.pk)
    assert note.facts["person_name"] == "Julian Marrow"
    assert note.facts["place"] == "ma-bristol"
    assert not notices.notes(owner_kind="contact", owner=town.grace.pk)


def test_key_nine_blocks_the_caller_and_the_next_dial_is_refused(
    story: Story, town: Town, now: datetime
) -> None:
    story.step(Step.RANG, now)
    story.step(Step.ANSWERED, now)
    story.end(EndReason.BLOCKED, now + timedelta(seconds=4))
    block = Block.objects.get(contact=town.odette)
    assert block.person_id == town.julian.pk
    again = dial(town.julian, town.numbers.odette, town.tablet(), now + timedelta(minutes=1))
    assert codes(again) == ["call.blocked"]
    assert portal.one(contact_id=town.odette.pk, call_id=story.pk).blocked_person


def test_a_blocked_call_is_no_missed_call(story: Story, now: datetime) -> None:
    story.step(Step.RANG, now)
    story.step(Step.ANSWERED, now)
    story.end(EndReason.BLOCKED, now + timedelta(seconds=4))
    assert not Note.objects.exists()


def test_whoever_hung_up_may_dial_again(story: Story, town: Town, now: datetime) -> None:
    story.end(EndReason.HUNG_UP_INSIDE, now + timedelta(seconds=3))
    assert dial(town.julian, town.numbers.odette, town.tablet(), now).permit


def test_a_private_call_ends_without_anything_to_keep(town: Town, now: datetime) -> None:
    story = Story(permit(dial(town.julian, town.numbers.priya, town.tablet(), now)).call)
    story.talk_from(now)
    story.end(EndReason.HUNG_UP_OUTSIDE, now + timedelta(minutes=5), 300)
    assert CallRecord.objects.get(call=story.pk).private
    assert not Recording.objects.exists()


def test_when_the_book_loses_its_price_while_they_talk_the_end_is_kept_and_not_called_free(
    story: Story, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.talk_from(now)
    monkeypatch.setattr("kinline.apps.charging.actions.book", RuleBook)
    story.end(EndReason.TIME_UP, now + timedelta(minutes=1), 60)
    assert CallRecord.objects.get().charge is None
    assert not Charge.objects.exists()
    assert Line.objects.get(act="call.not_charged").facts == {"seconds": 60}


def test_when_something_fails_at_the_end_nothing_of_it_is_kept(
    story: Story, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.talk_from(now)
    end = story.ended(EndReason.TIME_UP, now + timedelta(minutes=1), 60)

    def fall(**_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("kinline.apps.recordings.actions.grant.book", fall)
    with pytest.raises(OSError, match="disk"):
        ended(end, now=now + timedelta(minutes=1))
    assert story.row.state == State.TALKING
    assert not CallRecord.objects.exists()
    assert not Charge.objects.exists()
    monkeypatch.undo()
    assert ended(end, now=now + timedelta(minutes=2)).known
    assert Call.objects.get(pk=story.pk).state == State.ENDED
    assert CallRecord.objects.count() == Charge.objects.count() == 1


def test_a_call_that_is_stored_is_the_one_the_orm_reads_with_its_facility(
    story: Story, now: datetime
) -> None:
    """Of every kind of column, and with one question."""
    story.talk_from(now)
    plain = Call.objects.select_related("facility").get(pk=story.pk)
    with CaptureQueriesContext(connection) as asked:
        found = stored(story.pk)
        assert found is not None
        assert found.facility.name
    assert len(asked) == 1
    for row, other in ((found, plain), (found.facility, plain.facility)):
        fields = [field.attname for field in row._meta.concrete_fields]
        assert {one: getattr(row, one) for one in fields} == {
            one: getattr(other, one) for one in fields
        }
    assert stored(uuid4()) is None


def test_a_move_is_made_to_the_row_in_hand_as_to_the_one_stored(
    story: Story, now: datetime
) -> None:
    row = story.row
    assert move(row, Event.RANG, columns={"rang_at": now}).obeyed
    assert (row.state, row.rang_at) == (story.row.state, story.row.rang_at) == ("ringing", now)
    assert not move(row, Event.RANG, columns={"rang_at": now + timedelta(hours=1)}).obeyed
    assert row.rang_at == now
