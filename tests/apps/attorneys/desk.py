"""What the tests of attorneys share: a request that is sent, staff who decide, a proven number."""

from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from kinline.apps.people import access
from kinline.apps.people.actions.statewide import asking, deciding, proving
from kinline.apps.people.models import Account, AttorneyNumber, AttorneyRequest, Contact, Grant
from kinline.apps.people.rights import Right
from tests.apps.visitors.asking import photo
from tests.cast import Town

MA, BAR = "us-ma", "000000 (invented)"
UNTIL = date(2026, 3, 1)
BOTH = (Right.VERIFY_ATTORNEYS, Right.ATTORNEY_APPEALS)


def clerk(town: Town, name: str, now: datetime, *rights: Right, place: str = "") -> access.Staff:
    """A member of staff who holds these rights for the whole agency of a facility."""
    account = town.account(name)
    theirs = {"theo": "ma-suffolk", "rae": "nh-example"}.get(name, "ma-bristol")
    here = town.facility(place or theirs)
    for right in rights or BOTH:
        Grant.objects.get_or_create(
            account=account,
            right=right,
            agency=here.agency,
            defaults={"given_by": "test", "given_at": now},
        )
    return access.staff(account_id=account.pk, now=now)


def colleague(town: Town, now: datetime, *rights: Right) -> access.Staff:
    """Somebody else of Bristol's, who decided nothing."""
    account, _ = Account.objects.get_or_create(email="vera@example.org", defaults={"name": "Vera"})
    for right in rights or BOTH:
        Grant.objects.get_or_create(
            account=account,
            right=right,
            agency=town.facility("ma-bristol").agency,
            defaults={"given_by": "test", "given_at": now},
        )
    return access.staff(account_id=account.pk, now=now)


def asked(contact: Contact, folder: Path, now: datetime, state: str = MA) -> UUID:
    source = photo(folder)
    return asking.ask(contact_id=contact.pk, state=state, bar_number=BAR, source=source, now=now)


def approved(town: Town, contact: Contact, folder: Path, now: datetime) -> UUID:
    """Asked, and verified by Ines of Bristol until 1 March 2026."""
    made = asked(contact, folder, now)
    ines = clerk(town, "ines", now)
    deciding.approve(staff=ines, request_id=made, until_on=UNTIL, now=now)
    return made


def proven(contact: Contact, number: str, now: datetime) -> UUID:
    """A number, proven at `now` by a code as it was read out."""
    made = proving.add(contact_id=contact.pk, number=number, now=now)
    code = proving.new_code(AttorneyNumber.objects.get(pk=made), "test", now + proving.CALL_LIVES)
    proving.give_code(contact_id=contact.pk, number_id=made, code=code, now=now)
    return made


def row(request_id: UUID) -> AttorneyRequest:
    return AttorneyRequest.objects.get(pk=request_id)
