"""A control on calls: set at the console, met at the tablet, explained, confirmed by two."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import eyes, people
from tests.journeys.eyes import Eyes
from tests.journeys.people import Town
from tests.journeys.test_endings import refusal
from tests.journeys.test_screens import speak

pytestmark = pytest.mark.browser

CONTROLS = "/console/facility/ma-bristol/controls/"
FIGHT = "A fight in the unit. Ask the sergeant."


def choose(page: Page, city: Town, level: str, kind: str, talk: str = "Calls") -> None:
    page.goto(city.house.url + CONTROLS)
    page.get_by_label("Calls, visits or messages").select_option(label=talk)
    page.get_by_label("On what").select_option(label=level)
    page.get_by_label("What", exact=True).select_option(label=kind)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f": {level}")


def lock_down(page: Page, city: Town, *, end_calls: bool) -> None:
    """Unit C, for the next two hours."""
    choose(page, city, "Unit", "Closed")
    page.get_by_label("Unit", exact=True).select_option(label="C")
    until = datetime.now(ZoneInfo("America/New_York")) + timedelta(hours=2)
    page.get_by_label("Until").fill(f"{until:%Y-%m-%dT%H:%M}")
    page.get_by_label("Why, for whoever it stops").fill(FIGHT)
    if end_calls:
        page.get_by_text("End calls that go on now").click()
    page.get_by_role("button", name="Set it").click()
    expect(page.get_by_text("The control is set.")).to_be_visible()


def ends_all(page: Page, city: Town) -> None:
    page.goto(city.house.url + CONTROLS)
    while page.get_by_role("button", name=re.compile("^End it")).count():
        page.get_by_role("button", name=re.compile("^End it")).first.click()
        expect(page.get_by_text("Ended. It stops nobody any more.")).to_be_visible()


def test_a_lockdown_ends_the_call_that_goes_on_stops_the_next_and_is_explained(city: Town) -> None:
    odette = city.waits()
    julian = city.signed_in_inside()
    city.calls(julian, "Mama")
    people.talk(julian, odette)
    sam = city.staff()
    lock_down(sam, city, end_calls=True)
    expect(sam.get_by_text("1 call is ended.")).to_be_visible()
    people.ended(julian, "Staff of the facility ended the call.")

    city.calls(julian, "Mama")
    refusal(julian, "This call did not go out")
    frame = julian.locator(".k-no")
    expect(frame).to_contain_text(f"Calls are closed for this unit. The facility says: {FIGHT}")
    expect(frame).to_contain_text("The open lines work all the same.")

    sam.goto(f"{city.house.url}/console/facility/ma-bristol/")
    sam.get_by_label("Person: ID number or name").fill("40-2719")
    sam.get_by_label("Number", exact=True).fill("6175550142")
    sam.get_by_role("button", name="Try it").click()
    expect(sam.get_by_text("Set by Sam Duarte.")).to_be_visible()
    ends_all(sam, city)
    city.calls(julian, "Mama")
    people.state(odette, "ringing")


def test_less_than_before_the_law_needs_two_and_cuts_only_then(city: Town) -> None:
    ines, sam = city.staff(people.INES), city.staff()
    choose(ines, city, "Person", "Longest call or visit")
    ines.get_by_label("ID number").fill("40-2719")
    ines.get_by_label("Minutes").fill("10")
    ines.get_by_role("button", name="Set it").click()
    expect(ines.get_by_text("It waits until a second person confirms it.")).to_be_visible()
    expect(ines.get_by_role("link", name="Look and confirm")).to_have_count(0)
    sam.goto(city.house.url + CONTROLS)
    sam.get_by_role("link", name="Look and confirm").click()
    sam.get_by_role("button", name="Confirm it").click()
    expect(sam.locator(".usa-error-message").first).to_be_visible()
    sam.get_by_label("Why is less than before the law needed?").fill("Agreed with counsel.")
    sam.get_by_role("button", name="Confirm it").click()
    expect(sam.get_by_text("Confirmed. The control holds now.")).to_be_visible()

    odette = city.waits()
    julian = city.signed_in_inside()
    city.calls(julian, "Mama")
    people.state(odette, "ringing")
    expect(julian.locator("body")).to_contain_text("ongest call, set for this person")
    ends_all(sam, city)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pages_of_controls_can_be_read_with_other_eyes(city: Town, language: str) -> None:
    ines, sam = city.staff(people.INES), city.staff()
    lock_down(sam, city, end_calls=False)
    choose(ines, city, "Person", "Longest call or visit")
    ines.get_by_label("ID number").fill("40-2719")
    ines.get_by_label("Minutes").fill("10")
    ines.get_by_role("button", name="Set it").click()
    sam.goto(city.house.url + CONTROLS)
    confirm = sam.get_by_role("link", name="Look and confirm").get_attribute("href")
    speak(sam, city, language)
    seen = Eyes(eyes.WIDTHS, f"controls-{language}")
    pages = {
        "all": CONTROLS,
        "closed": f"{CONTROLS}add/calls/unit/closed/",
        "hours": f"{CONTROLS}add/calls/facility/hours/",
        "minutes": f"{CONTROLS}add/calls/person/minutes_week/",
        "number": f"{CONTROLS}add/calls/number/closed/",
        "confirm": confirm,
        "before": f"{CONTROLS}before/",
        "tried": "/console/facility/ma-bristol/?try=1&person=40-2719&number=6175550142"
        f"&at={datetime.now(ZoneInfo('America/New_York')):%Y-%m-%dT%H:%M}",
        "public": "/statistics/",
    }
    for name, where in pages.items():
        sam.goto(f"{city.house.url}{where}")
        seen.look(sam, name)
    speak(sam, city, "en")
    ends_all(sam, city)
    assert seen.said() == ""
