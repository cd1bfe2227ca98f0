"""Gates: who books and comes, which visits are theirs, and which a member of staff may see.

Not yours and not there are one answer, NotFound.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from kinline.apps.errors import NotFound
from kinline.apps.people.access import Staff
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.queries import ContactView
from kinline.apps.people.rights import Right
from kinline.apps.visits.models import Visit, WaitingPlace
from kinline.core.link import By


@dataclass(frozen=True, slots=True)
class Asker:
    """Who books, changes or reads, as of one request: a person inside, or a contact."""

    side: By
    id: UUID
    language: str = "en"

    @property
    def mine(self) -> Q:
        """Visits of theirs: as the person inside, as one who comes, or as who booked it."""
        if self.side is By.PERSON:
            return Q(person=self.id)
        return Q(visitors__contact=self.id) | Q(booked_by=self.id)


def inside(who: Inside) -> Asker:
    """The person who is signed in on a tablet."""
    return Asker(By.PERSON, who.person, who.language)


def outside(contact: ContactView) -> Asker:
    """A contact who is signed in."""
    return Asker(By.CONTACT, contact.id, contact.language)


def full(rows: QuerySet[Visit]) -> QuerySet[Visit]:
    """Visits with all that their readers are shown, in two queries."""
    joined = rows.select_related("person__facility", "person__unit", "station", "facility__agency")
    return joined.prefetch_related("visitors__contact")


def visit_of(by: Asker, visit_id: UUID) -> Visit:
    """A visit of theirs, with both sides. Raises NotFound."""
    row = full(Visit.objects.filter(by.mine, pk=visit_id).distinct()).first()
    if row is None:
        raise NotFound
    return row


def staff_visit(staff: Staff, visit_id: UUID, right: Right) -> Visit:
    """A visit at a facility where the right is held. Raises NotFound."""
    rows = Visit.objects.filter(pk=visit_id, facility__in=staff.facilities_with(right))
    row = full(rows).first()
    if row is None:
        raise NotFound
    return row


def waiting_of(by: Asker, waiting_id: UUID) -> WaitingPlace:
    """A place of theirs among those who wait. Raises NotFound."""
    mine = {"person": by.id} if by.side is By.PERSON else {"contact": by.id}
    rows = WaitingPlace.objects.select_related("person__facility__agency", "person__unit")
    row = rows.filter(pk=waiting_id, **mine).first()
    if row is None:
        raise NotFound
    return row
