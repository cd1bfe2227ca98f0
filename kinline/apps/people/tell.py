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
    purpose: str = "",
) -> None:
    """Write the line in the caller's transaction. `purpose` is why, in their own words."""
    audit.write(
        now=now,
        actor=audit.Named("account", str(staff.account)),
        act=act,
        subject=subject,
        facility=place,
        purpose=purpose,
        facts=facts,
    )
