"""Attorneys as staff see them: what waits in their state, one request, appeals. And the gate.

A decision holds for a whole state, so the right must reach all of one's agency.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from kinline.apps.days import day_at
from kinline.apps.errors import NotFound
from kinline.apps.paging import Page, paginate
from kinline.apps.people.access import Staff, StaffPlace, may_for_agency
from kinline.apps.people.attorneys import OwnNumber, numbers_of, state_of
from kinline.apps.people.models import AttorneyRequest, AttorneyVerification
from kinline.apps.people.rights import Right
from kinline.apps.people.verified import is_verified_on
from kinline.core.attorney import ANSWER_WITHIN, Reason
from kinline.core.visitor import State

LOOKERS = (Right.VERIFY_ATTORNEYS, Right.ATTORNEY_APPEALS)


@dataclass(frozen=True, slots=True)
class AttorneyRow:
    """A request as lists show it. `due_at`: when it should be answered by."""

    id: UUID
    contact: UUID
    contact_name: str
    jurisdiction: str
    bar_number: str
    state: State
    asked_at: datetime
    due_at: datetime
    until_on: date | None
    agency_name: str  # whose staff decided, "" while it waits
    appealed_at: datetime | None
    own: bool  # the viewer decided it: its appeal is not theirs
    zone: str


@dataclass(frozen=True, slots=True)
class Part:
    """What became of it at one agency of the state; `holds` today."""

    id: UUID
    agency: UUID
    agency_name: str
    from_on: date
    until_on: date | None
    holds: bool
    ended_at: datetime | None
    ended_because: Reason | None
    ended_note: str


@dataclass(frozen=True, slots=True)
class AttorneyCase:
    """One request with all that was decided, for whoever decides."""

    row: AttorneyRow
    email: str
    numbers: tuple[OwnNumber, ...]
    document: bool
    erased: bool
    decided_by: str
    decided_at: datetime | None
    reason: Reason | None
    note: str
    ended_by: str
    ended_at: datetime | None
    appeal_words: str
    appeal_until: datetime | None
    appeal_decided_by: str
    appeal_decided_at: datetime | None
    appeal_right: bool | None
    appeal_note: str
    parts: tuple[Part, ...]
    here: Part | None  # the part of the viewer's own agency
    decided_here: bool  # the viewer's agency decided it, so it may end it for the state
    before: tuple[AttorneyRow, ...]

    @property
    def appeal_open(self) -> bool:
        return self.row.appealed_at is not None and self.appeal_decided_at is None

    @property
    def waits(self) -> bool:
        """Whether somebody must decide now: then looking at the photo is the work itself."""
        return self.row.state is State.PENDING or self.appeal_open


@dataclass(frozen=True, slots=True)
class Counts:
    waiting: int
    late: int
    appeals: int


def desks(staff: Staff, right: Right) -> dict[str, StaffPlace]:
    """The states for which the viewer may use this right, each with a facility of theirs there."""
    found: dict[str, StaffPlace] = {}
    for place in staff.places_with(right):
        state = state_of(place.place)
        if (
            state
            and state not in found
            and may_for_agency(staff=staff, place=place.place, right=right)
        ):
            found[state] = place
    return found


def access_attorney(
    *, staff: Staff, request_id: UUID, rights: Iterable[Right] = LOOKERS
) -> tuple[AttorneyRequest, StaffPlace]:
    """The request, and from where the viewer acts, if a right is held in its state.

    Raises NotFound.
    """
    places: dict[str, StaffPlace] = {}
    for right in rights:
        places = desks(staff, right) | places
    row = _rows().filter(pk=request_id, jurisdiction__in=places).first()
    if row is None:
        raise NotFound
    return row, places[row.jurisdiction]


def queue(*, staff: Staff, page: int) -> Page[AttorneyRow]:
    """Requests that wait in the viewer's states, who waits longest first."""
    return _page(_waiting(staff).order_by("asked_at", "pk"), staff, page)


def appeals(*, staff: Staff, page: int) -> Page[AttorneyRow]:
    """Appeals that wait, who waits longest first."""
    return _page(_appealed(staff).order_by("appealed_at", "pk"), staff, page)


