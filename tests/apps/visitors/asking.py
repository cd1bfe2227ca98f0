"""What the tests of visitors share: a facility that takes them, a photo, a request that is sent."""

from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from kinline.apps import stored
from kinline.apps.facilities.models import Facility
from kinline.apps.people.actions.visitors import asking
from kinline.apps.people.models import Contact, Person, VisitorAccess, VisitorPicture, VisitorRule
from kinline.core.visitor import Picture
from tests.darkroom.pictures import encoded, picture

CHILD = ("Ana Example", date(2016, 4, 2))


def takes_visitors(facility: Facility, now: datetime, **rule: object) -> None:
    VisitorRule.objects.create(facility=facility, set_by="test", set_at=now, **rule)


def photo(folder: Path, name: str = "photo.jpg") -> Path:
    path = folder / name
    if not path.exists():
        path.write_bytes(encoded(picture(64, 48), "JPEG"))
    return path


def begun(contact: Contact, person: Person, folder: Path, now: datetime) -> UUID:
    """A request for one person with both pictures, not sent.

    The pictures are ours, so they skip the darkroom, which takes a second each.
    """
    made = asking.begin(
        contact_id=contact.pk, place=person.facility.place, person_id=person.pk, now=now
    )
    agency = person.facility.agency.code
    for kind in Picture:
        kept = stored.keep(photo(folder), agency=agency)
        VisitorPicture.objects.update_or_create(
            access_id=made,
            kind=kind,
            defaults={
                "agency": agency,
                "blob": kept.blob,
                "wrapped_key": kept.wrapped_key,
                "size_bytes": kept.size,
                "width": 64,
                "height": 48,
                "added_at": now,
            },
        )
    return made


def asked(
    contact: Contact, person: Person, folder: Path, now: datetime, *, child: bool = False
) -> UUID:
    """The same, sent."""
    made = begun(contact, person, folder, now)
    if child:
        name, born_on = CHILD
        asking.add_minor(contact_id=contact.pk, access_id=made, name=name, born_on=born_on, now=now)
    asking.send(contact_id=contact.pk, access_id=made, now=now)
    return made


def row(access_id: UUID) -> VisitorAccess:
    return VisitorAccess.objects.get(pk=access_id)
