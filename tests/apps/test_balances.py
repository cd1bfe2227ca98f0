"""Balances of an old system: tried, brought in whole, and brought in once."""

import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kinline.apps.ledger import queries
from kinline.apps.ledger.actions.importing import Brought, Mistake, bring
from kinline.apps.ledger.models import Entry
from kinline.config import balances, books
from kinline.core.ledger.chart import arrears, held_by
from kinline.core.transition.words import AccountKind
from tests.cast import Town

HEAD = "reference,kind,facility,holder,balance\n"
OLD = HEAD + (
    "AC-1,prepaid_collect,,+1 617 555 0142,2350\n"
    "AC-2,prepaid_collect,,carmen@example.org,-150\n"
    "DB-1,debit,ma-bristol,40-2719,1205\n"
    "CC-1,calling_card,ma-bristol,40-2719,500\n"
    "ST-1,stamps,ma-bristol,odette@example.org,20\n"
    "ST-2,stamps,ma-bristol,40-2719,3\n"
    "TX-1,text_package,ma-suffolk,+16175550163,0\n"
)


def brought(text: str, now: datetime, *, write: bool = True) -> Brought:
    return bring(io.StringIO(text), now=now, write=write)


def has(kind: AccountKind, holder: object, agency: str = "") -> int:
    return queries.balance(account=held_by(kind, str(holder), agency=agency)).posted


def test_everybody_finds_what_they_had(town: Town, now: datetime) -> None:
    found = brought(OLD, now)
    assert (found.lines, found.mistakes, found.written) == (7, (), True)
    assert found.totals == {
        AccountKind.PREPAID_COLLECT: 2200,
        AccountKind.DEBIT: 1205,
        AccountKind.STAMPS: 23,
        AccountKind.TEXT_PACKAGE: 0,
        AccountKind.CALLING_CARD: 500,
    }
    assert has(AccountKind.PREPAID_COLLECT, town.odette.pk) == 2350
    assert has(AccountKind.DEBIT, town.julian.pk) == 1205
    assert has(AccountKind.CALLING_CARD, town.julian.pk) == 500
    assert has(AccountKind.STAMPS, town.odette.pk, "ma-bristol") == 20
    assert has(AccountKind.STAMPS, town.julian.pk, "ma-bristol") == 3
    assert books.check()["even"]


def test_what_is_below_zero_is_owed_and_no_balance(town: Town, now: datetime) -> None:
    found = brought(OLD, now)
    assert found.below_zero == -150
    assert has(AccountKind.PREPAID_COLLECT, town.carmen.pk) == 0
    (owed,) = queries.statement(code=arrears(str(town.carmen.pk)).code)
    assert owed.after == 150


def test_a_trial_writes_nothing_and_a_second_time_writes_nothing_more(
    town: Town, now: datetime
) -> None:
    assert not brought(OLD, now, write=False).written
    assert not Entry.objects.exists()
    brought(OLD, now)
    count = Entry.objects.count()
    again = brought(OLD, now + timedelta(days=1))
    assert (again.there, again.mistakes) == (count, ())
    more = brought(OLD + "DB-2,debit,ma-bristol,40-2719,1\n", now)
    assert (more.there, more.written) == (count, True)
    assert Entry.objects.count() == count + 1
    assert has(AccountKind.DEBIT, town.julian.pk) == 1206


