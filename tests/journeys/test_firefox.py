"""Families' other browser: a call, a visit and the pages of the outside in Debian's own Firefox."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.journeys import browsers, firefox, people, sound
from tests.journeys.house import eventually
from tests.journeys.people import Town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.timeout(600),
    *firefox.MARKS,
]

WHY = "Checking a report of a threat, case 26-114"


@pytest.fixture(scope="module")
def fox(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Odette's Firefox. What is inside, and the staff's, stays Chromium."""
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
    for own, other, channel in (
        (sound.INSIDE_HZ, sound.OUTSIDE_HZ, inside),
        (sound.OUTSIDE_HZ, sound.INSIDE_HZ, outside),
    ):
        assert sound.loudness(channel, own) > 0.005
        assert sound.loudness(channel, other) < sound.loudness(channel, own) / 100
