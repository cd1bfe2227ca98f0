"""Two people and one phone: one waits in line, the other hangs up, the first is offered it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.people import Town
from tests.journeys.test_endings import refusal
from tests.journeys.test_screens import speak

pytestmark = [pytest.mark.browser, pytest.mark.long]

OMAR = ("41-0815", "135791")
LINES = "/console/facility/ma-bristol/phone-lines/"
# Unit C shares one tablet; Omar is new there, and Julian's mother is on his list, too.
ONE_PHONE = (
    "from django.utils import timezone\n"
    "from kinline.apps.facilities.models import Station\n"
    "from kinline.apps.people import access\n"
    "from kinline.apps.people.actions import lists, people_inside\n"
    "from kinline.apps.people.models import Account, Person\n"
    "unit = Person.objects.get(number='40-2719').unit\n"
    "Station.objects.filter(unit=unit).exclude(name='Tablet C-1').update(active=False)\n"
    "now = timezone.now()\n"
    "by = Account.objects.get(email='ines@bristol.example').pk\n"
    "ines = access.staff(account_id=by, now=now)\n"
    "if not Person.objects.filter(number='41-0815').exists():\n"
    "    omar = people_inside.add(staff=ines, place='ma-bristol', unit_id=unit.pk,\n"
    "        number='41-0815', given_name='Omar', family_name='Soares', language='en',\n"
    "        pin='135791', now=now)\n"
    "    lists.allow(staff=ines, person_id=omar, number='+16175550142', name='Odette', now=now)\n"
)


def sets_the_line(page: Page, city: Town) -> None:
    """Ines lets unit C wait in line for its tablets."""
    page.goto(city.house.url + LINES)
    page.get_by_role("link", name="Unit C").click()
    for label in ("People wait in line for the phones", "Wall phones count", "Tablets count"):
        page.get_by_text(label, exact=True).click()  # wall phones stand there ticked
    page.get_by_label("A phone is held for so many seconds").fill("120")
    page.get_by_role("button", name="Set the rule").click()
    expect(page.get_by_text("The rule is set.")).to_be_visible()


def test_omar_waits_julian_hangs_up_and_omar_takes_the_phone(city: Town) -> None:
    city.house.arrange(ONE_PHONE)
    ines = city.staff(people.INES)
    sets_the_line(ines, city)
    console, seen = ines.url, Eyes(eyes.WIDTHS, "phones")
    inside = Eyes(eyes.TABLET_WIDTHS | {"phone": eyes.WIDTHS["phone"]}, "phones-tablet")

    odette = city.waits()
    julian = city.signed_in_inside()
    city.calls(julian, "Mama")
    people.talk(julian, odette)

    omar = city.signed_in_inside(OMAR, "ma-bristol-a")
    inside.look(omar, "home")
    omar.get_by_role("link", name=re.compile("^Phones of your unit")).click()
    inside.look(omar, "before")
    omar.get_by_role("button", name="Get in line").click()
    expect(omar.get_by_role("heading", name="You are number 1")).to_be_visible()
    expect(omar.get_by_text("You are next.")).to_be_visible()
    inside.look(omar, "waits")
    # Ines's page finds out by itself, and takes nothing from under her fingers.
    name = ines.get_by_role("link", name="Omar Soares")
    expect(name).to_be_visible(timeout=15_000)
    name.focus()

    julian.get_by_role("button", name="End call").click()
    people.state(julian, "ended")
    # The page finds out by itself.
    expect(omar.get_by_role("heading", name="It is your turn: go to Tablet C-1")).to_be_visible()
    inside.look(omar, "turn")
    row = ines.get_by_role("row", name=re.compile("Omar Soares"))
    expect(row).to_contain_text("Tablet C-1", timeout=15_000)
    expect(name).to_be_focused()
    name.blur()
    seen.look(ines, "unit-held")

    city.calls(julian, "Mama")
    refusal(julian, "This phone is held for somebody")
    expect(julian.locator(".k-no")).to_contain_text("It is held for number 1")
    inside.look(julian, "held")
    julian.goto(f"{city.house.url}/tablet/")
    julian.get_by_role("button", name="Sign out").click()
    board = julian.locator("#phones-board")
    expect(board).to_contain_text("Number 1: Tablet C-1")
    expect(board).not_to_contain_text("Omar")
    inside.look(julian, "board")

    # Omar walks over.
    people.give_id_and_pin(julian, *OMAR)
    people.at_home_inside(julian)
    city.calls(julian, "Odette")
    people.state(odette, "ringing")
    expect(ines.get_by_text("Nobody is in line now.")).to_be_visible(timeout=15_000)
    ines.goto(console)
    expect(ines.locator(".k-stat", has_text="Got a phone")).to_contain_text("1")
    for language in ("en", "es"):
        speak(ines, city, language)
        for name, where in {"unit": console, "units": city.house.url + LINES}.items():
            ines.goto(where)
            seen.look(ines, f"{name}-{language}")
    speak(ines, city, "en")
    speak(omar, city, "es")
    omar.goto(f"{city.house.url}/tablet/phones/")
    inside.look(omar, "es")
    assert seen.said() == ""
    assert inside.said() == ""
