"""Becoming a visitor with the camera of one's own browser; and how all these pages look."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.people import Town
from tests.journeys.test_screens import LANGUAGES, go, speak

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(900)]

ASKED = """
from datetime import UTC, datetime, timedelta
from kinline.apps.people.access import staff
from kinline.apps.people.actions.visitors import asking, deciding
from kinline.apps.people.models import Account, Contact, Minor, Person, VisitorAccess
from kinline.config.demo import visitors

now = datetime.now(UTC)
home = Person.objects.select_related("facility__agency").get(number="40-2719")
sam = staff(account_id=Account.objects.get(email="sam@bristol.example").pk, now=now)
made = {}
for name in ("grace", "nadia"):
    contact = Contact.objects.get(account__email=f"{name}@example.org")
    one = VisitorAccess.objects.filter(contact=contact, person=home).first()
    if one is None:
        one = VisitorAccess.objects.create(
            contact=contact, facility=home.facility, person=home, begun_at=now
        )
        for kind, file in visitors.PICTURES.items():
            visitors._picture(one, kind, file, now)
        Minor.objects.create(access=one, name="Ana Example", born_on="2018-05-09")
        asking.send(contact_id=contact.pk, access_id=one.pk, now=now - timedelta(hours=80))
    made[name] = one
refused = made["nadia"]
if refused.decided_at is None:
    said = {"access_id": refused.pk, "now": now}
    deciding.refuse(staff=sam, reason="no_match", note="No hat, please.", **said)
    asking.appeal(contact_id=refused.contact_id, words="It is my work cap.", **said)
mine = VisitorAccess.objects.get(contact__account__email="odette@example.org", person=home)
begun = asking.begin(contact_id=mine.contact_id, place="ma-bristol", now=now)
draft = VisitorAccess.objects.get(pk=begun)
if not draft.pictures.exists():
    for kind, file in visitors.PICTURES.items():
        visitors._picture(draft, kind, file, now)
print(made["grace"].pk, refused.pk, mine.pk, begun)
"""

NOTHING_ASKED = """
from datetime import UTC, datetime
from kinline.apps.people.actions.visitors import asking
from kinline.apps.people.models import Contact

grace = Contact.objects.get(account__email="grace@example.org")
asking.withdraw_all(contact_id=grace.pk, now=datetime.now(UTC))
"""


def test_grace_asks_with_her_own_camera_and_sam_lets_her_visit(city: Town) -> None:
    city.house.arrange(NOTHING_ASKED)
    grace = city.waits(people.GRACE)
    grace.goto(f"{city.house.url}/portal/visitor/ask/")
    grace.locator("label", has_text="Somebody else at Bristol").click()
    grace.get_by_label("ID number").fill("40-2719")
    grace.get_by_role("button", name="Next: your ID").click()
    for _photo in ("the ID", "the face"):
        grace.get_by_role("button", name="Use the camera here").click()
        grace.get_by_role("button", name="Take the photo").click()
        expect(grace.locator("#said")).to_contain_text("Photo taken.")
        grace.get_by_role("button", name="Keep this photo").click()
        expect(grace.locator("h1")).not_to_contain_text("Your ID")
    grace.get_by_label("The child’s name").fill("Ana Example")
    grace.get_by_label("Birthday").fill("2018-05-09")
    grace.get_by_role("button", name="Add this child").click()
    grace.get_by_role("link", name="Next: check and send").click()
    expect(grace.locator("main")).to_contain_text("Ana Example")
    grace.get_by_role("button", name="Send").click()
    expect(grace.locator("main")).to_contain_text("Staff look at it")
    sam = city.staff(people.SAM)
    sam.goto(f"{city.house.url}/console/visitors/waiting/")
    sam.get_by_role("link", name=re.compile("^Grace")).click()
    shown = sam.locator(".k-shot img")
    expect(shown).to_have_count(2)
    for number in range(2):
        size = shown.nth(number).evaluate("(image) => image.naturalWidth")
        assert size > 100, "a picture, and not its sign for a broken one"
    sam.locator("section", has=sam.get_by_role("heading", name="Let them visit")).get_by_role(
        "button", name="Let them visit"
    ).click()
    grace.reload()
    expect(grace.locator("main")).to_contain_text("You may visit")


@pytest.mark.looks
@pytest.mark.parametrize("language", LANGUAGES)
def test_visitors_pages(city: Town, language: str) -> None:
    asks, refused, approved, begun = city.house.arrange(ASKED).split()
    seen = Eyes(eyes.WIDTHS, f"visitor-{language}")
    odette, nadia = city.waits(), city.waits(people.NADIA)
    sam, ines = city.staff(people.SAM), city.staff(people.INES)
    for page in (odette, nadia, sam, ines):
        speak(page, city, language)
    mine = f"/portal/visitor/{begun}"
    steps = {
        "all": "/portal/visitor/",
        "whom": "/portal/visitor/ask/",
        "document": f"{mine}/pictures/document/",
        "selfie": f"{mine}/pictures/selfie/",
        "children": f"{mine}/children/",
        "check": f"{mine}/check/",
        "take-back": f"{mine}/take-back/",
        "approved": f"/portal/visitor/{approved}/",
    }
    go(city, odette, seen, steps)
    go(city, nadia, seen, {"appealed": f"/portal/visitor/{refused}/"})
    desk = {
        "list": "/console/visitors/",
        "waiting": "/console/visitors/waiting/",
        "one": f"/console/visitors/{asks}/",
        "decided": f"/console/visitors/{approved}/",
    }
    go(city, sam, seen, desk)
    appeals = {
        "appeals": "/console/visitors/appeals/",
        "appeal": f"/console/visitors/{refused}/",
        "rule": "/console/visitors/at/ma-bristol/rule/",
    }
    go(city, ines, seen, appeals)
    assert seen.said() == ""
