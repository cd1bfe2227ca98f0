"""A visit over nodes of Janus in two browsers, one of which nodes dies in the middle."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.engine import januses
from tests.journeys import browsers, people, sound, visits
from tests.journeys.house import House, eventually
from tests.journeys.people import Town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    *januses.MARKS,
]

LASTS = 40


def sees(page: Page, seat: str, colour: str, hz: int) -> None:
    eventually(lambda: visits.shows(page, seat, colour), within=45)
    eventually(lambda: visits.hears(page, seat, hz), within=10)


def test_a_visit_goes_on_at_another_node(playwright: Playwright, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    with ExitStack() as stack:
        first = stack.enter_context(januses.Janus(tmp_path / "first"))
        second = stack.enter_context(januses.Janus(tmp_path / "second", first.word))
        (keys / "janus.key").write_text(first.word)
        nodes = ",".join("{}:{}".format(*node.address) for node in (first, second))
        house = House(tmp_path, arguments=("--janus", nodes))
        stack.callback(house.stop)
        red, green = (
            stack.enter_context(
                browsers.browser(
                    playwright,
                    microphone=sound.tone(tmp_path / f"{colour}.wav", hz),
                    flags=(
                        "--use-file-for-fake-video-capture="
                        + str(visits.camera(tmp_path / f"{colour}.y4m", colour)),
                    ),
                )
            )
            for colour, hz in (("red", sound.INSIDE_HZ), ("green", sound.OUTSIDE_HZ))
        )
        city = Town(house, red, green)
        odette, julian = city.waits(), city.signed_in_inside()
        visit = visits.soon(house, people.ODETTE, starts=3, lasts=LASTS)
        odette.goto(visit.portal)
        julian.goto(visit.tablet)
        sees(odette, "inside", "red", sound.INSIDE_HZ)
        sees(julian, "home-1", "green", sound.OUTSIDE_HZ)

        # The node that carries them dies; nobody has to do anything.
        first.dies()
        eventually(lambda: not visits.hears(odette, "inside", sound.INSIDE_HZ), within=10)
        sees(odette, "inside", "red", sound.INSIDE_HZ)
        sees(julian, "home-1", "green", sound.OUTSIDE_HZ)

        for page in (odette, julian):
            ended = page.locator("[data-state=ended]")
            expect(ended).to_contain_text("Time was up", timeout=LASTS * 1000)
        number = people.database_id(city, str(visit.id))
        parts = "SELECT path FROM recordings_visittrack WHERE seat = 'inside' AND kind = 'video'"
        eventually(lambda: len(house.rows(parts)) == 2, within=20)
        state = "SELECT state FROM visits_visit WHERE id = %s"
        eventually(lambda: house.one(state, number) == "ended")
