"""The command bill: a month of real usage under another book, as JSON. It reads the database."""

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kinline.config.rating import OK, JsonParser, Wrong, day_of, write
from kinline.config.reading import folders, over_the_database
from kinline.core.quarter import Month
from kinline.core.rating.book import NoRuleInForce, RuleBook
from kinline.laws import drafts, loader

HELP = "what a month of real usage costs under another book of law"


def parser() -> ArgumentParser:
    found = JsonParser(prog="kinline bill", description=HELP, allow_abbrev=False)
    found.add_argument("--month", required=True, metavar="YYYY-MM")
    found.add_argument("--facility", default="", metavar="CODE", help="default: all of them")
    which = found.add_mutually_exclusive_group()
    which.add_argument("--as-of", metavar="DATE", help="what held on a day, as if it always did")
    which.add_argument(
        "--draft",
        metavar="FILE",
        help="the book as a bill makes it, as of the day on which all of it holds; "
        "a file, or the name of a shipped draft",
    )
    return folders(found)


def main(words: list[str]) -> int:
    """Answer with JSON on standard output; what is wrong is JSON on standard error."""
    return over_the_database(parser().parse_args(words), _answer)


def _answer(options: Namespace) -> int:
    try:
        write(sys.stdout.buffer, answer(options))
    except (NoRuleInForce, loader.LawError) as wrong:
        raise Wrong(str(wrong)) from wrong
    return OK


def answer(options: Namespace) -> dict[str, Any]:
    """The answer of the command. Raises Wrong."""
    month = _month(options.month)
    book, told = _book(options)
    from kinline.apps.errors import NotFound
    from kinline.apps.reports import access
    from kinline.apps.reports.bill import PlaceNotInBook, bill

    try:
        scope = access.everywhere(place=options.facility)
        rows = bill(scope=scope, month=month, book=book)
    except NotFound as wrong:
        raise Wrong(f"no facility is called {options.facility!r}") from wrong
    except PlaceNotInBook as wrong:
        raise Wrong(f"the law book has no place called {wrong}") from wrong
    return {"month": str(month), "book": told, **_said(rows)}


def _said(rows: list[Any]) -> dict[str, Any]:
    from kinline.apps.reports.bill import total

    return {
        "facilities": [
            {"facility": row.here.place, "name": row.here.name, **_row(row)} for row in rows
        ],
        "total": _row(total(rows)),
    }


def _row(row: Any) -> dict[str, Any]:
    return {
        "usages": row.usages,
        "charged": asdict(row.charged),
        "rated": asdict(row.rated),
        "difference": asdict(row.difference),
        "assumed_home": row.assumed_home,
    }


def _book(options: Namespace) -> tuple[RuleBook, dict[str, str | None]]:
    if options.draft is not None:
        found = _draft(options.draft)
        return found.in_full, {"draft": found.title, "as_of": found.on.isoformat()}
    if options.as_of is not None:
        day = day_of(options.as_of)
        return loader.book().as_of(day), {"draft": None, "as_of": day.isoformat()}
    return loader.book(), {"draft": None, "as_of": None}


def _draft(name: str) -> drafts.Draft:
    if name in drafts.shipped():
        return drafts.shipped()[name]
    file = Path(name)
    if not file.is_file():
        raise Wrong(f"there is no file {name}; shipped drafts: {' '.join(drafts.shipped())}")
    return drafts.opened(file)


def _month(text: str) -> Month:
    try:
        return Month.read(text)
    except ValueError as wrong:
        raise Wrong(str(wrong)) from wrong
