"""Two engines in one house: a contact who waits on one is brought to the call on the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.journeys import browsers, people, sound
from tests.journeys.house import House, eventually
from tests.journeys.people import Town, booked

pytestmark = pytest.mark.browser


@pytest.fixture
def wide(playwright: Playwright, tmp_path: Path) -> Iterator[Town]:
    house = House(tmp_path, arguments=("--engines", "2"))
    try:
        with people.town(playwright, house, tmp_path) as town:
            yield town
            town.go_home()
    finally:
        house.stop()


def test_a_call_on_the_second_engine_rings_who_waits_on_the_first(wide: Town) -> None:
    odette, grace = wide.waits(), wide.waits(people.GRACE)
    wendell = wide.signed_in_inside(people.WENDELL, "ma-suffolk")
    first = wide.calls(wendell, "Grace")
    people.talk(wendell, grace)

    julian = wide.signed_in_inside()
    second = wide.calls(julian, "Mama")
    people.talk(julian, odette)
    carried = {
        wide.house.one(
            "SELECT engine FROM calls_call WHERE id = %s", people.database_id(wide, call)
        )
        for call in (first, second)
    }
    assert carried == {"e1", "e2"}
    for page, hz in ((odette, sound.INSIDE_HZ), (julian, sound.OUTSIDE_HZ)):
        eventually(lambda page=page, hz=hz: browsers.hears(page, hz))

    julian.get_by_role("button", name="End call").click()
    people.ended(odette, "Julian ended the call.")
    assert booked(wide, second)[0] == "hung_up_inside"
    grace.get_by_role("button", name="End call").click()
    people.ended(wendell, "ended the call.")
    assert booked(wide, first)[0] == "hung_up_outside"
