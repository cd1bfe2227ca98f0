"""Who may visit: what other rooms ask, and what a contact sees of their own requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from kinline.apps.days import day_at
from kinline.apps.people.models import AttorneyVerification, VisitorAccess
from kinline.core.visitor import State, VisitorKind, is_minor


@dataclass(frozen=True, slots=True)
class MinorView:
    """A child who may come along; `born_on` so that one can see when they need their own."""

    id: UUID
    name: str
    born_on: date


@dataclass(frozen=True, slots=True)
class VisitorStanding:
    """Whether a contact may visit somebody now.

    `until`: the moment it ends, None without an approval. `minors`: who may come with them, still
    under 18. An attorney is one only while their verification by the agency is in force.
    """

    approved: bool
    kind: VisitorKind = VisitorKind.ORDINARY
    until: datetime | None = None
    minors: tuple[MinorView, ...] = ()
    access: UUID | None = None


def approved(
    *, contact_id: UUID, facility_id: UUID, person_id: UUID, now: datetime
) -> VisitorStanding:
    """Whether the contact may visit this person at this facility at `now`.

    By an approval for the person or for the whole facility; of two, the one that holds longer.
    """
    rows = in_force(now).filter(contact=contact_id, facility=facility_id)
    found = list(
        rows.filter(Q(person=None) | Q(person=person_id))
        .select_related("facility")
        .prefetch_related("minors")
        .order_by("-until_at")
    )
    if not found:
        return VisitorStanding(approved=False)
    best = found[0]
    kinds = [VisitorKind(row.kind) for row in found if row.kind != VisitorKind.ORDINARY]
    kind = kinds[0] if kinds else VisitorKind.ORDINARY
    day = day_at(best.facility.zone, now)
    if kind is VisitorKind.ATTORNEY and not verified(contact_id, best.facility.agency_id, day):
        kind = VisitorKind.ORDINARY
    return VisitorStanding(True, kind, best.until_at, minors_of(found, day), best.pk)


def in_force(now: datetime) -> "QuerySet[VisitorAccess]":
    """Approvals that hold at `now`, whatever the worker has marked so far."""
    return VisitorAccess.objects.filter(state=State.APPROVED, until_at__gt=now)


def verified(contact_id: UUID, agency_id: UUID, day: date) -> bool:
    """Whether the agency's verification of an attorney is in force on this day."""
    rows = AttorneyVerification.objects.filter(
        contact=contact_id, agency=agency_id, from_on__lte=day
    )
    return rows.filter(Q(until_on=None) | Q(until_on__gt=day)).exists()


def minors_of(rows: Iterable[VisitorAccess], day: date) -> tuple[MinorView, ...]:
    found = {
        (one.name, one.born_on): MinorView(one.pk, one.name, one.born_on)
        for row in rows
        for one in row.minors.all()
        if one.allowed and is_minor(one.born_on, day)
    }
    return tuple(sorted(found.values(), key=lambda one: (one.born_on, one.name)))
