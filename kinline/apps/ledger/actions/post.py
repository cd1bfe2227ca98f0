"""Post entries, and undo them. A key posts once, whoever tries again and however often."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from kinline.apps.errors import NotFound
from kinline.apps.ledger.actions.opening import opened, read
from kinline.apps.ledger.errors import KeyReused, NotEnough
from kinline.apps.ledger.models import Balance, Entry, Posting
from kinline.apps.parts import MOST, in_parts
from kinline.apps.prepared_writes import Insert
from kinline.core.ledger import chart
from kinline.core.ledger.entry import Entry as Wanted
from kinline.core.ledger.entry import Posting as Move
from kinline.core.ledger.entry import changes, reversal

# Most batches are one entry of one posting, so these are compiled once (see apps.prepared).
_ENTRY, _POSTING = Insert(Entry), Insert(Posting)


def post(*, entry: Wanted, now: datetime, by: str = "") -> int:
    """Write an entry. The same key again: the same entry, and nothing is written.

    Raises NotEnough where it would take more than an account has free, and KeyReused where its
    key stands for another entry.
    """
    return post_all(entries=[entry], now=now, by=by)[0]


def post_all(*, entries: Sequence[Wanted], now: datetime, by: str = "") -> list[int]:
    """Write many entries in one transaction, all or none. Raises as `post` does."""
    wanted = {entry.key: entry for entry in entries}
    if len(wanted) != len(entries):
        raise KeyReused("one key twice in a batch")
    # One alone is tried: mostly it is new, and one that stands is in its own way (see _settled).
    there = _there(wanted) if len(wanted) > 1 else {}
    if fresh := [entry for key, entry in wanted.items() if key not in there]:
        try:
            with transaction.atomic():
                there |= _written(fresh, now, by)
        except IntegrityError as fault:
            there |= _settled(fresh, now, by, fault)
    return [there[entry.key] for entry in entries]


@transaction.atomic
def reverse(*, key: str, of: str, why: str, now: datetime, by: str = "") -> int:
    """Undo the entry posted under `of`, once. Raises NotFound, ValueError without a reason,
    NotEnough where what was given has been spent, and KeyReused if it was undone before."""
    row = Entry.objects.filter(key=of).first()
    if row is None:
        raise NotFound
    undone = reversal(_read(row), key=key, at=now, why=why)
    there = _there({key: undone})
    if key in there:
        return there[key]
    try:
        with transaction.atomic():
            return _written([undone], now, by, reverses=row)[key]
    except IntegrityError as fault:
        if Entry.objects.filter(reverses=row).exists():
            raise KeyReused(f"{of} has been undone before") from None
        raise _too_little([undone]) or fault from None


def _there(wanted: dict[str, Wanted]) -> dict[str, int]:
    """The entries that stand already. Raises KeyReused for a key that stands for another one."""
    rows = {row.key: row for row in _entries(wanted)}
    for key, row in rows.items():
        if _read(row).postings != _ordered(wanted[key].postings) or row.what != wanted[key].what:
            raise KeyReused(f"{key} stands for another entry")
    return {key: row.pk for key, row in rows.items()}


def _entries(keys: Collection[str]) -> list[Entry]:
    found: list[Entry] = []
    for some in in_parts(keys):
        rows = Entry.objects.filter(key__in=some)
        found += rows.prefetch_related("postings__debit", "postings__credit")
    return found


def _written(
    entries: Sequence[Wanted], now: datetime, by: str, reverses: Entry | None = None
) -> dict[str, int]:
    accounts = {code: one for entry in entries for code, one in entry.accounts().items()}
    ids = opened(accounts.values(), now)
    _lock(accounts.values(), ids)
    rows = [
        Entry(
            key=entry.key,
            at=entry.at,
            what=entry.what,
            about=entry.about,
            why=entry.why,
            by=by,
            reverses=reverses,
        )
        for entry in entries
    ]
    if len(rows) == 1:
        _ENTRY(rows[0])
    else:
        Entry.objects.bulk_create(rows, batch_size=MOST)
    postings = [
        Posting(
            entry=row,
            position=position,
            debit_id=ids[move.debit.code],
            credit_id=ids[move.credit.code],
            amount=move.amount,
        )
        for row, entry in zip(rows, entries, strict=True)
        for position, move in enumerate(_ordered(entry.postings), start=1)
    ]
    if len(postings) == 1:
        _POSTING(postings[0])
    else:
        Posting.objects.bulk_create(postings, batch_size=MOST)
    return {row.key: row.pk for row in rows}


def _lock(accounts: Iterable[chart.Account], ids: dict[str, int]) -> None:
    """Take the balances of a batch in one order, so that two batches never wait for each other.

    Correctness does not rest on it: the CHECKs hold without. SQLite has one writer anyway.
    """
    floors = [ids[one.code] for one in accounts if one.floor]
    if len(floors) > 1 and connection.features.has_select_for_update:
        list(Balance.objects.select_for_update().filter(pk__in=floors).order_by("pk"))


def _ordered(moves: Sequence[Move]) -> tuple[Move, ...]:
    """What fills an account first: it may be taken again by the same entry."""
    return tuple(sorted(moves, key=lambda move: not move.credit.floor))


def _settled(
    entries: Sequence[Wanted], now: datetime, by: str, fault: IntegrityError
) -> dict[str, int]:
    """After a batch that failed: another writer was quicker, or somebody has too little."""
    there = _there({entry.key: entry for entry in entries})
    rest = [entry for entry in entries if entry.key not in there]
    if rest and there:
        try:
            with transaction.atomic():
                return there | _written(rest, now, by)
        except IntegrityError as again:
            fault = again
    if rest:
        raise _too_little(rest) or fault
    return there


def _too_little(entries: Sequence[Wanted]) -> NotEnough | None:
    """Who has less than is taken; None if that is nobody, and the fault our own surprise."""
    taken = changes([move for entry in entries for move in entry.postings])
    rows = Balance.objects.filter(account__code__in=taken).select_related("account")
    for row in rows.order_by("account__code"):
        change = taken[row.account.code]
        if change < 0 and row.posted - row.held + change < 0:
            return NotEnough(row.account.code, row.posted - row.held, -change)
    new = {one.code: one for entry in entries for one in entry.accounts().values() if one.floor}
    known = {row.account.code for row in rows}
    for code in sorted(new.keys() - known):
        if taken[code] < 0:
            return NotEnough(code, 0, -taken[code])
    return None


def _read(row: Entry) -> Wanted:
    moves = tuple(Move(read(one.debit), read(one.credit), one.amount) for one in row.postings.all())
    return Wanted(row.key, row.at, row.what, moves, row.about, row.why)
