"""Families' other browser: a call, a visit and the pages of the outside in Debian's own Firefox."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.journeys import browsers, eyes, firefox, people, private, sound, visits
from tests.journeys.eyes import Eyes
from tests.journeys.house import House, eventually
from tests.journeys.people import Town
from tests.journeys.test_messages import photo
from tests.journeys.test_screens import focused, press_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.timeout(600),
    *firefox.MARKS,
]

WHY = "Checking a report of a threat, case 26-114"
LASTS = 60
BOTH_PLAY = """
[...document.querySelectorAll("video[data-film]")].every((one) => one.currentTime > 3)
"""


@pytest.fixture(scope="module")
def module_town(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A house, and Chromium with a red camera inside; staff sit at it, too."""
    folder = tmp_path_factory.mktemp("town")
    house = House(folder)
    camera = visits.camera(folder / "red.y4m", "red")
    with ExitStack() as stack:
        stack.callback(house.stop)
        inside = stack.enter_context(
            browsers.browser(
                playwright,
                microphone=sound.tone(folder / "red.wav", sound.INSIDE_HZ),
                flags=(f"--use-file-for-fake-video-capture={camera}",),
            )
        )
        yield Town(house, inside, inside)


@pytest.fixture(scope="module")
def fox(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The Firefox of those outside."""
    folder = tmp_path_factory.mktemp("firefox")
    with firefox.browser(playwright, folder, hz=sound.OUTSIDE_HZ) as running:
        yield running


def test_odette_is_called_in_firefox_hears_who_it_is_accepts_and_both_are_recorded(
    city: Town, fox: Browser
) -> None:
    odette = city.waits(browser=fox)
    julian = city.signed_in_inside()
    call = city.calls(julian, "Mama")
    people.answers(odette)
    eventually(lambda: browsers.packets(odette, "1") > 50)
    assert browsers.packets(odette, "0") == 0
    assert not browsers.hears(odette, sound.INSIDE_HZ)

    odette.keyboard.press("1")
    people.state(julian, "talking")
    people.state(odette, "talking")
    eventually(lambda: browsers.hears(odette, sound.INSIDE_HZ))
    eventually(lambda: browsers.hears(julian, sound.OUTSIDE_HZ))
    assert not browsers.hears(odette, sound.OUTSIDE_HZ)
    odette.wait_for_timeout(4000)

    odette.get_by_role("button", name="End call").click()
    people.ended(odette, "You ended the call.")
    people.ended(julian, "Mama ended the call.")
    expect(odette.locator("section.k-call[data-state=ended]")).to_contain_text("$0.00")
    assert people.booked(city, call)[0] == "hung_up_outside"

    inside, outside = people.hears_recording(city, call, WHY)
    people.each_on_its_own(inside, outside, times=100)


def changes_colour(page: Page, seat: str) -> bool:
    """Whether a seat shows what Firefox's made-up camera does: one colour after the other."""
    before = page.evaluate(visits.LOOK, seat)
    page.wait_for_timeout(1000)
    after = page.evaluate(visits.LOOK, seat)
    if before is None or after is None:
        return False
    return max(abs(then - now) for then, now in zip(before, after, strict=True)) > 20


def both_see_and_hear(outside: Page, inside: Page) -> None:
    for page in (outside, inside):
        expect(page.locator("[data-state=live]")).to_be_visible(timeout=60_000)
    eventually(lambda: visits.shows(outside, "inside", "red"), within=45)
    eventually(lambda: changes_colour(inside, "home-1"), within=45)
    eventually(lambda: visits.hears(outside, "inside", sound.INSIDE_HZ), within=15)
    eventually(lambda: visits.hears(inside, "home-1", sound.OUTSIDE_HZ), within=15)


def end_by_time(*pages: Page) -> None:
    for page in pages:
        ended = page.locator("[data-state=ended]")
        expect(ended).to_contain_text("Time was up", timeout=LASTS * 1000 + 20_000)


def test_odette_visits_in_firefox_from_the_ready_check_to_the_recording(
    city: Town, fox: Browser
) -> None:
    odette, julian = city.waits(browser=fox), city.signed_in_inside()
    visit = visits.soon(city.house, people.ODETTE, starts=20, lasts=LASTS)
    odette.goto(visit.portal)
    expect(odette.get_by_role("heading", name="Almost time")).to_be_visible()
    for check, said in (("camera", "Camera works"), ("mic", "Microphone works")):
        expect(odette.locator(f"[data-check={check}]")).to_contain_text(said)
    odette.locator("[data-check=speaker]").get_by_role("button").click()
    expect(odette.locator("[data-check=mic] [data-fine]")).to_be_visible()
    julian.goto(visit.tablet)
    expect(odette.locator("[data-waiting]")).to_contain_text("Julian Marrow", timeout=15_000)

    both_see_and_hear(odette, julian)
    odette.get_by_role("button", name="Mute").click()
    expect(julian.locator("[data-tile=home-1] [data-muted]")).to_be_visible()
    end_by_time(odette, julian)

    sam = city.staff()
    link = sam.get_by_role("link", name="Play the recording")

    def offered() -> bool:
        sam.goto(visit.console)
        return link.count() == 1

    eventually(offered, within=30, every=1)
    link.click()
    sam.locator("[name=purpose]").fill(WHY)
    sam.get_by_role("button", name="Open the player").click()
    expect(sam.locator("video[data-film]")).to_have_count(2)
    sam.get_by_role("button", name="Play", exact=True).click()
    eventually(partial(sam.evaluate, BOTH_PLAY), within=40)


def test_an_attorney_in_firefox_and_her_client_read_the_same_three_words(
    city: Town, fox: Browser
) -> None:
    priya, julian = city.waits(people.PRIYA, browser=fox), city.signed_in_inside()
    visit = visits.soon(city.house, people.PRIYA, starts=8, lasts=LASTS, private=True)
    before = city.house.recordings()
    priya.goto(visit.portal)
    julian.goto(visit.tablet)
    both_see_and_hear(priya, julian)
    for page in (priya, julian):
        expect(page.locator("[data-words]")).to_be_visible()
    assert private.words(julian) == private.words(priya)
    assert len(private.words(julian).split(" · ")) == 3
    end_by_time(priya, julian)
    assert city.house.recordings() == before


def test_odette_signs_in_writes_with_a_photo_and_books_a_visit_with_the_keyboard(
    city: Town, fox: Browser, tmp_path: Path
) -> None:
    ends = {name: eyes.WIDTHS[name] for name in ("phone", "desktop")}
    seen, page = Eyes(ends, "firefox"), city.stranger(fox)
    page.goto(f"{city.house.url}/sign-in/")
    seen.look(page, "sign-in")
    for name, words in (("login", people.ODETTE), ("password", people.PASSWORD)):
        press_until(page, "Tab", partial(focus_is, page, "name", name))
        page.keyboard.type(words)
    page.keyboard.press("Enter")
    expect(page.locator("#waiting[data-status=waiting]")).to_be_attached()

    page.goto(f"{city.house.url}/portal/messages/")
    seen.look(page, "inbox")
    press_until(page, "Tab", lambda: "Julian Marrow" in focused(page))
    page.keyboard.press("Enter")
    field = page.get_by_label("Write to Julian")
    expect(field).to_be_visible()
    press_until(page, "Tab", partial(focus_is, page, "tagName", "TEXTAREA"))
    page.keyboard.type("The swing is up.")
    expect(page.get_by_text("Draft kept.")).to_be_visible()
    (tmp_path / "swing.jpg").write_bytes(photo())
    page.locator("#photo").set_input_files(tmp_path / "swing.jpg")
    page.get_by_label("What photo 1 shows").fill("A swing")
    expect(field).to_have_value("The swing is up.")
    seen.look(page, "message")
    press_until(page, "Tab", lambda: focused(page) == "Send")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Sent. It waits for review now")).to_be_visible()
    seen.look(page, "sent")

    page.goto(f"{city.house.url}/portal/visits/book/")
    seen.look(page, "who")
    page.get_by_role("radio").first.check()
    page.locator("button[name=go]").click()
    expect(page.locator("#times")).to_be_attached()
    seen.look(page, "time")
    press_until(page, "Tab", partial(focus_is, page, "name", "starts"), most=80)
    page.keyboard.press("Space")
    press_until(page, "Tab", lambda: "Next: check and book" in focused(page))
    page.keyboard.press("Enter")
    expect(page.locator("#times")).not_to_be_attached()
    page.get_by_text(re.compile("^I agree")).click()
    expect(page.locator("#agree")).to_be_checked()
    seen.look(page, "check")
    press_until(page, "Tab", lambda: focused(page) == "Book this visit")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Booked. Everybody who comes is told.")).to_be_visible()
    seen.look(page, "booked")
    assert seen.said() == ""


def focus_is(page: Page, what: str, value: str) -> bool:
    """Whether the element that has the focus has this property."""
    return bool(page.evaluate("(what) => document.activeElement[what]", what) == value)
