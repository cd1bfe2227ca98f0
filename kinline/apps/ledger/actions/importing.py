"""Balances of an old system, brought in whole or not at all, and safe to bring in again.

A file is CSV with the columns of COLUMNS. Each line is one account there:

- `reference`: what the old system calls it. It makes the line once only.
- `kind`: prepaid_collect, debit, stamps, text_package or calling_card.
- `facility`: the place's code. Stamps and texts belong to its agency; an ID number is one of it.
- `holder`: an ID number of somebody inside; for somebody outside a telephone number with its plus,
  or an email.
- `balance`: whole cents, for stamps and texts whole pieces. Only prepaid_collect may be below zero.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO
from uuid import UUID

from django.db import transaction

from kinline.apps.ledger.actions.post import post_all
from kinline.apps.ledger.queries import OPENING, amounts_of
from kinline.apps.people import holders, numbers
from kinline.core.ids import PlaceCode
from kinline.core.ledger import chart
from kinline.core.ledger.chart import PIECES, House, of_house
from kinline.core.ledger.entry import Entry, Posting
from kinline.core.place import Place
from kinline.core.transition.words import AccountKind
from kinline.laws.loader import places

COLUMNS = ("reference", "kind", "facility", "holder", "balance")
LONGEST_REFERENCE = 60
MOST = 10**12
# Of people inside; of people outside; the others are held by either.
INSIDE = frozenset({AccountKind.DEBIT, AccountKind.CALLING_CARD})
OUTSIDE = frozenset({AccountKind.PREPAID_COLLECT})


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a line. Lines count from 1, with the one that names the columns."""

    line: int
    column: str
    says: str


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file holds. With mistakes nothing of it was written.

    `totals` and `below_zero` are by kind, `there` is how many lines were brought in before.
    """

    lines: int
    totals: Mapping[AccountKind, int]
    below_zero: int
    there: int
    mistakes: tuple[Mistake, ...]
    written: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    reference: str
    kind: AccountKind
    place: Place | None
    holder: str
    balance: int


class _Wrong(Exception):
    def __init__(self, column: str, says: str) -> None:
        super().__init__(says)
        self.column, self.says = column, says


def bring(file: TextIO, *, now: datetime, write: bool, by: str = "") -> Brought:
    """Read a file of balances, and post them if `write` and nothing is wrong with any line.

    In one transaction: a crash leaves all of it or nothing. A line that was brought in before
    is counted and left alone; with another balance it is a mistake.
    """
    lines, mistakes = _read(file)
    entries, unknown = _entries(lines, now)
    mistakes += unknown
    there = _there(entries, mistakes)
    found = Brought(
        lines=len(lines),
        totals=_totals(lines),
        below_zero=sum(min(0, line.balance) for line in lines),
        there=there,
        mistakes=tuple(sorted(mistakes, key=lambda one: (one.line, one.column))),
    )
    if mistakes or not write:
        return found
    with transaction.atomic():
        post_all(entries=list(entries.values()), now=now, by=by)
    return Brought(found.lines, found.totals, found.below_zero, there, (), written=True)


# --- reading ------------------------------------------------------------------------------


def _read(file: TextIO) -> tuple[list[_Line], list[Mistake]]:
    reader = csv.DictReader(file, strict=True)
    lines: list[_Line] = []
    mistakes: list[Mistake] = []
    seen: dict[str, int] = {}
    try:
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise _Wrong("", f"the columns are {', '.join(COLUMNS)}")
        for row in reader:
            number = reader.line_num
            try:
                line = _line(number, row)
                first = seen.setdefault(line.reference, number)
                if first != number:
                    raise _Wrong("reference", f"{line.reference} stands on line {first} too")
                lines.append(line)
            except _Wrong as wrong:
                mistakes.append(Mistake(number, wrong.column, wrong.says))
    except (_Wrong, csv.Error, UnicodeDecodeError) as wrong:
        column = wrong.column if isinstance(wrong, _Wrong) else ""
        mistakes.append(Mistake(reader.line_num or 1, column, str(wrong)))
    return lines, mistakes


def _line(number: int, row: Mapping[str | None, str | None]) -> _Line:
    if None in row or None in row.values():
        raise _Wrong("", f"a line has {len(COLUMNS)} fields")
    fields = {name: (row[name] or "").strip() for name in COLUMNS}
    reference, kind = fields["reference"], _kind(fields["kind"])
    if not 0 < len(reference) <= LONGEST_REFERENCE:
        raise _Wrong("reference", f"a reference has 1 to {LONGEST_REFERENCE} characters")
    place = places().get(PlaceCode(fields["facility"]))
    if place is None and (fields["facility"] or kind not in OUTSIDE):
        raise _Wrong("facility", f"no facility is called {fields['facility']!r}")
    if not fields["holder"]:
        raise _Wrong("holder", "nobody is named")
    balance = _balance(fields["balance"], kind)
    return _Line(number, reference, kind, place, fields["holder"], balance)


def _kind(word: str) -> AccountKind:
    try:
        return AccountKind(word)
    except ValueError:
        known = ", ".join(kind.value for kind in AccountKind)
        raise _Wrong("kind", f"{word!r} is none of {known}") from None


def _balance(word: str, kind: AccountKind) -> int:
    digits = word.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or int(digits) > MOST:
        raise _Wrong("balance", f"{word!r} is no whole number of cents or pieces")
    if word.startswith("-") and kind not in OUTSIDE:
        raise _Wrong("balance", f"{kind.value} is never below zero")
    return int(word)


# --- whose they are -----------------------------------------------------------------------


def _entries(lines: Sequence[_Line], now: datetime) -> tuple[dict[int, Entry], list[Mistake]]:
    """The entry of each line that moves something, by line."""
    known = _Known(lines)
    entries: dict[int, Entry] = {}
    mistakes = []
    for line in lines:
        holder = known.holder(line)
        if holder is None:
            mistakes.append(Mistake(line.number, "holder", _nobody(line)))
        elif line.balance:
            posting = _posting(line, str(holder))
            entries[line.number] = Entry(
                f"import:{line.reference}", now, OPENING, (posting,), line.reference
            )
    return entries, mistakes


def _posting(line: _Line, holder: str) -> Posting:
    if line.balance < 0:
        return Posting(chart.arrears(holder), of_house(House.OPENING), -line.balance)
    agency = line.place.agency if line.place and line.kind in PIECES else ""
    account = chart.held_by(line.kind, holder, agency=agency)
    opening = of_house(House.OPENING, commodity=account.commodity)
    return Posting(opening, account, line.balance)


def _nobody(line: _Line) -> str:
    where = f" at {line.place.code}" if line.place and _inside(line) else ""
    return f"nobody is known as {line.holder!r}{where}"


def _inside(line: _Line) -> bool:
    """Whether a holder is named by an ID number, and so is somebody inside."""
    outside = line.holder.startswith("+") or "@" in line.holder
    return line.kind in INSIDE or (line.kind not in OUTSIDE and not outside)


class _Known:
    """Everybody a file names, found in a few queries."""

    def __init__(self, lines: Iterable[_Line]) -> None:
        inside: dict[str, set[str]] = {}
        outside: set[str] = set()
        for line in lines:
            if _inside(line) and line.place:
                inside.setdefault(line.place.code, set()).add(line.holder)
            else:
                outside.add(line.holder)
        self._inside = {code: holders.people_by_number(code, some) for code, some in inside.items()}
        self._emails = holders.contacts_by_email({one.lower() for one in outside if "@" in one})
        self._typed = {one: numbers.e164(one) for one in outside if "@" not in one}
        self._numbers = holders.contacts_by_number({one for one in self._typed.values() if one})

    def holder(self, line: _Line) -> UUID | None:
        if _inside(line):
            return self._inside[line.place.code].get(line.holder) if line.place else None
        if "@" in line.holder:
            return self._emails.get(line.holder.lower())
        number = self._typed[line.holder]
        return self._numbers.get(number) if number else None


# --- what is there already ----------------------------------------------------------------


def _there(entries: Mapping[int, Entry], mistakes: list[Mistake]) -> int:
    """How many were brought in before; one with another balance or holder is a mistake."""
    stands = amounts_of(keys=[entry.key for entry in entries.values()])
    for number, entry in entries.items():
        (posting,) = entry.postings
        asked = (posting.debit.code, posting.credit.code, posting.amount)
        if stands.get(entry.key, asked) != asked:
            says = f"{entry.about} was brought in before, and otherwise"
            mistakes.append(Mistake(number, "reference", says))
    return len(stands)


def _totals(lines: Iterable[_Line]) -> dict[AccountKind, int]:
    found: Counter[AccountKind] = Counter()
    for line in lines:
        found[line.kind] += line.balance
    return {kind: found[kind] for kind in AccountKind if kind in found}
