"""A call with a verified attorney leaves not one recorded byte: in no folder, book or console."""

import json
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.journeys import browsers, people, sound
from tests.journeys.house import House, eventually
from tests.journeys.people import Town

pytestmark = pytest.mark.browser


def engine_tells(house: House) -> dict[str, object]:
    (engine,) = house.state["engines"]
    with urllib.request.urlopen(f"http://127.0.0.1:{engine['port']}/healthz", timeout=5) as answer:
        told: dict[str, object] = json.load(answer)
        return told


def test_a_call_with_an_attorney_leaves_nothing_to_hear(city: Town) -> None:
    priya = city.waits(people.PRIYA)
    julian = city.signed_in_inside()
    call = city.calls(julian, "Ms. Halloway")
    people.state(priya, "ringing")
    for page in (priya, julian):
        shown = page.locator("section.k-call[data-state=ringing]")
        expect(shown).to_contain_text("This call is private. It is not recorded.")
        expect(shown).not_to_contain_text("staff may listen")

    people.talk(julian, priya)
    for page in (priya, julian):
        talking = page.locator("section.k-call[data-state=talking]")
        expect(talking).to_contain_text("Private")
        expect(talking).to_contain_text("This call has no way to reach the recorder.")
    eventually(lambda: browsers.hears(priya, sound.INSIDE_HZ))
    for _ in range(10):
        assert city.house.recordings() == []
        priya.wait_for_timeout(300)
    assert engine_tells(city.house)["calls"] == 1
    assert engine_tells(city.house)["recordings"] == 0

    priya.get_by_role("button", name="End call").click()
    people.ended(julian, "ended the call.")
    reason, seconds = people.booked(city, call)
    assert (reason, seconds > 2) == ("hung_up_outside", True)
    assert city.house.recordings() == []
    assert city.house.one("SELECT count(*) FROM recordings_recording") == 0
    ((private, because),) = city.house.rows(
        "SELECT private, private_because FROM calls_call WHERE id = %s",
        people.database_id(city, call),
    )
    assert (bool(private), because) == (True, "attorney")

    # Staff see that it took place, and no way to listen: no control, not a grey one.
    sam = city.staff()
    sam.goto(f"{city.house.url}/console/calls/{call}/")
    expect(sam.locator("main")).to_contain_text("Private")
    expect(sam.get_by_role("link", name="Listen, with a reason")).to_have_count(0)
