"""Payments and refunds as their holder and an agency's staff see them.

Scope: a holder's own, or `agencies`, which the caller takes from the viewer's grants.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from kinline.apps.charging.models import IdleTold, Payment, Refund
from kinline.apps.errors import NotFound
from kinline.apps.facilities.models import Facility
from kinline.apps.paging import Page, paginate
from kinline.apps.people.access import Staff
from kinline.apps.people.holders import names_of
from kinline.apps.people.rights import Right
from kinline.core.ids import PlaceCode
from kinline.core.refund import states
from kinline.core.refund.idle import Told
from kinline.core.refund.states import PartState, State, Way
from kinline.laws.loader import places

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One payment by card. `back_cents` went back since, by refund or past Kinline."""

    id: UUID
    holder: str
    agency: str
    place: str
    zone: ZoneInfo
    cents: int
    state: str
    trouble: str
    last_four: str
    made_at: datetime
    ended_at: datetime | None
    back_cents: int
    reference: str


@dataclass(frozen=True, slots=True)
class StepView:
    state: str
    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class PartView:
    """`last_four` are the card's, where it goes back to one."""

    id: UUID
    way: str
    cents: int
    state: str
    trouble: str
    last_four: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefundView:
    """One refund with its steps and parts. `agreed_by` are the staff who agreed so far."""

    id: UUID
    kind: str
    holder: str
    agency: str
    place: str
    zone: ZoneInfo
    cents: int
    state: str
    approvals: int
    agreed_by: tuple[str, ...]
    asked_at: datetime
    asked_by: str
    asked_by_staff: bool
    why: str
    steps: tuple[StepView, ...]
    parts: tuple[PartView, ...]

    @property
    def paid_cents(self) -> int:
        return sum(part.cents for part in self.parts if part.state == PartState.PAID)


@dataclass(frozen=True, slots=True)
class IdleView:
    """An account whose time without use has run out: staff find its holder and pay it out."""

    id: UUID
    kind: str
    holder: str
    place: str
    ends_on: date
    done_at: datetime | None
    note: str


def payments(*, kind: str, holder: UUID, page: int = 1) -> Page[PaymentView]:
    """A holder's payments, the newest first."""
    rows = Payment.objects.filter(kind=kind, holder=str(holder))
    return _page_of_payments(rows, page)


def payment(*, holder: UUID, payment_id: UUID) -> PaymentView:
    """One of a holder's payments. Raises NotFound."""
    return _one(_payments(Payment.objects.filter(holder=str(holder), pk=payment_id)))


def refunds(*, kind: str, holder: UUID) -> tuple[RefundView, ...]:
    """A holder's refunds of one account, the newest first."""
    rows = Refund.objects.filter(kind=kind, holder=str(holder)).order_by("-asked_at")[:20]
    return _refunds(rows)


def refund(*, holder: UUID, refund_id: UUID) -> RefundView:
    """One of a holder's refunds. Raises NotFound."""
    return _one(_refunds(Refund.objects.filter(holder=str(holder), pk=refund_id)))


# --- for staff ------------------------------------------------------------------------------


def agencies(*, staff: Staff, right: Right) -> frozenset[str]:
    """Codes of the agencies of which all is open to this right: money is the agency's.

    Held for the agency, or at each of its facilities.
    """
    wide = {place.agency for place in staff.places if right in place.agency_wide}
    mine = staff.facilities_with(right)
    by_agency: dict[UUID, set[UUID]] = {}
    rows = Facility.objects.filter(agency__in={place.agency for place in staff.places})
    codes: dict[UUID, str] = {}
    for agency, code, facility in rows.values_list("agency", "agency__code", "pk"):
        by_agency.setdefault(agency, set()).add(facility)
        codes[agency] = code
    return frozenset(
        codes[agency]
        for agency, all_of_it in by_agency.items()
        if agency in wide or all_of_it <= mine
    )


def waiting(*, agencies: Collection[str]) -> tuple[RefundView, ...]:
    """Refunds that staff must decide about, the oldest first."""
    rows = Refund.objects.filter(agency__in=agencies, state=State.REQUESTED)
    return _refunds(rows.order_by("asked_at")[:200])


