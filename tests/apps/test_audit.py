"""The audit log: one line an act, sealed in a chain that shows every later change."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from kinline.apps import sql
from kinline.apps.audit import actions as audit
from kinline.apps.audit import queries
from kinline.apps.audit.models import Line
from kinline.apps.people.queries import audit_names
from tests.apps.story import talked
from tests.cast import Town


@pytest.fixture
def lines(db: None, now: datetime) -> list[Line]:
    for number in range(5):
        audit.write(
            now=now + timedelta(seconds=number),
            actor=audit.Named("account", str(number)),
            act="test.done",
            subject=audit.Named("call", "c"),
            facility="ma-bristol",
            purpose="añadir – “quotes”",
            facts={"b": number, "a": None},
        )
    return list(Line.objects.filter(act="test.done"))


def test_sealing_goes_in_order_and_then_has_nothing_left(lines: list[Line]) -> None:
    assert audit.seal(batch=3) == 3
    assert audit.seal(batch=3) == 2
    assert audit.seal() == 0
    positions = Line.objects.order_by("id").values_list("position", flat=True)
    assert list(positions) == [1, 2, 3, 4, 5]
    assert audit.verify() is None


def test_a_line_that_commits_late_joins_the_chain_at_its_end(
    lines: list[Line], now: datetime
) -> None:
    """Its id is smaller than that of a sealed line: transactions need not commit in order."""
    first, *rest = lines
    previous = audit.BEGINNING
    for position, line in enumerate(rest, start=1):
        sealed = audit.line_hash(line, position, previous)
        row = Line.objects.filter(pk=line.pk)
        row.update(position=position, previous_hash=previous, hash=sealed)
        previous = sealed
    assert audit.seal() == 1
    assert Line.objects.get(pk=first.pk).position == 5
    assert audit.verify() is None


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE audit_line SET purpose = 'x' WHERE position = 3", 3),
        ("UPDATE audit_line SET at = '2020-01-01 00:00:00+00:00' WHERE position = 2", 2),
        ("UPDATE audit_line SET actor = '9' WHERE position = 1", 1),
        ("DELETE FROM audit_line WHERE position = 4", 4),
        ("UPDATE audit_line SET position = position + 10 WHERE position = 5", 5),
    ],
)
def test_whoever_goes_round_the_triggers_is_found_by_the_chain(
    lines: list[Line], tampering: str, found: int
) -> None:
    audit.seal()
    without_triggers(tampering)
    broken = audit.verify()
    assert broken is not None
    assert broken.position == found


def test_staff_see_the_lines_of_their_own_places_with_names(town: Town, now: datetime) -> None:
    talked(town.julian, town.numbers.odette, town.tablet(), now, 60)
    talked(town.wendell, town.numbers.grace, town.tablet("ma-suffolk"), now, 60)
    seen = queries.lines(places={"ma-bristol"})
    assert {line.facility for line in seen.items} == {"ma-bristol"}
    names = audit_names(seen.items)
    assert names[("person", str(town.julian.pk))] == "Julian Marrow"
    assert not queries.lines(places=()).items


def test_the_log_can_be_searched_by_act_and_by_day_on_the_facilitys_wall(
    lines: list[Line], now: datetime
) -> None:
    def found(**wanted: object) -> int:
        chosen = queries.AuditFilter(zone="America/New_York", **wanted)  # type: ignore[arg-type]
        return len(queries.lines(places=["ma-bristol"], filter=chosen).items)

    day = now.date()
    assert found(act="test.done", day=day) == 5
    assert found(act="other") == 0
    assert found(act="test.done", day=day - timedelta(days=1)) == 0
    assert found(act="test.done", actor="3") == 1


def test_the_seal_state_counts_what_waits(lines: list[Line]) -> None:
    audit.seal(batch=2)
    state = queries.seal_state()
    assert (state.sealed, state.waiting) == (2, 3)
    assert state.last_at == lines[-1].at


def without_triggers(statement: str) -> None:
    """As somebody could who has the database's own password."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_line DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER audit_line_no_update")
            cursor.execute("DROP TRIGGER audit_line_no_delete")
        cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_line ENABLE TRIGGER USER")
    sql.run("audit", "append_only", connection)
