"""Invented balances from before the law, so that a demo has something to answer for.

Brought in as an old system's file would be: a line that is there already changes nothing.
"""

import io
from datetime import datetime

from kinline.apps.ledger.actions.importing import COLUMNS, bring

LINES = (
    "demo-1,prepaid_collect,,odette@example.org,4118",
    "demo-2,stamps,ma-bristol,odette@example.org,12",
    "demo-3,debit,ma-bristol,40-2719,1205",
    "demo-4,stamps,ma-bristol,40-2719,3",
    "demo-5,calling_card,ma-bristol,40-2719,500",
    "demo-6,text_package,ma-suffolk,grace@example.org,9",
)


def load(*, now: datetime) -> None:
    """Bring in what is missing. Raises ValueError where the town is not the demo's."""
    text = "\n".join([",".join(COLUMNS), *LINES, ""])
    found = bring(io.StringIO(text), now=now, write=True, by="demo")
    if found.mistakes:
        raise ValueError(f"old balances of the demo: {found.mistakes[0].says}")
