"""The books for other programs: CSV, and plain-text accounting that beancount checks."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from typing import TextIO

from kinline.apps.ledger.queries import Line
from kinline.core.ledger.chart import GROWS, USD, House, Side

COLUMNS = (
    "at", "key", "what", "about", "why", "position", "debit", "credit", "amount", "commodity",
)  # fmt: skip
_ROOTS = {Side.DEBIT: "Assets", Side.CREDIT: "Liabilities"}
_HOUSE = {
    House.REVENUE: "Income",
    House.EXPIRED: "Income",
    House.SOLD: "Income",
    House.OPENING: "Equity",
    House.CORRECTION: "Equity",
}


def to_csv(lines: Iterable[Line], out: TextIO) -> int:
    """One posting a row, amounts in cents or pieces; how many rows."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for line in lines:
        fields = [getattr(line, name) for name in COLUMNS[1:]]
        writer.writerow([line.at.isoformat(), *fields])
        count += 1
    return count


def to_beancount(lines: Iterable[Line], out: TextIO) -> int:
    """One transaction for each entry, dollars with two digits, pieces whole; how many.

    Accounts are opened on their first day, in the one thing they are counted in: beancount then
    refuses anything else.
    """
    out.write('option "title" "Kinline"\noption "operating_currency" "USD"\n')
    opened: set[str] = set()
    count = 0
    for entry in _entries(lines):
        day = entry[0].at.date().isoformat()
        for line in entry:
            for code in (line.debit, line.credit):
                if code not in opened:
                    opened.add(code)
                    out.write(f"{day} open {account(code)} {commodity(line.commodity)}\n")
        out.write(f"{day} * {_quoted(entry[0].what)} {_quoted(entry[0].key)}\n")
        if entry[0].why:
            out.write(f"  why: {_quoted(entry[0].why)}\n")
        for line in entry:
            name, held = commodity(line.commodity), _amount(line)
            out.write(f"  {account(line.debit)}  {held} {name}\n")
            out.write(f"  {account(line.credit)}  -{held} {name}\n")
        count += 1
    return count


def account(code: str) -> str:
    """An account's code as beancount names accounts: "prepaid_collect:7f..." gives
    "Liabilities:Prepaid-collect:A-7f...". The kind tells on which side it stands."""
    kind, *rest = code.split(":")
    named = [kind.replace("_", "-").capitalize(), *(f"A-{_tame(one)}" for one in rest)]
    return ":".join([_root(kind), *named])


def commodity(name: str) -> str:
    """ "USD", or "STAMP-..." for one agency's pieces."""
    return "USD" if name == USD else _tame(name).upper()


def _root(kind: str) -> str:
    if kind == "prepaid_arrears":
        return _ROOTS[Side.DEBIT]
    try:
        house = House(kind)
    except ValueError:
        return _ROOTS[Side.CREDIT]
    return _HOUSE.get(house, _ROOTS[GROWS[house]])


def _tame(word: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "-", word)


def _quoted(text: str) -> str:
    return json.dumps(text.replace("\n", " "), ensure_ascii=False)


def _amount(line: Line) -> str:
    if line.commodity != USD:
        return str(line.amount)
    dollars, cents = divmod(line.amount, 100)
    return f"{dollars}.{cents:02d}"


def _entries(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Lines of one key stand together."""
    entry: list[Line] = []
    for line in lines:
        if entry and entry[0].key != line.key:
            yield entry
            entry = []
        entry.append(line)
    if entry:
        yield entry
