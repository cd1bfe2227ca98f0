"""Attorneys: what other rooms ask of them, and what a contact sees of their own verification."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from kinline.apps.days import day_at
from kinline.apps.errors import NotFound
from kinline.apps.facilities.models import Facility
from kinline.apps.people.models import (
    AttorneyDocument,
    AttorneyNumber,
    AttorneyRequest,
    AttorneyVerification,
    ContactNumber,
    PrivacyMark,
)
from kinline.apps.people.verified import is_verified_on
from kinline.core.attorney import NotPrivate, Reason, not_private
from kinline.core.ids import PlaceCode
from kinline.core.visitor import State
from kinline.laws.loader import places


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A contact's own request; who decided it is not told to them."""

    id: UUID
    jurisdiction: str
    bar_number: str
    state: State
    asked_at: datetime
    decided_at: datetime | None
    until_on: date | None
    reason: Reason | None
    note: str
    ended_by: str  # "contact", "kinline", "staff", or "" where it has not ended
    ended_at: datetime | None
    appeal_until: datetime | None
    appealed_at: datetime | None
    appeal_right: bool | None
    appeal_note: str
    document: bool  # the photo is still kept
    zone: str

    def may_appeal(self, now: datetime) -> bool:
        """Whether the time to appeal runs and nobody did."""
        by_staff = self.state is State.WITHDRAWN and self.ended_by == "staff"
        against = self.state is State.REFUSED or by_staff
        until = self.appeal_until
        return against and self.appealed_at is None and until is not None and now < until


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """A number they named. `code_waits`: a code is on its way, or was read out to them."""

    id: UUID
    e164: str
    proven_at: datetime | None
    code_waits: bool


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a call from a facility to a number would be private now; `why` not, if not."""

    place: PlaceCode
    facility_name: str
    agency_name: str
    e164: str
    why: NotPrivate | None

    @property
    def private(self) -> bool:
        return self.why is None


def state_of(place: str) -> str:
    """The state of a place of the law book: "us-ny" for one in "us-ny-nyc"; "" for none."""
    found = places().get(PlaceCode(place))
    return "-".join(found.jurisdiction.split("-")[:2]) if found else ""


def agencies_by_state() -> Mapping[str, Mapping[UUID, str]]:
    """Each state's agencies, with the zone of one facility of theirs there."""
    found: dict[str, dict[UUID, str]] = {}
    for agency, place, zone in Facility.objects.order_by("place").values_list(
        "agency", "place", "zone"
    ):
        if state := state_of(place):
            found.setdefault(state, {}).setdefault(agency, zone)
    return found


def states() -> list[str]:
    """Where somebody can ask to be verified: the states of our facilities."""
    return sorted(agencies_by_state())


def mine(contact_id: UUID) -> "QuerySet[AttorneyRequest]":
    """A contact's own requests; the gate of whoever has one's id."""
    return AttorneyRequest.objects.filter(contact=contact_id).select_related("document")


def requests_of(*, contact_id: UUID) -> list[OwnRequest]:
    """A contact's requests, the newest first."""
    zones = {state: next(iter(each.values())) for state, each in agencies_by_state().items()}
    rows = mine(contact_id).order_by("-asked_at", "pk")
    return [_own(row, zones.get(row.jurisdiction, "UTC")) for row in rows]


def request_of(*, contact_id: UUID, request_id: UUID) -> OwnRequest:
    """One of them. Raises NotFound."""
    found = [one for one in requests_of(contact_id=contact_id) if one.id == request_id]
    if not found:
        raise NotFound
    return found[0]


def numbers_of(*, contact_id: UUID, now: datetime) -> list[OwnNumber]:
    """The numbers a contact named, in the order of naming."""
    rows = AttorneyNumber.objects.filter(contact=contact_id, dropped_at=None)
    return [
        OwnNumber(
            row.pk,
            row.e164,
            row.proven_at,
            row.proven_at is None and row.code_until is not None and now < row.code_until,
        )
        for row in rows.order_by("added_at", "pk")
    ]


def own_document(*, contact_id: UUID, request_id: UUID) -> AttorneyDocument:
    """The photo of their own card, while the request waits. Raises NotFound."""
    rows = AttorneyDocument.objects.filter(
        request=request_id, request__contact=contact_id, request__state=State.PENDING
    )
    row = rows.filter(erased_at=None).first()
    if row is None:
        raise NotFound
    return row


def checks(*, contact_id: UUID, now: datetime) -> list[Check]:
    """For each number they named and each facility of the states they asked in: private or why not.
    Where an agency verified them by itself, also for each number at which they are listed.

    A few queries, however many there are. A mark of any agency makes a number private by itself.
    """
    asked = set(mine(contact_id).values_list("jurisdiction", flat=True))
    named = numbers_of(contact_id=contact_id, now=now)
    own = ContactNumber.objects.filter(contact=contact_id).order_by("pk")
    listed = {one.e164: OwnNumber(one.pk, one.e164, None, code_waits=False) for one in own}
    for one in named:
        listed.pop(one.e164, None)
    rows = list(AttorneyVerification.objects.filter(contact=contact_id))
    by_agency = {row.agency_id for row in rows if row.request_id is None}
    marked = set(
        PrivacyMark.objects.filter(
            number__e164__in=[one.e164 for one in (*named, *listed.values())], lifted_at=None
        ).values_list("number__e164", flat=True)
    )
    theirs = {one.e164 for one in own}
    facilities = Facility.objects.select_related("agency").order_by("name")
    return [
        Check(
            PlaceCode(facility.place),
            facility.name,
            facility.agency.name,
            number.e164,
            None
            if number.e164 in marked
            else _why(rows, facility, number, now, listed=number.e164 in theirs),
        )
        for facility in facilities
        for number in (
            *(named if state_of(facility.place) in asked else ()),
            *(listed.values() if facility.agency_id in by_agency else ()),
        )
    ]


def known_somewhere(*, contact_id: UUID) -> bool:
    """Whether an agency ever verified them, or they asked a state to."""
    return (
        mine(contact_id).exists()
        or AttorneyVerification.objects.filter(contact=contact_id).exists()
    )


def _why(
    rows: list[AttorneyVerification],
    facility: Facility,
    number: OwnNumber,
    now: datetime,
    *,
    listed: bool,
) -> NotPrivate | None:
    day = day_at(facility.zone, now)
    here = [row for row in rows if row.agency_id == facility.agency_id]
    held = [row for row in here if is_verified_on(row, day)]
    if listed and any(row.request_id is None for row in held):
        return None  # the agency's own word covers every number its contact has
    return not_private(
        proven=number.proven_at is not None,
        verified=any(row.request_id is not None for row in held),
        ended_here=any(row.ended_at is not None for row in here),
    )


def _own(row: AttorneyRequest, zone: str) -> OwnRequest:
    ended_by = row.ended_by
    if ended_by not in ("", "contact", "kinline"):
        ended_by = "staff"
    document = getattr(row, "document", None)
    return OwnRequest(
        id=row.pk,
        jurisdiction=row.jurisdiction,
        bar_number=row.bar_number,
        state=State(row.state),
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        until_on=row.until_on,
        reason=Reason(row.reason) if row.reason else None,
        note=row.note,
        ended_by=ended_by,
        ended_at=row.ended_at,
        appeal_until=row.appeal_until,
        appealed_at=row.appealed_at,
        appeal_right=row.appeal_right,
        appeal_note=row.appeal_note,
        document=document is not None and document.erased_at is None,
        zone=zone,
    )
