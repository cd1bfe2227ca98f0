"""What every action of this room does: find the facility, and tell the audit log."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound
from kinline.apps.facilities.models import Facility


def facility_of(facility_id: UUID) -> Facility:
    """The facility. Raises NotFound."""
    row = Facility.objects.select_related("agency").filter(pk=facility_id).first()
    if row is None:
        raise NotFound
    return row


def tell(
    facility: Facility,
    act: str,
    by: UUID | str,
    now: datetime,
    facts: Mapping[str, object] | None = None,
    *,
    subject: audit.Named | None = None,
) -> None:
    """One line in the audit log; about the facility itself unless a `subject` is named."""
    audit.write(
        now=now,
        actor=audit.Named("account", str(by)),
        act=act,
        subject=subject or audit.Named("facility", str(facility.pk)),
        facility=facility.place,
        facts=facts or {},
    )
