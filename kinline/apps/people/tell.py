"""One line of audit for what staff do with people."""

from collections.abc import Mapping
from datetime import datetime

from kinline.apps.audit import actions as audit
from kinline.apps.people.access import Staff


def tell(
    staff: Staff,
    act: str,
    subject: audit.Named,
    place: str,
    now: datetime,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Write the line in the caller's transaction."""
    actor = audit.Named("account", str(staff.account))
    audit.write(now=now, actor=actor, act=act, subject=subject, facility=place, facts=facts)
