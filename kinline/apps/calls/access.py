"""Gates to calls: staff by their rights, a contact and a person inside by their own calls."""

from uuid import UUID

from django.db.models import QuerySet

from kinline.apps.calls.models import Call
from kinline.apps.errors import NotFound
from kinline.apps.people.access import Staff
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.rights import Right
from kinline.core.call.states import State


def access_call(*, staff: Staff, call_id: UUID, right: Right) -> Call:
    """The call, if the right is held at its facility. Raises NotFound."""
    return _one(loaded().filter(facility__in=staff.facilities_with(right), pk=call_id))


def access_contact_call(*, contact_id: UUID, call_id: UUID) -> Call:
    """A call to this contact that was let through. Raises NotFound.

    A refused attempt never reached the contact: it is the caller's business, not theirs.
    """
    rows = loaded().exclude(state=State.REFUSED)
    return _one(rows.filter(contact=contact_id, pk=call_id))


def access_inside_call(*, inside: Inside, call_id: UUID) -> Call:
    """The person's own attempt, refused or carried. Raises NotFound."""
    return _one(loaded().filter(person=inside.person, pk=call_id))


def access_nobodys_call(*, facility_id: UUID, key: str, call_id: UUID) -> Call:
    """A call without a person, for the page that made it. Raises NotFound.

    Nobody's name opens it, so the key that the page dialled with does: nobody else has it.
    """
    rows = loaded().filter(facility=facility_id, person=None, key=key, pk=call_id)
    return _one(rows.exclude(key=""))


def loaded() -> QuerySet[Call]:
    """Calls with everything their views name, in one query."""
    return Call.objects.select_related(
        "facility", "station__unit", "person__unit", "contact", "record", "line"
    )


def _one(rows: QuerySet[Call]) -> Call:
    call = rows.first()
    if call is None:
        raise NotFound
    return call
