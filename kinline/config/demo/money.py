"""The demo's money: brought in as the balances of an old system are, so each line counts once."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from kinline.apps.ledger.actions.importing import COLUMNS, Brought, bring

BY = "demo"


class NotBrought(Exception):
    """The town's file names somebody who is not there."""


def load(lines: Iterable[dict[str, Any]], *, now: datetime) -> Brought:
    """Bring in what is not there yet. Raises NotBrought."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    writer.writerows(lines)
    file.seek(0)
    brought = bring(file, now=now, write=True, by=BY)
    if brought.mistakes:
        raise NotBrought("; ".join(f"{one.column}: {one.says}" for one in brought.mistakes))
    return brought
