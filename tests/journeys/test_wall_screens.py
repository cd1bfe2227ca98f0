"""Pages of where calls may go and of phone companies: at three widths, in two languages."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.people import Town
from tests.journeys.test_screens import LANGUAGES, follow, go, speak

pytestmark = pytest.mark.browser

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
