"""Parts of the house die in mid-call: people talk on where they can, the books are right."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys import browsers, people, sound
from tests.journeys.house import House, eventually
from tests.journeys.people import Town, booked
from tools.dev.postgres import Cluster, programs

pytestmark = [pytest.mark.browser, pytest.mark.db]


@pytest.fixture
def hurt(fresh_house: House, playwright: Playwright, tmp_path: Path) -> Iterator[Town]:
    """A town whose house this test will hurt."""
    with people.town(playwright, fresh_house, tmp_path) as town:
        yield town
        town.go_home()


def conversation(town: Town) -> tuple[people.Page, people.Page, str]:
    odette = town.waits()
    julian = town.signed_in_inside()
    call = town.calls(julian, "Mama")
    people.talk(julian, odette)
    eventually(lambda: browsers.hears(odette, sound.INSIDE_HZ))
    return julian, odette, call


def still_talk(julian: people.Page, odette: people.Page) -> None:
    """Both hear each other now, whatever the screens say."""
    eventually(lambda: browsers.hears(odette, sound.INSIDE_HZ))
    eventually(lambda: browsers.hears(julian, sound.OUTSIDE_HZ))


def once_in_the_books(town: Town, call: str) -> None:
    """One record, one charge, one end: however often the news came."""
    number = people.database_id(town, call)
    record = "SELECT count(*) FROM calls_callrecord WHERE call_id = %s"
    assert town.house.one(record, number) == 1
    assert (
        town.house.one("SELECT count(*) FROM charging_charge WHERE key = %s", f"call:{call}") == 1
    )
    told = "SELECT count(*) FROM calls_callstep WHERE call_id = %s AND kind = %s AND obeyed"
    assert town.house.one(told, number, "ended") == 1
    assert town.house.one(told, number, "accepted") == 1


def test_the_engine_is_killed_in_mid_call(hurt: Town) -> None:
    julian, odette, call = conversation(hurt)
    accepted = time.monotonic()
    julian.wait_for_timeout(6000)
    hurt.house.kill("e1")
    talked = time.monotonic() - accepted

    for page in (julian, odette):
        people.ended(page, "Our equipment failed. It was our fault, nobody hung up.", within=45)
    reason, seconds = booked(hurt, call)
    assert reason == "engine_lost"
    assert talked - 4 <= seconds <= talked + 2

    # What was said until then can be heard, and lay sealed all the while.
    for path in hurt.house.recordings():
        assert b"OpusHead" not in path.read_bytes()
    heard = people.hears_recording(hurt, call, "Looking into an equipment failure, case 26-120")
    left = heard[0]
    assert sound.loudness(left, sound.INSIDE_HZ) > 0.005
    assert len(left) / sound.RATE >= talked - 2.5

    # The house mended itself: the next call is an ordinary one.
    hurt.go_home()
    julian, odette, again = conversation(hurt)
    julian.get_by_role("button", name="End call").click()
    people.ended(odette, "Julian ended the call.")
    assert booked(hurt, again)[0] == "hung_up_inside"


def test_web_and_worker_are_killed_in_mid_call(hurt: Town) -> None:
    julian, odette, call = conversation(hurt)
    hurt.house.kill("web")
    hurt.house.kill("worker")
    still_talk(julian, odette)
    julian.get_by_role("button", name="End call").click()
    people.ended(odette, "Julian ended the call.")
    people.ended(julian, "You ended the call.")
    assert booked(hurt, call)[0] == "hung_up_inside"
    once_in_the_books(hurt, call)


LIMIT = """
from kinline.apps.people.models import AllowedNumber
AllowedNumber.objects.filter(label="Mama").update(max_call_seconds={seconds})
"""


@pytest.mark.long
def test_a_minute_without_web_the_call_is_warned_cut_on_time_and_booked_once(hurt: Town) -> None:
    hurt.house.arrange(LIMIT.format(seconds=100))
    julian, odette, call = conversation(hurt)
    accepted = time.monotonic()
    web = hurt.house.kill("web", signal.SIGSTOP)
    eventually(lambda: not hurt.house.web_answers())
    for page in (julian, odette):
        expect(page.get_by_text("One minute left").first).to_be_visible(timeout=50_000)
    still_talk(julian, odette)
    while time.monotonic() < accepted + 65:
        julian.wait_for_timeout(1000)
    hurt.house.kill("web")
    eventually(lambda: hurt.house.pid("web") not in {0, web}, within=20)
    for page in (julian, odette):
        people.ended(page, "Time was up", within=60)
    assert 97 <= time.monotonic() - accepted <= 108
    assert booked(hurt, call) == ("time_up", 100)
    once_in_the_books(hurt, call)


@pytest.mark.long
def test_cut_while_web_is_away_the_end_waits_in_the_journal(hurt: Town) -> None:
    hurt.house.arrange(LIMIT.format(seconds=30))
    julian, odette, call = conversation(hurt)
    web = hurt.house.kill("web", signal.SIGSTOP)
    eventually(lambda: not hurt.house.web_answers())
    for page in (julian, odette):
        people.ended(page, "Time was up", within=60)
    julian.wait_for_timeout(30_000)
    hurt.house.kill("web")
    eventually(lambda: hurt.house.pid("web") not in {0, web}, within=20)
    assert booked(hurt, call) == ("time_up", 30)
    once_in_the_books(hurt, call)


@pytest.mark.long
def test_the_database_is_killed_in_mid_call(playwright: Playwright, tmp_path: Path) -> None:
    if programs() is None:
        pytest.skip("no PostgreSQL on this machine")
    with Cluster(durable=True) as cluster:
        house = House(tmp_path, database_url=cluster.url)
        try:
            with people.town(playwright, house, tmp_path) as town:
                house.arrange(LIMIT.format(seconds=45))
                julian, odette, call = conversation(town)
                cluster.kill()
                still_talk(julian, odette)
                julian.wait_for_timeout(10_000)
                cluster.start()
                for page in (julian, odette):
                    people.ended(page, "Time was up", within=60)
                assert booked(town, call) == ("time_up", 45)
                once_in_the_books(town, call)
                town.go_home()
        finally:
            house.stop()
