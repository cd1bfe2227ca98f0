"""The court's paper behind a no-contact order: sealed, for few eyes, each look on record."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from kinline.apps import stored
from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.people import access, orders
from kinline.apps.people.actions import no_contact, order_papers
from kinline.apps.people.models import OrderDocument
from kinline.core.order import MOST_PAPERS, OrderPaper
from tests.cast import Town
from tests.darkroom.pictures import encoded, exif, picture

REASON, SECRET = "Probate court, 24-1187", b"stay 100 yards away from"
PDF = b"%PDF-1.7\n1 0 obj\n(" + SECRET + b")\nendobj\nstartxref\n9\n%%EOF\n"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.STORED, settings.WORK = tmp_path / "stored", tmp_path / "work"


@pytest.fixture
def ines(town: Town, now: datetime) -> access.Staff:
    return access.staff(account_id=town.account("ines").pk, now=now)


@pytest.fixture
def order(town: Town, ines: access.Staff, now: datetime) -> UUID:
    facts = {"person_id": town.julian.pk, "against": town.numbers.odette, "reason": REASON}
    return no_contact.make(staff=ines, until=now + timedelta(days=30), now=now, **facts)


def file(folder: Path, content: bytes = PDF) -> Path:
    path = folder / "paper.upload"
    path.write_bytes(content)
    return path


def lying(blob: str) -> bytes:
    return stored.path_of(blob).read_bytes()


def test_a_pdf_lies_sealed_and_comes_back_byte_for_byte(
    ines: access.Staff, order: UUID, now: datetime, tmp_path: Path
) -> None:
    made = order_papers.add(staff=ines, order_id=order, source=file(tmp_path), now=now)
    row = OrderDocument.objects.get(pk=made)
    assert SECRET not in lying(row.blob)
    seen = order_papers.look(staff=ines, document_id=made, now=now)
    with seen.opened as opened:
        assert (seen.media_type, b"".join(opened.read())) == (OrderPaper.PDF, PDF)
    told = Line.objects.filter(act__startswith="order.paper").order_by("pk")
    assert [line.act for line in told] == ["order.paper_added", "order.paper_seen"]
    assert {line.facts["document"] for line in told} == {str(made)}
    assert order_papers.named([row.blob, "0" * 32]) == {row.blob}, "the sweep leaves it"


def test_a_photo_is_written_anew_without_what_was_hidden_in_it(
    ines: access.Staff, order: UUID, now: datetime, tmp_path: Path
) -> None:
    taken = encoded(picture(64, 48), "JPEG", exif=exif()) + b"<script>"
    made = order_papers.add(staff=ines, order_id=order, source=file(tmp_path, taken), now=now)
    with order_papers.look(staff=ines, document_id=made, now=now).opened as opened:
        shown = b"".join(opened.read())
    assert shown.startswith(b"\xff\xd8\xff")
    assert b"<script>" not in shown
    assert b"Exif" not in shown


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (PDF[:40], "file.broken"),
        (b"<svg onload=alert(1)>", "order.wrong_kind"),
        (b"<html>" + PDF, "order.wrong_kind"),
        (PDF + b"\0" * 10_000_000, "file.too_large"),
    ],
)
def test_what_is_neither_leaves_nothing(
    ines: access.Staff, order: UUID, now: datetime, tmp_path: Path, content: bytes, code: str
) -> None:
    with pytest.raises(Refused) as no:
        order_papers.add(staff=ines, order_id=order, source=file(tmp_path, content), now=now)
    assert [one.code for one in no.value.refusals] == [code]
    assert not OrderDocument.objects.exists()
    assert not list((tmp_path / "stored").rglob("*.kblob"))


def test_who_may_not_make_orders_opens_none_and_another_county_knows_none(
    town: Town, ines: access.Staff, order: UUID, now: datetime, tmp_path: Path
) -> None:
    made = order_papers.add(staff=ines, order_id=order, source=file(tmp_path), now=now)
    for name in ("sam", "theo", "rae"):
        other = access.staff(account_id=town.account(name).pk, now=now)
        with pytest.raises(NotFound):
            order_papers.look(staff=other, document_id=made, now=now)
        with pytest.raises(NotFound):
            order_papers.add(staff=other, order_id=order, source=file(tmp_path), now=now)
    with pytest.raises(NotFound):
        order_papers.look(staff=ines, document_id=uuid4(), now=now)
    assert not Line.objects.filter(act="order.paper_seen").exists()


def test_an_order_takes_five_papers_also_once_it_is_over(
    town: Town, ines: access.Staff, order: UUID, now: datetime, tmp_path: Path
) -> None:
    later = now + timedelta(days=31)
    for _ in range(MOST_PAPERS):
        order_papers.add(staff=ines, order_id=order, source=file(tmp_path), now=later)
    with pytest.raises(Refused) as no:
        order_papers.add(staff=ines, order_id=order, source=file(tmp_path), now=later)
    assert [one.code for one in no.value.refusals] == ["order.papers_full"]
    (view,) = orders.orders_of(staff=ines, person_id=town.julian.pk, now=later)
    assert (view.in_force, view.may_have_more, len(view.papers)) == (False, False, MOST_PAPERS)


@pytest.mark.db
def test_the_database_keeps_a_paper_as_it_is(
    ines: access.Staff, order: UUID, now: datetime, tmp_path: Path
) -> None:
    made = order_papers.add(staff=ines, order_id=order, source=file(tmp_path), now=now)
    rows = OrderDocument.objects.filter(pk=made)
    for act in (lambda: rows.update(blob="0" * 32), lambda: rows._raw_delete("default")):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