def test_a_line_that_was_brought_in_otherwise_stops_all_of_it(town: Town, now: datetime) -> None:
    brought(OLD, now)
    changed = OLD.replace("1205", "9999") + "DB-2,debit,ma-bristol,40-2719,1\n"
    found = brought(changed, now)
    assert found.mistakes == (Mistake(4, "reference", "DB-1 was brought in before, and otherwise"),)
    assert not found.written
    assert has(AccountKind.DEBIT, town.julian.pk) == 1205


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("A,gold,ma-bristol,40-2719,5", "kind", "is none of"),
        ("A,debit,ma-nowhere,40-2719,5", "facility", "no facility"),
        ("A,debit,,40-2719,5", "facility", "no facility"),
        ("A,prepaid_collect,ma-nowhere,+16175550142,5", "facility", "no facility"),
        ("A,debit,ma-bristol,99-9999,5", "holder", "nobody is known as '99-9999' at ma-bristol"),
        ("A,debit,ma-suffolk,40-2719,5", "holder", "at ma-suffolk"),
        ("A,prepaid_collect,,+16175550199,5", "holder", "nobody is known"),
        ("A,prepaid_collect,,nobody@example.org,5", "holder", "nobody is known"),
        ("A,prepaid_collect,,sam@bristol.example,5", "holder", "nobody is known"),
        ("A,prepaid_collect,,40-2719,5", "holder", "nobody is known"),
        ("A,debit,ma-bristol,,5", "holder", "nobody is named"),
        ("A,debit,ma-bristol,40-2719,5.00", "balance", "no whole number"),
        ("A,debit,ma-bristol,40-2719,", "balance", "no whole number"),
        ("A,debit,ma-bristol,40-2719,-5", "balance", "never below zero"),
        ("A,debit,ma-bristol,40-2719,9999999999999", "balance", "no whole number"),
        (",debit,ma-bristol,40-2719,5", "reference", "1 to 60"),
        ("ST-1,debit,ma-bristol,40-2719,5", "reference", "stands on line 6 too"),
        ("A,debit,ma-bristol,40-2719", "", "5 fields"),
        ("A,debit,ma-bristol,40-2719,5,6", "", "5 fields"),
    ],
)
def test_a_mistake_is_told_by_line_and_nothing_is_written(
    town: Town, now: datetime, line: str, column: str, says: str
) -> None:
    found = brought(f"{OLD}{line}\n", now)
    (mistake,) = found.mistakes
    assert (mistake.line, mistake.column) == (9, column)
    assert says in mistake.says
    assert not Entry.objects.exists()


def test_every_mistake_is_told(town: Town, now: datetime) -> None:
    text = HEAD + "A,gold,,x,1\nB,debit,ma-bristol,40-2719,1\nC,debit,ma-bristol,nobody,1\n"
    assert [one.line for one in brought(text, now).mistakes] == [2, 4]


@pytest.mark.parametrize(
    "text", ["", "name,amount\n", HEAD.upper(), HEAD + '"A,debit\n', "\x00\x01\n"]
)
def test_what_is_no_such_file(town: Town, now: datetime, text: str) -> None:
    assert brought(text, now).mistakes


def test_the_queries_do_not_grow_with_the_file(
    town: Town, now: datetime, django_assert_max_num_queries: Any
) -> None:
    lines = "".join(f"D-{n},debit,ma-bristol,40-2719,{n}\n" for n in range(1, 400))
    with django_assert_max_num_queries(20):
        assert brought(HEAD + lines, now).written


# --- the commands -------------------------------------------------------------------------


def test_the_command_tries_first_and_wants_the_totals_to_agree(
    town: Town, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = tmp_path / "old.csv"
    file.write_text(OLD, encoding="utf-8-sig")  # as spreadsheets write it

    def told(*words: str) -> tuple[int, Any]:
        code = balances.main([str(file), *words])
        return code, json.loads(capsysbinary.readouterr().out or b"null")

    assert told()[1]["written"] is False
    code, answer = told("--write", "--total", "debit=1206")
    assert (code, answer["written"], answer["totals_differ"]) == (1, False, {"debit": 1205})
    code, answer = told("--write", "--total", "debit=1205", "--total", "stamps=23")
    assert (code, answer["written"]) == (0, True)
    assert told("--total", "debit=much") == (2, None)
    file.write_text(OLD + "A,gold,,x,1\n")
    code, answer = told("--write")
    assert (code, answer["mistakes"][0]["line"]) == (1, 9)
    file.unlink()
    assert told() == (2, None)


def test_the_books_can_be_checked_and_written_out(
    town: Town, now: datetime, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    brought(OLD, now)
    assert books.main(["check"]) == 0
    found = json.loads(capsysbinary.readouterr().out)
    assert (found["even"], found["astray"], found["open_holds"]) == (True, [], 0)
    assert set(found["commodities"]) == {"usd", "stamp.ma-bristol"}
    for what in ("csv", "beancount"):
        out = tmp_path / what
        assert books.main([what, str(out)]) == 0
        assert "import" in out.read_text()
        assert books.main([what, str(out)]) == 2, "what is there is never written over"
