"""Who listens, or listened, to a call while it was under way."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kinline.apps.calls.access import access_listenable, access_live_listening
from kinline.apps.calls.models import LiveListening
from kinline.apps.people import queries as people
from kinline.apps.people.access import Staff


@dataclass(frozen=True, slots=True)
class ListeningView:
    """One listening: who, for what, and how many seconds they heard."""

    id: UUID
    account_name: str
    purpose: str
    began_at: datetime
    heard_seconds: int


def may_listen(*, staff: Staff, call_id: UUID) -> None:
    """Raises NotFound unless there is a call under way that these staff may listen to."""
    access_listenable(staff=staff, call_id=call_id)


def mine(*, staff: Staff, listening_id: UUID) -> tuple[UUID, str]:
    """The call and the purpose of one's own listening. Raises NotFound."""
    row = access_live_listening(staff=staff, listening_id=listening_id)
    return row.call_id, row.purpose


def of_call(call_id: UUID) -> tuple[ListeningView, ...]:
    """Everybody who listened while it went on; the id comes from a call already gated."""
    rows = list(LiveListening.objects.filter(call=call_id))
    names = people.account_names(ids={str(row.account) for row in rows}) if rows else {}
    return tuple(
        ListeningView(
            row.pk,
            names.get(str(row.account), ""),
            row.purpose,
            row.began_at,
            row.heard_seconds,
        )
        for row in rows
    )
