"""Who of the demo may write to whom: whoever is on somebody's list and can sign in."""

from datetime import datetime

from kinline.apps.people.models import AllowedNumber, Link
from kinline.core.link import By


def load(*, now: datetime) -> None:
    """Link the town. What somebody ended stays ended."""
    listed = AllowedNumber.objects.filter(
        removed_at=None, number__contact__account__isnull=False, added_by="demo"
    )
    for person, contact in listed.values_list("person", "number__contact"):
        if not Link.objects.filter(person=person, contact=contact).exists():
            Link.objects.create(
                person_id=person,
                contact_id=contact,
                asked_by=By.CONTACT,
                asked_at=now,
                accepted_at=now,
            )
