"""A video visit: three browsers, an officer who watches, a reload, and the end at the hour."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.journeys import browsers, eyes, people, sound, visits
from tests.journeys.eyes import Eyes
from tests.journeys.house import House, eventually
from tests.journeys.people import Town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.timeout(900),
]

ROSA_HZ = 1320
WHY = "Report of a stranger in the picture, case 26-118"
LASTS = 120


@pytest.fixture(scope="module")
def three(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Town, Browser]]:
    """Julian's, Odette's and another home's browser, each with a colour and a tone of its own."""
    folder = tmp_path_factory.mktemp("visits")
    house = House(folder)
    with ExitStack() as stack:
        stack.callback(house.stop)
        inside, odette, other = (
            stack.enter_context(
                browsers.browser(
                    playwright,
                    microphone=sound.tone(folder / f"{colour}.wav", hz),
                    flags=(
                        "--use-file-for-fake-video-capture="
                        + str(visits.camera(folder / f"{colour}.y4m", colour)),
                    ),
                )
            )
            for colour, hz in (
                ("red", sound.INSIDE_HZ),
                ("green", sound.OUTSIDE_HZ),
                ("blue", ROSA_HZ),
            )
        )
        yield Town(house, inside, odette), other


def live(page: Page) -> None:
    expect(page.locator("[data-state=live]")).to_be_visible(timeout=60_000)


def sees_and_hears(page: Page, seat: str, colour: str, hz: int) -> None:
    eventually(lambda: visits.shows(page, seat, colour), within=45)
    eventually(lambda: visits.hears(page, seat, hz), within=10)


def test_three_homes_and_an_officer_from_the_lobby_to_the_recording(
    three: tuple[Town, Browser],
) -> None:
    city, third = three
    sam = city.staff()
    odette = city.waits()
    grace = city.waits(people.GRACE, browser=third)
    julian = city.signed_in_inside()
    visit = visits.soon(city.house, people.ODETTE, people.GRACE, starts=20, lasts=LASTS)

    # The waiting room: only oneself is seen, and nothing is carried.
    odette.goto(visit.portal)
    expect(odette.get_by_role("heading", name="Almost time")).to_be_visible()
    expect(odette.locator("[data-check=camera]")).to_contain_text("Camera works")
    julian.goto(visit.tablet)
    expect(odette.locator("[data-waiting]")).to_contain_text("Julian Marrow", timeout=15_000)
    grace.goto(visit.portal)

    # At the hour the door opens by itself: right pictures, right tones, to the right people.
    for page in (odette, julian, grace):
        live(page)
    sees_and_hears(odette, "inside", "red", sound.INSIDE_HZ)
    sees_and_hears(odette, "home-2", "blue", ROSA_HZ)
    sees_and_hears(julian, "home-1", "green", sound.OUTSIDE_HZ)
    sees_and_hears(julian, "home-2", "blue", ROSA_HZ)
    assert not visits.hears(julian, "home-1", ROSA_HZ)

    # The officer says why, watches without being seen, and warns everybody.
    sam.goto(visit.console)
    sam.locator("[name=purpose]").fill(WHY)
    sam.get_by_role("button", name="Watch this visit").click()
    eventually(lambda: visits.shows(sam, "inside", "red"), within=45)
    eventually(lambda: visits.shows(sam, "home-1", "green"), within=10)
    assert sam.evaluate("[...document.querySelectorAll('video')].every((one) => one.muted)")
    assert julian.locator("[data-tile]").count() == 2
    sam.get_by_label("Message to everybody").fill("Please stay seated.")
    sam.get_by_role("button", name="Show it to everybody").click()
    expect(odette.locator("[data-said-here]")).to_contain_text("Please stay seated.")

    # Odette loads her page again and is back where she was.
    odette.reload(timeout=60_000)
    live(odette)
    sees_and_hears(odette, "inside", "red", sound.INSIDE_HZ)
    eventually(lambda: visits.shows(julian, "home-1", "green"), within=45)

    # The end comes at the hour, by the engine's clock, to all at once.
    for page in (julian, odette, grace):
        ended = page.locator("[data-state=ended]")
        expect(ended).to_contain_text("Time was up", timeout=LASTS * 1000)
    number = people.database_id(city, str(visit.id))
    (late,) = eventually(lambda: _late(city, number), within=45)
    assert abs(late) <= 1.0
    state = "SELECT state FROM visits_visit WHERE id = %s"
    eventually(lambda: city.house.one(state, number) == "ended")

    # Sam plays what was kept: both films move, and Julian's is red.
    sam.goto(visit.console)
    sam.get_by_role("link", name="Play the recording").click()
    sam.locator("[name=purpose]").fill(WHY)
    sam.get_by_role("button", name="Open the player").click()
    films = sam.locator("video[data-film]")
    expect(films).to_have_count(3)
    sam.get_by_role("button", name="Play", exact=True).click()
    eventually(lambda: min(_moments(sam)) > 3, within=40)
    apart = max(_moments(sam)) - min(_moments(sam))
    assert apart < 1.0
    with sam.expect_response(re.compile("/heard")) as told:
        sam.get_by_role("button", name="Pause").click()
    assert told.value.ok


