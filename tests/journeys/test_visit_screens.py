"""The pages of booking a visit at three widths, in English and in Spanish."""

import pytest
from playwright.sync_api import expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.people import Town
from tests.journeys.test_screens import LANGUAGES, go, in_language, speak

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.long, pytest.mark.timeout(900)]
HERE = "/console/visits/at/ma-bristol/"
IN_SIGHT = """
(one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2) === one;
}
"""


@pytest.fixture(scope="module")
def booked(module_town: Town) -> str:
    """The last of the visits that Odette booked in the demo. Its id."""
    return module_town.house.arrange(
        "from kinline.apps.visits.models import Visit\n"
        "print(Visit.objects.order_by('starts_at').last().pk)"
    ).strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_visits(city: Town, booked: str, language: str) -> None:
    odette = city.waits()
    speak(odette, city, language)
    city.speaks(people.ODETTE, language)
    seen = Eyes(eyes.WIDTHS, f"portal-visits-{language}")
    go(city, odette, seen, {"all": "/portal/visits/", "who": "/portal/visits/book/"})
    odette.get_by_role("radio").first.check()
    odette.locator("button[name=go]").click()
    expect(odette.locator("#times")).to_be_attached()
    seen.look(odette, "time")
    first = odette.locator("input[name=starts]:enabled").first
    first.focus()
    assert first.evaluate(IN_SIGHT), "what has the focus is hidden under the tabs"
    first.check()
    odette.locator("#times button").click()
    expect(odette.locator("#times")).not_to_be_attached()
    seen.look(odette, "check")
    one = {"one": f"/portal/visits/{booked}/"}
    more = {name: f"/portal/visits/{booked}/{name}/" for name in ("change", "cancel")}
    go(city, odette, seen, one | more)
    city.speaks(people.ODETTE, "en")
    assert seen.said() == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tablets_pages_of_visits(city: Town, booked: str, language: str) -> None:
    julian = city.signed_in_inside()
    in_language(julian, language)
    seen = Eyes(eyes.TABLET_WIDTHS, f"tablet-visits-{language}")
    pages = {
        "all": "/tablet/visits/",
        "who": "/tablet/visits/book/",
        "one": f"/tablet/visits/{booked}/",
        "change": f"/tablet/visits/{booked}/change/",
        "cancel": f"/tablet/visits/{booked}/cancel/",
    }
    go(city, julian, seen, pages)
    julian.goto(f"{city.house.url}/tablet/")
    in_language(julian, "en")
    assert seen.said() == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_consoles_pages_of_visits(city: Town, booked: str, language: str) -> None:
    ines = city.staff(people.INES)
    speak(ines, city, language)
    seen = Eyes(eyes.WIDTHS, f"console-visits-{language}")
    tails = ("", "print/", "requests/", "rules/", "rules/plan/", "stations/", "closures/")
    pages = {
        tail.replace("/", "-") or "day": HERE + tail for tail in (*tails, "lockdown/", "apart/")
    }
    one = {"one": f"/console/visits/{booked}/", "cancel": f"/console/visits/{booked}/cancel/"}
    go(city, ines, seen, pages | one)
    assert seen.said() == ""
