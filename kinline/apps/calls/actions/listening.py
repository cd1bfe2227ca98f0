"""Staff listen to a call under way: the purpose first, then a pass; every second is written down.

A private call has no page to begin at, no row (triggers) and no room to be let into.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from kinline.apps import tickets
from kinline.apps.audit import actions as audit
from kinline.apps.calls.access import access_listenable, access_live_listening
from kinline.apps.calls.models import Call, LiveListening
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.text import typed
from kinline.apps.tickets import Ticket
from kinline.core.call.states import Side
from kinline.core.passes import Right

OPEN_FOR = timedelta(hours=2)
LONGEST_REPORT_SECONDS = 3600


@transaction.atomic
def listen(*, staff: Staff, call_id: UUID, purpose: str, now: datetime) -> UUID:
    """Open a listening and write its purpose to the audit log, before any sound.

    Raises Refused (listen.purpose_needed) and NotFound: also for a private call, an anonymous one
    and one that is over.
    """
    call = access_listenable(staff=staff, call_id=call_id)
    purpose = typed(purpose)
    if not purpose:
        raise Refused(wrong("listen.purpose_needed", "purpose"))
    opened = LiveListening.objects.create(
        call=call, account=staff.account, purpose=purpose, began_at=now
    )
    _tell(staff, "call.listened", call, now, purpose)
    return opened.pk


def ticket(*, staff: Staff, listening_id: UUID, now: datetime) -> Ticket:
    """A pass to the call's engine, for one's own listening. Raises NotFound."""
    listening = access_live_listening(staff=staff, listening_id=listening_id)
    if now >= listening.began_at + OPEN_FOR:
        raise NotFound
    # Looked at anew: the call may be over, and the right may have ended, since the purpose.
    call = access_listenable(staff=staff, call_id=listening.call_id)
    word = tickets.word(
        engine=call.engine,
        right=Right.LISTEN,
        side=Side.OUTSIDE,
        subject=str(staff.account),
        call=str(call.pk),
        now=now,
    )
    return Ticket(tickets.url_of(call.engine), word)


@transaction.atomic
def heard(*, staff: Staff, listening_id: UUID, seconds: int, now: datetime) -> None:
    """Add seconds that were heard. Raises ValueError for a senseless figure, and NotFound."""
    if not 0 < seconds <= LONGEST_REPORT_SECONDS:
        raise ValueError(f"{seconds} seconds cannot have been heard since the last report")
    listening = access_live_listening(staff=staff, listening_id=listening_id)
    rows = LiveListening.objects.filter(pk=listening.pk)
    rows.update(heard_seconds=F("heard_seconds") + seconds)
    facts = {"seconds": seconds, "listening": str(listening.pk)}
    _tell(staff, "call.heard", listening.call, now, listening.purpose, facts)


def _tell(
    staff: Staff,
    act: str,
    call: Call,
    now: datetime,
    purpose: str,
    facts: dict[str, object] | None = None,
) -> None:
    audit.write(
        now=now,
        actor=audit.Named("account", str(staff.account)),
        act=act,
        subject=audit.Named("call", str(call.pk)),
        facility=call.facility.place,
        purpose=purpose,
        facts=facts or {},
    )
