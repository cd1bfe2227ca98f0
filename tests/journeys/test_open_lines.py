"""A help line from a tablet on which nobody is signed in, answered by its desk. And at intake."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import browsers, eyes, people, sound
from tests.journeys.eyes import Eyes
from tests.journeys.house import eventually
from tests.journeys.people import Town

pytestmark = pytest.mark.browser

NH = "nh-example"
CRISIS = "Example Crisis Line"


def nobodys_call(page: Page) -> str:
    """The call a page without a person is about; waits until web has named it."""
    page.wait_for_url(re.compile("/tablet/lines/calls/[0-9a-f-]{36}/"))
    found = re.search("[0-9a-f-]{36}", page.url)
    assert found
    return found.group()


def row(city: Town, call: str) -> tuple[object, ...]:
    (found,) = city.house.rows(
        "SELECT caller, person_id, station_id, private FROM calls_call WHERE id = %s",
        people.database_id(city, call),
    )
    return found


def test_somebody_calls_the_crisis_line_without_signing_in(city: Town) -> None:
    desk, tablet = city.waits(people.DESK), city.tablet(NH)
    expect(tablet.get_by_role("heading", name="Your ID")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("You answer this line")
    tablet.get_by_role("button", name=re.compile(CRISIS)).click()
    call = nobodys_call(tablet)
    people.state(desk, "ringing")
    ringing = desk.locator("section.k-call[data-state=ringing]")
    expect(ringing).to_contain_text("Someone inside")
    expect(ringing).to_contain_text("This call is private. It is not recorded.")

    # The line answers directly: nobody presses a key, and the announcement comes first.
    desk.get_by_role("button", name="Answer").click()
    people.state(desk, "announcement")
    announced = desk.locator("section.k-call[data-state=announcement]")
    expect(announced).to_contain_text("You are put through when it has been said.")
    assert browsers.packets(desk, "0") == 0, "nobody is heard before it has been said"
    people.state(desk, "talking", within=30)
    people.state(tablet, "talking")
    eventually(lambda: browsers.hears(desk, sound.INSIDE_HZ))
    eventually(lambda: browsers.hears(tablet, sound.OUTSIDE_HZ))
    assert city.house.recordings() == []

    # A reload comes back to the same call, without anybody's name.
    tablet.reload()
    people.state(tablet, "talking")
    eventually(lambda: browsers.hears(desk, sound.INSIDE_HZ))
    desk.get_by_role("button", name="End call").click()
    people.ended(tablet, "ended the call.")
    assert people.booked(city, call)[0] == "hung_up_outside"
    caller, person, _station, private = row(city, call)
    assert (caller, person, bool(private)) == ("nobody", None, True)
    assert city.house.one("SELECT count(*) FROM recordings_recording") == 0

    # Back at the first page nothing leads the next person to this call.
    tablet.get_by_role("link", name="Done").click()
    expect(tablet.get_by_role("heading", name="Your ID")).to_be_visible()
    tablet.goto(f"{city.house.url}/tablet/lines/calls/{call}/")
    expect(tablet.locator("body")).not_to_contain_text(CRISIS)

    rae = city.staff(people.RAE)
    rae.goto(f"{city.house.url}/console/calls/{call}/")
    expect(rae.locator("main")).to_contain_text("Nobody signed in")


def test_a_report_of_abuse_by_someone_signed_in_keeps_neither_name_nor_tablet(city: Town) -> None:
    tablet = city.signed_in_inside(people.TOMAS, NH)
    tablet.get_by_role("link", name=re.compile("Always open")).click()
    tablet.get_by_role("button", name=re.compile("abuse report line")).click()
    call = nobodys_call(tablet)
    people.state(tablet, "ringing")
    expect(tablet.locator("body")).not_to_contain_text("Tomás")
    tablet.get_by_role("button", name="Stop").click()
    people.ended(tablet, "You ended the call.")
    people.booked(city, call)
    caller, person, station, private = row(city, call)
    assert (caller, person, station, bool(private)) == ("anonymous", None, None, True)
    tablet.get_by_role("link", name="Done").click()
    people.at_home_inside(tablet)  # who was signed in still is

    rae = city.staff(people.RAE)
    rae.goto(f"{city.house.url}/console/calls/{call}/")
    expect(rae.locator("main")).to_contain_text("Anonymous by rule")
    expect(rae.locator("main")).not_to_contain_text("Tablet A-1")


def test_who_was_just_brought_in_calls_home_without_a_pin(city: Town) -> None:
    carmen = city.waits(people.CARMEN, locale="en-US")
    tablet = city.tablet("nh-intake")
    tablet.get_by_role("link", name=re.compile("Call without signing in")).click()
    tablet.get_by_role("textbox", name="Number").fill("603-555-0117")
    tablet.get_by_role("button", name="Call", exact=True).click()
    call = nobodys_call(tablet)
    people.state(carmen, "ringing")
    carmen.locator("[data-do=answer]").click()
    people.state(carmen, "announcement")
    carmen.keyboard.press("9")  # nobody is there to be blocked
    carmen.keyboard.press("1")
    people.state(carmen, "talking")
    people.state(tablet, "talking")
    expect(tablet.locator("section.k-call[data-state=talking]")).to_contain_text("Recorded")
    tablet.get_by_role("button", name="End call").click()
    people.ended(tablet, "You ended the call.")
    assert people.booked(city, call)[0] == "hung_up_inside"
    caller, person, station, private = row(city, call)
    assert (caller, person, bool(station), bool(private)) == ("intake", None, True, False)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_of_it_can_be_read_with_other_eyes(city: Town, language: str) -> None:
    tablet, intake = city.tablet(NH), city.tablet("nh-intake")
    rae, anyone, desk = city.staff(people.RAE), city.stranger(), city.waits(people.DESK)
    for page in (tablet, intake, rae, anyone, desk):
        page.context.add_cookies(
            [{"name": "django_language", "value": language, "url": city.house.url}]
        )
    seen = Eyes(eyes.TABLET_WIDTHS, f"tablet-lines-{language}")
    for page, name, address in (
        (tablet, "sign-in", "/tablet/"),
        (tablet, "lines", "/tablet/lines/"),
        (intake, "intake-sign-in", "/tablet/"),
        (intake, "intake", "/tablet/intake/"),
    ):
        page.goto(f"{city.house.url}{address}")
        seen.look(page, name)
    others = Eyes(eyes.WIDTHS, f"lines-{language}")
    lines = f"/console/facility/{NH}/lines/"
    people_page = city.house.one(
        "SELECT p.id FROM people_person p WHERE p.number = %s", people.TOMAS[0]
    )
    for page, name, address in (
        (rae, "console", lines),
        (rae, "console-add", f"{lines}add/"),
        (rae, "console-courtesy", f"/console/people/{UUID(str(people_page))}/courtesy/"),
        (rae, "console-calls", "/console/calls/"),
        (anyone, "public", f"/facilities/{NH}/"),
        (desk, "portal", "/portal/"),
    ):
        page.goto(f"{city.house.url}{address}")
        others.look(page, name)
    rae.goto(f"{city.house.url}{lines}")
    rae.locator("main table a").first.click()
    expect(rae.locator("main form").first).to_be_visible()
    others.look(rae, "console-end")
    assert seen.said() + others.said() == ""
