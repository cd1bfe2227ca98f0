"""Becoming a visitor at the portal and at the desk, page by page, as a browser without a script."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps import stored
from kinline.apps.audit.models import Line
from kinline.apps.people.models import VisitorAccess, VisitorPicture
from kinline.core.visitor import State
from tests.apps.visitors.asking import asked, begun, row, takes_visitors
from tests.cast import Town
from tests.darkroom.pictures import encoded, exif, picture
from tests.doors import people, visitors

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.STORED, settings.WORK = tmp_path / "stored", tmp_path / "work"


@pytest.fixture
def grace(town: Town) -> Client:
    takes_visitors(town.wendell.facility, timezone.now(), note="Bring no pets.")
    return people.outside(town.grace)


@pytest.fixture
def theo(town: Town) -> Client:
    return visitors.staff(town.account("theo"))


def at(name: str, *args: object) -> str:
    return reverse(name, args=args)


def upload() -> SimpleUploadedFile:
    photo = encoded(picture(64, 48), "JPEG", exif=exif())
    return SimpleUploadedFile("IMG_0001.jpg", photo, "image/jpeg")


def post(browser: Client, url: str, **facts: Any) -> HttpResponse:
    """Press a button and go where it leads."""
    return browser.post(url, facts, follow=True)  # type: ignore[return-value]


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_grace_asks_step_by_step(grace: Client, town: Town, settings: Any) -> None:
    page = grace.get(at("portal-visitor-ask")).text
    assert "Bring no pets." in page
    assert f"{town.wendell.full_name}, {town.wendell.facility.name}" in page
    whom = {"whom": str(town.wendell.pk), "asks_as": "ordinary"}
    answer = grace.post(at("portal-visitor-ask"), whom)
    access = VisitorAccess.objects.get(contact=town.grace).pk
    assert answer["Location"] == at("portal-visitor-one", access)
    document = at("portal-visitor-photo", access, "document")
    assert grace.get(answer["Location"])["Location"] == document
    selfie = at("portal-visitor-photo", access, "selfie")
    assert grace.post(document, {"photo": upload()})["Location"] == selfie
    children = at("portal-visitor-children", access)
    assert grace.post(selfie, {"photo": upload()})["Location"] == children
    post(grace, children, name="Ana Example", born_on="2018-03-04")
    check = grace.get(at("portal-visitor-check", access)).text
    assert "Ana Example" in check
    assert "30 days after the decision" in check
    shown = body(grace.get(at("portal-visitor-picture", access, "document")))
    assert shown.startswith(b"\xff\xd8")
    assert b"Kodak" not in shown, "made anew, without what the phone wrote into it"
    sent = post(grace, at("portal-visitor-check", access))
    assert "Staff look at it" in sent.text
    assert row(access).state == State.PENDING
    assert not any(settings.WORK.iterdir()), "nothing clear is left of what came in"


def test_what_is_no_photo_is_said_so_and_the_page_stays(
    grace: Client, town: Town, tmp_path: Path
) -> None:
    access = begun(town.grace, town.wendell, tmp_path, timezone.now())
    url = at("portal-visitor-photo", access, "selfie")
    nothing = grace.post(url)
    assert nothing.status_code == 400
    assert "Choose a photo, or take one." in nothing.text
    page = SimpleUploadedFile("me.jpg", b"<html>", "image/jpeg")
    wrong = grace.post(url, {"photo": page})
    assert "We cannot take this kind of file." in wrong.text
    large = SimpleUploadedFile("me.jpg", b"\xff\xd8" + bytes(10_000_001), "image/jpeg")
    assert "larger than 10 MB" in grace.post(url, {"photo": large}).text


def test_a_photo_from_elsewhere_is_not_taken(town: Town, tmp_path: Path) -> None:
    takes_visitors(town.wendell.facility, timezone.now())
    access = begun(town.grace, town.wendell, tmp_path, timezone.now())
    browser = Client(enforce_csrf_checks=True)
    assert town.grace.account is not None
    browser.force_login(town.grace.account, backend=visitors.BACKEND)
    answer = browser.post(at("portal-visitor-photo", access, "selfie"), {"photo": upload()})
    assert answer.status_code == 403


def test_mistakes_stand_beside_their_fields(grace: Client, town: Town, tmp_path: Path) -> None:
    ask = at("portal-visitor-ask")
    assert "Choose one." in post(grace, ask, asks_as="ordinary").text
    somebody = {"whom": "else:ma-suffolk", "asks_as": "ordinary"}
    assert "Type the ID number." in post(grace, ask, **somebody).text
    nobody = post(grace, ask, **somebody, number="99-9999")
    assert "Nobody with this number can be asked for here." in nobody.text
    access = begun(town.grace, town.wendell, tmp_path, timezone.now())
    adult = post(grace, at("portal-visitor-children", access), name="Bo", born_on="1990-01-01")
    assert "This is for children under 18." in adult.text


def test_refused_appealed_and_let_in_after_all(
    grace: Client, theo: Client, town: Town, tmp_path: Path
) -> None:
    access = asked(town.grace, town.wendell, tmp_path, timezone.now(), child=True)
    desk = theo.get(at("console_visitor", access))
    pictures = re.findall(r'<img src="([^"]+)"', desk.text)
    assert len(pictures) == 2
    assert body(theo.get(pictures[0])).startswith(b"\xff\xd8")
    assert Line.objects.filter(act="visitor.looked").count() == 1
    refuse = at("console_visitor_refuse", access)
    assert "the visitor reads" in post(theo, refuse, reason="facility_rule").text
    no = theo.post(refuse, {"reason": "no_match", "note": "Without the hat, please."})
    assert no["Location"] == at("console_visitors_waiting"), "on to the next: there is none"
    home = grace.get(at("portal")).text
    assert f"Your request to visit at {town.wendell.facility.name} was not agreed to" in home
    mine = grace.get(at("portal-visitor-one", access)).text
    assert "Without the hat, please." in mine
    assert "Take a new photo of your face" in mine
    assert town.account("theo").name not in mine, "who decided is not told"
    assert "Write why" in post(grace, at("portal-visitor-appeal", access), words="").text
    sent = post(grace, at("portal-visitor-appeal", access), words="It is my work cap.")
    assert "Somebody else looks at it" in sent.text
    own = post(theo, at("console_visitor_answer", access), do="right", note="It is her.")
    assert own.status_code == 400
    assert "Somebody else must look at the appeal." in own.text
    sam = _second(town)
    seen = sam.get(at("console_visitor", access)).text
    assert "It is my work cap." in seen
    post(sam, at("console_visitor_answer", access), do="right", note="A cap is fine.")
    assert "Your appeal was right" in grace.get(at("portal-visitor-one", access)).text
    assert row(access).state == State.APPROVED


def _second(town: Town) -> Client:
    """Another one of Suffolk's staff who decides appeals."""
    account = town.account("sam")
    account.grants.all().update(ended_at=timezone.now() - timedelta(days=1))
    for right in ("visitors.see", "visitors.appeals"):
        account.grants.create(
            right=right, facility=town.wendell.facility, given_by="test", given_at=_before()
        )
    return visitors.staff(account)


