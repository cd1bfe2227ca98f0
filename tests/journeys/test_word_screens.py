"""Word lists on their pages: made, filled and tried as staff do it, looked at on three widths."""

import pytest
from playwright.sync_api import expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.people import Town
from tests.journeys.test_screens import LANGUAGES, speak

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.long, pytest.mark.timeout(900)]
TEXT = "Mama, bring the s h i v to Gun Lake. Call 617-555-0142, and wear the pretty dress."


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_make_a_list_fill_it_and_try_it(city: Town, language: str) -> None:
    ines = city.staff(people.INES)
    speak(ines, city, language)
    seen = Eyes(eyes.WIDTHS, f"words-{language}")
    home = f"{city.house.url}/console/review/words/ma-bristol/"
    ines.goto(home)
    seen.look(ines, "lists")
    for name, kind, words in (
        (f"Weapons {language}", "look", "shiv\ngun\nkill you"),
        (f"Places {language}", "fine", "Gun Lake"),
    ):
        ines.goto(home)
        ines.locator("[name=name]").fill(name)
        ines.locator("[name=kind]").select_option(kind)
        ines.locator("form:has([name=kind]) button").click()
        expect(ines.locator("h1")).to_contain_text(name)
        ines.locator("[name=lines]").fill("...")
        ines.locator("form:has([name=lines]) button").click()
        expect(ines.locator(".usa-error-message").first).to_be_visible()
        seen.look(ines, f"mistake-{kind}")
        ines.locator("[name=lines]").fill(words)
        ines.locator("form:has([name=lines]) button").click()
        expect(ines.locator("table")).to_contain_text(words.splitlines()[0])
        seen.look(ines, f"list-{kind}")
    ines.goto(f"{home}try/")
    ines.locator("[name=text]").fill(TEXT)
    ines.locator("form:has([name=text]) button").click()
    expect(ines.locator("mark")).to_have_text(["s h i v", "617-555-0142"])
    seen.look(ines, "try")
    assert seen.said() == ""
