"""Who of the demo may visit: Bristol takes visitors, and has decided about two of them; Grace asks
at Suffolk, with drawn pictures.
"""

from datetime import date, datetime, timedelta
from importlib.resources import as_file, files

from kinline.apps import stored
from kinline.apps.facilities.models import Facility
from kinline.apps.people.models import (
    Contact,
    Minor,
    Person,
    VisitorAccess,
    VisitorPicture,
    VisitorRule,
)
from kinline.core.visitor import Picture, State, VisitorKind

BY = "demo"
GOOD = timedelta(days=5 * 365)  # so that the demo's visitors stay visitors
# Who is outside, whom they may visit at Bristol, as what.
APPROVED = (
    ("odette", "40-2719", VisitorKind.ORDINARY),
    ("priya", "40-2719", VisitorKind.ATTORNEY),
)
CHILD = ("Ana Marrow", date(2017, 5, 9))
PICTURES = {Picture.DOCUMENT: "visitor-id.jpg", Picture.SELFIE: "visitor-face.jpg"}


def load(*, now: datetime) -> None:
    """Bristol's rule and its visitors. What staff changed since stays changed."""
    home = Facility.objects.get(place="ma-bristol")
    _takes(home, now)
    for email, number, kind in APPROVED:
        contact = Contact.objects.get(account__email=f"{email}@example.org")
        person = Person.objects.get(number=number)
        if VisitorAccess.objects.filter(contact=contact, person=person).exists():
            continue
        made = VisitorAccess.objects.create(
            contact=contact,
            facility=home,
            person=person,
            state=State.APPROVED,
            kind=kind,
            asks_as=kind,
            begun_at=now,
            asked_at=now,
            decided_by=BY,
            decided_at=now,
            until_at=now + GOOD,
            settled_at=now,
        )
        if kind is VisitorKind.ORDINARY:
            name, born_on = CHILD
            Minor.objects.create(access=made, name=name, born_on=born_on, allowed=True)


def ask(*, now: datetime) -> None:
    """Grace waits for an answer at Suffolk, once."""
    person = Person.objects.select_related("facility__agency").get(number="31-0007")
    grace = Contact.objects.get(account__email="grace@example.org")
    _takes(person.facility, now)
    if VisitorAccess.objects.filter(contact=grace).exists():
        return
    made = VisitorAccess.objects.create(
        contact=grace, facility=person.facility, person=person, begun_at=now
    )
    for kind, name in PICTURES.items():
        _picture(made, kind, name, now)
    VisitorAccess.objects.filter(pk=made.pk).update(
        state=State.PENDING, asked_at=now - timedelta(hours=26)
    )


def _takes(facility: Facility, now: datetime) -> None:
    if not facility.visitor_rules.exists():
        VisitorRule.objects.create(facility=facility, set_by=BY, set_at=now)


def _picture(access: VisitorAccess, kind: Picture, name: str, now: datetime) -> None:
    """Ours, so it needs no darkroom; sealed as all are."""
    agency = access.facility.agency.code
    with as_file(files("kinline.config.demo") / "pieces" / name) as path:
        kept = stored.keep(path, agency=agency)
    VisitorPicture.objects.create(
        access=access,
        kind=kind,
        agency=agency,
        blob=kept.blob,
        wrapped_key=kept.wrapped_key,
        size_bytes=kept.size,
        width=860 if kind is Picture.DOCUMENT else 640,
        height=560 if kind is Picture.DOCUMENT else 640,
        added_at=now,
    )
