"""Prepared queries answer as the plain ones do, on either database, with whatever is bound."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest
from django.test.utils import CaptureQueriesContext

from kinline.apps.facilities.models import CallingRule, Facility
from kinline.apps.ledger.models import Entry
from kinline.apps.notices.models import Note
from kinline.apps.people.models import AllowedNumber, Person
from kinline.apps.prepared import Prepared, row_of
from kinline.apps.prepared_writes import Insert, Update
from tests.cast import Town


def rules(facility: UUID, day: date, place: str) -> QuerySet[CallingRule, Any]:
    """Every kind of value, in filter and subquery, and every kind of column that needs reading."""
    others = Facility.objects.filter(place=place, pk=OuterRef("facility"))
    in_force = Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gt=day))
    rows = CallingRule.objects.filter(in_force, facility=facility)
    return rows.annotate(here=Exists(others), seconds=F("max_call_seconds")).values_list(
        "pk", "from_on", "until_on", "opens_at", "offered", "set_at", "here", "seconds"
    )


PREPARED = Prepared(rules, facility=UUID, day=date, place=str)


@pytest.mark.parametrize("place", ["ma-bristol", "ma-essex", "nowhere"])
@pytest.mark.parametrize("days", [-1000, 0, 1])
def test_a_prepared_query_answers_as_the_plain_one(
    town: Town, now: datetime, place: str, days: int
) -> None:
    facility, day = town.julian.facility_id, now.date() + timedelta(days=days)
    CallingRule.objects.filter(facility=facility).update(until_on=now.date() + timedelta(days=1))
    values: dict[str, Any] = {"facility": facility, "day": day, "place": place}
    assert [tuple(row) for row in PREPARED(**values)] == list(rules(**values))


def test_its_values_have_their_types(town: Town, now: datetime) -> None:
    (row,) = PREPARED(facility=town.julian.facility_id, day=now.date(), place="ma-bristol")
    assert isinstance(row[0], UUID)
    assert row[1:6] == [date(2024, 1, 1), None, time(0, 0), True, now]
    assert row[6] is True


def test_nothing_found_is_an_empty_list(town: Town, now: datetime) -> None:
    assert PREPARED(facility=uuid4(), day=now.date(), place="x") == []


def test_it_is_one_query_each_time(town: Town, now: datetime) -> None:
    facility = town.julian.facility_id
    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            PREPARED(facility=facility, day=now.date(), place="x")
    assert len(queries) == 3


def test_moments_and_numbers_are_values_too(town: Town, now: datetime) -> None:
    def lately(since: datetime, most: int) -> QuerySet[CallingRule, Any]:
        rows = CallingRule.objects.filter(set_at__gte=since, max_call_seconds__lte=most)
        return rows.order_by("pk").values_list("pk", "set_at")

    prepared = Prepared(lately, since=datetime, most=int)
    for since in (now, now + timedelta(microseconds=1), now - timedelta(days=9)):
        for most in (0, 899, 900, 10_000):
            found = [tuple(row) for row in prepared(since=since, most=most)]
            assert found == list(lately(since, most))
    assert prepared(since=now, most=10_000)
    assert not prepared(since=now + timedelta(microseconds=1), most=10_000)


def test_a_value_that_looks_like_sql_is_only_a_value(town: Town) -> None:
    by_name = Prepared(
        lambda name: Person.objects.filter(family_name=name).values_list("pk"), name=str
    )
    assert by_name(name="Marrow") == [[town.julian.pk]]
    assert by_name(name="x' OR '1'='1") == []
    assert by_name(name="%s") == []


def test_a_value_that_is_used_nowhere_is_a_mistake(db: None) -> None:
    forgetful = Prepared(lambda person: AllowedNumber.objects.values_list("pk"), person=UUID)
    with pytest.raises(ValueError, match="person"):
        forgetful(person=uuid4())


def shown(town: Town, **columns: Any) -> Note:
    """A note with a value of every kind."""
    facts = {"name": "José", "n": ["1", "2"]}
    named: dict[str, Any] = {"key": "note:1", "owner_kind": "person", "owner": str(town.julian.pk)}
    return Note(**named | {"kind": "message.arrived", "facts": facts} | columns)


def stored(key: str) -> dict[str, Any]:
    """All columns of a note but its id, as the ORM reads them."""
    row = Note.objects.values().get(key=key)
    del row["id"], row["key"]
    return row


def test_a_prepared_insert_writes_what_the_orm_would(town: Town, now: datetime) -> None:
    shown(town, key="note:orm", at=now).save(force_insert=True)
    Insert(Note)(shown(town, key="note:prepared", at=now))
    assert stored("note:prepared") == stored("note:orm")


def test_a_prepared_insert_raises_for_a_second_row_unless_once_is_enough(
    town: Town, now: datetime
) -> None:
    write = Insert(Note)
    write(shown(town, at=now))
    with pytest.raises(IntegrityError), transaction.atomic():
        write(shown(town, at=now))
    once = Insert(Note, once=True)
    assert not once(shown(town, kind="another", at=now))
    assert once(shown(town, key="note:2", at=now))
    assert Note.objects.get(key="note:1").kind == "message.arrived"


@pytest.mark.parametrize("once", [False, True], ids=["new", "once"])
def test_a_key_that_the_database_makes_is_told(town: Town, now: datetime, once: bool) -> None:
    row = Entry(key="entry:1", at=now, what="charge")
    assert Insert(Entry, once=once)(row)
    assert Entry.objects.get(key="entry:1").pk == row.pk


def test_a_row_made_of_columns_is_the_one_the_orm_reads(town: Town, now: datetime) -> None:
    columns = [field.attname for field in Person._meta.concrete_fields]
    (values,) = Person.objects.filter(pk=town.julian.pk).values_list(*columns)
    row, plain = row_of(Person, columns, values), Person.objects.get(pk=town.julian.pk)
    assert row == plain
    assert [getattr(row, one) for one in columns] == [getattr(plain, one) for one in columns]
    assert row.facility == plain.facility
    row.refresh_from_db()
    row.given_name = "Jules"
    row.save()
    assert Person.objects.get(pk=town.julian.pk).given_name == "Jules"


def test_a_prepared_update_changes_its_rows_and_says_how_many(town: Town, now: datetime) -> None:
    shown(town, at=now).save(force_insert=True)
    read = Update(
        lambda key, at: (
            Note.objects.filter(key=key),
            {"read_at": Greatest(Coalesce(F("read_at"), Value(at)), Value(at))},
        ),
        key=str,
        at=datetime,
    )
    assert (read(key="note:1", at=now), read(key="nobody's", at=now)) == (1, 0)
    read(key="note:1", at=now - timedelta(days=1))
    assert Note.objects.get(key="note:1").read_at == now
