"""A person's own spoken name: a new sealed file for each take, played once it is kept."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from kinline.apps import refusals
from kinline.apps.ids import as_uuid
from kinline.apps.people.models import NameTake, Person
from kinline.apps.recordings import files, keys
from kinline.core.control import Ack, NameDone, NameGrant, NameReply, NameRequest
from kinline.core.refusal import Refusal, Whose
from kinline.sealed.keys import new_key

FORGET_AFTER = timedelta(hours=1)


@transaction.atomic
def name(request: NameRequest, *, now: datetime) -> NameReply:
    """The grant for one take. The same key again: the same grant."""
    person = _person(as_uuid(request.person))
    if person is None or not person.active:
        gone = Refusal("name.person_inactive", Whose.FACILITY)
        return NameReply(refusals=refusals.sent([gone]))
    key_name = keys.key_name(person.facility.agency.code)
    fresh, data_key = uuid4(), new_key()
    wrapped = keys.wrap(data_key, name=key_name, bound_to=fresh.hex)
    made = {"folder": fresh.hex, "wrapped_key": wrapped, "asked_at": now}
    take, _ = NameTake.objects.get_or_create(key=request.key, person=person, defaults=made)
    data_key = keys.unwrap(take.wrapped_key, name=key_name, bound_to=take.folder)
    return NameReply(grant=NameGrant(take.folder, keys.as_text(data_key)))


@transaction.atomic
def name_done(done: NameDone, *, now: datetime) -> Ack:
    """From the next call on this take is played. Told twice is kept once."""
    rows = NameTake.objects.filter(key=done.key, person=as_uuid(done.person), folder=done.folder)
    take = rows.first()
    if take is None:
        return Ack(known=False)
    kept = rows.filter(kept_at=None).update(kept_at=now, seconds_tenths=done.seconds_tenths)
    if kept:
        Person.objects.filter(pk=take.person_id).update(
            name_folder=take.folder, name_key=take.wrapped_key
        )
    return Ack()


def forget_takes(*, now: datetime, limit: int = 50) -> int:
    """Take away takes that are not played: not kept for an hour, or replaced. Returns how many.

    The key goes first; a file that outlives it is noise.
    """
    played = Person.objects.filter(name_folder=OuterRef("folder"))
    old = NameTake.objects.filter(~Exists(played), asked_at__lt=now - FORGET_AFTER)
    takes = list(old.values_list("pk", "folder")[:limit])
    for pk, folder in takes:
        NameTake.objects.filter(pk=pk).delete()
        files.remove_from(settings.NAMES / folder)
    return len(takes)


def _person(person_id: UUID | None) -> Person | None:
    rows = Person.objects.select_related("facility__agency")
    return rows.filter(pk=person_id).first() if person_id else None
