"""What waits to be looked at, the most overdue first. Nobody reads a word of it here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from kinline.apps.paging import Page, paginate
from kinline.apps.people.access import Staff
from kinline.apps.people.models import Account
from kinline.apps.people.rights import Right
from kinline.apps.review.actions.claim import free
from kinline.apps.review.actions.decide import LOOKED_AT
from kinline.apps.review.models import OPEN_STATES, Appeal, Item
from kinline.apps.review.parts import parts_of
from kinline.core.message.terms import Direction, PartKind, Service
from kinline.core.review.states import AppealState, State
from kinline.core.review.terms import Mode

# Written out, not bound: SQLite uses a partial index only where it sees the index's own condition.
OPEN_SQL = "review_item.state IN ({})".format(", ".join(f"'{one}'" for one in OPEN_STATES))
MOST_COUNTED = 10_000  # beyond it a figure only says "more"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What to look for; empty means anything. `show`: "", "marked", "clean", "mine", "free",
    "late" or "asked". `place` is a facility's code."""

    place: str = ""
    service: Service | None = None
    direction: Direction | None = None
    show: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One item as the queue shows it; `holder` is the colleague who has it now."""

    id: UUID
    service: Service
    direction: Direction
    mode: Mode
    before_delivery: bool
    kinds: tuple[PartKind, ...]
    marks: int
    person_name: str
    contact_name: str
    facility_name: str
    zone: str
    submitted_at: datetime
    due_at: datetime
    late: bool
    asked: bool
    mine: bool
    holder: str

    @property
    def may_go_in_bulk(self) -> bool:
        return not (self.marks or self.asked or self.holder or LOOKED_AT & set(self.kinds))


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures over the queue, up to MOST_COUNTED each; `oldest_at` None when nothing waits."""

    waiting: int
    marked: int
    late: int
    asked: int
    oldest_at: datetime | None
    appeals: int


@dataclass(frozen=True, slots=True)
class Queue:
    page: Page[Waiting]
    counts: Counts


def queue(*, staff: Staff, filter: QueueFilter, page: int, now: datetime, size: int = 25) -> Queue:
    """A page of what waits at the viewer's facilities. Four queries, however long it is."""
    here = _facilities(staff, filter.place)
    rows = _wanted(_open(here), filter, staff.account, now)
    rows = rows.select_related("person", "contact", "facility").order_by("due_at", "pk")
    found = paginate(rows, page, lambda items: _views(items, staff.account, now), size)
    return Queue(found, counts(staff=staff, place=filter.place, now=now))


def counts(*, staff: Staff, place: str = "", now: datetime) -> Counts:
    """How much waits at the viewer's facilities. Two queries."""
    here = _facilities(staff, place)
    some = _open(here)
    columns = ("pk", "marks", "due_at", "state", "submitted_at")
    found = (
        some.order_by("due_at")
        .values(*columns)[:MOST_COUNTED]
        .aggregate(
            waiting=Count("pk"),
            marked=Count("pk", filter=Q(marks__gt=0)),
            late=Count("pk", filter=Q(due_at__lt=now)),
            asked=Count("pk", filter=Q(state=State.ASKED)),
            oldest=Min("submitted_at"),
        )
    )
    appeals = Appeal.objects.filter(
        facility__in=here & staff.facilities_with(Right.DECIDE_APPEALS), state=AppealState.OPEN
    )
    return Counts(
        waiting=found["waiting"],
        marked=found["marked"],
        late=found["late"],
        asked=found["asked"],
        oldest_at=found["oldest"],
        appeals=appeals.count(),
    )


def next_of(*, staff: Staff, place: str, now: datetime, but: Collection[UUID] = ()) -> UUID | None:
    """The item to look at next: what the viewer has already, then the most overdue free one."""
    here = _facilities(staff, place, Right.DECIDE_MESSAGES)
    rows = _open(here).exclude(pk__in=list(but))
    # One they have begun comes first: a claim that is forgotten keeps colleagues waiting.
    begun = rows.filter(state=State.CLAIMED, claimed_by=staff.account)
    for some in (begun, rows.filter(free(now))):
        first = some.order_by("due_at", "pk").values_list("pk", flat=True).first()
        if first is not None:
            return first
    return None


def _open(here: Collection[UUID]) -> QuerySet[Item]:
    """What waits at these facilities."""
    return Item.objects.filter(facility__in=here).extra(where=[OPEN_SQL])


def _facilities(staff: Staff, place: str, right: Right = Right.READ_MESSAGES) -> frozenset[UUID]:
    there = staff.places_with(right)
    return frozenset(one.facility for one in there if not place or one.place == place)


def _wanted(
    rows: "QuerySet[Item]", filter: QueueFilter, account: UUID, now: datetime
) -> "QuerySet[Item]":
    if filter.service is not None:
        rows = rows.filter(service=filter.service)
    if filter.direction is not None:
        rows = rows.filter(direction=filter.direction)
    shows = {
        "marked": Q(marks__gt=0),
        "clean": Q(marks=0) & free(now),
        "mine": Q(state=State.CLAIMED, claimed_by=account),
        "free": free(now),
        "late": Q(due_at__lt=now),
        "asked": Q(state=State.ASKED),
    }
    return rows.filter(shows.get(filter.show, Q()))


def _views(rows: list[Item], account: UUID, now: datetime) -> list[Waiting]:
    held = {row.pk: _holder(row, now) for row in rows}
    others = {one for one in held.values() if one is not None}
    names = dict(Account.objects.filter(pk__in=others).values_list("pk", "name"))
    return [_view(row, held[row.pk], names, account, now) for row in rows]


def _holder(row: Item, now: datetime) -> UUID | None:
    if row.state != State.CLAIMED or row.claimed_until is None or row.claimed_until <= now:
        return None
    return row.claimed_by


def _view(
    row: Item, holder: UUID | None, names: dict[UUID, str], account: UUID, now: datetime
) -> Waiting:
    return Waiting(
        id=row.pk,
        service=Service(row.service),
        direction=Direction(row.direction),
        mode=Mode(row.mode),
        before_delivery=row.before_delivery,
        kinds=tuple(part.kind for part in parts_of(row.parts)),
        marks=row.marks,
        person_name=row.person.full_name,
        contact_name=row.contact.name,
        facility_name=row.facility.name,
        zone=row.facility.zone,
        submitted_at=row.submitted_at,
        due_at=row.due_at,
        late=row.due_at < now,
        asked=row.state == State.ASKED,
        mine=holder == account,
        holder=names.get(holder, "") if holder is not None and holder != account else "",
    )
