"""Promises kept by the database itself, whoever writes: tried with plain SQL-shaped updates.

What is refused is an IntegrityError on both databases; no test reads its words.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from kinline.apps.audit.models import Line
from kinline.apps.calls.models import Call, CallRecord, CallStep
from kinline.apps.charging.models import Charge, ChargeLine
from kinline.apps.people.models import Block
from kinline.apps.recordings.models import Listening, Recording, Track
from tests.apps.story import Story, dial, permit, talked
from tests.cast import Town


def refused(act: Callable[[], object]) -> None:
    """The act fails, and what was there before is there still."""
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


@pytest.fixture
def recorded(town: Town, now: datetime) -> Call:
    return talked(town.julian, town.numbers.odette, town.tablet(), now, 65).row


@pytest.fixture
def private(town: Town, now: datetime) -> Call:
    return talked(town.julian, town.numbers.priya, town.tablet(), now, 65).row


def recording(call: object, now: datetime, town: Town) -> Recording:
    return Recording(
        call=call,
        facility=town.julian.facility,
        folder=uuid4().hex,
        wrapped_key="x",
        key_name="agency-ma-bristol",
        granted_at=now,
    )


def test_a_private_call_cannot_have_a_recording(private: Call, town: Town, now: datetime) -> None:
    refused(lambda: recording(private.pk, now, town).save())
    assert not Recording.objects.exists()


def test_nor_can_a_call_that_nobody_knows(town: Town, now: datetime) -> None:
    refused(lambda: recording(uuid4(), now, town).save())


def test_a_recorded_call_can(town: Town, now: datetime) -> None:
    call = Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call).row
    assert Recording.objects.filter(call=call.pk).count() == 1


def test_private_cannot_be_cleared(private: Call) -> None:
    refused(lambda: Call.objects.filter(pk=private.pk).update(private=False))
    assert Call.objects.get(pk=private.pk).private


def test_a_call_with_a_recording_cannot_be_called_private_afterwards(recorded: Call) -> None:
    refused(lambda: Call.objects.filter(pk=recorded.pk).update(private=True))


def test_a_recording_cannot_be_moved_to_another_call(recorded: Call, private: Call) -> None:
    refused(lambda: Recording.objects.filter(call=recorded.pk).update(call=private.pk))


def test_a_track_cannot_be_changed_once_told(recorded: Call) -> None:
    row = Recording.objects.get(call=recorded.pk)
    Track.objects.create(
        recording=row, side="inside", path="p", seconds=1, chunks=1, sha256="0" * 64
    )
    refused(lambda: Track.objects.update(seconds=2))


def test_a_track_of_a_private_call_is_refused_even_if_a_recording_had_slipped_through(
    recorded: Call,
) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE calls_call DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER calls_call_recorded_is_not_private")
    Call.objects.filter(pk=recorded.pk).update(private=True)
    row = Recording.objects.get(call=recorded.pk)
    track = Track(recording=row, side="inside", path="p", seconds=1, chunks=1, sha256="0" * 64)
    refused(lambda: track.save(force_insert=True))


def test_a_deleted_recording_cannot_keep_its_key(recorded: Call, now: datetime) -> None:
    rows = Recording.objects.filter(call=recorded.pk)
    refused(lambda: rows.update(deleted_at=now))
    assert rows.update(deleted_at=now, wrapped_key="") == 1


def test_nobody_listens_without_a_purpose(recorded: Call, now: datetime) -> None:
    row = Recording.objects.get(call=recorded.pk)
    listening = Listening(recording=row, account=uuid4(), purpose="", began_at=now)
    refused(lambda: listening.save())


@pytest.mark.parametrize("model", [CallRecord, CallStep, Charge, ChargeLine])
def test_what_is_written_once_is_neither_changed_nor_deleted(
    recorded: Call, model: type[CallRecord | CallStep | Charge | ChargeLine]
) -> None:
    table = model._meta.db_table
    column = {CallRecord: "talk_seconds", CallStep: "seq", Charge: "consumer_cents"}.get(
        model, "position"
    )
    before = model.objects.count()
    assert before
    refused(lambda: model.objects.update(**{column: 7}))
    refused(lambda: run(f"DELETE FROM {table}"))
    assert model.objects.count() == before


def test_a_call_is_never_deleted(recorded: Call) -> None:
    refused(lambda: run("DELETE FROM calls_call"))


@pytest.mark.parametrize(
    "table",
    ["audit_line", "charging_charge", "charging_chargeline", "calls_callrecord", "calls_callstep"],
)
def test_postgresql_does_not_empty_the_books_either(recorded: Call, table: str) -> None:
    if connection.vendor != "postgresql":
        # SQLite has no TRUNCATE; its DELETE without WHERE runs the triggers, tried above.
        refused(lambda: run(f"DELETE FROM {table}"))
        return
    run("SET CONSTRAINTS ALL IMMEDIATE")  # the rows of this very transaction are still checked
    refused(lambda: run(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize("change", [{"act": "x"}, {"purpose": "x"}, {"facts": {"x": 1}}])
def test_an_audit_line_is_never_changed(recorded: Call, change: dict[str, object]) -> None:
    refused(lambda: Line.objects.filter(act="call.ended").update(**change))


def test_an_audit_line_is_never_deleted(recorded: Call) -> None:
    refused(lambda: run("DELETE FROM audit_line"))


def test_an_audit_line_is_sealed_once(recorded: Call) -> None:
    one = Line.objects.filter(act="call.ended")
    assert one.update(position=1, previous_hash="a", hash="b") == 1
    refused(lambda: one.update(position=2, previous_hash="a", hash="c"))
    refused(lambda: one.update(position=None, previous_hash=None, hash=None))


def test_a_seal_cannot_bring_a_change_with_it(recorded: Call) -> None:
    one = Line.objects.filter(act="call.ended")
    refused(lambda: one.update(position=1, previous_hash="a", hash="b", purpose="x"))


def test_half_a_seal_is_no_seal(recorded: Call) -> None:
    refused(lambda: Line.objects.filter(act="call.ended").update(position=1, hash="b"))


def test_two_live_calls_of_one_person_cannot_be_written(town: Town, now: datetime) -> None:
    call = Story(permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call).row
    call.pk, call.key = uuid4(), "another"
    refused(lambda: call.save(force_insert=True))


def test_a_charge_line_is_units_times_price(recorded: Call) -> None:
    line = ChargeLine.objects.get()
    line.pk, line.position, line.cents = uuid4(), 2, 99
    refused(lambda: line.save(force_insert=True))


def test_a_block_names_one_thing(town: Town, now: datetime) -> None:
    nothing = Block(contact=town.odette, made_at=now)
    refused(lambda: nothing.save())
    both = Block(
        contact=town.odette, person=town.julian, facility=town.julian.facility, made_at=now
    )
    refused(lambda: both.save())


def test_every_guard_is_still_there_after_all_migrations(db: None) -> None:
    """A migration that rebuilds a table on SQLite drops its triggers without a word."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")
            assert cursor.fetchone() == (107,)
        else:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
            assert cursor.fetchone() == (110,)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
