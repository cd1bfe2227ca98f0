"""A contact closes their account: the sign-in goes, with everything that only it needed."""

from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused
from kinline.apps.notices.leaving import leave
from kinline.apps.people.access import had_rights
from kinline.apps.people.actions import links
from kinline.apps.people.actions.statewide import asking as attorney
from kinline.apps.people.actions.visitors import asking
from kinline.apps.people.models import Account, Contact
from kinline.core.refusal import Refusal, Whose


@transaction.atomic
def close(*, contact_id: UUID, now: datetime) -> None:
    """End every link and visit request, sign out everywhere, and delete the account.

    Pictures of an ID or face are erased at once, and
    an attorney's verification and numbers end. Kept: the numbers on lists of people inside (the
    facility's, and theirs), the contact's own blocks, and what the books and the audit must keep.
    Raises NotFound, and Refused (contact.is_staff): a sign-in that opens the console is ended by a
    colleague.
    """
    contact = Contact.objects.filter(pk=contact_id, account__isnull=False).first()
    if contact is None or contact.account_id is None:
        raise NotFound
    account_id = contact.account_id
    if had_rights(account_id=account_id):
        raise Refused(Refusal("contact.is_staff", Whose.FACILITY))
    links.end_all_of_contact(contact_id=contact_id, now=now)
    asking.withdraw_all(contact_id=contact_id, now=now)
    attorney.leave(contact_id=contact_id, now=now)
    for session in UserSession.objects.filter(user=account_id):
        session.end()
    leave(owner=contact_id, now=now)
    Contact.objects.filter(pk=contact_id).update(account=None)
    Account.objects.filter(pk=account_id).delete()
    who = audit.Named("contact", str(contact_id))
    audit.write(now=now, actor=who, act="contact.account_closed", subject=who)
