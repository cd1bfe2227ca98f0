"""Staff hand a person inside their own messages, on a stick or on paper: asked for, and audited."""

from datetime import datetime
from typing import IO
from uuid import UUID

from django.db import transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import Refused, wrong
from kinline.apps.messaging import export
from kinline.apps.messaging.access import Writer
from kinline.apps.people.access import Staff, access_person
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.text import typed
from kinline.core.review.terms import Side

LONGEST_WHY = 200


@transaction.atomic
def export_for_person(
    *, staff: Staff, person_id: UUID, why: str, to: IO[bytes], now: datetime
) -> int:
    """Write a person's ordinary messages to `to`, as they themselves could read them.

    For whoever may read messages there as well as look after people. Privileged mail is not in
    it. Raises NotFound, and Refused: export.why_needed.
    """
    access_person(staff=staff, person_id=person_id, right=Right.CHANGE_PEOPLE)
    person = access_person(staff=staff, person_id=person_id, right=Right.READ_MESSAGES)
    if not (why := typed(why, LONGEST_WHY)):
        raise Refused(wrong("export.why_needed", "why"))
    by = Writer(Side.PERSON, person.pk, person.language)
    count = export.write(by=by, to=to, now=now)
    subject = Named("person", str(person.pk))
    facts = {"messages": count}
    tell(staff, "messages.exported", subject, person.facility.place, now, facts, purpose=why)
    return count
