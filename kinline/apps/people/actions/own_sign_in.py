"""What people change about their own way of signing in, told to those who may read the audit."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound
from kinline.apps.people import access


class Changed(StrEnum):
    """What was changed, as the audit log names the act."""

    SECOND_STEP_ON = "account.second_step_on"
    RECOVERY_CODES_MADE = "account.recovery_codes_made"
    PASSKEY_ADDED = "account.passkey_added"
    PASSWORD = "account.password_changed"


@transaction.atomic
def tell(*, account_id: UUID, what: Changed, now: datetime) -> None:
    """One audit line for each facility where the account is staff; one without for a contact.

    The change itself is the sign-in library's and has happened; this only says that it did.
    """
    who = audit.Named("account", str(account_id))
    for place in _places(account_id, now):
        audit.write(now=now, actor=who, act=what, subject=who, facility=place)


def _places(account_id: UUID, now: datetime) -> list[str]:
    try:
        return [one.place for one in access.staff(account_id=account_id, now=now).places]
    except NotFound:
        return [""]
