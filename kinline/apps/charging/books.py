"""What a charge is in the books: who owes it, and that it was earned."""

from datetime import datetime

from kinline.apps.charging.models import Charge
from kinline.apps.ledger.actions.post import post
from kinline.core.ledger.chart import House, of_house
from kinline.core.ledger.entry import Entry, Posting

CHARGE = "charge"


def enter(charge: Charge, *, now: datetime) -> None:
    """Post a charge: the agency owes its part, the people theirs. A free one moves nothing."""
    owed = {House.PEOPLE_DUE: charge.consumer_cents, House.AGENCY_DUE: charge.agency_cents}
    agency = _word(charge.agency)
    earned = of_house(House.REVENUE, agency=agency)
    postings = tuple(
        Posting(of_house(house, agency=agency), earned, cents)
        for house, cents in owed.items()
        if cents
    )
    if postings:
        entry = Entry(f"charge:{charge.key}", charge.began_at, CHARGE, postings, str(charge.pk))
        post(entry=entry, now=now)


def _word(agency: str) -> str:
    """An agency's code as accounts name it; "none" for places of the book that have none."""
    return agency or "none"
