"""The books: every entry has two sides, nothing is written twice, and nobody falls below zero."""

import csv
import io
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from kinline.apps.errors import NotFound
from kinline.apps.ledger import export, queries
from kinline.apps.ledger.actions import holds, post
from kinline.apps.ledger.errors import KeyReused, NotEnough
from kinline.apps.ledger.models import Account, Balance, Entry, Hold, Posting
from kinline.core.ledger.chart import House, Piece, held_by, of_house, pieces
from kinline.core.ledger.entry import Entry as Wanted
from kinline.core.ledger.entry import Posting as Move
from kinline.core.ledger.hold import Balance as Has
from kinline.core.transition.words import AccountKind
from tests.apps.books import CARD, REVENUE, call_paid, debit, paid_in, prepaid
from tests.apps.test_races import at_once
from tests.cast import Town

CARMEN = prepaid("carmen")


def has(holder: str = "carmen") -> Has:
    return queries.balance(account=prepaid(holder))


def even() -> None:
    """In each commodity debits and credits are the same, and no balance is astray."""
    sums: dict[str, int] = {}
    for total in queries.trial_balance():
        sums[total.commodity] = sums.get(total.commodity, 0) + total.debits - total.credits
    assert set(sums.values()) <= {0}
    assert queries.astray() == ()


# --- entries ------------------------------------------------------------------------------


def test_carmen_pays_in_and_a_call_is_paid_from_it(town: Town, now: datetime) -> None:
    post.post(entry=paid_in("carmen", 2500, now), now=now)
    post.post(entry=call_paid("carmen", 180, now), now=now)
    assert has() == Has(posted=2320, held=0)
    assert queries.balance(account=prepaid("odette")) == Has(0, 0)
    changes = [(row.what, row.change, row.after) for row in queries.statement(code=CARMEN.code)]
    assert sorted(changes) == [("call", -180, 2320), ("funding", 2500, 2500)]
    even()


def test_a_key_posts_once(town: Town, now: datetime) -> None:
    entry = paid_in("carmen", 500, now, key="funding:card-7")
    first = post.post(entry=entry, now=now)
    later = now + timedelta(minutes=3)
    assert post.post(entry=entry, now=later) == first
    assert has().posted == 500
    with pytest.raises(KeyReused):
        post.post(entry=paid_in("carmen", 501, now, key="funding:card-7"), now=later)
    with pytest.raises(KeyReused):
        post.post_all(entries=[call_paid("carmen", 1, now, "x")] * 2, now=now)


def test_nobody_falls_below_zero_and_nothing_of_such_a_batch_is_written(
    town: Town, now: datetime
) -> None:
    post.post(entry=paid_in("carmen", 100, now), now=now)
    good, bad = call_paid("carmen", 60, now, "call:good"), call_paid("carmen", 41, now, "call:bad")
    with pytest.raises(NotEnough) as short:
        post.post_all(entries=[good, bad], now=now)
    assert (short.value.account, short.value.free, short.value.wanted) == (CARMEN.code, 100, 101)
    with pytest.raises(NotEnough) as never:
        post.post(entry=call_paid("odette", 1, now), now=now)
    assert (never.value.free, never.value.wanted) == (0, 1)
    assert has().posted == 100
    assert not queries.posted(keys=["call:good", "call:bad"])
    even()


def test_a_repeated_batch_writes_what_is_missing(town: Town, now: datetime) -> None:
    entries = [paid_in("carmen", n, now, f"funding:{n}") for n in range(1, 6)]
    post.post_all(entries=entries[:3], now=now)
    ids = post.post_all(entries=entries, now=now)
    assert len(set(ids)) == 5
    assert has().posted == 15
    assert Entry.objects.count() == 5


def test_an_entry_may_fill_an_account_and_take_from_it(town: Town, now: datetime) -> None:
    through = Wanted(
        "through", now, "call",
        (Move(CARMEN, REVENUE, 30), Move(CARD, CARMEN, 30)),
    )  # fmt: skip
    post.post(entry=through, now=now)
    assert has().posted == 0
    assert post.post(entry=through, now=now)


