"""What a line for phones says about one call: whom its station is held for, and the caller's place.

Columns of the query that finds the caller, so that a call pays no query for it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery, UUIDField

from kinline.apps.calls.models import IN_LINE, QueuePlace
from kinline.core.queue.turns import Hold, Stand

NAMES = ("held_for", "held_until", "held_number", "in_line")


def columns(station: UUID) -> dict[str, Any]:
    """For a query of people, at this station."""
    held = QueuePlace.objects.filter(station=station, state=Stand.OFFERED)
    own = QueuePlace.objects.filter(IN_LINE, person=OuterRef("pk"))
    found = (
        Subquery(held.values("person")[:1], output_field=UUIDField()),
        Subquery(held.values("offered_until")[:1]),
        Subquery(held.values("number")[:1]),
        Subquery(own.values("pk")[:1]),
    )
    return dict(zip(NAMES, found, strict=True))


def read(
    person: UUID | None, until: datetime | None, number: int | None, place: UUID | None
) -> dict[str, Any]:
    """The columns as a caller has them: `hold` and `in_line`."""
    hold = None
    if person is not None and until is not None and number is not None:
        hold = Hold(str(person), number, until)
    return {"hold": hold, "in_line": place}
