"""Visitors as staff see them: what waits, one request, appeals, who may visit. And the gate."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from kinline.apps import stored
from kinline.apps.days import day_at
from kinline.apps.errors import NotFound
from kinline.apps.paging import Page, paginate
from kinline.apps.people.access import Staff
from kinline.apps.people.models import VisitorAccess, VisitorPicture
from kinline.apps.people.rights import Right
from kinline.apps.people.visitors import verified
from kinline.apps.text import typed
from kinline.core.visitor import ANSWER_WITHIN, Picture, Reason, State, VisitorKind

# Whoever may look at an ID: those who decide, and those who decide appeals.
LOOKERS = (Right.DECIDE_VISITORS, Right.VISITOR_APPEALS)
SEEN = (State.PENDING, State.APPROVED, State.REFUSED, State.WITHDRAWN, State.EXPIRED)


@dataclass(frozen=True, slots=True)
class MinorRow:
    """A child named in a request, `age` in whole years on the facility's day."""

    id: UUID
    name: str
    born_on: date
    age: int
    allowed: bool


@dataclass(frozen=True, slots=True)
class VisitorRow:
    """A request as lists show it. `due_at`: when it should be answered by."""

    id: UUID
    contact: UUID
    contact_name: str
    person: UUID | None
    person_name: str
    person_number: str
    place: str
    facility: UUID
    facility_name: str
    zone: str
    state: State
    kind: VisitorKind
    asks_as: VisitorKind
    asked_at: datetime
    due_at: datetime
    until: datetime | None
    minors: int
    appealed_at: datetime | None
    own: bool  # the viewer decided it: its appeal is not theirs

    def late(self, now: datetime) -> bool:
        """Whether the answer should have been there by now."""
        return self.state is State.PENDING and now > self.due_at


@dataclass(frozen=True, slots=True)
class VisitorView:
    """One request with all that was decided, for whoever decides."""

    row: VisitorRow
    email: str
    minors: tuple[MinorRow, ...]
    pictures: frozenset[Picture]
    erased: bool  # the pictures were there and are erased
    id_expires_on: date | None
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
    attorney: bool  # verified by the agency, in force today
    before: tuple[VisitorRow, ...]  # other requests of the same contact here

    @property
    def appeal_open(self) -> bool:
        return self.row.appealed_at is not None and self.appeal_decided_at is None

    @property
    def waits(self) -> bool:
        """Whether somebody must decide now: then looking at the pictures is the work itself."""
        return self.row.state is State.PENDING or self.appeal_open


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits at the viewer's facilities."""

    waiting: int
    late: int
    appeals: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class File:
    """An opened picture: `opened.size` bytes of JPEG; close it."""

    picture: UUID
    opened: stored.Opened


def access_visitor(
    *, staff: Staff, access_id: UUID, rights: Iterable[Right] = (Right.SEE_VISITORS,)
) -> VisitorAccess:
    """The request, if one of these rights is held at its facility; no draft. Raises NotFound."""
    here = {one for right in rights for one in staff.facilities_with(right)}
    row = _rows().filter(pk=access_id, facility__in=here).first()
    if row is None:
        raise NotFound
    return row


def queue(*, staff: Staff, place: str, page: int) -> Page[VisitorRow]:
    """Requests that wait where the viewer decides, who waits longest first."""
    rows = _where(staff, place, Right.DECIDE_VISITORS).filter(state=State.PENDING)
    return _page(rows.order_by("asked_at", "pk"), staff, page)


def appeals(*, staff: Staff, place: str, page: int) -> Page[VisitorRow]:
    """Appeals that wait, who waits longest first."""
    return _page(_appealed(staff, place).order_by("appealed_at", "pk"), staff, page)


def visitors(
    *, staff: Staff, place: str, text: str, state: State | None, page: int
) -> Page[VisitorRow]:
    """Those who may visit (or another state), by name; `text` looks in names and IDs."""
    rows = _where(staff, place, Right.SEE_VISITORS).filter(state=state or State.APPROVED)
    for word in typed(text, 100).split():
        rows = rows.filter(
            Q(contact__name__icontains=word)
            | Q(person__given_name__icontains=word)
            | Q(person__family_name__icontains=word)
            | Q(person__number__icontains=word)
        )
    return _page(rows.order_by("contact__name", "-asked_at", "pk"), staff, page)


