"""The paper behind a no-contact order: made safe or kept whole, sealed, opened with an audit line.

A photo goes through the darkroom and lies as a JPEG. A PDF cannot be written anew without changing
what a court signed: it lies as it came, is scanned where a scanner is set, and no page of ours
shows it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import F

from kinline.apps import stored
from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.people.models import NoContact, OrderDocument, Person
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.strangers import polite, scanned
from kinline.core import order as core
from kinline.core.order import OrderPaper
from kinline.darkroom import photo as photos
from kinline.darkroom.terms import Code, Unfit

_ENDING_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Paper:
    """An opened paper; close `opened`."""

    document: UUID
    media_type: OrderPaper
    opened: stored.Opened


def add(*, staff: Staff, order_id: UUID, source: Path, now: datetime) -> UUID:
    """Keep a photo or a PDF of an order, which `source` keeps as it is; also once it is over.

    Raises NotFound, and Refused: order.papers_full, order.wrong_kind, or of the file (file.*,
    photo.*).
    """
    order = _order(staff, order_id)
    if no := core.may_add(order.documents.count()):
        raise Refused(*no)
    agency = order.person.facility.agency.code
    with polite(), stored.workroom() as own:
        scanned(source)
        kind = OrderPaper.PDF if _is_pdf(source) else OrderPaper.PHOTO
        clear = source if kind is OrderPaper.PDF else _photo(source, own)
        kept = stored.keep(clear, agency=agency)
    try:
        return _attach(staff, order, kind, agency, kept, now)
    except BaseException:
        stored.destroy(kept.blob)
        raise


def look(*, staff: Staff, document_id: UUID, now: datetime) -> Paper:
    """A paper, opened; close it. On record before the first byte. Raises NotFound."""
    mine = staff.facilities_with(Right.NO_CONTACT)
    rows = OrderDocument.objects.filter(order__person__facility__in=mine, pk=document_id)
    row = rows.select_related("order__person__facility").first()
    if row is None:
        raise NotFound
    with transaction.atomic():
        _tell(staff, row.order, "order.paper_seen", row.pk, now)
    try:
        file = stored.opened(blob=row.blob, wrapped_key=row.wrapped_key, agency=row.keyring)
    except stored.Gone:
        raise NotFound from None
    return Paper(row.pk, OrderPaper(row.media_type), file)


def named(names: Collection[str]) -> set[str]:
    """Which of these files a row opens: the others are orphans, for the sweep."""
    rows = OrderDocument.objects.filter(blob__in=names)
    return set(rows.values_list("blob", flat=True))


@transaction.atomic
def _attach(
    staff: Staff,
    order: NoContact,
    kind: OrderPaper,
    agency: str,
    kept: stored.Kept,
    now: datetime,
) -> UUID:
    # Two who add at once are weighed one after the other: the person's row is written first.
    Person.objects.filter(pk=order.person_id).update(number=F("number"))
    if no := core.may_add(order.documents.count()):
        raise Refused(*no)
    row = OrderDocument.objects.create(
        order=order,
        media_type=kind,
        keyring=agency,
        blob=kept.blob,
        wrapped_key=kept.wrapped_key,
        size_bytes=kept.size,
        added_by=str(staff.account),
        added_at=now,
    )
    _tell(staff, order, "order.paper_added", row.pk, now)
    return row.pk


def _order(staff: Staff, order_id: UUID) -> NoContact:
    mine = staff.facilities_with(Right.NO_CONTACT)
    rows = NoContact.objects.filter(pk=order_id, person__facility__in=mine)
    order = rows.select_related("person__facility__agency").first()
    if order is None:
        raise NotFound
    return order


def _is_pdf(source: Path) -> bool:
    """Raises Unfit for what is empty, too large, or a PDF that was cut off."""
    size = source.stat().st_size
    if size == 0:
        raise Unfit(Code.EMPTY)
    if size > core.MOST_BYTES:
        raise Unfit(Code.TOO_LARGE, {"most": str(core.MOST_BYTES // 1_000_000)})
    with source.open("rb") as file:
        if not core.is_pdf(file.read(16)):
            return False
        file.seek(max(0, size - _ENDING_BYTES))
        if not core.is_whole_pdf(file.read()):
            raise Unfit(Code.BROKEN)
    return True


def _photo(source: Path, own: Path) -> Path:
    """Written anew. Raises Unfit, and Refused where it is neither a photo nor a PDF."""
    try:
        return photos.made_safe(source, own).path
    except Unfit as no:
        if no.code is Code.WRONG_KIND:
            raise Refused(wrong("order.wrong_kind", "file")) from None
        raise


def _tell(staff: Staff, order: NoContact, act: str, document: UUID, now: datetime) -> None:
    subject, place = Named("person", str(order.person_id)), order.person.facility.place
    facts = {"order": str(order.pk), "document": str(document)}
    tell(staff, act, subject, place, now, facts)
