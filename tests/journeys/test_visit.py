"""A video visit: three browsers, an officer who watches, a reload, and the end at the hour."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.journeys import browsers, people, sound, visits
from tests.journeys.house import House, eventually
from tests.journeys.people import Town

pytestmark = [pytest.mark.browser, pytest.mark.db, pytest.mark.long]

ROSA_HZ = 1320
WHY = "Report of a stranger in the picture, case 26-118"
LASTS = 75


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
    eventually(lambda: visits.shows(page, seat, colour), within=20)
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
    eventually(lambda: visits.shows(sam, "inside", "red"), within=20)
    eventually(lambda: visits.shows(sam, "home-1", "green"), within=10)
    assert sam.evaluate("[...document.querySelectorAll('video')].every((one) => one.muted)")
    assert julian.locator("[data-tile]").count() == 2
    sam.get_by_label("Message to everybody").fill("Please stay seated.")
    sam.get_by_role("button", name="Show it to everybody").click()
    expect(odette.locator("[data-said-here]")).to_contain_text("Please stay seated.")

    # Odette loads her page again and is back where she was.
    odette.reload()
    live(odette)
    sees_and_hears(odette, "inside", "red", sound.INSIDE_HZ)
    eventually(lambda: visits.shows(julian, "home-1", "green"), within=20)

    # The end comes at the hour, by the engine's clock, to all at once.
    for page in (julian, odette, grace):
        ended = page.locator("[data-state=ended]")
        expect(ended).to_contain_text("Time was up", timeout=LASTS * 1000)
    number = people.database_id(city, str(visit.id))
    late = eventually(lambda: _late(city, number), within=20)
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


def _late(city: Town, visit: str) -> float | None:
    """By how many seconds the end came after the hour."""
    from datetime import datetime

    rows = city.house.rows(
        "SELECT m.ended_at, v.ends_at FROM visits_meeting m"
        " JOIN visits_visit v ON v.id = m.visit_id WHERE v.id = %s AND m.ended_at IS NOT NULL",
        visit,
    )
    if not rows:
        return None
    ended, ends = (datetime.fromisoformat(str(moment)) for moment in rows[0])
    return (ended - ends).total_seconds() or 0.001


def _moments(page: Page) -> list[float]:
    found: list[float] = page.evaluate(
        "[...document.querySelectorAll('video[data-film]')].map((one) => one.currentTime)"
    )
    return found
