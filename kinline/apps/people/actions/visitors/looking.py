"""Looking at the picture of an ID or of a face: every look is on record before the first byte."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.people.models import VisitorAccess, VisitorPicture
from kinline.apps.people.tell import tell
from kinline.apps.people.visitor_desk import LOOKERS, File, access_visitor, open_picture
from kinline.apps.text import typed
from kinline.core.visitor import Picture, State

LONGEST_PURPOSE = 200
# While a decision waits, deciding is the purpose; later looks need one of their own.
TO_DECIDE, TO_ANSWER = "to decide the request", "to decide the appeal"


def look(*, staff: Staff, access_id: UUID, kind: Picture, now: datetime, purpose: str = "") -> File:
    """One picture of a request, opened; close it.

    Raises NotFound, also once it is erased, and Refused: visitor.purpose_needed where nothing
    waits for a decision.
    """
    row = access_visitor(staff=staff, access_id=access_id, rights=LOOKERS)
    found = VisitorPicture.objects.filter(access=row, kind=kind, erased_at=None).first()
    if found is None:
        raise NotFound
    why = _purpose(row) or typed(purpose, LONGEST_PURPOSE)
    if not why:
        raise Refused(wrong("visitor.purpose_needed", "purpose"))
    with transaction.atomic():
        subject = Named("visitor", str(row.pk))
        facts = {"picture": str(kind), "contact": str(row.contact_id)}
        tell(staff, "visitor.looked", subject, row.facility.place, now, facts, purpose=why)
    return open_picture(found)


def _purpose(row: VisitorAccess) -> str:
    if row.state == State.PENDING:
        return TO_DECIDE
    if row.appealed_at is not None and row.appeal_decided_at is None:
        return TO_ANSWER
    return ""
