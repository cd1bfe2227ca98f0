"""A mother answers her telephone as ever: wall phone and tablet inside, books, review."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.engine.baresip import free_port, tone_in
from tests.engine.rtpengines import Rtpengine
from tests.journeys import browsers, eyes, people, sound
from tests.journeys.eyes import Eyes
from tests.journeys.house import House, eventually
from tests.journeys.people import Town
from tests.journeys.telephones import LOOPBACK, Loop, Telephone, arranged, telephone

pytestmark = [pytest.mark.browser, pytest.mark.telephone]

WHY = "Checking a report of a threat, case 26-115"
ID, PIN = "402719", "271900"
LOUD, NOT_THERE = -25, -40


@dataclass
class Exchange:
    """A town, Julian's wall phone, and his mother's telephone behind a carrier."""

    town: Town
    wall: Telephone
    mama: Telephone
    server: str
    at_rtpengine: Callable[[], list[str]]

    def call(self) -> str:
        """The newest call's id."""
        row = eventually(
            lambda: self.town.house.rows("SELECT id FROM calls_call ORDER BY asked_at DESC LIMIT 1")
        )
        return str(row[0][0])

    def signs_in(self) -> None:
        """The receiver is lifted, and Julian has said who he is."""
        self.wall.does("dial", f"sip:call@{self.server}")
        self.wall.sees("CALL_ESTABLISHED")
        self.wall.presses(f"{ID}#{PIN}#")


@pytest.fixture(
    scope="module",
    params=["relay", pytest.param("rtpengine", marks=[pytest.mark.rtpengine, pytest.mark.long])],
)
def exchange(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Exchange]:
    folder: Path = tmp_path_factory.mktemp("exchange")
    port = free_port()
    arguments = ["--telephones", f"{LOOPBACK}:{port}"]
    outside = "<sip:{number}@" + LOOPBACK + ":{{sip}}>;regint=0;audio_codecs=PCMU/8000/1;ptime=20"
    with ExitStack() as stack:
        loop, rtpengine = Loop(), Rtpengine(folder / "rtpengine")
        stack.callback(loop.close)
        stack.callback(lambda: loop.run(rtpengine.dies()))
        if request.param == "rtpengine":
            loop.run(rtpengine.starts())
            arguments += ["--rtpengine", "{}:{}".format(*rtpengine.address)]
        house = House(folder, arguments=tuple(arguments))
        stack.callback(house.stop)
        with (
            people.town(playwright, house, folder) as town,
            telephone(
                loop, folder, "mama", sound.OUTSIDE_HZ, outside.format(number="+16175550142")
            ) as mama,
        ):
            user, secret = arranged(house, mama.phone.sip)
            inside = (
                f"<sip:{user}@{LOOPBACK}:{port}>;auth_user={user};auth_pass={secret};regint=60;"
                "audio_codecs=PCMU/8000/1;ptime=20"
            )
            with telephone(loop, folder, "wall", sound.INSIDE_HZ, inside) as wall:
                calls = partial(left_over, loop, rtpengine)
                yield Exchange(town, wall, mama, f"{LOOPBACK}:{port}", calls)


def left_over(loop: Loop, rtpengine: Rtpengine) -> list[str]:
    """The calls rtpengine has; none where there is no rtpengine."""
    return [] if rtpengine.process is None else loop.run(rtpengine.calls())


def talking(exchange: Exchange) -> tuple[Page, str]:
    """Julian on his tablet talks with his mother on her telephone: his page, and the call."""
    town, mama, already = exchange.town, exchange.mama, len(exchange.mama.phone.events)
    julian = town.signed_in_inside()
    call = town.calls(julian, "Mama")
    mama.sees("CALL_INCOMING", after=already)
    mama.does("accept")
    mama.sees("CALL_ESTABLISHED", after=already)
    time.sleep(1)  # nobody presses a key before hearing which
    mama.presses("1")
    people.state(julian, "talking")
    return julian, call


def test_a_tablet_rings_her_telephone_and_staff_hear_both_sides(exchange: Exchange) -> None:
    town, mama = exchange.town, exchange.mama
    trunk = "SELECT up FROM facilities_trunk"
    eventually(lambda: town.house.rows(trunk)[0][0], within=20)
    julian = town.signed_in_inside()
    call = town.calls(julian, "Mama")
    mama.sees("CALL_INCOMING")
    people.state(julian, "ringing")
    mama.does("accept")
    mama.sees("CALL_ESTABLISHED")
    time.sleep(1)
    assert tone_in(mama.heard(), sound.INSIDE_HZ) < NOT_THERE, "no sound before acceptance"
    assert not browsers.hears(julian, sound.OUTSIDE_HZ)
    mama.presses("1")
    people.state(julian, "talking")
    eventually(lambda: browsers.hears(julian, sound.OUTSIDE_HZ))
    eventually(lambda: tone_in(mama.heard()[-4000:], sound.INSIDE_HZ) > -45)
    julian.wait_for_timeout(3000)
    mama.does("hangup")
    people.ended(julian, "Mama ended the call.")
    assert people.booked(town, call)[0] == "hung_up_outside"

    left, right = people.hears_recording(town, call, WHY)
    people.each_on_its_own(left, right, times=50)
    town.go_home()