def _before() -> datetime:
    return timezone.now() - timedelta(days=1)


def test_let_in_marked_withdrawn_and_taken_back(
    grace: Client, theo: Client, town: Town, tmp_path: Path
) -> None:
    access = asked(town.grace, town.wendell, tmp_path, timezone.now(), child=True)
    child = str(row(access).minors.get().pk)
    past = {"kind": "clergy", "id_expires_on": "2020-01-01"}
    approve = at("console_visitor_approve", access)
    assert "This day is over." in post(theo, approve, **past).text
    post(theo, approve, kind="clergy", id_expires_on="", minors=[child])
    listed = theo.get(at("console_visitors"), {"text": "grace"}).text
    assert town.grace.name in listed
    assert "Clergy" in listed
    assert "You may visit" in grace.get(at("portal-visitor")).text
    shown = theo.get(at("console_visitor", access)).text
    assert "<img" not in shown, "what is decided is not opened again without a reason"
    picture_at = at("console_visitor_picture", access, "selfie")
    assert theo.get(picture_at).status_code == 404
    post(theo, at("console_visitor_look", access), purpose="The jail asks who this was")
    assert body(theo.get(picture_at)).startswith(b"\xff\xd8")
    line = Line.objects.filter(act="visitor.looked").latest("pk")
    assert line.purpose == "The jail asks who this was"
    post(theo, at("console_visitor_mark", access), kind="other_verified")
    assert row(access).kind == "other_verified"
    said = {"reason": "broke_rules", "note": "Filmed the screen."}
    post(theo, at("console_visitor_withdraw", access), **said)
    over = grace.get(at("portal-visitor-one", access)).text
    assert "Filmed the screen." in over
    made = post(grace, at("portal-visitor-renew", access))
    assert made.status_code == 200
    again = VisitorAccess.objects.get(contact=town.grace, state=State.DRAFT)
    assert "Your photos are erased" in grace.get(at("portal-visitor-take-back", again.pk)).text
    post(grace, at("portal-visitor-take-back", again.pk))
    assert not VisitorAccess.objects.filter(pk=again.pk).exists()


