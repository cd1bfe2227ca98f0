"""Gates to calls: staff by their rights, a contact and a person inside by their own calls."""

from uuid import UUID

from django.db.models import Q, QuerySet

from kinline.apps.calls.models import LIVE, Call, LiveListening, Watch
from kinline.apps.errors import NotFound
from kinline.apps.people.access import Staff
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.rights import Right
from kinline.core.call.caller import Caller
from kinline.core.call.states import State


def access_call(*, staff: Staff, call_id: UUID, right: Right) -> Call:
    """The call, if the right is held at its facility. Raises NotFound."""
    return _one(loaded().filter(facility__in=staff.facilities_with(right), pk=call_id))


def access_listenable(*, staff: Staff, call_id: UUID) -> Call:
    """A call under way that the viewer may listen to. Raises NotFound.

    Never a private one, nor an anonymous one: a voice can be known.
    """
    return _one(listenable(staff).filter(pk=call_id))


def listenable(staff: Staff) -> QuerySet[Call]:
    """Calls under way that the viewer may listen to."""
    theirs = loaded().filter(facility__in=staff.facilities_with(Right.LISTEN_LIVE))
    return theirs.filter(LIVE, private=False).exclude(caller=Caller.ANONYMOUS)


def access_live_listening(*, staff: Staff, listening_id: UUID) -> LiveListening:
    """The viewer's own listening to a call, while they hold the right. Raises NotFound."""
    rows = LiveListening.objects.filter(
        account=staff.account, call__facility__in=staff.facilities_with(Right.LISTEN_LIVE)
    )
    row = rows.select_related("call__facility").filter(pk=listening_id).first()
    if row is None:
        raise NotFound
    return row


def watches_of(staff: Staff) -> QuerySet[Watch]:
    """Watches at the viewer's facilities, and of agencies for which they hold the right."""
    places = staff.places_with(Right.WATCH_CALLS)
    wide = {one.agency for one in places if Right.WATCH_CALLS in one.agency_wide}
    here = Q(facility__in={one.facility for one in places}) | Q(agency__in=wide)
    return Watch.objects.filter(here).select_related("facility", "agency", "person__facility")


def access_watch(*, staff: Staff, watch_id: UUID) -> Watch:
    """One watch. Raises NotFound."""
    row = watches_of(staff).filter(pk=watch_id).first()
    if row is None:
        raise NotFound
    return row


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
