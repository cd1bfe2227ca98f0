"""Which signs of a third party end a call at a facility. The newest rule holds."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.errors import Refused, wrong
from kinline.apps.facilities.actions.common import facility_of, tell
from kinline.apps.facilities.models import SignRule
from kinline.core.call.signs import SignKind

LONGEST_NOTE = 200


@transaction.atomic
def set_rule(
    *, facility_id: UUID, cuts: Iterable[SignKind], by: UUID, now: datetime, note: str = ""
) -> None:
    """From now on these kinds end a call that begins; calls under way keep the rule they had.

    Raises Refused (rule.note_too_long) and NotFound.
    """
    facility = facility_of(facility_id)
    if len(note) > LONGEST_NOTE:
        raise Refused(wrong("rule.note_too_long", "note"))
    wanted = sorted({str(kind) for kind in cuts})
    SignRule.objects.create(
        facility=facility, cuts=",".join(wanted), set_by=str(by), set_at=now, note=note
    )
    tell(facility, "facility.signs_set", by, now, {"cuts": wanted})
