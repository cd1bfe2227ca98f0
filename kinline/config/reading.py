"""What commands that read the database share: its folders, and what can be wrong with it."""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from kinline.config.rating import ASKED_WRONGLY, Wrong, tell

CANNOT = 1


def folders(parser: ArgumentParser) -> ArgumentParser:
    """Let it be said where data and keys are."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder")
    parser.add_argument("--keys", type=Path, metavar="DIR", help="the keys (default: DIR-keys)")
    return parser


def over_the_database(options: Namespace, answer: Callable[[Namespace], int]) -> int:
    """Answer with the database at hand; the exit code. What is wrong is JSON on standard error."""
    for name, folder in (("KINLINE_DATA", options.data), ("KINLINE_KEYS", options.keys)):
        if folder:
            os.environ[name] = str(folder.resolve())
    import django

    django.setup()
    from django.db import DatabaseError

    try:
        code = answer(options)
        sys.stdout.flush()
    except Wrong as wrong:
        tell(str(wrong))
        return ASKED_WRONGLY
    except DatabaseError as wrong:
        tell(f"the database cannot be read: {wrong}")
        return CANNOT
    return code
