"""A visit in bad weather: a slow line that loses, half a minute without any, a camera that goes,
a browser that lets nothing in, a clock that is wrong. Each is said plainly, and the visit goes on.
"""

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from tests.journeys import browsers, network, people, sound, visits, weather
from tests.journeys.house import House, eventually
from tests.journeys.network import Cable
from tests.journeys.people import Town
from tests.journeys.weather import Weather, WeatherCable

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.netns,
    pytest.mark.timeout(600),
]

POOR = Weather(delay=0.2, loss=0.04)  # each way
NO_NETWORK = 30.0
CAPTURE = "video_capture.mojom.VideoCaptureService"
LASTS = 240
# A device whose clock is an hour ahead: what scripts of the page are told is the time.
AN_HOUR_AHEAD = """
(() => {
  const Real = Date;
  const wrong = () => Real.now() + 3_600_000;
  window.Date = class extends Real {
    constructor(...given) { super(...(given.length ? given : [wrong()])); }
    static now() { return wrong(); }
  };
})();
"""


@pytest.fixture(scope="module")
def cable() -> Iterator[Cable]:
    if not network.possible():
        pytest.skip("a network of one's own needs root and iproute2")
    laid = weather.lay(8)
    yield laid
    laid.remove()


@pytest.fixture(scope="module")
def coast(
    cable: Cable, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """Odette's browser is behind the cable. Neither allows a device by itself: people are asked."""
    folder = tmp_path_factory.mktemp("weather")
    chromium = browsers.chromium_path()
    assert chromium
    with ExitStack() as stack:
        house = House(folder, arguments=("--lan", cable.here))
        stack.callback(house.stop)

        def browser(colour: str, hz: int, executable: str) -> Browser:
            film = visits.camera(folder / f"{colour}.y4m", colour)
            return stack.enter_context(
                browsers.browser(
                    playwright,
                    microphone=sound.tone(folder / f"{colour}.wav", hz),
                    executable=executable,
                    flags=(
                        f"--use-file-for-fake-video-capture={film}",
                        "--ignore-certificate-errors",
                    ),
                    asks=True,
                )
            )

        near = browser("red", sound.INSIDE_HZ, chromium)
        far = browser("green", sound.OUTSIDE_HZ, cable.wrapper(chromium, folder))
        town = Town(house, near, far)
        yield town
        town.go_home()


def live(page: Page) -> Locator:
    return page.locator("[data-state=live]")


def says(page: Page, sentence: str, *, within: float = 30) -> None:
    """Wait until the page of the visit says what is wrong."""
    told = live(page).locator("[data-trouble]")
    expect(told).to_contain_text(sentence, timeout=within * 1000)


def unplug_camera(browser: Browser) -> None:
    """End the process of this browser that reads its cameras: for its pages they are gone."""
    session = browser.new_browser_cdp_session()
    running = [one["id"] for one in session.send("SystemInfo.getProcessInfo")["processInfo"]]
    capture = [
        one
        for one in running
        if CAPTURE in Path(f"/proc/{one}/cmdline").read_text(errors="replace")
    ]
    assert len(capture) == 1
    os.kill(capture[0], signal.SIGKILL)


def test_a_visit_in_bad_weather(coast: Town, cable: Cable) -> None:
    town = coast
    odette = town.waits(people.ODETTE)
    grace = town.waits(people.GRACE, browser=town.inside, permissions=[])
    julian = town.signed_in_inside()
    julian.add_init_script(AN_HOUR_AHEAD)
    # A slow line that loses. Grace's browser lets nothing in. The waiting room says so.
    later = visits.soon(town.house, people.ODETTE, people.GRACE, starts=600, lasts=LASTS)
    odette.goto(later.portal)
    if isinstance(cable, WeatherCable):
        cable.now = POOR
    grace.goto(later.portal)
    refused = "The browser does not let Kinline use the camera."
    expect(grace.locator("[data-check=camera]")).to_contain_text(refused)
    expect(grace.locator("[data-state=lobby] [data-do=again]")).to_be_visible()
    slow = odette.locator("[data-check=net]")
    expect(slow).to_contain_text("Slow connection", timeout=30_000)

    # They meet all the same, each with what they have, and each is told what they lack.
    visit = visits.soon(town.house, people.ODETTE, people.GRACE, starts=5, lasts=LASTS)
    for page, address in (
        (julian, visit.tablet),
        (grace, visit.portal),
        (odette, visit.portal),
    ):
        page.goto(address, timeout=60_000)
    for page in (odette, julian, grace):
        expect(live(page)).to_be_visible(timeout=60_000)
    for page, seat, colour in (
        (odette, "inside", "red"),
        (julian, "home-1", "green"),
        (grace, "home-1", "green"),
        (grace, "inside", "red"),
    ):
        eventually(partial(visits.shows, page, seat, colour), within=40)
    eventually(lambda: visits.hears(odette, "inside", sound.INSIDE_HZ), within=10)
    eventually(lambda: visits.hears(julian, "home-1", sound.OUTSIDE_HZ), within=10)
    says(grace, "They can’t see or hear you: the browser does not let Kinline use camera")
    says(julian, "The clock of this device is wrong. The times here are right")
    expect(live(julian).locator("[data-left]")).to_have_text(re.compile(r"^[1-4]:\d\d left$"))

    # Odette has no network for half a minute. Meanwhile Julian's camera is unplugged.
    cable.pull()
    until = time.monotonic() + NO_NETWORK
    unplug_camera(town.inside)
    says(julian, "Your camera is gone. Plug it in again, then press “Try again”.")
    expect(grace.locator("[data-tile=inside] [data-off-why]")).to_have_text("Camera off")
    live(julian).get_by_role("button", name="Try again").click()
    expect(live(julian).locator("[data-trouble]")).not_to_contain_text("camera is gone")
    eventually(lambda: visits.shows(grace, "inside", "red"), within=20)
    says(odette, "Your connection is gone. Stay here: we are bringing you back")
    lost = "The connection of Odette Marrow dropped. Stay here: they can come back."
    expect(julian.locator("[data-tile=home-1] [data-off-why]")).to_have_text(lost)
    julian.wait_for_timeout(max(0.0, until - time.monotonic()) * 1000)

    # Back on the same poor line, in the same seat, without having done anything.
    cable.plug()
    expect(live(odette).locator("[data-trouble]")).to_be_hidden(timeout=40_000)
    expect(julian.locator("[data-tile=home-1] [data-off]")).to_be_hidden(timeout=20_000)
    for page, seat in ((odette, "inside"), (julian, "home-1"), (grace, "home-1")):
        eventually(partial(visits.moves, page, seat), within=40)
    eventually(lambda: visits.hears(julian, "home-1", sound.OUTSIDE_HZ), within=20)
    eventually(lambda: visits.hears(odette, "inside", sound.INSIDE_HZ), within=20)
    state = "SELECT state FROM visits_visit WHERE id = %s"
    assert town.house.one(state, people.database_id(town, str(visit.id))) == "held"
