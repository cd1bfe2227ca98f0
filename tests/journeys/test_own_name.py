"""A person records their own name on the tablet; from the next call on it is heard."""

import pytest
from playwright.sync_api import expect

from tests.journeys import browsers, people, sound
from tests.journeys.house import eventually
from tests.journeys.people import Town

pytestmark = pytest.mark.browser


def test_julian_says_his_name_and_his_mother_hears_his_own_voice(city: Town) -> None:
    julian = city.signed_in_inside()
    julian.goto(f"{city.house.url}/tablet/name/")
    julian.get_by_role("button", name="Record my name").click()
    expect(julian.locator("#name").get_by_text("Speak now.")).to_be_visible()
    julian.wait_for_timeout(2500)
    julian.get_by_role("button", name="Done").click()
    julian.get_by_role("button", name="Keep it").click()
    expect(julian.locator("#name").get_by_text("Kept. They hear it")).to_be_visible()
    for path in (city.house.data / "names").rglob("*.ktrack"):
        assert b"OpusHead" not in path.read_bytes()

    odette = city.waits()
    city.calls(julian, "Mama")
    people.answers(odette)
    # His microphone is a tone: in the announcement it can only be his recorded name.
    eventually(lambda: browsers.hears(odette, sound.INSIDE_HZ, "1"), within=12, every=0.05)
    assert browsers.packets(odette, "0") == 0
    odette.keyboard.press("2")
    people.ended(julian, "Mama can’t talk now.")
