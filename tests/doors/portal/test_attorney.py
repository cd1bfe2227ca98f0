"""Being an attorney at the portal and at the desk, page by page, as a browser without a script."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kinline.apps.facilities.models import Trunk
from kinline.apps.people.actions.statewide import proving, ringing
from kinline.apps.people.models import AttorneyNumber, AttorneyRequest, AttorneyRing
from kinline.core.control import TrialDone
from kinline.core.visitor import State
from tests.apps.attorneys.desk import MA, asked, clerk, colleague, proven, row
from tests.apps.visitors.asking import photo
from tests.cast import Town
from tests.darkroom.pictures import encoded, picture
from tests.doors import people, visitors

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.STORED, settings.WORK = tmp_path / "stored", tmp_path / "work"


@pytest.fixture
def grace(town: Town) -> Client:
    return people.outside(town.grace)


def at(name: str, *args: object) -> str:
    return reverse(name, args=args)


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("card.jpg", encoded(picture(64, 48), "JPEG"), "image/jpeg")


def test_grace_asks_with_state_number_and_photo_at_once(grace: Client, town: Town) -> None:
    page = grace.get(at("portal-attorney-ask")).text
    assert "Massachusetts" in page
    assert not people.inline_code(page)
    empty = grace.post(at("portal-attorney-ask"), {})
    assert empty.status_code == 400
    assert "Choose a photo, or take one." in empty.text
    assert "Type your bar number." in empty.text
    told = {"state": MA, "bar_number": "BBO 123456"}
    answer = grace.post(at("portal-attorney-ask"), {**told, "photo": upload()}, follow=True)
    assert "Staff look at it" in answer.text
    made = AttorneyRequest.objects.get()
    assert (made.contact_id, made.bar_number, made.state) == (
        town.grace.pk,
        "BBO 123456",
        State.PENDING,
    )
    again = grace.post(at("portal-attorney-ask"), {**told, "photo": upload()})
    assert again.status_code == 400
    assert "You asked already." in again.text
    shown = grace.get(at("portal-attorney-card", made.pk))
    assert shown["Content-Type"] == "image/jpeg"
    assert people.outside(town.odette).get(at("portal-attorney-card", made.pk)).status_code == 404


def test_what_is_no_photo_is_said_beside_it(grace: Client) -> None:
    file = SimpleUploadedFile("card.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    told = {"state": MA, "bar_number": "1", "photo": file}
    answer = grace.post(at("portal-attorney-ask"), told)
    assert answer.status_code == 400
    assert "k-note is-wrong" in answer.text
    assert not AttorneyRequest.objects.exists()


def test_a_number_is_proven_with_the_digits_that_the_desk_reads_out(
    grace: Client, town: Town, tmp_path: Path
) -> None:
    now = timezone.now()
    made = asked(town.grace, tmp_path, now)
    assert grace.post(at("portal-attorney-number-add"), {"number": "12"}).status_code == 400
    grace.post(at("portal-attorney-number-add"), {"number": "617-555-0177"})
    number = AttorneyNumber.objects.get()
    clerk(town, "ines", now)
    ines = visitors.staff(town.account("ines"))
    called = ines.post(at("console_attorney_call_back", made, number.pk))
    found = re.search(r'<b class="k-num">(\d{3}) (\d{3})</b>', called.text)
    assert found is not None
    code = "".join(found.groups())
    assert code not in ines.get(at("console_attorney_case", made)).text, "shown once"
    wrong = grace.post(at("portal-attorney-code", number.pk), {"code": "abc"})
    assert wrong.status_code == 400
    assert "wrong or too old" in wrong.text
    odette = people.outside(town.odette)
    assert odette.post(at("portal-attorney-code", number.pk), {"code": code}).status_code == 404
    proof = grace.post(at("portal-attorney-code", number.pk), {"code": code}, follow=True)
    assert "This number is proven." in proof.text


def test_the_check_says_for_each_facility_and_number_whether_a_call_is_private(
    grace: Client, town: Town, tmp_path: Path
) -> None:
    now = timezone.now()
    assert "First ask for a state" in grace.get(at("portal-attorney-private")).text
    made = asked(town.grace, tmp_path, now)
    proven(town.grace, town.numbers.grace, now)
    assert "You are not verified here now." in grace.get(at("portal-attorney-private")).text
    until = (now + timedelta(days=300)).date().isoformat()
    clerk(town, "ines", now)
    ines = visitors.staff(town.account("ines"))
    assert ines.post(at("console_attorney_approve", made), {"until_on": until}).status_code == 302
    proving.add(contact_id=town.grace.pk, number="617-555-0177", now=now)
    with CaptureQueriesContext(connection) as few:
        page = grace.get(at("portal-attorney-private")).text
    assert town.wendell.facility.name in page
    assert town.tomas.facility.name not in page, "another state"
    assert page.count("This number is not proven yet.") == page.count("Private: not recorded")
    for last in range(4):
        proving.add(contact_id=town.grace.pk, number=f"617-555-015{last}", now=now)
    with CaptureQueriesContext(connection) as many:
        grace.get(at("portal-attorney-private"))
    assert len(few) == len(many)


def test_kinline_calls_with_a_code_and_as_a_test_and_the_page_says_what_came_of_it(
    grace: Client, town: Town, tmp_path: Path
) -> None:
    now = timezone.now()
    number = proving.add(contact_id=town.grace.pk, number="617-555-0177", now=now)
    asked(town.grace, tmp_path, now)
    for name in ("portal-attorney", "portal-attorney-private"):
        page = grace.get(at(name)).text
        assert "Call me with a code" not in page, "no carrier, no promise"
        assert "Call it now" not in page
    agency = town.facility("ma-bristol").agency
    Trunk.objects.create(agency=agency, name="C", host="h.example", caller="+15085550100", up=True)
    assert "Call me with a code" in grace.get(at("portal-attorney")).text
    called = grace.post(at("portal-attorney-call", number), follow=True).text
    assert "Kinline calls this number now and says a code." in called
    assert "The call goes out in a moment." in called
    busy = grace.post(at("portal-attorney-test", number), follow=True).text
    assert "A call to this number goes on." in busy
    (call,) = ringing.take(engine="e1", now=timezone.now())
    ringing.keep([TrialDone(call.trial, 486)], now=timezone.now())
    AttorneyRing.objects.update(asked_at=now - timedelta(minutes=5))
    assert "The line was busy." in grace.get(at("portal-attorney")).text
    page = grace.post(at("portal-attorney-test", number), follow=True).text
    assert "Answer, and listen." in page
    assert "Private places: 0." in page
    assert 'hx-trigger="every 3s"' in page, "while it goes on the page looks again"
    (call,) = ringing.take(engine="e1", now=timezone.now())
    ringing.keep([TrialDone(call.trial, 200)], now=timezone.now())
    page = grace.get(at("portal-attorney-private")).text
    assert "Answered." in page
    assert 'hx-trigger="every 3s"' not in page
    for name in ("portal-attorney-call", "portal-attorney-test"):
        for pk in (number, uuid4()):
            assert people.outside(town.odette).post(at(name, pk)).status_code == 404


def test_a_refusal_is_read_with_its_reason_and_appealed_from_the_page(
    grace: Client, town: Town, tmp_path: Path
) -> None:
    now = timezone.now()
    made = asked(town.grace, tmp_path, now)
    clerk(town, "ines", now)
    ines = visitors.staff(town.account("ines"))
    assert ines.post(at("console_attorney_refuse", made), {"reason": ""}).status_code == 400
    ines.post(at("console_attorney_refuse", made), {"reason": "not_listed", "note": "Not there."})
    page = grace.get(at("portal-attorney")).text
    assert "does not show this number as active" in page
    assert "Not there." in page
    assert grace.post(at("portal-attorney-appeal", made), {"words": ""}).status_code == 400
    assert (
        people.outside(town.odette)
        .post(at("portal-attorney-appeal", made), {"words": "x"})
        .status_code
        == 404
    )
    grace.post(at("portal-attorney-appeal", made), {"words": "I was admitted."})
    assert "Somebody else looks at it." in grace.get(at("portal-attorney")).text
    own = ines.get(at("console_attorney_case", made)).text
    assert "You decided this. Somebody else must look at the appeal." in own
    colleague(town, now)
    vera = visitors.staff(town.account("vera"))
    vera.post(at("console_attorney_answer", made), {"do": "right", "note": "Now listed."})
    assert row(made).state == State.APPROVED
    assert "Now listed." in grace.get(at("portal-attorney")).text


def test_taking_it_back_says_first_what_it_means(grace: Client, town: Town, tmp_path: Path) -> None:
    made = asked(town.grace, tmp_path, timezone.now())
    assert "recorded from today on" in grace.get(at("portal-attorney-take-back", made)).text
    odette = people.outside(town.odette)
    for pk in (made, uuid4()):
        assert odette.get(at("portal-attorney-take-back", pk)).status_code == 404
    grace.post(at("portal-attorney-take-back", made))
    grace.post(at("portal-attorney-take-back", made))
    assert row(made).state == State.WITHDRAWN
    assert photo(tmp_path).exists(), "the sender's own photo is theirs"


def test_pages_are_spanish_for_who_reads_spanish(town: Town) -> None:
    carmen = people.outside(town.carmen)
    for name in ("portal-attorney", "portal-attorney-ask", "portal-attorney-private"):
        page = carmen.get(at(name)).text
        assert 'lang="es"' in page
        assert "Abogad" in page
