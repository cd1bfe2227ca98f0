"""The page on which a contact chooses how to be told, and the portal as something installed."""

import json
import re
from datetime import time
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps.notices import choices
from kinline.apps.notices.choices import Quiet
from kinline.apps.notices.kinds import Channel, Group
from kinline.apps.notices.models import Consent, Device
from kinline.apps.notices.sms import queue
from kinline.config import settings as house
from tests.cast import Town
from tests.doors import people
from tests.plugins.push_service import PushService
from tests.plugins.telephones import Telephones

PAGE = "/portal/settings/notices/"


def boxes(page: str) -> dict[str, bool]:
    """Every box of the page by name, and whether it is ticked."""
    found = re.findall(r'type="checkbox" id="[^"]+" name="([^"]+)"( checked)?', page)
    return {name: bool(ticked) for name, ticked in found}


@pytest.fixture
def odette(town: Town, settings: Any) -> Client:
    settings.EMAIL_HOST = "mail.example"
    return people.outside(town.odette)


def test_the_defaults_are_told_and_each_box_is_kept(
    odette: Client, town: Town, telephones: Telephones
) -> None:
    before = boxes(odette.get(PAGE).text)
    assert len(before) == len(Group) * len(Channel)
    assert {name for name, ticked in before.items() if not ticked} == {
        "sms.people",
        "sms.money",
        "sms.law",
    }
    odette.post(f"{PAGE}keep", {"email.money": "on", "sms.law": "on"})
    after = boxes(odette.get(PAGE).text)
    assert {name for name, ticked in after.items() if ticked} == {"email.money", "sms.law"}


def test_a_way_that_is_not_set_up_is_not_shown_and_keeps_its_wishes(
    odette: Client, town: Town, settings: Any
) -> None:
    settings.SMS_KEY = settings.EMAIL_HOST = settings.MAIL_BY = ""
    page = odette.get(PAGE).text
    assert set(boxes(page)) == {f"push.{group}" for group in Group}
    assert "No mail is sent from here." in page
    odette.post(f"{PAGE}keep", {})
    wanted = choices.wanted(owner=town.odette.pk)
    assert (len(wanted[Channel.EMAIL]), len(wanted[Channel.PUSH])) == (len(Group), 0)


def test_nothing_on_the_page_breaks_the_strict_policy(odette: Client) -> None:
    assert people.inline_code(odette.get(PAGE).text) == []
    assert people.inline_code(Client().get("/portal/offline/").text) == []


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            {"from_at": "22:00", "until_at": "06:30", "zone": "America/Chicago"},
            Quiet(time(22), time(6, 30), "America/Chicago"),
        ),
        ({"from_at": "22:00", "until_at": "22:00", "zone": "America/Chicago"}, None),
        ({"from_at": "22:00", "until_at": "06:30", "zone": "Mars/Base"}, None),
        ({"from_at": "25:00", "until_at": "", "zone": ""}, None),
    ],
)
def test_quiet_hours(odette: Client, town: Town, said: dict[str, str], kept: Quiet | None) -> None:
    answer = odette.post(f"{PAGE}quiet", said)
    assert answer.status_code == (302 if kept else 400)
    assert choices.quiet_of(owner=town.odette.pk) == kept
    odette.post(f"{PAGE}quiet", {"end": "1"})
    assert choices.quiet_of(owner=town.odette.pk) is None


# --- devices -------------------------------------------------------------------------------------


def test_a_browser_is_let_in_named_and_taken_away(
    odette: Client, town: Town, push_service: PushService
) -> None:
    told = push_service.browser().subscription()
    answer = odette.post(
        f"{PAGE}devices",
        json.dumps(told),
        content_type="application/json",
        headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Safari/537.36"},
    )
    device = answer.json()["device"]
    assert "Chrome, Android" in odette.get(PAGE).text
    end = reverse("portal-device-end", args=[device])
    grace = people.outside(town.grace)
    assert grace.post(end).status_code == 404
    assert grace.post(reverse("portal-device-end", args=[uuid4()])).status_code == 404
    odette.post(end)
    assert Device.objects.get().ended_because == "owner"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'{"endpoint": 1}',
        b'{"endpoint": "https://evil.example", "keys": {"p256dh": "x", "auth": "y"}}',
        b"[" * 3000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_subscription_is_refused(odette: Client, body: bytes) -> None:
    answer = odette.post(f"{PAGE}devices", body, content_type="application/json")
    assert answer.status_code == 400
    assert not Device.objects.exists()


