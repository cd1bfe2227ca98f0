"""Who may visit: what other rooms ask, and what a contact sees of their own requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from kinline.apps.days import day_at
from kinline.apps.errors import NotFound
from kinline.apps.facilities.models import Facility
from kinline.apps.people.links import LINKED
from kinline.apps.people.models import (
    AllowedNumber,
    AttorneyVerification,
    Link,
    Person,
    VisitorAccess,
    VisitorPicture,
    VisitorRule,
)
from kinline.core.visitor import Picture, Reason, State, VisitorKind, is_minor


@dataclass(frozen=True, slots=True)
class MinorView:
    """A child who may come along; `born_on` so that one can see when they need their own."""

    id: UUID
    name: str
    born_on: date


@dataclass(frozen=True, slots=True)
class RequestView:
    """A contact's own request. `whom` is "" for anybody at the facility; somebody they are not
    linked with and were never let to visit is shown by their ID alone.

    `note` and `reason` are told to them; who decided is not.
    """

    id: UUID
    person: UUID | None
    whom: str
    place: str
    facility_name: str
    zone: str
    state: State
    kind: VisitorKind
    asks_as: VisitorKind
    asked_at: datetime | None
    decided_at: datetime | None
    until: datetime | None
    reason: Reason | None
    note: str
    ended_by: str  # "contact", "kinline", "staff", or "" where it has not ended
    ended_at: datetime | None
    appeal_until: datetime | None
    appealed_at: datetime | None
    appeal_right: bool | None
    appeal_note: str
    pictures: frozenset[Picture]
    minors: tuple[MinorView, ...]

    def may_appeal(self, now: datetime) -> bool:
        """Whether the time to appeal runs and nobody did."""
        until = self.appeal_until
        by_staff = self.state is State.WITHDRAWN and self.ended_by == "staff"
        against = self.state is State.REFUSED or by_staff
        return against and self.appealed_at is None and until is not None and now < until


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody a contact may ask to visit without typing an ID."""

    person: UUID
    name: str
    place: str
    facility_name: str


@dataclass(frozen=True, slots=True)
class PlaceOffer:
    """A facility that takes visitors, and what it says to those who ask."""

    place: str
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """How a facility takes visitors: whether, pictures kept for, an approval good for, its note."""

    offered: bool
    keep_days: int
    good_days: int
    note: str


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


def rule_of(facility_id: UUID) -> VisitorRule:
    """The newest rule of a facility; one that offers nothing where there is none."""
    rows = VisitorRule.objects.filter(facility=facility_id).order_by("-set_at", "-pk")
    return rows.first() or VisitorRule(facility_id=facility_id, offered=False)


def rule_for(*, place: str) -> RuleView:
    """How the facility of this place takes visitors. Raises NotFound."""
    facility = Facility.objects.filter(place=place).first()
    if facility is None:
        raise NotFound
    row = rule_of(facility.pk)
    return RuleView(row.offered, row.keep_days, row.good_days, row.note)


def any_offered() -> bool:
    """Whether some facility takes or took requests: then their page is worth a line."""
    return VisitorRule.objects.filter(offered=True).exists()


def places() -> list[PlaceOffer]:
    """Facilities that take visitors now, by name."""
    found = []
    for row in Facility.objects.filter(visitor_rules__isnull=False).distinct().order_by("name"):
        if (rule := rule_of(row.pk)).offered:
            found.append(PlaceOffer(row.place, row.name, rule.note))
    return found


def mine(contact_id: UUID) -> "QuerySet[VisitorAccess]":
    """A contact's own requests; the gate of whoever has one's id."""
    rows = VisitorAccess.objects.filter(contact=contact_id)
    return rows.select_related("facility__agency", "person").prefetch_related("minors", "pictures")


def may_choose(contact_id: UUID) -> "QuerySet[Person]":
    """Whom a contact knows already: linked with them, or with their number on the list."""
    linked = Link.objects.filter(LINKED, contact=contact_id).values("person")
    listed = AllowedNumber.objects.filter(number__contact=contact_id, removed_at=None)
    return Person.objects.filter(
        Q(pk__in=linked) | Q(pk__in=listed.values("person")), active=True
    ).select_related("facility")


def to_choose(*, contact_id: UUID) -> list[Whom]:
    """The same for their page, where the facility takes visitors."""
    open_ones = {one.place for one in places()}
    rows = may_choose(contact_id).order_by("given_name", "family_name")
    return [
        Whom(row.pk, row.full_name, row.facility.place, row.facility.name)
        for row in rows
        if row.facility.place in open_ones
    ]


def requests_of(*, contact_id: UUID) -> list[RequestView]:
    """A contact's requests, the newest first."""
    known = _known(contact_id)
    return [_view(row, known) for row in mine(contact_id).order_by("-begun_at", "pk")]


def request_of(*, contact_id: UUID, access_id: UUID) -> RequestView:
    """One of them. Raises NotFound."""
    row = mine(contact_id).filter(pk=access_id).first()
    if row is None:
        raise NotFound
    return _view(row, _known(contact_id))


def own_picture(*, contact_id: UUID, access_id: UUID, kind: Picture) -> VisitorPicture:
    """A picture of their own, while they write or wait. Raises NotFound."""
    rows = VisitorPicture.objects.filter(
        access=access_id, access__contact=contact_id, kind=kind, erased_at=None
    )
    row = rows.filter(access__state__in=(State.DRAFT, State.PENDING)).first()
    if row is None:
        raise NotFound
    return row


def _known(contact_id: UUID) -> set[UUID]:
    """Of whom a contact knows the name: a look by ID alone must not tell it."""
    return set(may_choose(contact_id).values_list("pk", flat=True))


def _view(row: VisitorAccess, known: set[UUID]) -> RequestView:
    whom, ended_by = "", row.ended_by
    let = row.state == State.APPROVED or (row.state == State.EXPIRED and row.until_at)
    if row.person is not None:
        whom = row.person.full_name if let or row.person.pk in known else row.person.number
    if ended_by not in ("", "contact", "kinline"):
        ended_by = "staff"
    kept = [one.kind for one in row.pictures.all() if one.erased_at is None]
    return RequestView(
        id=row.pk,
        person=row.person_id,
        whom=whom,
        place=row.facility.place,
        facility_name=row.facility.name,
        zone=row.facility.zone,
        state=State(row.state),
        kind=VisitorKind(row.kind),
        asks_as=VisitorKind(row.asks_as),
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        until=row.until_at,
        reason=Reason(row.reason) if row.reason else None,
        note=row.note,
        ended_by=ended_by,
        ended_at=row.ended_at,
        appeal_until=row.appeal_until,
        appealed_at=row.appealed_at,
        appeal_right=row.appeal_right,
        appeal_note=row.appeal_note,
        pictures=frozenset(Picture(kind) for kind in kept),
        minors=tuple(
            MinorView(one.pk, one.name, one.born_on)
            for one in sorted(row.minors.all(), key=lambda one: (one.born_on, one.name))
        ),
    )


def minors_of(rows: Iterable[VisitorAccess], day: date) -> tuple[MinorView, ...]:
    found = {
        (one.name, one.born_on): MinorView(one.pk, one.name, one.born_on)
        for row in rows
        for one in row.minors.all()
        if one.allowed and is_minor(one.born_on, day)
    }
    return tuple(sorted(found.values(), key=lambda one: (one.born_on, one.name)))
