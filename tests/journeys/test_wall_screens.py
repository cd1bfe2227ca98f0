"""Pages of where calls may go and of phone companies: at three widths, in two languages."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.people import Town
from tests.journeys.test_screens import LANGUAGES, follow, go, speak

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.timeout(900)]

COUNTRIES = "/console/facility/ma-bristol/countries/"
LIST_AUNT = (
    "from django.utils import timezone\n"
    "from kinline.apps.people.models import Contact, ContactNumber, AllowedNumber, Person\n"
    "aunt, _ = Contact.objects.get_or_create(name='Aunt Pearl')\n"
    "n, _ = ContactNumber.objects.get_or_create(e164='+18765550123', defaults={'contact': aunt})\n"
    "AllowedNumber.objects.get_or_create(person=Person.objects.get(number='40-2719'), number=n,\n"
    "    removed_at=None, defaults={'added_by': 'demo', 'added_at': timezone.now()})\n"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_calls_may_go(city: Town, language: str) -> None:
    city.house.arrange(LIST_AUNT)
    ines, julian = city.staff(people.INES), city.signed_in_inside()
    for page in (ines, julian):
        speak(page, city, language)
    seen = Eyes(eyes.WIDTHS, f"where-{language}")
    go(city, ines, seen, {"open": COUNTRIES, "search": COUNTRIES + "?text=ja"})
    close_jamaica(city, ines, seen)
    follow(city, ines, seen, "person", "/console/people/", r"/console/people/[0-9a-f-]{36}/")
    inside = Eyes(eyes.TABLET_WIDTHS, f"where-{language}")
    go(city, julian, inside, {"dialler": "/tablet/call/"})
    julian.locator("button.k-big", has_text="Aunt Pearl").click()
    expect(julian.locator(".k-no")).to_contain_text("Jamaica", timeout=15_000)
    inside.look(julian, "refused")
    ines.goto(city.house.url + COUNTRIES)
    ines.locator("table form button").click()
    assert seen.said() + inside.said() == ""


def close_jamaica(city: Town, ines: Page, seen: Eyes) -> None:
    ines.goto(f"{city.house.url}{COUNTRIES}JM/close/")
    seen.look(ines, "close")
    ines.locator("form.k-form button").press("Enter")
    expect(ines.locator(".usa-error-message")).to_be_visible()
    ines.locator("[name=why]").fill("A fraud ring was called there. Ask the captain.")
    ines.locator("[name=why]").press("Enter")
    expect(ines.locator("table")).to_contain_text("Jamaica")
    seen.look(ines, "closed")


MAKE_CARRIER = (
    "from django.utils import timezone\n"
    "from kinline.apps.calls.models import TrunkLimitReached\n"
    "from kinline.apps.facilities.models import Facility, Trunk\n"
    "home = Facility.objects.get(place='ma-bristol')\n"
    "trunk, _ = Trunk.objects.get_or_create(agency=home.agency, name='Old Colony Telephone',\n"
    "    defaults={'host': 'sip.carrier.example', 'caller': '+15085550100'})\n"
    "from zoneinfo import ZoneInfo\n"
    "from kinline.apps.facilities.models import Station, Trial, Unit\n"
    "unit = Unit.objects.filter(facility=home).first()\n"
    "Station.objects.get_or_create(unit=unit, name='Wall 1', defaults={'kind': 'handset'})\n"
    "for code in (200, 403):\n"
    "    Trial.objects.get_or_create(trunk=trunk, code=code, defaults={\n"
    "        'number': '+16175550142', 'asked_by': 'demo', 'asked_at': timezone.now(),\n"
    "        'taken_at': timezone.now(), 'done_at': timezone.now()})\n"
    "today = timezone.now().astimezone(ZoneInfo(home.zone)).date()\n"
    "TrunkLimitReached.objects.get_or_create(trunk=trunk, on=today, limit='a_minute',\n"
    "    defaults={'first_at': timezone.now(), 'times': 4})\n"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_company(city: Town, language: str) -> None:
    city.house.arrange(MAKE_CARRIER)
    ines = city.staff(people.INES)
    speak(ines, city, language)
    seen = Eyes(eyes.WIDTHS, f"trunk-{language}")
    go(city, ines, seen, {"phones": "/console/phones/ma-bristol/"})
    ines.locator("tbody [data-main]", has_text="Old Colony").click()
    expect(ines.locator("[name=at_once]")).to_have_value("240")
    seen.look(ines, "one")
    ines.locator("[name=at_once]").fill("0")
    ines.locator("form.k-card button").first.press("Enter")
    expect(ines.locator(".usa-error-message").first).to_be_visible()
    seen.look(ines, "wrong")
    ines.goto(ines.url)
    ines.locator("[id=test-number]").fill("617-555-0142")
    ines.locator("[id=test-number]").press("Enter")
    expect(ines.locator("[hx-get]")).to_be_visible()
    seen.look(ines, "test")
    assert seen.said() == ""