# --- telephones ----------------------------------------------------------------------------------


def test_a_code_comes_to_the_phone_and_is_typed_in(
    odette: Client, town: Town, telephones: Telephones
) -> None:
    asked = {"e164": town.numbers.odette, "purpose": "texts"}
    page = odette.post(f"{PAGE}sms/code", asked).text
    assert "The six digits we sent" in page
    queue.send_due(now=timezone.now())
    (text,) = telephones.texts(town.numbers.odette)
    code = "".join(char for char in text if char.isdigit())
    wrong = odette.post(f"{PAGE}sms/proof", {**asked, "code": "12345"})
    assert wrong.status_code == 400
    assert "This is not the code" in wrong.text
    assert odette.post(f"{PAGE}sms/proof", {**asked, "code": code}).status_code == 302
    assert Consent.objects.get().purpose == "texts"
    odette.post(f"{PAGE}sms/end", asked)
    assert Consent.objects.get().ended_by == "page"


def test_somebody_elses_phone_gets_no_code(
    odette: Client, town: Town, telephones: Telephones
) -> None:
    asked = {"e164": town.numbers.grace, "purpose": "texts"}
    page = odette.post(f"{PAGE}sms/code", asked, follow=True).text
    assert "Choose one of your numbers." in page
    queue.send_due(now=timezone.now())
    assert telephones.texts() == []


# --- who may -------------------------------------------------------------------------------------


POSTS = ["keep", "quiet", "mailbox", "devices", f"devices/{UUID(int=7)}/end"]
POSTS += ["sms/code", "sms/proof", "sms/end"]


@pytest.mark.parametrize("path", POSTS)
def test_only_somebody_outside_who_is_signed_in(town: Town, path: str) -> None:
    stranger, sam = Client(), people.visitors.staff(town.account("sam"))
    assert stranger.post(PAGE + path).status_code == 302
    assert "/sign-in/" in stranger.post(PAGE + path)["Location"]
    assert sam.post(PAGE + path).status_code == 404
    assert people.outside(town.odette).get(PAGE + path).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(town.odette.account, backend=people.visitors.BACKEND)
    assert strict.post(PAGE + path).status_code == 403


# --- installed -----------------------------------------------------------------------------------


def test_the_manifest_names_the_portal_and_pictures_that_are_there(db: None) -> None:
    answer = Client().get("/portal/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert (told["start_url"], told["scope"]) == ("/portal/", "/portal/")
    assert told["display"] == "standalone"
    img = house.PACKAGE.parent / "web" / "img"
    for icon in told["icons"]:
        assert (img / icon["src"].rsplit("/", 1)[1]).read_bytes().startswith(b"\x89PNG")


def test_the_worker_keeps_one_page_and_nothing_of_anybody(odette: Client) -> None:
    answer = odette.get("/portal/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    head = answer.text.split("\n", 1)[0]
    told = json.loads(head.removeprefix("self.KINLINE = ").removesuffix(";"))
    assert told["keep"][0] == "/portal/offline/"
    assert all(path.startswith("/static/") for path in told["keep"][1:])
    assert answer.text == Client().get("/portal/worker.js").text


def test_the_page_without_a_network_is_one_for_everybody(odette: Client, town: Town) -> None:
    mine, theirs = odette.get("/portal/offline/"), Client().get("/portal/offline/")
    assert mine.text == theirs.text
    assert "Odette" not in mine.text
    for said in ("You are not online", "No hay conexión"):
        assert said in mine.text
