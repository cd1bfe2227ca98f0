"""The page that tests a network ahead of a visit says what is blocked, and what to do about it."""

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.journeys import browsers
from tests.journeys.eyes import WIDTHS, Eyes
from tests.journeys.people import Town

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(300)]
# As behind a network that lets nothing out but what goes through its proxy.
NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp"


def says(page: Page, check: str, what: str, to_do: str = "") -> None:
    """The page says this of one check, and beneath it what can be done."""
    row = page.locator(f'[data-check="{check}"]')
    expect(row.locator("[data-told]")).to_have_text(what)
    expect(row.locator("[data-hint]")).to_contain_text(to_do)
    if not to_do:
        expect(row.locator("[data-hint]")).to_have_text("")


def test_where_all_gets_through_it_says_so(city: Town) -> None:
    odette = city.waits()
    odette.goto(f"{city.house.url}/portal/visits/test/")
    says(odette, "socket", "You reach Kinline")
    says(odette, "udp", "Sound and picture get through")


def test_a_network_that_blocks_sound_and_picture_is_named(
    city: Town, playwright: Playwright
) -> None:
    with browsers.browser(playwright, flags=(NO_UDP,)) as behind_a_proxy:
        odette = city.waits(browser=behind_a_proxy)
        odette.goto(f"{city.house.url}/portal/visits/test/")
        says(odette, "socket", "You reach Kinline")
        says(odette, "udp", "Sound and picture are blocked", "Try another network, such as a phone")
        seen = Eyes(WIDTHS, "blocked-en")
        seen.look(odette, "udp")
        assert seen.said() == ""


def test_a_network_that_blocks_the_live_connection_is_named(city: Town) -> None:
    odette = city.waits()
    odette.route_web_socket("**/ws?*", lambda line: line.close())
    odette.goto(f"{city.house.url}/portal/visits/test/")
    blocked = "Kinline’s live connection is blocked"
    says(odette, "socket", blocked, "ask whoever runs this one to allow WebSocket connections")
    says(odette, "udp", "Could not be tested")
