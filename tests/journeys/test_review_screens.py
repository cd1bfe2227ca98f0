"""Review with the keyboard, and every page of it at three widths: axe-core finds nothing."""

import pytest
from playwright.sync_api import expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.people import Town
from tests.journeys.test_screens import LANGUAGES, go, speak
from tests.journeys.written import ARRANGED, REJECTED

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def items(module_town: Town) -> list[str]:
    """Four messages that wait; the first has a photo and a number in it."""
    return module_town.house.arrange(ARRANGED).split()


@pytest.fixture(scope="module")
def appealed(module_town: Town, items: list[str]) -> str:
    """The last of them was rejected, and Julian appeals."""
    return module_town.house.arrange(REJECTED).strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_reviews_pages(city: Town, items: list[str], appealed: str, language: str) -> None:
    sam, ines = city.staff(people.SAM), city.staff(people.INES)
    for page in (sam, ines):
        speak(page, city, language)
    seen = Eyes(eyes.WIDTHS, f"review-{language}")
    go(city, sam, seen, {"queue": "/console/review/", "item": f"/console/review/{items[0]}/"})
    sam.locator("summary").last.click()
    seen.look(sam, "item-open")
    at = "/console/review/at/ma-bristol"
    pages = {
        "appeals": "/console/review/appeals/",
        "appeal": f"/console/review/appeals/{appealed}/",
        "held": f"/console/review/{items[0]}/",
        "figures": f"{at}/figures/",
        "policies": f"{at}/policies/",
        "stops": f"{at}/stops/",
    }
    go(city, ines, seen, pages)
    assert seen.said() == ""


def test_an_officer_reviews_with_the_keyboard_alone(city: Town, items: list[str]) -> None:
    sam = city.staff(people.SAM)
    with sam.expect_response("**/?ahead=1"):
        sam.goto(f"{city.house.url}/console/review/{items[0]}/")
    first = sam.url
    sam.keyboard.press("2")
    expect(sam.get_by_label("Don’t deliver this part").nth(1)).to_be_checked()
    sam.keyboard.press("r")
    sam.keyboard.type("Contraband")
    sam.keyboard.press("Escape")
    sam.locator("[name=note]").focus()
    sam.keyboard.type("next a and x are letters here, not keys")
    assert sam.url == first
    sam.locator("h1").click()
    with sam.expect_response("**/?ahead=1"):
        sam.keyboard.press("x")
    expect(sam.locator("[data-undo-left]")).to_contain_text(" s")
    sam.keyboard.press("u")
    expect(sam.get_by_text("Undone. Nobody was told.")).to_be_visible()
    assert sam.url == first
    with sam.expect_response("**/?ahead=1"):
        sam.keyboard.press("n")
    expect(sam).not_to_have_url(first)
    expect(sam.get_by_text("Only you have this open")).to_be_visible()
    sam.keyboard.press("a")
    expect(sam.locator("[data-undo]")).to_be_visible()
