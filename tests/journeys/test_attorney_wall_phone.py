"""An attorney, from sign-up to a private call from a wall phone: what both hear, what is kept.

Grace's office is a telephone behind a carrier. Kinline rings it with a code and with a test call,
and Wendell rings it from a handset at Suffolk, before and after it is proven.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from kinline.engine.ivr.prompts import Prompts
from kinline.sealed.codec import Codec
from tests.engine.baresip import free_port, tone_in
from tests.engine.spoken import in_order, was_said
from tests.journeys import eyes, people, sound
from tests.journeys.eyes import Eyes
from tests.journeys.house import House, eventually
from tests.journeys.people import Town
from tests.journeys.telephones import LOOPBACK, Loop, Telephone, arranged, telephone
from tests.journeys.test_private_call import engine_tells

pytestmark = [
    pytest.mark.browser,
    pytest.mark.telephone,
    pytest.mark.long,
    pytest.mark.timeout(900),
]

PLACE, THEO = "ma-suffolk", people.THEO
ID, PIN = "310007", "700031"
NUMBER, DIALLED = "617-555-0163", "6175550163"
LOUD = -25


@dataclass
class Office:
    """A town, Wendell's wall phone, and the telephone on Grace's desk."""

    town: Town
    wall: Telephone
    desk: Telephone
    server: str
    prompts: Prompts

    def says(self, phone: Telephone, since: int, *names: str) -> bool:
        """Whether each of these prompts was heard there since then."""
        heard = phone.heard()[since:]
        return all(was_said(heard, self.clip(name)) for name in names)

    def clip(self, name: str) -> tuple[bytes, ...]:
        return self.prompts.clip(name, "en", Codec.PCMU)

    def rung(self, button: Locator, last: str) -> np.ndarray:
        """A press, and the desk rings and is answered, up to this prompt: what it heard."""
        desk, already = self.desk, len(self.desk.phone.events)
        since = len(desk.heard())
        button.click()
        desk.sees("CALL_INCOMING", after=already)
        desk.does("accept")
        eventually(lambda: self.says(desk, since, last), within=60, every=1)
        heard = desk.heard()[since:]
        desk.does("hangup")
        return heard

    def calls(self) -> int:
        return int(self.town.house.one("SELECT count(*) FROM calls_call"))


@pytest.fixture(scope="module")
def office(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office")
    port, loop = free_port(), Loop()
    house = House(folder, arguments=("--telephones", f"{LOOPBACK}:{port}"))
    shape = "audio_codecs=PCMU/8000/1;ptime=20"
    outside = f"<sip:+1{DIALLED}@{LOOPBACK}:{{sip}}>;regint=0;{shape}"
    try:
        with (
            people.town(playwright, house, folder) as town,
            telephone(loop, folder, "desk", sound.OUTSIDE_HZ, outside) as desk,
        ):
            user, secret = arranged(house, desk.phone.sip, place=PLACE, unit="1", by=THEO)
            inside = (
                f"<sip:{user}@{LOOPBACK}:{port}>;auth_user={user};auth_pass={secret};regint=60;"
                f"{shape}"
            )
            eventually(lambda: house.rows("SELECT up FROM facilities_trunk")[0][0], within=30)
            with telephone(loop, folder, "wall", sound.INSIDE_HZ, inside) as wall:
                yield Office(town, wall, desk, f"{LOOPBACK}:{port}", Prompts())
    finally:
        house.stop()
        loop.close()


def asks(grace: Page, url: str) -> None:
    """Grace asks with her bar number and a photo, and names her desk's number."""
    grace.goto(f"{url}/portal/attorney/ask/")
    grace.get_by_label("State").select_option(label="Massachusetts")
    grace.get_by_label("Bar number").fill("BBO 000000")
    grace.get_by_role("button", name="Use the camera here").click()
    grace.get_by_role("button", name="Take the photo").click()
    expect(grace.locator("#said")).to_contain_text("Photo taken.")
    grace.get_by_role("button", name="Send", exact=True).click()
    expect(grace.get_by_role("main")).to_contain_text("Staff look at it")
    grace.get_by_label("Phone number").fill(NUMBER)
    grace.get_by_role("button", name="Add this number").click()
    expect(grace.get_by_role("main")).to_contain_text("Not proven yet")


def leaves(town: Town, grace: Page) -> None:
    """She closes her page: whoever waits there is rung there, and not on the desk."""
    grace.context.close()
    town.open.remove(grace.context)
    waits = "SELECT count(*) FROM calls_waiting"
    eventually(lambda: town.house.one(waits) == 0, within=30)


def signs_in(office: Office) -> None:
    """Wendell lifts the receiver, says who he is and, the first time, his name."""
    house, wall = office.town.house, office.wall
    already = len(wall.phone.events)
    wall.does("dial", f"sip:call@{office.server}")
    wall.sees("CALL_ESTABLISHED", after=already)
    wall.presses(f"{ID}#{PIN}#")
    named = "SELECT count(*) FROM people_person WHERE name_folder <> '' AND number = '31-0007'"
    for _ in range(8):  # 1 ends the take, 1 keeps it
        if house.one(named):
            break
        time.sleep(5)
        wall.presses("1")
    assert house.one(named)
    time.sleep(2)


