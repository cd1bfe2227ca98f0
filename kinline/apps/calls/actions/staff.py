"""What staff do to a call under way."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.calls.access import access_call
from kinline.apps.calls.actions.command import EngineSilent, order_end
from kinline.apps.calls.models import LIVE_STATES, Call
from kinline.apps.errors import Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.text import typed
from kinline.core.refusal import Refusal, Whose


@transaction.atomic
def end(*, staff: Staff, call_id: UUID, reason: str, now: datetime) -> None:
    """Order the engine to end the call; `reason` is in the staff member's words.

    The call's state changes when the engine tells its end. Raises Refused (end.reason_needed,
    call.over_already, call.line_stays_open, call.engine_silent)
    and NotFound.
    """
    call = access_call(staff=staff, call_id=call_id, right=Right.END_CALLS)
    reason = typed(reason)
    if not reason:
        raise Refused(wrong("end.reason_needed", "reason"))
    if call.state not in LIVE_STATES:
        raise Refused(Refusal("call.over_already", Whose.KINLINE))
    if call.line_id:
        # A help line that staff can cut is not outside the facility's locks.
        raise Refused(Refusal("call.line_stays_open", Whose.KINLINE))
    try:
        order(staff=staff, call=call, note=reason, now=now)
    except EngineSilent:
        raise Refused(Refusal("call.engine_silent", Whose.KINLINE)) from None


def order(*, staff: Staff, call: Call, note: str, now: datetime) -> None:
    """Order an end that may be ordered, and write who did. Raises EngineSilent."""
    order_end(call=call, made_by=staff.account, note=note, now=now)
    audit.write(
        now=now,
        actor=audit.Named("account", str(staff.account)),
        act="call.end_ordered",
        subject=audit.Named("call", str(call.pk)),
        facility=call.facility.place,
        purpose=note,
    )
