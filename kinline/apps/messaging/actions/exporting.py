"""A person inside wants their own messages along; staff hand them out, with a purpose, audited."""

from datetime import datetime
from typing import IO
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import Refused, wrong
from kinline.apps.messaging import export
from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.models import CopyWish
from kinline.apps.people.access import Staff, access_person
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.text import typed
from kinline.core.review.terms import Side

LONGEST_WHY = 200


def ask_for_copy(*, inside: Inside, now: datetime) -> None:
    """The person asks staff for a copy. While one is asked for, asking again changes nothing."""
    try:
        with transaction.atomic():
            CopyWish.objects.create(person_id=inside.person, asked_at=now)
    except IntegrityError:
        return


def take_back(*, inside: Inside, now: datetime) -> None:
    """The person does not want it any more. Nothing where it was handed out just now."""
    CopyWish.objects.filter(person=inside.person, given_at=None).update(given_at=now)


def export_for_person(
    *, staff: Staff, person_id: UUID, why: str, to: IO[bytes], now: datetime
) -> int:
    """Write a person's ordinary messages to `to`, as they themselves could read them.

    For whoever may hand out and read messages there. Privileged mail is never in it: who carries
    the file could read it. Raises NotFound, and Refused: export.why_needed. Nothing may leave
    before this returns: then it stands in the audit log.
    """
    access_person(staff=staff, person_id=person_id, right=Right.HAND_OUT)
    person = access_person(staff=staff, person_id=person_id, right=Right.READ_MESSAGES)
    if not (why := typed(why, LONGEST_WHY)):
        raise Refused(wrong("export.why_needed", "why"))
    by = Writer(Side.PERSON, person.pk, person.language)
    count = export.write(by=by, to=to, now=now)  # before the transaction: it can take minutes
    with transaction.atomic():
        open_wish = CopyWish.objects.filter(person=person.pk, given_at=None)
        asked = open_wish.update(given_at=now, given_by=str(staff.account)) == 1
        subject = Named("person", str(person.pk))
        facts = {"messages": count, "asked": asked}
        tell(staff, "messages.exported", subject, person.facility.place, now, facts, purpose=why)
    return count