def verified(*, staff: Staff, text: str = "", page: int) -> Page[AttorneyRow]:
    """Attorneys of the viewer's states, by name; `text` looks in names and bar numbers."""
    states = {state for right in LOOKERS for state in desks(staff, right)}
    rows = _rows().filter(jurisdiction__in=states, state=State.APPROVED)
    for word in text[:100].split():
        rows = rows.filter(Q(contact__name__icontains=word) | Q(bar_number__icontains=word))
    return _page(rows.order_by("contact__name", "pk"), staff, page)


def counts(*, staff: Staff, now: datetime) -> Counts:
    """What waits, for the head of the page."""
    waiting = _waiting(staff)
    late = waiting.filter(asked_at__lt=now - ANSWER_WITHIN).count()
    return Counts(waiting.count(), late, _appealed(staff).count())


def case(*, staff: Staff, request_id: UUID, now: datetime) -> AttorneyCase:
    """One request. Raises NotFound."""
    row, place = access_attorney(staff=staff, request_id=request_id)
    account = row.contact.account
    document = getattr(row, "document", None)
    others = _rows().filter(contact=row.contact_id, jurisdiction=row.jurisdiction)
    rows = row.verifications.select_related("agency").order_by("agency__name")
    parts = tuple(_part(one, day_at(place.zone, now)) for one in rows)
    return AttorneyCase(
        row=_row(row, staff.account, place.zone),
        email=(account.email or account.phone) if account else "",
        numbers=tuple(numbers_of(contact_id=row.contact_id, now=now)),
        document=document is not None and document.erased_at is None,
        erased=document is not None and document.erased_at is not None,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=Reason(row.reason) if row.reason else None,
        note=row.note,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
        appeal_words=row.appeal_words,
        appeal_until=row.appeal_until,
        appeal_decided_by=row.appeal_decided_by,
        appeal_decided_at=row.appeal_decided_at,
        appeal_right=row.appeal_right,
        appeal_note=row.appeal_note,
        parts=parts,
        here=next((one for one in parts if one.agency == place.agency), None),
        decided_here=row.agency_id == place.agency,
        before=tuple(
            _row(one, staff.account, place.zone)
            for one in others.exclude(pk=row.pk).order_by("-asked_at")[:10]
        ),
    )


def _rows() -> "QuerySet[AttorneyRequest]":
    return AttorneyRequest.objects.select_related("contact__account", "agency", "document")


def _waiting(staff: Staff) -> "QuerySet[AttorneyRequest]":
    states = desks(staff, Right.VERIFY_ATTORNEYS)
    return _rows().filter(jurisdiction__in=states, state=State.PENDING)


def _appealed(staff: Staff) -> "QuerySet[AttorneyRequest]":
    states = desks(staff, Right.ATTORNEY_APPEALS)
    rows = _rows().filter(jurisdiction__in=states)
    return rows.filter(appealed_at__isnull=False, appeal_decided_at=None)


def _page(rows: "QuerySet[AttorneyRequest]", staff: Staff, page: int) -> Page[AttorneyRow]:
    zone = staff.places[0].zone
    return paginate(rows, page, lambda found: [_row(row, staff.account, zone) for row in found])


def _row(row: AttorneyRequest, account: UUID, zone: str) -> AttorneyRow:
    return AttorneyRow(
        id=row.pk,
        contact=row.contact_id,
        contact_name=row.contact.name,
        jurisdiction=row.jurisdiction,
        bar_number=row.bar_number,
        state=State(row.state),
        asked_at=row.asked_at,
        due_at=row.asked_at + ANSWER_WITHIN,
        until_on=row.until_on,
        agency_name=row.agency.name if row.agency else "",
        appealed_at=row.appealed_at,
        own=str(account) in (row.decided_by, row.ended_by),
        zone=zone,
    )


def _part(row: AttorneyVerification, today: date) -> Part:
    return Part(
        id=row.pk,
        agency=row.agency_id,
        agency_name=row.agency.name,
        from_on=row.from_on,
        until_on=row.until_on,
        holds=is_verified_on(row, today),
        ended_at=row.ended_at,
        ended_because=Reason(row.ended_because) if row.ended_because else None,
        ended_note=row.ended_note,
    )
