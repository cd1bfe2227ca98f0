"""What a charge is in the books: who pays it, who owes it, and that it was earned."""

from collections.abc import Sequence
from datetime import datetime

from kinline.apps.charging.models import Charge
from kinline.apps.ledger.actions.paying import take
from kinline.apps.ledger.actions.post import post
from kinline.core.ledger.chart import House, of_house
from kinline.core.ledger.entry import Entry, Posting
from kinline.core.rating.terms import TIMED

CHARGE, WRITTEN = "charge", "message"


def enter(charge: Charge, *, holds: Sequence[str] = (), now: datetime) -> None:
    """Post a charge: the people's part from what was set aside for it, in that order.

    What nobody set aside the people owe, and the agency owes its own part. A free charge moves
    nothing. What was set aside and is not needed is free again.
    """
    agency = charge.agency or "none"  # for places of the book that have none
    earned = of_house(House.REVENUE, agency=agency)
    paid = take(keys=holds, amount=charge.consumer_cents, now=now) if holds else ()
    left = charge.consumer_cents - sum(cents for _, cents in paid)
    owed = {House.PEOPLE_DUE: left, House.AGENCY_DUE: charge.agency_cents}
    postings = (
        *(Posting(account, earned, cents) for account, cents in paid),
        *(
            Posting(of_house(house, agency=agency), earned, cents)
            for house, cents in owed.items()
            if cents
        ),
    )
    if postings:
        key = entry_key(charge.key)
        what = CHARGE if charge.service in TIMED else WRITTEN
        post(entry=Entry(key, charge.began_at, what, postings, str(charge.pk)), now=now)


def entry_key(charge_key: str) -> str:
    """Under which key the entry of a charge stands in the books."""
    return f"charge:{charge_key}"
