"""One after the other for one person: what is counted for them is counted by one at a time."""

from uuid import UUID

from django.db import connection

from kinline.apps.people.models import Person


def wait_for_turn(person_id: UUID) -> None:
    """Wait for whoever else took their turn for this person, until their transaction is over; what
    is counted from here on has seen theirs. In the caller's transaction, before it takes money.

    SQLite has one writer at a time anyway, so nothing is asked of it.
    """
    if connection.features.has_select_for_update:
        # Not the key: rows that only name the person are written meanwhile.
        rows = Person.objects.select_for_update(no_key=True).filter(pk=person_id)
        list(rows.values_list("pk"))
