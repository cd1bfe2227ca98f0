"""Links and no-contact orders in the console, and whether people can be found by name."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kinline.apps.audit.models import Line
from kinline.apps.people.models import Grant, Link, NoContact
from kinline.apps.people.queries import linked
from kinline.apps.people.rights import Right
from tests.cast import Town
from tests.doors import visitors

REASON = "Probate court, 24-1187"


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_ines_sees_links_and_keeps_odette_away_for_a_week(town: Town) -> None:
    ines = visitors.staff(town.account("ines"))
    link = Link.objects.get(person=town.julian, contact=town.odette)
    page = text(ines.get(reverse("console_contacts", args=[town.julian.pk])))
    assert "Odette Marrow" in page
    assert "Linked" in page
    address = reverse("console_order_link", args=[town.julian.pk, link.pk])
    assert "No contact between Julian Marrow and Odette Marrow" in text(ines.get(address))
    day = (timezone.now() + timedelta(days=7)).date()
    typed = {"reason": REASON, "until": day.isoformat()}
    page = text(ines.post(address, typed, follow=True))
    assert "The order is in force." in page
    assert REASON in page
    assert not linked(person_id=town.julian.pk, contact_id=town.odette.pk)
    order = NoContact.objects.get()
    assert order.until_at is not None
    assert order.until_at - timezone.now() > timedelta(days=6), "through that day"
    lift = reverse("console_order_lift", args=[town.julian.pk, order.pk])
    assert "Lifted." in text(ines.post(lift, follow=True))
    assert ines.post(lift).status_code == 404
    assert set(Line.objects.filter(act__startswith="order.").values_list("act", flat=True)) == {
        "order.made",
        "order.lifted",
    }


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"against": "nobody", "reason": REASON}, "Type an email, or a telephone number"),
        ({"against": "a@example.org", "reason": REASON, "until": "2020-01-01"}, "over already"),
        ({"against": "a@example.org", "reason": ""}, "required"),
    ],
)
def test_what_is_typed_wrong_is_said_beside_the_field(
    town: Town, typed: dict[str, str], said: str
) -> None:
    ines = visitors.staff(town.account("ines"))
    page = text(ines.post(reverse("console_order", args=[town.julian.pk]), typed))
    assert said in page
    assert not NoContact.objects.exists()


def test_sam_sees_links_and_no_way_to_order(town: Town) -> None:
    page = text(
        visitors.staff(town.account("sam")).get(reverse("console_contacts", args=[town.julian.pk]))
    )
    assert "Odette Marrow" in page
    assert reverse("console_order", args=[town.julian.pk]) not in page


def test_finding_by_name_is_the_agencys_and_needs_a_right_for_all_of_it(town: Town) -> None:
    address = reverse("console_finding", args=["ma-bristol"])
    sam, ines = visitors.staff(town.account("sam")), visitors.staff(town.account("ines"))
    assert sam.post(address, {"on": "1"}).status_code == 404
    assert "Turn it on" not in text(sam.get(address))
    agency = town.julian.facility.agency
    # Bristol has one facility: whoever may change that one may change all.
    ines.post(address, {"on": "1"})
    agency.refresh_from_db()
    assert agency.search_by_name
    assert Line.objects.filter(act="agency.search_on").count() == 1
    Grant.objects.filter(account=town.account("ines"), right=Right.CHANGE_FACILITY).delete()
    assert ines.post(address, {"on": "0"}).status_code == 404


PDF = b"%PDF-1.7\nstay away\nstartxref\n9\n%%EOF\n"


def court_order(town: Town, against: str = "x@example.org") -> NoContact:
    now = timezone.now()
    facts = {"reason": REASON, "from_at": now, "made_at": now, "made_by": "test"}
    return NoContact.objects.create(person=town.julian, email=against, **facts)


def test_ines_adds_the_courts_paper_and_downloads_it_under_no_page_of_ours(
    town: Town, settings: Any, tmp_path: Path
) -> None:
    settings.STORED, settings.WORK = tmp_path / "stored", tmp_path / "work"
    ines, order = visitors.staff(town.account("ines")), court_order(town)
    address = reverse("console_order_paper", args=[town.julian.pk, order.pk])
    assert REASON in text(ines.get(address))
    empty = ines.post(address, {})
    assert empty.status_code == 400
    assert "Choose a file." in text(empty)
    svg = SimpleUploadedFile("o.pdf", b"<svg onload=alert(1)>", "application/pdf")
    assert "Send a PDF, or a photo" in text(ines.post(address, {"file": svg}))
    large = SimpleUploadedFile("o.pdf", PDF + b" " * 10_050_000, "application/pdf")
    assert "larger than 10 MB" in text(ines.post(address, {"file": large}))
    sent = ines.post(address, {"file": SimpleUploadedFile("o.pdf", PDF)}, follow=True)
    assert "The paper is kept." in text(sent)
    assert "Order as a PDF" in text(sent)
    paper = order.documents.get()
    show = reverse("console_order_document", args=[town.julian.pk, paper.pk])
    answer = ines.get(show)
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    other = reverse("console_order_document", args=[town.wendell.pk, paper.pk])
    assert ines.get(other).status_code == 404, "not a paper of that person"
    sam = visitors.staff(town.account("sam"))
    page = text(sam.get(reverse("console_contacts", args=[town.julian.pk])))
    assert "A paper is kept." in page
    assert show not in page


def test_the_page_asks_no_more_of_many_orders_and_an_old_one_is_over(town: Town) -> None:
    ines = visitors.staff(town.account("ines"))
    address = reverse("console_contacts", args=[town.julian.pk])
    over = court_order(town)
    NoContact.objects.filter(pk=over.pk).update(
        from_at=timezone.now() - timedelta(days=9), until_at=timezone.now() - timedelta(days=1)
    )
    page = text(ines.get(address))
    assert ">over</span>" in page
    assert reverse("console_order_lift", args=[town.julian.pk, over.pk]) not in page
    with CaptureQueriesContext(connection) as few:
        ines.get(address)
    for at in range(5):
        court_order(town, f"{at}@example.org")
    with CaptureQueriesContext(connection) as many:
        ines.get(address)
    assert len(few) == len(many)