FORGOTTEN = (
    "from django.utils import timezone\n"
    "from kinline.apps.people.actions import own_list\n"
    "from kinline.apps.people.models import AllowedNumber, ListRule, Person\n"
    "now, julian = timezone.now(), Person.objects.get(number='40-2719')\n"
    "ListRule.objects.create(facility=julian.facility, approval=False, set_by='test', set_at=now)\n"
    "mama = AllowedNumber.objects.filter(person=julian, number__e164='+16175550142')\n"
    "mama.filter(removed_at=None).update(removed_at=now)\n"
    "own_list.ask(person_id=julian.pk, number='+16175550142', name='Mama', relation='parent',\n"
    "    now=now)\n"
)


@pytest.mark.long
def test_she_presses_one_and_stands_verified_on_his_list(exchange: Exchange) -> None:
    town, mama = exchange.town, exchange.mama
    town.house.arrange(FORGOTTEN)
    julian = town.signed_in_inside()
    line = julian.locator(".k-big", has_text="Mama")
    julian.goto(f"{town.house.url}/tablet/list/")
    expect(line).to_contain_text("Not verified yet")
    julian, call = talking(exchange)
    mama.does("hangup")
    people.ended(julian, "Mama ended the call.")
    assert people.booked(town, call)[0] == "hung_up_outside"
    julian.goto(f"{town.house.url}/tablet/list/")
    expect(julian.locator(".k-big", has_text="Mama")).to_contain_text("Verified")
    town.go_home()


@pytest.mark.long
def test_the_wall_phone_calls_her_telephone_free_by_the_law(exchange: Exchange) -> None:
    town, mama, wall = exchange.town, exchange.mama, exchange.wall
    already = len(mama.phone.events)
    exchange.signs_in()
    named = "SELECT count(*) FROM people_person WHERE name_folder <> ''"
    for _ in range(8):  # before the first call his name is recorded: 1 ends the take, 1 keeps it
        if town.house.one(named):
            break
        time.sleep(5)
        wall.presses("1")
    assert town.house.one(named)
    time.sleep(2)
    wall.presses("6175550142#")
    mama.sees("CALL_INCOMING", after=already)
    mama.does("accept")
    mama.sees("CALL_ESTABLISHED", after=already)
    mama.presses("1")
    call = exchange.call()
    accepted = "SELECT accepted_at FROM calls_call WHERE id = %s"
    eventually(lambda: town.house.one(accepted, call))
    time.sleep(2)
    assert tone_in(mama.heard()[-4000:], sound.INSIDE_HZ) > LOUD
    assert tone_in(wall.heard()[-4000:], sound.OUTSIDE_HZ) > LOUD

    ines = town.staff(people.INES)
    ines.goto(f"{town.house.url}/console/phones/ma-bristol/")
    expect(ines.locator("main")).to_contain_text("In use")
    wall.does("hangup")
    ended = "SELECT end_reason FROM calls_call WHERE id = %s"
    eventually(lambda: town.house.one(ended, call) == "hung_up_inside")
    charged = "SELECT consumer_cents FROM charging_charge"
    assert {cents for (cents,) in town.house.rows(charged)} == {0}
    ines.reload()
    expect(ines.locator("main")).to_contain_text("Ready")
    seen = Eyes(eyes.WIDTHS, "telephones")
    seen.look(ines, "phones")
    ines.get_by_role("button", name=re.compile("Make a new password")).click()
    seen.look(ines, "phone-made")
    assert seen.said() == ""
    town.go_home()


@pytest.mark.long
def test_a_killed_sip_process_comes_back_and_the_call_goes_on(exchange: Exchange) -> None:
    town, mama = exchange.town, exchange.mama
    julian, call = talking(exchange)
    died = town.house.kill("sip-e1")
    eventually(lambda: town.house.pid("sip-e1") not in (died, 0), within=15)
    time.sleep(3)
    expect(julian.locator("section.k-call[data-state=talking]")).to_be_visible()
    mama.does("hangup")
    people.ended(julian, re.compile("Mama ended the call.").pattern)
    assert people.booked(town, call)[0] == "hung_up_outside"
    town.go_home()


@pytest.mark.long
def test_a_killed_engine_hangs_up_her_telephone_and_the_books_say_why(exchange: Exchange) -> None:
    town, mama, already = exchange.town, exchange.mama, len(exchange.mama.phone.events)
    _julian, call = talking(exchange)
    town.house.kill("e1")
    mama.sees("CALL_CLOSED", after=already)
    lost = "SELECT end_reason FROM calls_call WHERE id = %s"
    where = people.database_id(town, call)
    eventually(lambda: town.house.one(lost, where) == "engine_lost", within=40)
    eventually(lambda: not exchange.at_rtpengine(), within=20)
    town.go_home()