def test_what_is_wrong_is_undone_by_an_entry_of_its_own(town: Town, now: datetime) -> None:
    post.post(entry=paid_in("carmen", 2500, now, "funding:a"), now=now)
    undo = {"of": "funding:a", "now": now, "by": "rae"}
    post.reverse(key="undo:a", why="Charged to the wrong card", **undo)  # type: ignore[arg-type]
    post.reverse(key="undo:a", why="Charged to the wrong card", **undo)  # type: ignore[arg-type]
    assert has().posted == 0
    with pytest.raises(KeyReused):
        post.reverse(key="undo:b", why="Again", **undo)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="reason"):
        post.reverse(key="undo:c", why=" ", **undo)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        post.reverse(key="undo:d", of="nothing", why="Why", now=now)
    assert Entry.objects.get(key="undo:a").reverses == Entry.objects.get(key="funding:a")
    even()


def test_what_was_spent_cannot_be_taken_back(town: Town, now: datetime) -> None:
    post.post(entry=paid_in("carmen", 100, now, "funding:a"), now=now)
    post.post(entry=call_paid("carmen", 60, now), now=now)
    with pytest.raises(NotEnough):
        post.reverse(key="undo:a", of="funding:a", why="Disputed", now=now)
    assert has().posted == 40


def test_stamps_of_one_agency_are_none_of_another_and_no_dollars(town: Town, now: datetime) -> None:
    bristol = held_by(AccountKind.STAMPS, "odette", agency="ma-bristol")
    essex = held_by(AccountKind.STAMPS, "odette", agency="ma-essex")
    sold = of_house(House.SOLD, commodity=pieces(Piece.STAMP, "ma-bristol"))
    post.post(entry=Wanted("book", now, "sale", (Move(sold, bristol, 20),)), now=now)
    assert queries.balance(account=bristol).posted == 20
    with pytest.raises(ValueError, match="counted differently"):
        Move(bristol, essex, 1)
    with pytest.raises(ValueError, match="counted differently"):
        Move(bristol, prepaid("odette"), 1)
    even()


# --- holds --------------------------------------------------------------------------------


def test_a_call_sets_aside_what_it_may_cost_and_pays_what_it_did(town: Town, now: datetime) -> None:
    post.post(entry=paid_in("carmen", 200, now), now=now)
    for _ in range(2):
        holds.set_aside(key="call:1", account=CARMEN, amount=180, now=now)
    assert has() == Has(posted=200, held=180)
    with pytest.raises(NotEnough) as short:
        holds.set_aside(key="call:2", account=CARMEN, amount=21, now=now)
    assert (short.value.free, short.value.wanted) == (20, 21)
    paid = call_paid("carmen", 36, now, "call:1")
    for _ in range(2):
        holds.settle(key="call:1", entry=paid, now=now)
    assert has() == Has(posted=164, held=0)
    even()


def test_what_is_set_aside_is_not_spent_twice(town: Town, now: datetime) -> None:
    post.post(entry=paid_in("carmen", 200, now), now=now)
    holds.set_aside(key="call:1", account=CARMEN, amount=180, now=now)
    with pytest.raises(NotEnough) as short:
        post.post(entry=call_paid("carmen", 21, now), now=now)
    assert short.value.free == 20
    post.post(entry=call_paid("carmen", 20, now), now=now)
    assert has() == Has(posted=180, held=180)