def test_grace_is_private_on_a_wall_phone_once_her_number_is_proven(office: Office) -> None:
    town, wall, desk, house = office.town, office.wall, office.desk, office.town.house
    seen = Eyes(eyes.WIDTHS, "attorney-calls")
    grace = town.waits(people.GRACE)
    asks(grace, house.url)
    ines = town.staff(people.INES)
    ines.goto(f"{house.url}/console/attorneys/")
    ines.locator("tbody a").first.click()
    ines.get_by_role("button", name="Verify for the whole state").click()
    expect(ines.get_by_role("main")).to_contain_text("nothing waits")

    leaves(town, grace)
    # Verified, but nobody has shown yet that this telephone is hers: recorded, and said so.
    signs_in(office)
    heard, answered, already = len(wall.heard()), len(desk.heard()), len(desk.phone.events)
    wall.presses(f"{DIALLED}#")
    desk.sees("CALL_INCOMING", after=already)
    eventually(lambda: office.says(wall, heard, "recorded"), within=20)
    assert not office.says(wall, heard, "private")
    desk.does("accept")
    desk.sees("CALL_ESTABLISHED", after=already)
    eventually(lambda: office.says(desk, answered, "recorded"), within=30)
    assert not office.says(desk, answered, "private")
    desk.presses("2")
    desk.sees("CALL_CLOSED", after=already)
    wall.does("hangup")

    # Kinline rings the desk and says a code; that code, as it was heard, proves the number.
    grace = town.waits(people.GRACE)
    grace.goto(f"{house.url}/portal/attorney/")
    by_call = grace.get_by_role("button", name=re.compile("Call me with a code"))
    digits = {str(digit): office.clip(f"digit:{digit}") for digit in range(10)}
    said = in_order(office.rung(by_call, "ring.not_you"), digits)
    expect(grace.locator("body")).to_contain_text("Kinline calls this number now")
    assert len(said) == 12, "six digits, twice"
    assert said[:6] == said[6:]
    seen.look(grace, "code")
    grace.get_by_label("The six digits").fill("".join(said[:6]))
    grace.get_by_role("button", name=re.compile("Prove it")).click()
    expect(grace.locator("body")).to_contain_text("This number is proven.")

    # The test call tells it before it matters.
    eventually(lambda: ring_again(house), within=5)
    grace.goto(f"{house.url}/portal/attorney/private/")
    heard_there = office.rung(
        grace.get_by_role("button", name=re.compile("Call it now")), "check.page"
    )
    expect(grace.locator("body")).to_contain_text("Answer, and listen.")
    for name in ("ring.check", "check.private", f"place:{PLACE}", "check.page"):
        assert was_said(heard_there, office.clip(name)), name
    assert not was_said(heard_there, office.clip("check.recorded"))
    expect(grace.get_by_role("main")).to_contain_text("Answered.")
    seen.look(grace, "test")
    leaves(town, grace)

    private_call(office)
    grace = town.waits(people.GRACE)
    grace.goto(f"{house.url}/portal/attorney/contacts/")
    expect(grace.get_by_role("main")).to_contain_text("Private. No recorder existed")
    seen.look(grace, "statement")
    assert seen.said() == ""


def ring_again(house: House) -> bool:
    """As if two minutes had passed since the last ring."""
    house.arrange(
        "from datetime import timedelta\n"
        "from django.db.models import F\n"
        "from kinline.apps.people.models import AttorneyRing\n"
        "AttorneyRing.objects.update(asked_at=F('asked_at') - timedelta(minutes=5))\n"
    )
    return True


def private_call(office: Office) -> None:
    """Wendell rings her from the wall: both are told, both talk, nobody could have listened."""
    town, wall, desk, house = office.town, office.wall, office.desk, office.town.house
    recordings, before = house.one("SELECT count(*) FROM recordings_recording"), office.calls()
    files = house.recordings()
    signs_in(office)
    heard, answered, already = len(wall.heard()), len(desk.heard()), len(desk.phone.events)
    wall.presses(f"{DIALLED}#")
    desk.sees("CALL_INCOMING", after=already)
    eventually(lambda: office.says(wall, heard, "private"), within=20)
    desk.does("accept")
    desk.sees("CALL_ESTABLISHED", after=already)
    eventually(lambda: office.says(desk, answered, "private"), within=30)
    for phone, since in ((wall, heard), (desk, answered)):
        assert not office.says(phone, since, "recorded")
    assert office.calls() == before + 1
    accepted = "SELECT accepted_at FROM calls_call ORDER BY asked_at DESC LIMIT 1"
    assert house.one(accepted) is None, "they were told before it began"
    desk.presses("1")
    eventually(lambda: house.one(accepted))
    time.sleep(2)
    assert tone_in(desk.heard()[-4000:], sound.INSIDE_HZ) > LOUD
    assert tone_in(wall.heard()[-4000:], sound.OUTSIDE_HZ) > LOUD
    assert engine_tells(house)["recordings"] == 0

    ((call, private, why),) = house.rows(
        "SELECT id, private, private_because FROM calls_call ORDER BY asked_at DESC LIMIT 1"
    )
    assert (bool(private), why) == (True, "attorney")
    theo, shown = town.staff(THEO), UUID(str(call))
    theo.goto(f"{house.url}/console/calls/{shown}/")
    expect(theo.locator("main")).to_contain_text("Private")
    expect(theo.get_by_role("link", name=re.compile("Listen"))).to_have_count(0)
    there = theo.goto(f"{house.url}/console/live/{shown}/listen/")
    assert there is not None
    assert there.status in (403, 404)

    wall.does("hangup")
    ended = "SELECT end_reason FROM calls_call WHERE id = %s"
    eventually(lambda: house.one(ended, call) == "hung_up_inside")
    assert house.one("SELECT count(*) FROM recordings_recording") == recordings
    assert house.one("SELECT count(*) FROM calls_callsign WHERE call_id = %s", call) == 0
    assert house.recordings() == files