def recent(*, agencies: Collection[str], page: int = 1) -> Page[RefundView]:
    """Refunds that were decided about, the newest first."""
    rows = Refund.objects.filter(agency__in=agencies).exclude(state=State.REQUESTED)
    return paginate(_whole(rows).order_by("-asked_at"), page, lambda some: [*map(_refund, some)])


def refund_at(*, agencies: Collection[str], refund_id: UUID) -> RefundView:
    """A refund of these agencies. Raises NotFound."""
    return _one(_refunds(Refund.objects.filter(agency__in=agencies, pk=refund_id)))


def payments_at(*, agencies: Collection[str], page: int = 1) -> Page[PaymentView]:
    """Payments through these agencies, the newest first."""
    return _page_of_payments(Payment.objects.filter(agency__in=agencies), page)


def payment_at(*, agencies: Collection[str], payment_id: UUID) -> PaymentView:
    """A payment through these agencies. Raises NotFound."""
    return _one(_payments(Payment.objects.filter(agency__in=agencies, pk=payment_id)))


def idle_tasks(*, agencies: Collection[str]) -> tuple[IdleView, ...]:
    """Accounts whose time has run out and whose holder nobody has found yet."""
    rows = IdleTold.objects.filter(agency__in=agencies, told=Told.OVER, done_at=None)
    return tuple(
        IdleView(row.pk, row.kind, row.holder, row.place, row.ends_on, row.done_at, row.note)
        for row in rows.order_by("ends_on")[:200]
    )


def names(holders: Iterable[str]) -> dict[str, str]:
    """Names of holders whose rows the viewer was let in to."""
    return names_of(set(holders))


def _one(found: Sequence[T]) -> T:
    if not found:
        raise NotFound
    return found[0]


def _refunds(rows: QuerySet[Refund]) -> tuple[RefundView, ...]:
    return tuple(map(_refund, _whole(rows)))


def _whole(rows: QuerySet[Refund]) -> QuerySet[Refund]:
    return rows.prefetch_related("steps", "parts__payment", "agreements")


def _refund(row: Refund) -> RefundView:
    return RefundView(
        id=row.pk,
        kind=row.kind,
        holder=row.holder,
        agency=row.agency,
        place=row.place,
        zone=places()[PlaceCode(row.place)].zone,
        cents=row.cents,
        state=row.state,
        approvals=row.approvals,
        agreed_by=tuple(one.by for one in row.agreements.all()),
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        asked_by_staff=row.asked_by_staff,
        why=row.why,
        steps=tuple(StepView(one.state, one.at, one.by, one.why) for one in row.steps.all()),
        parts=tuple(
            PartView(
                id=part.pk,
                way=part.way,
                cents=part.cents,
                state=part.state,
                trouble=part.trouble,
                last_four=part.payment.last_four if part.payment else "",
                ended_at=part.ended_at,
            )
            for part in row.parts.all()
        ),
    )


def _page_of_payments(rows: QuerySet[Payment], page: int) -> Page[PaymentView]:
    newest = rows.order_by("-made_at").prefetch_related("given_back", "taken_back")
    return paginate(newest, page, lambda some: [*map(_payment, some)])


def _payments(rows: QuerySet[Payment]) -> list[PaymentView]:
    return [*map(_payment, rows.prefetch_related("given_back", "taken_back"))]


def _payment(row: Payment) -> PaymentView:
    return PaymentView(
        id=row.pk,
        holder=row.holder,
        agency=row.agency,
        place=row.place,
        zone=places()[PlaceCode(row.place)].zone,
        cents=row.cents,
        state=row.state,
        trouble=row.trouble,
        last_four=row.last_four,
        made_at=row.made_at,
        ended_at=row.ended_at,
        back_cents=_back(row),
        reference=row.reference,
    )


def _back(row: Payment) -> int:
    parts = sum(one.cents for one in row.given_back.all() if one.state != PartState.FAILED)
    return parts + sum(one.cents for one in row.taken_back.all() if not one.given_again)


OPEN = frozenset(str(state) for state in states.OPEN)
CHEQUE = str(Way.CHEQUE)
