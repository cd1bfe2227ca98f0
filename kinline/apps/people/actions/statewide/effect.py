"""What a decision about an attorney does: one AttorneyVerification for each agency of the state.

Every reader of the house asks for the agency's row, so a decision for the whole state costs none
of them a query. An agency that ended it for itself is left out until it takes that back.
"""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Greatest

from kinline.apps.days import day_at
from kinline.apps.people.attorneys import agencies_by_state
from kinline.apps.people.models import AttorneyRequest, AttorneyVerification
from kinline.core.visitor import State


def spread(row: AttorneyRequest, now: datetime, *, decided_for: UUID | None = None) -> int:
    """Give each agency of the state its row, in the caller's transaction; returns how many.

    `decided_for`: the agency that decides now, which so takes back an ending of its own.
    """
    agencies = agencies_by_state().get(row.jurisdiction, {})
    have = set(row.verifications.values_list("agency", flat=True))
    without = have | (_ended(row) - {decided_for})
    made = [
        AttorneyVerification(
            contact_id=row.contact_id,
            agency_id=agency,
            bar_number=row.bar_number,
            from_on=day_at(zone, now),
            until_on=row.until_on,
            verified_by=row.appeal_decided_by or row.decided_by,
            verified_at=now,
            request=row,
        )
        for agency, zone in agencies.items()
        if agency not in without and _still(row, day_at(zone, now))
    ]
    AttorneyVerification.objects.bulk_create(made)
    return len(made)


def revive(row: AttorneyRequest, now: datetime) -> None:
    """An appeal was right: rows that ended with the decision hold anew from today on."""
    for agency, zone in agencies_by_state().get(row.jurisdiction, {}).items():
        rows = row.verifications.filter(agency=agency, ended_at=None)
        rows.update(from_on=day_at(zone, now), until_on=row.until_on, verified_at=now)
    spread(row, now)


def end_everywhere(row: AttorneyRequest, now: datetime) -> None:
    """No longer, at any agency of the state: from today on calls are recorded again."""
    for agency, zone in agencies_by_state().get(row.jurisdiction, {}).items():
        end_rows(row.verifications.filter(agency=agency), day_at(zone, now))


def end_rows(rows: "QuerySet[AttorneyVerification]", today: date) -> None:
    """End what still holds with `today`; what has begun today never was."""
    rows.filter(until_on__gt=today).update(until_on=Greatest(F("from_on"), today))


def spread_due(*, now: datetime) -> int:
    """Give agencies that came to a state later what was decided there before; returns how many."""
    count = 0
    for state, agencies in agencies_by_state().items():
        rows = AttorneyRequest.objects.filter(jurisdiction=state, state=State.APPROVED)
        behind = rows.annotate(parts=Count("verifications")).filter(parts__lt=len(agencies))
        for row in list(behind):
            count += spread(row, now)
    return count


def _ended(row: AttorneyRequest) -> set[UUID]:
    """Agencies whose last word about this attorney in this state was that it ended for them."""
    last: dict[UUID, bool] = {}
    rows = AttorneyVerification.objects.filter(
        contact=row.contact_id, request__jurisdiction=row.jurisdiction
    )
    for agency, ended_at in rows.order_by("verified_at").values_list("agency", "ended_at"):
        last[agency] = ended_at is not None
    return {agency for agency, ended in last.items() if ended}


def _still(row: AttorneyRequest, today: date) -> bool:
    return row.until_on is not None and today < row.until_on
