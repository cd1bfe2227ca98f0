"""The command balances: try a file of an old system's balances, or bring it in."""

import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from kinline.config.rating import OK, SOME_BAD, JsonParser, Wrong, write
from kinline.config.reading import folders, over_the_database
from kinline.core.transition.words import AccountKind


def main(words: list[str]) -> int:
    """Exit code 1 when something is wrong with a line or a total, 2 for a wrong question."""
    parser = JsonParser(
        prog="kinline balances",
        description="Try a file of an old system's balances; bring it in with --write.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV (docs/books.md)")
    parser.add_argument("--write", action="store_true", help="bring all of it in, if all is right")
    parser.add_argument(
        "--total",
        action="append",
        default=[],
        metavar="KIND=AMOUNT",
        help="what the accounts of a kind add up to in the old system; once for each kind",
    )
    return over_the_database(folders(parser).parse_args(words), _answer)


def _answer(options: Namespace) -> int:
    from kinline.apps.ledger.actions.importing import bring

    wanted = _totals(options.total)
    try:
        with options.file.open(encoding="utf-8-sig", newline="") as file:
            found = bring(file, now=datetime.now(UTC), write=False)
            differ = {
                kind: found.totals.get(kind, 0)
                for kind, total in wanted.items()
                if found.totals.get(kind, 0) != total
            }
            if options.write and not found.mistakes and not differ:
                file.seek(0)
                found = bring(file, now=datetime.now(UTC), write=True, by="import")
    except OSError as wrong:
        raise Wrong(f"cannot read {options.file}: {wrong.strerror}") from wrong
    told = {
        "lines": found.lines,
        "totals": found.totals,
        "below_zero_cents": found.below_zero,
        "there_before": found.there,
        "totals_differ": differ,
        "mistakes": found.mistakes,
        "written": found.written,
    }
    write(sys.stdout.buffer, told)
    return SOME_BAD if found.mistakes or differ else OK


def _totals(words: list[str]) -> dict[AccountKind, int]:
    found = {}
    for word in words:
        kind, _, amount = word.partition("=")
        digits = amount.removeprefix("-")
        if kind not in set(AccountKind) or not (digits.isascii() and digits.isdigit()):
            raise Wrong(f"{word!r} is no KIND=AMOUNT")
        found[AccountKind(kind)] = int(amount)
    return found
