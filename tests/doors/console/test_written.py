"""Legal holds, copies handed out, and that private mail took place: by right, and no word more."""

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps.audit.models import Line
from kinline.apps.messaging.actions import retention
from kinline.apps.messaging.models import CopyWish, Keep
from kinline.apps.messaging.privileged import writing as privileged
from kinline.apps.people.models import Grant
from kinline.apps.people.rights import Right
from kinline.core.review.terms import Mode
from tests.apps.messaging.writing import by, looks_at, write
from tests.cast import Town
from tests.doors import people, visitors

CASE = "Superior Court, 2473CR00118"
YEARS = timedelta(days=3 * 365 + 1)
SECRET = "The hearing is on Friday."


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.STORED = tmp_path / "stored"
    settings.WORK = tmp_path / "work"


@pytest.fixture
def then() -> datetime:
    return timezone.now() - timedelta(hours=1)


@pytest.fixture
def letters(town: Town, then: datetime) -> Town:
    """Julian and his mother wrote each other an hour ago, and his attorney wrote him."""
    looks_at(town, "ma-bristol", Mode.SAMPLE, then, percent=1)
    write(town.odette, town.julian, "The sea is calm today.", then)
    write(town.julian, town.odette, "I would like to see it.", then)
    me = by(town.priya)
    where = privileged.open_thread(by=me, other=town.julian.pk, now=then)
    draft = privileged.begin(by=me, thread_id=where, now=then)
    privileged.save(by=me, key=draft.key, text=SECRET, revision=1, now=then)
    privileged.send(by=me, key=draft.key, now=then)
    return town


@pytest.fixture
def ines(town: Town) -> Client:
    return visitors.staff(town.account("ines"))


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


# --- holds --------------------------------------------------------------------------------


def test_ines_holds_what_julian_wrote_until_she_lifts_it(letters: Town, ines: Client) -> None:
    julian, later = letters.julian, timezone.now() + YEARS
    page = text(ines.get(reverse("console_holds_of", args=[julian.pk])))
    assert "No hold. Messages are deleted" in page
    add = reverse("console_hold", args=[julian.pk])
    assert "required" in text(ines.post(add, {"why": " "}))
    page = text(ines.post(add, {"why": CASE}, follow=True))
    assert "Nothing of it is deleted" in page
    assert CASE in page
    assert retention.erase_due(now=later) == 0
    assert CASE in text(ines.get(reverse("console_holds"))), "in the list of the facility too"
    hold = Keep.objects.get()
    lift = reverse("console_hold_lift", args=[julian.pk, hold.pk])
    assert CASE in text(ines.get(lift))
    page = text(ines.post(lift, {"why": "Case closed"}, follow=True))
    assert "Ines Pell" in page
    assert retention.erase_due(now=later) == 3, "private mail is kept so long too"
    assert set(Line.objects.filter(act__startswith="messages.hold").values_list("purpose")) == {
        (CASE,),
        ("Case closed",),
    }


def test_a_hold_with_one_contact_keeps_what_the_two_wrote(letters: Town, ines: Client) -> None:
    julian, odette = letters.julian, letters.odette
    add = reverse("console_hold", args=[julian.pk])
    ines.post(add, {"why": CASE, "contact_id": str(odette.pk)})
    assert "Only with Odette Marrow" in text(
        ines.get(reverse("console_holds_of", args=[julian.pk]))
    )
    assert retention.erase_due(now=timezone.now() + YEARS) == 1, "the attorney's letter"
    page = text(ines.post(add, {"why": CASE, "contact_id": str(letters.grace.pk)}))
    assert "not one of the available choices" in page, "nobody the person knows"


def test_a_hold_of_somebody_else_is_not_lifted_through_this_person(
    letters: Town, ines: Client
) -> None:
    ines.post(reverse("console_hold", args=[letters.julian.pk]), {"why": CASE})
    hold = Keep.objects.get()
    assert (
        ines.get(reverse("console_hold_lift", args=[letters.wendell.pk, hold.pk])).status_code
        == 404
    )


# --- copies -------------------------------------------------------------------------------


def test_julian_asks_on_his_tablet_and_ines_hands_out_all_but_private_mail(
    letters: Town, ines: Client
) -> None:
    tablet = people.inside(letters, letters.julian)
    page = text(tablet.get(reverse("tablet-copy")))
    assert "You have not asked for one." in page
    for _twice in "ab":
        page = text(tablet.post(reverse("tablet-copy"), {"act": "ask"}, follow=True))
    assert "Staff have not made it yet." in page
    assert CopyWish.objects.count() == 1
    assert "Julian Marrow" in text(ines.get(reverse("console_copies")))
    address = reverse("console_hand_out", args=[letters.julian.pk])
    assert "waits" in text(ines.get(address))
    assert ines.post(address, {"why": ""}).status_code == 200
    assert not Line.objects.filter(act="messages.exported").exists()
    given = ines.post(address, {"why": "He asked"})
    assert given["Content-Disposition"].startswith('attachment; filename="messages-40-2719-')
    with ZipFile(BytesIO(given.getvalue())) as found:
        names = found.namelist()
        whole = "\n".join(found.read(name).decode() for name in names)
    assert "The sea is calm today." in whole
    assert SECRET not in whole
    assert "Halloway" not in whole, "not even that there is such mail"
    line = Line.objects.get(act="messages.exported")
    assert (line.purpose, line.facts) == ("He asked", {"messages": 2, "asked": True})
    assert "Nobody waits for a copy." in text(ines.get(reverse("console_copies")))
    assert "Staff made a copy on" in text(tablet.get(reverse("tablet-copy")))


def test_a_wish_can_be_taken_back_and_made_again(letters: Town) -> None:
    tablet = people.inside(letters, letters.julian)
    for act in ("ask", "back"):
        page = text(tablet.post(reverse("tablet-copy"), {"act": act}, follow=True))
    assert "You have not asked for one." in page
    tablet.post(reverse("tablet-copy"), {"act": "ask"})
    assert list(CopyWish.objects.order_by("asked_at").values_list("given_by", flat=True)) == [
        "",
        "",
    ]
    assert CopyWish.objects.filter(given_at=None).count() == 1


def test_whoever_may_not_read_hands_nothing_out(letters: Town, ines: Client) -> None:
    account = letters.account("ines")
    Grant.objects.filter(account=account, right=Right.READ_MESSAGES).delete()
    assert ines.get(reverse("console_hand_out", args=[letters.julian.pk])).status_code == 404
    page = text(ines.get(reverse("console_person", args=[letters.julian.pk])))
    assert "Hand out messages" not in page
    assert "Legal holds" in page


# --- private mail -------------------------------------------------------------------------


def test_that_private_mail_took_place_and_how_large_it_was(letters: Town, ines: Client) -> None:
    page = text(ines.get(reverse("console_private_mail", args=[letters.julian.pk])))
    assert "Priya Halloway" in page
    assert f'<td class="n">{len(SECRET)}</td>' in page
    assert "hearing" not in page
    assert "Odette" not in page, "ordinary mail is not in this list"


def test_an_officer_who_may_not_see_it_finds_no_way_to_it(letters: Town) -> None:
    sam = visitors.staff(letters.account("sam"))
    page = text(sam.get(reverse("console_person", args=[letters.julian.pk])))
    for name in ("console_private_mail", "console_holds_of", "console_hand_out"):
        address = reverse(name, args=[letters.julian.pk])
        assert address not in page
        assert sam.get(address).status_code == 404
    for name in ("console_holds", "console_copies"):
        assert sam.get(reverse(name)).status_code == 404
