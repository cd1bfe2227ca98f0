"""One call from the dial to the books, free in Bristol and paid in the made-up jail."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.journeys import browsers, people, sound
from tests.journeys.house import eventually
from tests.journeys.people import Town

pytestmark = [pytest.mark.browser, pytest.mark.db]

WHY = "Checking a report of a threat, case 26-114"
CITATION = "G.L. c. 127, § 87A (St. 2023, c. 64)"


def charge_of(town: Town, call: str) -> list[tuple[int, int, int, str]]:
    """Lines of a call's charge: minutes, hundredths of a cent a minute, cents, citation."""
    return eventually(
        lambda: town.house.rows(
            "SELECT l.units, l.price_hundredths, l.cents, l.citation FROM charging_chargeline l"
            " JOIN charging_charge c ON c.id = l.charge_id WHERE c.key = %s ORDER BY l.position",
            f"call:{call}",
        )
    )


def test_julian_calls_his_mother_in_bristol_free_recorded_and_reviewed(city: Town) -> None:
    odette = city.waits()
    julian = city.signed_in_inside()
    call = city.calls(julian, "Mama")

    # She sees who calls, from where, what it costs and that it is recorded.
    people.state(odette, "ringing")
    ringing = odette.locator("section.k-call[data-state=ringing]")
    expect(ringing).to_contain_text("Julian Marrow")
    expect(ringing).to_contain_text("Bristol County")
    expect(ringing).to_contain_text("No cost")
    expect(ringing).to_contain_text("This call is recorded and staff may listen.")

    # She hears the announcement, and nobody hears anybody.
    people.answers(odette)
    eventually(lambda: browsers.packets(odette, "1") > 50)
    assert browsers.packets(odette, "0") == 0
    assert browsers.packets(julian, "0") == 0
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
    expect(odette.locator("section.k-call[data-state=ended]")).to_contain_text(CITATION)

    assert charge_of(city, call) == [(1, 1000, 10, CITATION)]
    reason, talked = people.booked(city, call)
    assert reason == "hung_up_outside"
    assert 4 <= talked <= 15

    left, right = review(city, call)
    people.each_on_its_own(left, right, times=100)


def review(town: Town, call: str) -> np.ndarray:
    """Sam hears the recording for a reason, and Ines reads the reason in the audit."""
    heard = people.hears_recording(town, call, WHY)
    ines = town.staff(people.INES)
    ines.goto(f"{town.house.url}/console/audit/")
    expect(ines.locator("main")).to_contain_text(WHY)
    return heard


def test_a_call_from_the_paid_jail_costs_twelve_cents_a_minute_and_says_it_is_due(
    city: Town,
) -> None:
    carmen = city.waits(people.CARMEN, locale="es")
    tomas = city.signed_in_inside(people.TOMAS, "nh-example")
    call = city.calls(tomas, "Carmen")
    people.state(carmen, "ringing")
    expect(carmen.locator("section.k-call[data-state=ringing]")).to_contain_text("12")
    carmen.get_by_role("button", name=re.compile("Answer|Contestar|Responder")).click()
    people.state(carmen, "announcement")
    carmen.keyboard.press("1")
    people.state(tomas, "talking")
    tomas.wait_for_timeout(2000)
    tomas.get_by_role("button", name="End call").click()
    people.ended(tomas, "You ended the call.")
    ((minutes, price, cents, citation),) = charge_of(city, call)
    assert (minutes, price, cents) == (1, 1200, 12)
    assert "fictional" in citation
    carmen.goto(f"{city.house.url}/portal/calls/{call}/")
    expect(carmen.locator("main")).to_contain_text("$0.12")
