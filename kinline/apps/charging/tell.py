"""Telling a holder of money about it: recorded with the act, sent after commit."""

from collections.abc import Mapping
from datetime import datetime

from kinline.apps.ids import as_uuid
from kinline.apps.notices import actions as notices
from kinline.apps.people.holders import mail_of


def tell_holder(
    *, key: str, kind: str, holder: str, facts: Mapping[str, str], now: datetime
) -> None:
    """An email, once per `key`, where the holder has one. Who is inside sees it on their pages."""
    found = as_uuid(holder)
    mail = mail_of(found) if found else None
    if mail is not None:
        whole = {**facts, "email": mail.email, "language": mail.language}
        notices.post(key=key, kind=kind, facts=whole, now=now)
