"""Julian adds a number on the tablet, staff agree, whoever answers presses 1; and how it looks."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.people import Town
from tests.journeys.test_screens import LANGUAGES, go, speak

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(900)]

RULE = "/console/facility/ma-bristol/lists/"
EMPTIED = (
    "from django.utils import timezone\n"
    "from kinline.apps.notices.models import Note\n"
    "from kinline.apps.people.models import AllowedNumber, ListRequest, ListRule\n"
    "Note.objects.filter(kind__startswith='list.').delete()\n"
    "mine = AllowedNumber.objects.filter(person__number='40-2719', added_by='person')\n"
    "mine.filter(removed_at=None).update(removed_at=timezone.now())\n"
    "ListRequest.objects.filter(person__number='40-2719').delete()\n"
    "ListRule.objects.exclude(set_by='demo').delete()\n"
)


def types(page: Page, text: str) -> None:
    """Press the keys of the keyboard on the screen."""
    for letter in text:
        key = "space" if letter == " " else letter.lower()
        page.locator(f".k-kb [data-key='{key}']").click()


def adds(page: Page, city: Town, name: str, number: str, relation: str) -> None:
    """Add a number with the keys that the tablet shows."""
    page.goto(f"{city.house.url}/tablet/list/")
    page.get_by_role("link", name="Add a number").click()
    page.get_by_label("Name of whoever answers").focus()
    types(page, name)
    page.get_by_label("Who they are to you").select_option(label=relation)
    for digit in number:
        page.locator(f"[data-pad] [data-key='{digit}']").click()
    page.get_by_role("button", name="Add it").click()


def test_a_number_is_asked_for_agreed_to_and_verified_by_the_key(city: Town) -> None:
    city.house.arrange(EMPTIED)
    ines, julian = city.staff(people.INES), city.signed_in_inside()
    ines.goto(city.house.url + RULE)
    ines.get_by_label("Numbers on a list, at most").fill("2")
    ines.get_by_label("Numbers that can be added").fill("1")
    ines.get_by_label("In days").fill("30")
    ines.get_by_role("button", name="Set it").click()
    expect(ines.get_by_text("It holds from now on.")).to_be_visible()

    julian.get_by_role("link", name=re.compile("^Call")).click()
    julian.get_by_role("link", name="My list").click()
    expect(julian.locator("main")).to_contain_text("1 of 2")
    adds(julian, city, "Grace", "6175550163", "Friend")
    line = julian.locator(".k-big", has_text="Grace")
    expect(line).to_contain_text("Staff look at it")

    ines.goto(f"{city.house.url}/console/people/")
    ines.get_by_role("link", name="1 number asked for").click()
    ines.get_by_role("link", name="617-555-0163").click()
    ines.get_by_role("button", name="Put it on the list").click()
    expect(ines.get_by_text("It is on the list now.")).to_be_visible()
    julian.goto(f"{city.house.url}/tablet/")
    expect(julian.get_by_role("heading", name="Grace is on your list now")).to_be_visible()
    julian.get_by_role("link", name=re.compile("^My list Numbers")).click()
    expect(line).to_contain_text("Not verified yet")
    julian.goto(f"{city.house.url}/tablet/people/")
    expect(julian.get_by_role("button", name="Ask Grace")).to_have_count(0)

    grace = city.waits(people.GRACE)
    city.calls(julian, "Grace")
    people.talk(julian, grace)
    grace.get_by_role("button", name=re.compile("End|Hang up")).first.click()
    people.ended(julian, "Grace ended the call.")
    julian.goto(f"{city.house.url}/tablet/")
    told = julian.locator("article", has_text="Grace said yes to your calls")
    expect(told).to_be_visible()
    told.get_by_role("link", name="My list").click()
    expect(line).to_contain_text("Verified")
    expect(line).to_contain_text("They said yes to your call on")
    julian.goto(f"{city.house.url}/tablet/people/")
    expect(julian.get_by_role("button", name="Ask Grace")).to_be_visible()

    adds(julian, city, "Uncle", "6175550152", "Other family")
    expect(julian.locator(".k-no")).to_have_count(2)
    expect(julian.locator("main")).to_contain_text("There are 2 reasons.")
    expect(julian.locator(".k-no").first).to_contain_text("Your list is full")
    expect(julian.locator(".k-no").last).to_contain_text("All your changes are used")
    julian.goto(f"{city.house.url}/tablet/list/")
    julian.get_by_role("link", name="Take off: Grace").click()
    julian.get_by_role("button", name="Take it off").click()
    expect(line).to_have_count(0)


WISHES = (
    "from datetime import timedelta\n"
    "from django.utils import timezone\n"
    "from kinline.apps.people.actions import own_list, list_desk\n"
    "from kinline.apps.people.access import staff\n"
    "from kinline.apps.people.models import Account, Person\n"
    "now = timezone.now()\n"
    "julian = Person.objects.get(number='40-2719')\n"
    "ines = staff(account_id=Account.objects.get(email__startswith='ines@').pk, now=now)\n"
    "asked = {name: own_list.ask(person_id=julian.pk, number=number, name=name,\n"
    "    relation=relation, now=now).request for name, number, relation in (\n"
    "    ('Aunt Rosa', '6175550151', 'family'), ('Coach Bill', '6175550152', 'friend'),\n"
    "    ('Ana', '6175550153', 'child'), ('My landlord', '6175550154', 'other'))}\n"
    "list_desk.approve(staff=ines, request_id=asked['Ana'], now=now)\n"
    "list_desk.refuse(staff=ines, request_id=asked['Coach Bill'], reason='unclear',\n"
    "    note='Which team is it? Tell an officer.', now=now)\n"
)


@pytest.mark.looks
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_lists_can_be_read_with_other_eyes(city: Town, language: str) -> None:
    city.house.arrange(EMPTIED)
    city.house.arrange(WISHES)
    ines, julian = city.staff(people.INES), city.signed_in_inside()
    speak(julian, city, language)
    inside = Eyes(eyes.TABLET_WIDTHS, f"own-list-{language}")
    go(city, julian, inside, {"home": "/tablet/", "list": "/tablet/list/"})
    go(city, julian, inside, {"dialler": "/tablet/call/"})
    go(city, julian, inside, {"add": "/tablet/list/add/"})
    julian.locator("form[method=post] button[data-keyboard-next]").click()
    expect(julian.locator(".usa-error-message").first).to_be_visible()
    inside.look(julian, "wrong")
    julian.locator("[name=name]").fill("Mama")
    julian.locator("[name=relation]").select_option("parent")
    julian.locator("[name=number]").fill("6175550142")
    julian.locator("button[data-keyboard-next]").click()
    expect(julian.locator(".k-no")).to_be_visible()
    inside.look(julian, "refused")
    julian.goto(f"{city.house.url}/tablet/list/")
    julian.locator("a[href$='/off/']").first.click()
    inside.look(julian, "off")
    phone = Eyes(eyes.WIDTHS, f"own-list-narrow-{language}")
    go(city, julian, phone, {"home": "/tablet/", "list": "/tablet/list/"})
    go(city, julian, phone, {"add": "/tablet/list/add/"})

    speak(ines, city, language)
    seen = Eyes(eyes.WIDTHS, f"own-list-console-{language}")
    go(city, ines, seen, {"queue": "/console/people/lists/", "rule": RULE})
    ines.goto(f"{city.house.url}/console/people/lists/")
    ines.locator("tbody a").first.click()
    seen.look(ines, "one")
    go(city, ines, seen, {"people": "/console/people/", "facility": RULE.replace("lists/", "")})
    speak(ines, city, "en")
    assert inside.said() + phone.said() + seen.said() == ""