def test_what_nothing_came_of_is_free_again(town: Town, now: datetime) -> None:
    post.post(entry=paid_in("carmen", 200, now), now=now)
    end = now + timedelta(minutes=15)
    holds.set_aside(key="call:1", account=CARMEN, amount=180, now=now, until=end)
    holds.set_aside(key="call:2", account=CARMEN, amount=10, now=now)
    assert holds.let_go_overdue(now=end - timedelta(seconds=1)) == 0
    assert holds.let_go_overdue(now=end) == 1
    assert holds.let_go(key="call:2", now=end)
    assert not holds.let_go(key="call:2", now=end)
    assert has() == Has(posted=200, held=0)
    with pytest.raises(KeyReused):
        holds.settle(key="call:1", entry=call_paid("carmen", 5, now), now=end)
    with pytest.raises(NotFound):
        holds.settle(key="call:9", entry=call_paid("carmen", 5, now), now=end)
    assert has().posted == 200
    even()


def test_a_hold_that_cannot_be_settled_stays_open(town: Town, now: datetime) -> None:
    post.post(entry=paid_in("carmen", 100, now), now=now)
    holds.set_aside(key="call:1", account=CARMEN, amount=100, now=now)
    with pytest.raises(NotEnough):
        holds.settle(key="call:1", entry=call_paid("carmen", 101, now), now=now)
    assert has() == Has(posted=100, held=100)
    assert queries.open_holds() == 1


# --- what the database keeps by itself ----------------------------------------------------


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_the_books_are_never_edited(town: Town, now: datetime) -> None:
    post.post(entry=paid_in("carmen", 100, now), now=now)
    holds.set_aside(key="call:1", account=CARMEN, amount=10, now=now)
    holds.let_go(key="call:1", now=now)
    for model, change in [
        (Account, {"kind": "debit"}),
        (Entry, {"why": "nicer"}),
        (Posting, {"amount": 1}),
        (Hold, {"state": "posted"}),
        (Hold, {"amount": 1}),
    ]:
        rows = model.objects.all()  # type: ignore[attr-defined]
        refused(lambda rows=rows, change=change: rows.update(**change))  # type: ignore[misc]
    for model in (Account, Entry, Posting, Hold, Balance):
        rows = model.objects.all()
        refused(lambda rows=rows: rows._raw_delete(rows.db))  # type: ignore[misc]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            refused(lambda: cursor.execute("TRUNCATE ledger_posting CASCADE"))


def test_nor_bent_past_our_code(town: Town, now: datetime) -> None:
    post.post(entry=paid_in("carmen", 100, now), now=now)
    entry = Entry.objects.get()
    card = Account.objects.get(code=CARD.code)
    carmen = Account.objects.get(code=CARMEN.code)
    sold = of_house(House.SOLD, commodity=pieces(Piece.STAMP, "ma-bristol"))
    stamps = held_by(AccountKind.STAMPS, "carmen", agency="ma-bristol")
    post.post(entry=Wanted("book", now, "sale", (Move(sold, stamps, 2),)), now=now)
    other = Account.objects.get(code=stamps.code)
    for debit_, credit, amount in [
        (carmen, card, 101),  # more than she has
        (card, carmen, 0),
        (card, carmen, -5),
        (carmen, carmen, 5),
        (carmen, other, 1),  # dollars into stamps
    ]:
        row = Posting(entry=entry, position=9, debit=debit_, credit=credit, amount=amount)
        refused(row.save)
    refused(Hold(key="h", account=card, amount=5, made_at=now).save)
    refused(Hold(key="h", account=carmen, amount=101, made_at=now).save)
    refused(
        Hold(key="h", account=carmen, amount=5, made_at=now, state="posted", closed_at=now).save
    )
    even()


# --- statements and exports ---------------------------------------------------------------


def test_a_statement_of_some_days_begins_with_what_there_was(town: Town, now: datetime) -> None:
    for days, cents in ((0, 1000), (1, 500), (2, 250)):
        at = now + timedelta(days=days)
        post.post(entry=paid_in("carmen", cents, at, f"funding:{days}"), now=at)
    rows = queries.statement(
        code=CARMEN.code, first=now + timedelta(hours=1), end=now + timedelta(days=2)
    )
    assert [(row.change, row.after) for row in rows] == [(500, 1500)]
    assert queries.statement(code="nobody") == ()
    card = queries.statement(code=CARD.code)
    assert card[-1].after == 1750, "what the provider took grows on the other side"


