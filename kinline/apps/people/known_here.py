"""Whom staff of a facility mean by an e-mail or a telephone number."""

from uuid import UUID

from django.db.models import Q

from kinline.apps.people import numbers
from kinline.apps.people.models import AllowedNumber, Contact, Link, VisitorAccess
from kinline.apps.text import typed


def contact_here(*, facility_id: UUID, text: str) -> Contact | None:
    """The contact who signs in with this e-mail or has this number, if the facility knows them: by
    a link, a visitor's request or an allowed number of somebody who is here. None for anybody
    else, so that nobody learns who has an account."""
    wanted = typed(text, 254)
    if "@" in wanted:
        who = Q(account__email__iexact=wanted)
    else:
        who = Q(numbers__e164=numbers.e164(wanted) or "")
    linked = Link.objects.filter(person__facility=facility_id).values("contact")
    asked = VisitorAccess.objects.filter(facility=facility_id).values("contact")
    listed = AllowedNumber.objects.filter(person__facility=facility_id, removed_at=None)
    here = Q(pk__in=linked) | Q(pk__in=asked) | Q(pk__in=listed.values("number__contact"))
    return Contact.objects.filter(who, here).distinct().first()
