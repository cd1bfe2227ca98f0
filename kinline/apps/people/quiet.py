"""Reading when a contact takes no calls."""

from dataclasses import dataclass
from datetime import time
from uuid import UUID

from kinline.apps.people.models import QuietCalls


@dataclass(frozen=True, slots=True)
class QuietView:
    """A contact's quiet hours, by the clock of `zone`."""

    from_at: time
    until_at: time
    zone: str


def quiet_of(*, contact_id: UUID) -> QuietView | None:
    """The quiet hours of a contact, None where they have none."""
    row = QuietCalls.objects.filter(contact=contact_id).first()
    return QuietView(row.from_at, row.until_at, row.zone) if row else None