def counts(*, staff: Staff, place: str, now: datetime) -> Counts:
    """What waits, for the head of the page."""
    waiting = _where(staff, place, Right.DECIDE_VISITORS).filter(state=State.PENDING)
    oldest = waiting.order_by("asked_at").values_list("asked_at", flat=True).first()
    late = waiting.filter(asked_at__lt=now - ANSWER_WITHIN).count() if oldest else 0
    return Counts(waiting.count(), late, _appealed(staff, place).count(), oldest)


def one(*, staff: Staff, access_id: UUID, now: datetime) -> VisitorView:
    """One request. Raises NotFound."""
    row = access_visitor(staff=staff, access_id=access_id, rights=(Right.SEE_VISITORS, *LOOKERS))
    today = day_at(row.facility.zone, now)
    pictures = list(row.pictures.all())
    account = row.contact.account
    others = _rows().filter(contact=row.contact_id, facility=row.facility_id).exclude(pk=row.pk)
    return VisitorView(
        row=_row(row, staff.account),
        email=(account.email or account.phone) if account else "",
        minors=tuple(
            MinorRow(one.pk, one.name, one.born_on, _age(one.born_on, today), one.allowed)
            for one in sorted(row.minors.all(), key=lambda one: (one.born_on, one.name))
        ),
        pictures=frozenset(Picture(one.kind) for one in pictures if one.erased_at is None),
        erased=any(one.erased_at is not None for one in pictures),
        id_expires_on=row.id_expires_on,
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
        attorney=verified(row.contact_id, row.facility.agency_id, today),
        before=tuple(_row(one, staff.account) for one in others.order_by("-asked_at")[:10]),
    )


def open_picture(row: VisitorPicture) -> File:
    """The sealed file, open. Raises NotFound where it does not open any more."""
    try:
        opened = stored.opened(blob=row.blob, wrapped_key=row.wrapped_key, agency=row.agency)
    except stored.Gone:
        raise NotFound from None
    return File(row.pk, opened)


def _rows() -> "QuerySet[VisitorAccess]":
    rows = VisitorAccess.objects.exclude(state=State.DRAFT)
    return rows.select_related("facility__agency", "person", "contact__account").prefetch_related(
        "minors", "pictures"
    )


def _where(staff: Staff, place: str, right: Right) -> "QuerySet[VisitorAccess]":
    here = [one.facility for one in staff.places_with(right) if not place or one.place == place]
    return _rows().filter(facility__in=here)


def _appealed(staff: Staff, place: str) -> "QuerySet[VisitorAccess]":
    rows = _where(staff, place, Right.VISITOR_APPEALS)
    return rows.filter(appealed_at__isnull=False, appeal_decided_at=None)


def _page(rows: "QuerySet[VisitorAccess]", staff: Staff, page: int) -> Page[VisitorRow]:
    return paginate(rows, page, lambda found: _built(found, staff.account))


def _built(found: list[VisitorAccess], account: UUID) -> list[VisitorRow]:
    return [_row(row, account) for row in found]


def _row(row: VisitorAccess, account: UUID) -> VisitorRow:
    assert row.asked_at is not None
    return VisitorRow(
        id=row.pk,
        contact=row.contact_id,
        contact_name=row.contact.name,
        person=row.person_id,
        person_name=row.person.full_name if row.person else "",
        person_number=row.person.number if row.person else "",
        place=row.facility.place,
        facility=row.facility_id,
        facility_name=row.facility.name,
        zone=row.facility.zone,
        state=State(row.state),
        kind=VisitorKind(row.kind),
        asks_as=VisitorKind(row.asks_as),
        asked_at=row.asked_at,
        due_at=row.asked_at + ANSWER_WITHIN,
        until=row.until_at,
        minors=len(row.minors.all()),
        appealed_at=row.appealed_at,
        own=str(account) in (row.decided_by, row.ended_by),
    )


def _age(born_on: date, today: date) -> int:
    before = (today.month, today.day) < (born_on.month, born_on.day)
    return today.year - born_on.year - before