def test_the_desk_sees_what_waits_and_the_rule_is_set(
    grace: Client, theo: Client, town: Town, tmp_path: Path
) -> None:
    then = timezone.now() - timedelta(days=4)
    asked(town.grace, town.wendell, tmp_path, then)
    queue = theo.get(at("console_visitors_waiting")).text
    assert town.grace.name in queue
    assert "past" in queue
    rule = at("console_visitors_rule", "ma-suffolk")
    few = post(theo, rule, offered="on", good_days=365, keep_days=2)
    assert "Type a number from 10 to 365." in few.text
    post(theo, rule, good_days=365, keep_days=14)
    assert "No facility takes" not in grace.get(at("portal-visitor-ask")).text, "Bristol does"
    assert town.wendell.full_name not in grace.get(at("portal-visitor-ask")).text


ROUTES = [
    ("portal-visitor-one", False),
    ("portal-visitor-photo", False),
    ("portal-visitor-photo", True),
    ("portal-visitor-children", False),
    ("portal-visitor-child-drop", True),
    ("portal-visitor-check", True),
    ("portal-visitor-picture", False),
    ("portal-visitor-appeal", True),
    ("portal-visitor-renew", True),
    ("portal-visitor-take-back", True),
]
MORE = {
    "portal-visitor-photo": "selfie",
    "portal-visitor-picture": "selfie",
    "portal-visitor-child-drop": UUID(int=0),
}


@pytest.mark.parametrize(
    ("name", "posts"), ROUTES, ids=[f"{name}{'-post' if posts else ''}" for name, posts in ROUTES]
)
def test_who_may_nobody_but_its_writer(town: Town, tmp_path: Path, name: str, posts: bool) -> None:
    """Another family and staff get the answer for nothing there; a stranger is sent to sign in."""
    takes_visitors(town.wendell.facility, timezone.now())
    mine = begun(town.grace, town.wendell, tmp_path, timezone.now())
    more = [MORE[name]] if name in MORE else []

    def ask(browser: Client, access: UUID) -> HttpResponse:
        url = reverse(name, args=[access, *more])
        return browser.post(url) if posts else browser.get(url)  # type: ignore[return-value]

    for other in (people.outside(town.odette), visitors.staff(town.account("theo"))):
        theirs, nobodys = ask(other, mine), ask(other, UUID(int=1))
        assert theirs.status_code == nobodys.status_code == 404
        assert visitors.bare(theirs.text) == visitors.bare(nobodys.text)
    assert ask(Client(), mine)["Location"].startswith("/sign-in/")
    assert row(mine).state == State.DRAFT


def test_every_address_has_its_row() -> None:
    from kinline.doors.portal.visitor_urls import urlpatterns

    of_one = {one.name for one in urlpatterns if "access" in one.pattern.converters}
    assert of_one == {name for name, _posts in ROUTES}


def test_a_file_that_was_erased_is_not_there(grace: Client, town: Town, tmp_path: Path) -> None:
    access = begun(town.grace, town.wendell, tmp_path, timezone.now())
    kept = VisitorPicture.objects.get(access=access, kind="selfie")
    stored.destroy(kept.blob)
    assert grace.get(at("portal-visitor-picture", access, "selfie")).status_code == 404