def test_the_queries_of_a_batch_do_not_grow_with_it(
    town: Town, now: datetime, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    entries = [paid_in(f"holder-{n}", 100, now, f"funding:{n}") for n in range(200)]
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
        post.post_all(entries=entries, now=now)


def some_books(now: datetime) -> None:
    bristol = pieces(Piece.STAMP, "ma-bristol")
    stamps = held_by(AccountKind.STAMPS, "odette", agency="ma-bristol")
    sold = of_house(House.SOLD, commodity=bristol)
    for entry in (
        paid_in("carmen", 2500, now, "funding:1"),
        Wanted("opening:1", now, "opening", (Move(of_house(House.OPENING), debit("tomas"), 1205),)),
        Wanted("sale:1", now, "sale", (Move(sold, stamps, 20),), why='said "please", twice'),
        call_paid("carmen", 36, now + timedelta(days=1), "call:1"),
    ):
        post.post(entry=entry, now=now)
    post.reverse(key="undo:1", of="call:1", why="Bad line", now=now + timedelta(days=2))


def test_the_books_as_csv(town: Town, now: datetime) -> None:
    some_books(now)
    out = io.StringIO()
    assert export.to_csv(queries.lines(), out) == 5
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert tuple(rows[0]) == export.COLUMNS
    assert sum(int(row["amount"]) for row in rows if row["commodity"] == "usd") == 3777
    last = list(csv.DictReader(io.StringIO(out.getvalue())))[-1]
    assert (last["key"], last["why"]) == ("undo:1", "Bad line")


def test_beancount_accepts_the_books(town: Town, now: datetime, tmp_path: Path) -> None:
    some_books(now)
    books = tmp_path / "books.beancount"
    with books.open("w") as out:
        assert export.to_beancount(queries.lines(), out) == 5
        day = (now + timedelta(days=3)).date()
        # What beancount reckons must be what our balances say.
        out.write(f"{day} balance {export.account(CARMEN.code)}  -25.00 USD\n")
        out.write(f"{day} balance {export.account(debit('tomas').code)}  -12.05 USD\n")
    check = [Path(sys.executable).parent / "bean-check", books]
    ran = subprocess.run(check, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    books.write_text(books.read_text().replace("  -25.00 USD", "  -25.01 USD", 1))
    assert subprocess.run(check, capture_output=True, check=False).returncode != 0


# --- many at once -------------------------------------------------------------------------


def test_fifty_writers_at_once(committed_town: Town, now: datetime) -> None:
    """Ten keys, each posted by five writers; and more taken at once than there is."""
    post.post(entry=paid_in("carmen", 300, now, "funding:0"), now=now)

    def calls(key: int) -> object:
        return post.post(entry=call_paid("carmen", 100, now, f"call:{key}"), now=now)

    answers = at_once(*(lambda key=key: calls(key) for key in range(10) for _ in range(5)))
    short = [one for one in answers if isinstance(one, NotEnough)]
    assert len({one for one in answers if not isinstance(one, Exception)}) == 3
    assert len(answers) - len(short) == 15, "each of the three is told to all five who asked"
    assert has() == Has(0, 0)
    even()


def test_two_batches_that_touch_the_same_accounts_do_not_block_each_other(
    committed_town: Town, now: datetime
) -> None:
    holders = [f"holder-{n}" for n in range(20)]

    def batch(name: str, order: list[str]) -> object:
        entries = [paid_in(one, 5, now, f"{name}:{one}") for one in order]
        return post.post_all(entries=entries, now=now)

    answers = at_once(
        *(
            lambda n=n: batch(f"b{n}", holders if n % 2 else holders[::-1])  # type: ignore[misc]
            for n in range(8)
        )
    )
    assert not [one for one in answers if isinstance(one, Exception)]
    assert {queries.balance(account=prepaid(one)).posted for one in holders} == {40}
    even()
