"""Calls of Kinline's own to attorneys, where the carrier has room for one more call.

What they say, and to whom they may go, people decides (`people.actions.statewide.ringing`).
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.calls import trunks
from kinline.apps.errors import Refused
from kinline.apps.people.actions.statewide import ringing
from kinline.apps.people.models import AttorneyRing
from kinline.core.call.rings import all_lines_busy


def tell_code(*, contact_id: UUID, number_id: UUID, now: datetime) -> UUID:
    """Ring the number and say a code that proves it.

    Raises what `ringing.tell_code` raises, and Refused (attorney.ring_busy): nothing is sent then.
    """
    return _where_room_is(ringing.tell_code, contact_id, number_id, now)


def test_call(*, contact_id: UUID, number_id: UUID, now: datetime) -> UUID:
    """Ring the number and say where a call to it would be private. Raises as `tell_code` does."""
    return _where_room_is(ringing.test_call, contact_id, number_id, now)


@transaction.atomic
def _where_room_is(
    ring: Callable[..., UUID], contact_id: UUID, number_id: UUID, now: datetime
) -> UUID:
    made = ring(contact_id=contact_id, number_id=number_id, now=now)
    # Counted with itself, after the carrier's row was changed: taken back where it is one too many.
    if trunks.is_over(AttorneyRing.objects.values_list("trunk", flat=True).get(pk=made), now):
        raise Refused(all_lines_busy())
    return made
