"""No-contact orders as staff see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from kinline.apps.people.access import Staff, access_person
from kinline.apps.people.models import NoContact, OrderDocument
from kinline.apps.people.rights import Right
from kinline.core.order import OrderPaper, may_add


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper behind an order; who may open it is asked again as it is opened."""

    id: UUID
    media_type: OrderPaper
    added_at: datetime


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order: `against` is a name, an e-mail or a number (E.164), `kind` which of them."""

    id: UUID
    kind: str
    against: str
    reason: str
    from_at: datetime
    until_at: datetime | None
    made_by: str
    lifted_by: str
    lifted_at: datetime | None
    in_force: bool
    papers: tuple[PaperView, ...]

    @property
    def may_have_more(self) -> bool:
        return not may_add(len(self.papers))


def orders_of(*, staff: Staff, person_id: UUID, now: datetime) -> list[OrderView]:
    """All orders about a person, newest first. Raises NotFound."""
    access_person(staff=staff, person_id=person_id, right=Right.SEE_PEOPLE)
    rows = NoContact.objects.filter(person=person_id).select_related("contact")
    rows = rows.prefetch_related(Prefetch("documents", OrderDocument.objects.order_by("added_at")))
    return [_view(row, now) for row in rows.order_by("-made_at")]


def _view(row: NoContact, now: datetime) -> OrderView:
    if row.contact is not None:
        kind, against = "contact", row.contact.name
    else:
        kind, against = ("email", row.email) if row.email else ("number", row.e164)
    ended = row.lifted_at is not None or (row.until_at is not None and row.until_at <= now)
    return OrderView(
        id=row.pk,
        kind=kind,
        against=against,
        reason=row.reason,
        from_at=row.from_at,
        until_at=row.until_at,
        made_by=row.made_by,
        lifted_by=row.lifted_by,
        lifted_at=row.lifted_at,
        in_force=not ended,
        papers=tuple(
            PaperView(paper.pk, OrderPaper(paper.media_type), paper.added_at)
            for paper in row.documents.all()
        ),
    )
