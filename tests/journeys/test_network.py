"""A contact's network goes away in mid-call, by a pulled cable, and comes back or does not."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.journeys import browsers, network, people, sound
from tests.journeys.house import House, eventually
from tests.journeys.network import Cable
from tests.journeys.people import Town, booked

pytestmark = [pytest.mark.browser, pytest.mark.netns]


@pytest.fixture(scope="module")
def cable() -> Iterator[Cable]:
    if not network.possible():
        pytest.skip("a network of one's own needs root and iproute2")
    laid = Cable(7)
    yield laid
    laid.remove()


@pytest.fixture(scope="module")
def town_on_a_cable(
    cable: Cable, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Town, Browser]]:
    """Odette's browser lives behind the cable; Julian's tablet does not."""
    folder = tmp_path_factory.mktemp("cable")
    house = House(folder, arguments=("--lan", cable.here))
    tone = sound.tone(folder / "away.wav", sound.OUTSIDE_HZ)
    chromium = browsers.chromium_path()
    assert chromium
    try:
        with (
            people.town(playwright, house, folder) as town,
            browsers.browser(
                playwright,
                microphone=tone,
                executable=cable.wrapper(chromium, folder),
                flags=("--ignore-certificate-errors",),
            ) as away,
        ):
            yield town, away
    finally:
        house.stop()


@pytest.fixture
def talking(
    town_on_a_cable: tuple[Town, Browser], cable: Cable
) -> Iterator[tuple[Town, people.Page, people.Page, str]]:
    """Julian and Odette in mid-call."""
    town, away = town_on_a_cable
    odette = town.waits(people.ODETTE, away)
    julian = town.signed_in_inside()
    call = town.calls(julian, "Mama")
    people.talk(julian, odette)
    eventually(lambda: browsers.hears(julian, sound.OUTSIDE_HZ))
    yield town, julian, odette, call
    cable.plug()
    town.go_home()


def test_back_within_twenty_seconds_the_call_goes_on(
    talking: tuple[Town, people.Page, people.Page, str], cable: Cable
) -> None:
    town, julian, odette, call = talking
    cable.pull()
    told = julian.locator("section.k-call[data-state=talking] [data-trouble]")
    expect(told).to_contain_text("The other side’s connection dropped.", timeout=10_000)
    julian.wait_for_timeout(6000)
    cable.plug()
    expect(told).not_to_contain_text("connection dropped", timeout=15_000)
    eventually(lambda: browsers.hears(julian, sound.OUTSIDE_HZ), within=15)
    eventually(lambda: browsers.hears(odette, sound.INSIDE_HZ), within=15)
    assert town.house.rows("SELECT 1 FROM calls_callrecord WHERE call_id = %s", call) == []
    julian.get_by_role("button", name="End call").click()
    people.ended(odette, "Julian ended the call.")
    assert booked(town, call)[0] == "hung_up_inside"

    # The page that came back is one that waits again.
    expect(odette.locator("#waiting[data-status=waiting]")).to_be_attached(timeout=15_000)
    town.calls(julian, "Mama")
    people.state(odette, "ringing")
    julian.get_by_role("button", name="Stop").click()


def test_away_for_longer_the_call_ends_and_both_read_why(
    talking: tuple[Town, people.Page, people.Page, str], cable: Cable
) -> None:
    town, julian, odette, call = talking
    cable.pull()
    people.ended(julian, "connection on Mama’s side was lost. Nobody hung up.", within=40)
    assert booked(town, call)[0] == "line_lost_outside"
    cable.plug()
    people.ended(odette, "Your connection was lost and did not come back", within=40)
