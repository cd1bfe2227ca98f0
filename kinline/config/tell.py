"""The command tell: everybody of a facility is told that a law makes things free there."""

import sys
from argparse import Namespace
from datetime import UTC, datetime

from kinline.config.rating import OK, JsonParser, Wrong, write
from kinline.config.reading import folders, over_the_database


def main(words: list[str]) -> int:
    """Safe to repeat: who was told before is not told again. Exit code 2 for a wrong question."""
    parser = JsonParser(
        prog="kinline tell",
        description="Tell everybody of a facility what a law makes free, and from when.",
    )
    parser.add_argument("place", metavar="FACILITY", help="the facility's code")
    parser.add_argument("law", metavar="LAW", help="the law's id in the book, such as ma-87a")
    return over_the_database(folders(parser).parse_args(words), _answer)


def _answer(options: Namespace) -> int:
    from kinline.apps.audit.actions import KINLINE
    from kinline.apps.charging.telling import tell_place
    from kinline.apps.errors import NotFound, Refused

    try:
        told = tell_place(place=options.place, law=options.law, by=KINLINE, now=datetime.now(UTC))
    except NotFound:
        raise Wrong(f"no facility is called {options.place!r} here") from None
    except Refused:
        raise Wrong(f"{options.law!r} is no law that makes anything free there") from None
    write(
        sys.stdout.buffer,
        {"people": told.people, "contacts": told.contacts, "letters": told.letters},
    )
    return OK