@pytest.mark.looks
def test_how_its_pages_look(three: tuple[Town, Browser]) -> None:
    city, _ = three
    outside, lying = Eyes(eyes.WIDTHS, "visit"), Eyes(eyes.TABLET_WIDTHS, "visit-tablet")
    sam, odette, julian = city.staff(), city.waits(), city.signed_in_inside()
    later = visits.soon(city.house, people.ODETTE, starts=600, lasts=600)
    odette.goto(later.portal)
    expect(odette.locator("[data-check=camera]")).to_contain_text("Camera works")
    outside.look(odette, "lobby")
    julian.goto(later.tablet)
    expect(julian.locator("[data-check=camera]")).to_contain_text("Camera works")
    lying.look(julian, "lobby")
    visit = visits.soon(city.house, people.ODETTE, starts=5, lasts=600)
    odette.goto(visit.portal)
    julian.goto(visit.tablet)
    for page, seat in ((odette, "inside"), (julian, "home-1")):
        live(page)
        eventually(partial(page.evaluate, visits.LOOK, seat), within=30)
    outside.look(odette, "live")
    lying.look(julian, "live")
    sam.goto(f"{city.house.url}/console/visits/live/")
    outside.look(sam, "live-list")
    sam.goto(visit.console)
    outside.look(sam, "purpose")
    sam.locator("[name=purpose]").fill(WHY)
    sam.get_by_role("button", name="Watch this visit").click()
    eventually(lambda: visits.shows(sam, "inside", "red"), within=30)
    outside.look(sam, "watching")
    sam.get_by_role("link", name="End this visit").click()
    outside.look(sam, "end")
    sam.get_by_text("The visit breaks a rule").click()
    sam.get_by_label("In your words").fill("A test of looks")
    sam.get_by_role("button", name="End visit").click()
    ended = odette.locator("[data-state=ended]")
    expect(ended).to_contain_text("The staff of the facility ended this visit", timeout=20_000)
    outside.look(odette, "ended")
    link = sam.get_by_role("link", name="Play the recording")

    def offered() -> bool:
        sam.goto(visit.console)
        return link.count() == 1

    eventually(offered, within=20, every=1)
    outside.look(sam, "over")
    link.click()
    sam.locator("[name=purpose]").fill(WHY)
    sam.get_by_role("button", name="Open the player").click()
    eventually(lambda: min(_moments(sam), default=-1.0) >= 0, within=45)
    outside.look(sam, "player")
    assert outside.said() + lying.said() == ""


def _late(city: Town, visit: str) -> list[float]:
    """By how many seconds the end came after the hour; nothing while it has not ended."""
    rows = city.house.rows(
        "SELECT m.ended_at, v.ends_at FROM visits_meeting m"
        " JOIN visits_visit v ON v.id = m.visit_id WHERE v.id = %s AND m.ended_at IS NOT NULL",
        visit,
    )
    moments = [[datetime.fromisoformat(str(one)) for one in row] for row in rows]
    return [(ended - ends).total_seconds() for ended, ends in moments]


def _moments(page: Page) -> list[float]:
    found: list[float] = page.evaluate(
        "[...document.querySelectorAll('video[data-film]')].map((one) => one.currentTime)"
    )
    return found
