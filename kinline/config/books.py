"""The command books: check them, or write them out. Standard output carries the answer alone."""

import sys
from argparse import Namespace
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TextIO

from kinline.config.rating import OK, SOME_BAD, JsonParser, Wrong, write
from kinline.config.reading import folders, over_the_database

FORMATS = ("check", "csv", "beancount")


def main(words: list[str]) -> int:
    """Exit code 1 when the books are not even, 2 for a wrong question."""
    parser = JsonParser(prog="kinline books", description="The books, for who trusts no one.")
    parser.add_argument("what", choices=FORMATS)
    parser.add_argument("out", nargs="?", type=Path, metavar="FILE", help="default: the screen")
    return over_the_database(folders(parser).parse_args(words), _answer)


def check() -> dict[str, Any]:
    """The sums of each commodity, and every account whose balance is not what its postings say."""
    from kinline.apps.ledger import queries

    sums: dict[str, dict[str, int]] = {}
    for total in queries.trial_balance():
        one = sums.setdefault(total.commodity, {"debits": 0, "credits": 0})
        one["debits"] += total.debits
        one["credits"] += total.credits
    return {
        "even": all(one["debits"] == one["credits"] for one in sums.values()),
        "commodities": sums,
        "open_holds": queries.open_holds(),
        "astray": list(queries.astray()),
    }


def _answer(options: Namespace) -> int:
    from kinline.apps.ledger import export, queries

    if options.what == "check":
        found = check()
        write(sys.stdout.buffer, found)
        return OK if found["even"] and not found["astray"] else SOME_BAD
    written = export.to_csv if options.what == "csv" else export.to_beancount
    with _opened(options.out) as out:
        written(queries.lines(), out)
    return OK


def _opened(file: Path | None) -> AbstractContextManager[TextIO]:
    if file is None:
        return nullcontext(sys.stdout)
    try:
        return file.open("x", encoding="utf-8", newline="")
    except OSError as wrong:
        raise Wrong(f"cannot write {file}: {wrong.strerror}") from wrong
