"""A wall phone and a carrier in a whole town: a help line without a PIN, and a test call."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.engine.baresip import free_port, tone_in
from tests.journeys import people, sound
from tests.journeys.house import House, eventually
from tests.journeys.people import Town
from tests.journeys.telephones import LOOPBACK, Loop, Telephone, arranged, telephone

pytestmark = [pytest.mark.browser, pytest.mark.telephone, pytest.mark.long]

LOUD = -25
ABUSE_LINE = "+16175550188"  # made up: nobody is known at it
SET_LINE = (
    "from django.utils import timezone\n"
    "from kinline.apps.days import day_at\n"
    "from kinline.apps.facilities.actions import lines\n"
    "from kinline.apps.facilities.models import Facility, Station\n"
    "from kinline.apps.people.models import Account\n"
    "from kinline.core.policy.lines import LineKind\n"
    "home = Facility.objects.get(place='ma-bristol')\n"
    "by = Account.objects.get(email='ines@bristol.example').pk\n"
    "now = timezone.now()\n"
    "line = lines.NewLine(kind=LineKind.PREA, names={'en': 'Example line'}, direct=True,\n"
    f"    e164='{ABUSE_LINE}', from_on=day_at(home.zone, now), private=True, anonymous=True)\n"
    "lines.set_line(facility_id=home.pk, line=line, by=by, now=now)\n"
    "Station.objects.filter(name='Wall C').update(active=False)\n"
)


@dataclass
class Wall:
    """A town with a wall phone that staff turned off, and a telephone behind a carrier."""

    town: Town
    phone: Telephone
    outside: Telephone
    server: str


@pytest.fixture(scope="module")
def wall(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    folder: Path = tmp_path_factory.mktemp("wall")
    port, loop = free_port(), Loop()
    house = House(folder, arguments=("--telephones", f"{LOOPBACK}:{port}"))
    sip = f"@{LOOPBACK}:{{sip}}>;regint=0;audio_codecs=PCMU/8000/1;ptime=20"
    accounts = "\n".join(f"<sip:{number}{sip}" for number in (ABUSE_LINE, "+16175550142"))
    try:
        with (
            people.town(playwright, house, folder) as town,
            telephone(loop, folder, "outside", sound.OUTSIDE_HZ, accounts) as outside,
        ):
            user, secret = arranged(house, outside.phone.sip)
            house.arrange(SET_LINE)
            inside = (
                f"<sip:{user}@{LOOPBACK}:{port}>;auth_user={user};auth_pass={secret};regint=60;"
                "audio_codecs=PCMU/8000/1;ptime=20"
            )
            eventually(lambda: house.rows("SELECT up FROM facilities_trunk")[0][0], within=30)
            with telephone(loop, folder, "wall", sound.INSIDE_HZ, inside) as phone:
                yield Wall(town, phone, outside, f"{LOOPBACK}:{port}")
    finally:
        house.stop()
        loop.close()


def test_somebody_reports_abuse_from_a_phone_that_staff_turned_off(wall: Wall) -> None:
    town, phone, outside = wall.town, wall.phone, wall.outside
    time.sleep(4)  # it signs in at the exchange
    phone.does("dial", f"sip:call@{wall.server}")
    phone.sees("CALL_ESTABLISHED")
    phone.presses("0#")
    time.sleep(1)
    phone.presses("1")
    outside.sees("CALL_INCOMING")
    outside.does("accept")
    outside.sees("CALL_ESTABLISHED")
    accepted = "SELECT count(*) FROM calls_call WHERE accepted_at IS NOT NULL"
    eventually(lambda: town.house.one(accepted), within=40)
    time.sleep(2)
    assert tone_in(outside.heard()[-4000:], sound.INSIDE_HZ) > LOUD
    assert tone_in(phone.heard()[-4000:], sound.OUTSIDE_HZ) > LOUD
    phone.does("hangup")
    ended = "SELECT end_reason FROM calls_call"
    eventually(lambda: town.house.one(ended) == "hung_up_inside")
    kept = "SELECT person_id, station_id, caller, private, number FROM calls_call"
    assert town.house.rows(kept) == [(None, None, "anonymous", True, ABUSE_LINE)]
    assert town.house.one("SELECT count(*) FROM recordings_recording") == 0
    assert not list(town.house.data.rglob("*.ktrack"))


def test_ines_rings_her_desk_through_the_phone_company(wall: Wall) -> None:
    town, outside, already = wall.town, wall.outside, len(wall.outside.phone.events)
    calls = town.house.one("SELECT count(*) FROM calls_call")
    ines = town.staff(people.INES)
    ines.goto(f"{town.house.url}/console/phones/ma-bristol/")
    ines.get_by_role("link", name="Carrier").click()
    ines.get_by_label("Number to ring").fill("617-555-0142")
    ines.get_by_role("button", name=re.compile("Test call")).click()
    outside.sees("CALL_INCOMING", after=already)
    expect(ines.get_by_text("Ringing")).to_be_visible()
    outside.does("accept")
    outside.sees("CALL_CLOSED", after=already)
    expect(ines.get_by_text("Answered: it works")).to_be_visible(timeout=20_000)
    assert town.house.one("SELECT count(*) FROM calls_call") == calls
