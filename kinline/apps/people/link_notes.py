"""What the other side of a link is told, on its own page; the notices' room takes it further.

Names and a facility, never a reason: nobody is to read blame into it.
"""

from datetime import datetime

from kinline.apps.notices import actions as notices
from kinline.apps.notices.kinds import LINK_ACCEPTED, LINK_ASKED, LINK_DECLINED, LINK_ENDED
from kinline.apps.people.models import Link
from kinline.core.link import By, other


def asked(link: Link, now: datetime) -> None:
    """Somebody asks: the other side may say yes or no."""
    _to(other(By(link.asked_by)), link, LINK_ASKED, By(link.asked_by), now)


def accepted(link: Link, by: By, now: datetime) -> None:
    """Somebody said yes."""
    _to(other(by), link, LINK_ACCEPTED, by, now)


def declined(link: Link, by: By, now: datetime) -> None:
    """Somebody said no."""
    _to(other(by), link, LINK_DECLINED, by, now)


def ended(link: Link, by: By, now: datetime) -> None:
    """A link ended. Of one that was never agreed, only whoever asked is told, and only of staff's
    end; to hear that somebody took their asking back helps nobody.
    """
    sides = [By.PERSON, By.CONTACT] if by is By.STAFF else [other(by)]
    if link.accepted_at is None:
        sides = [By(link.asked_by)] if by is By.STAFF else []
    for side in sides:
        _to(side, link, LINK_ENDED, by, now)


def _to(side: By, link: Link, kind: str, by: By, now: datetime) -> None:
    person, contact = link.person, link.contact
    # Whoever asked by an ID learns the name that belongs to it by a yes, and not before.
    known = link.accepted_at is not None or kind == LINK_ACCEPTED or link.asked_by != By.CONTACT
    inside = person.full_name if known else person.number
    facts = {
        "link": str(link.pk),
        "name": inside if side is By.CONTACT else contact.name,
        "place": person.facility.place,
        "facility_name": person.facility.name,
        "by": str(by),
    }
    key = f"{kind}:{link.pk}:{side}"
    owner = contact.pk if side is By.CONTACT else person.pk
    notices.note(key=key, owner_kind=side, owner=owner, kind=kind, facts=facts, now=now)
