"""Every other way a call goes: each with its own sentence on the screen, and in the books."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import browsers, people
from tests.journeys.house import eventually
from tests.journeys.people import Town, booked

pytestmark = pytest.mark.browser


def refusal(page: Page, title: str) -> None:
    """The frame that says what happened, which rule, whose, until when, and what one can do."""
    frame = page.locator(".k-no").filter(has_text=title).first
    expect(frame).to_be_visible()
    for row in ("What", "Rule", "Whose rule", "Until when", "You can"):
        expect(frame.locator("dt", has_text=re.compile(f"^{row}$"))).to_be_visible()


def julian_calls_mama(city: Town) -> tuple[Page, Page, str]:
    odette = city.waits()
    julian = city.signed_in_inside()
    return julian, odette, city.calls(julian, "Mama")


def test_the_called_side_refuses_with_two(city: Town) -> None:
    julian, odette, call = julian_calls_mama(city)
    people.answers(odette)
    odette.keyboard.press("2")
    people.ended(julian, "Mama can’t talk now.")
    people.ended(odette, "Julian can call again")
    assert booked(city, call) == ("declined", 0)


def test_not_now_while_it_rings_ends_it_before_anything_is_said(city: Town) -> None:
    julian, odette, call = julian_calls_mama(city)
    people.state(odette, "ringing")
    odette.get_by_role("button", name="Not now").click()
    people.ended(julian, "Mama can’t talk now.")
    assert booked(city, call) == ("declined", 0)
    assert browsers.packets(odette, "0") == 0


def test_a_block_with_nine_holds_until_it_is_taken_back(city: Town) -> None:
    julian, odette, call = julian_calls_mama(city)
    people.answers(odette)
    odette.keyboard.press("9")
    people.ended(odette, "You blocked these calls. You can take it back at any time.")
    people.ended(julian, "does not want these calls. Staff did not do this.")
    assert booked(city, call) == ("blocked", 0)

    city.calls(julian, "Mama")
    refusal(julian, "This call did not go out")
    expect(julian.locator(".k-no")).to_contain_text("Staff did not do it.")

    odette.goto(f"{city.house.url}/portal/blocks/")
    odette.get_by_role("button", name=re.compile("Take .*back")).first.click()
    city.calls(julian, "Mama")
    people.state(odette, "ringing")
    julian.get_by_role("button", name="Stop").click()


def test_nobody_answers_and_the_contact_finds_a_note_of_the_missed_call(city: Town) -> None:
    julian, odette, call = julian_calls_mama(city)
    people.state(odette, "ringing")
    people.ended(julian, "Nobody answered.", within=60)
    assert booked(city, call) == ("no_answer", 0)
    odette.goto(f"{city.house.url}/portal/")
    expect(odette.locator("main")).to_contain_text(re.compile("[Mm]issed"))


def test_a_wrong_pin_is_said_and_five_make_one_wait_on_this_tablet_only(city: Town) -> None:
    number, pin = people.WENDELL
    page = city.tablet("ma-suffolk")
    people.give_id_and_pin(page, number, "000000")
    expect(page.get_by_role("alert")).to_contain_text("ID and PIN do not match.")
    expect(page.get_by_role("alert")).to_contain_text("ask any officer for a new one")
    for _ in range(4):
        try_again(page, city, number, "000000")
    try_again(page, city, number, pin)
    expect(page.get_by_role("alert")).to_contain_text("Too many wrong tries.")
    expect(page.get_by_role("alert")).to_contain_text("You can try again: Today")
    logged = "".join(path.read_text() for path in (city.house.data / "log").glob("*.log"))
    assert "000000" not in logged
    assert pin not in logged


def try_again(page: Page, city: Town, number: str, pin: str) -> None:
    page.goto(f"{city.house.url}/tablet/")
    people.give_id_and_pin(page, number, pin)
    expect(page.get_by_role("alert")).to_be_visible()


def test_a_number_that_is_not_on_the_list_does_not_go_out(city: Town) -> None:
    julian = city.signed_in_inside()
    julian.goto(f"{city.house.url}/tablet/call/")
    julian.get_by_role("textbox", name="Or type a number").fill("6175550199")
    julian.get_by_role("button", name="Call", exact=True).click()
    refusal(julian, "This call did not go out")
    expect(julian.locator(".k-no")).to_contain_text("This one is not on it.")


def test_outside_hours_says_when_phones_open(city: Town) -> None:
    city.house.arrange(CLOSE_NORFOLK)
    desmond = city.signed_in_inside(people.DESMOND, "ma-doc-norfolk")
    desmond.goto(f"{city.house.url}/tablet/call/")
    desmond.get_by_role("textbox", name="Or type a number").fill("6175550142")
    desmond.get_by_role("button", name="Call", exact=True).click()
    refusal(desmond, "Phones are closed now")
    closed = desmond.locator(".k-no").filter(has_text="Phones are closed now")
    expect(closed).to_contain_text(re.compile(r"\d{1,2}:\d{2} [AP]M"))


# Hours that are over, or not yet begun, whatever the time of day of the test.
CLOSE_NORFOLK = """
from datetime import datetime, time
from zoneinfo import ZoneInfo
from kinline.apps.facilities.models import CallingRule
hour = datetime.now(ZoneInfo("America/New_York")).hour
opens, closes = (time(22), time(23)) if hour < 20 else (time(7), time(8))
rules = CallingRule.objects.filter(facility__place="ma-doc-norfolk")
rules.update(opens_at=opens, closes_at=closes)
"""


def test_a_closed_tab_ends_the_call_after_the_time_a_reload_needs(city: Town) -> None:
    julian, odette, call = julian_calls_mama(city)
    people.talk(julian, odette)
    odette.close(run_before_unload=False)
    people.ended(julian, "page was closed.", within=30)
    assert booked(city, call)[0] == "page_closed_outside"


def test_a_reload_in_mid_call_comes_back_and_goes_on(city: Town) -> None:
    julian, odette, call = julian_calls_mama(city)
    people.talk(julian, odette)
    odette.reload()
    people.state(odette, "talking", within=20)
    eventually(lambda: browsers.hears(odette, 440))
    julian.get_by_role("button", name="End call").click()
    people.ended(odette, "Julian ended the call.")
    assert booked(city, call)[0] == "hung_up_inside"


def test_the_caller_gives_up_while_it_rings(city: Town) -> None:
    julian, odette, call = julian_calls_mama(city)
    people.state(odette, "ringing")
    julian.get_by_role("button", name="Stop").click()
    expect(odette.locator("section.k-call[data-state=ringing]")).to_be_hidden()
    assert booked(city, call) == ("hung_up_inside", 0)


def test_staff_end_a_call_and_both_sides_read_who_did_it(city: Town) -> None:
    julian, odette, call = julian_calls_mama(city)
    people.talk(julian, odette)
    sam = city.staff()
    sam.goto(f"{city.house.url}/console/calls/{call}/")
    sam.get_by_role("link", name="End call").click()
    people.gives_a_reason(sam, "Fight in the unit, phones must be free.")
    for page in (julian, odette):
        people.ended(page, "Staff of the facility ended the call.")
    assert booked(city, call)[0] == "staff"
