"""A busy hour: twenty-five calls a second through real policy, books and records of calls.

A hundred people stand at wall phones, sign in once, and call again and again; their mothers'
telephones are lifted, accepted by key, and put down. SIPp speaks SIP for both, `kinline up` is as
it is: web, control, engine and sip process, with the sound of prompts.
"""

import asyncio
import json
import os
import time
import urllib.request
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench.processes import cpu, open_files, udp_ports
from tests.engine.baresip import free_port
from tests.engine.fingers import Fingers, doors
from tests.engine.sipp import Sipp, carrier, handset
from tests.journeys.house import House
from tests.journeys.telephones import LOOPBACK

pytestmark = [pytest.mark.sipp, pytest.mark.long]

NUMBER, PIN, FIRST_ID = "6175550142", "482913", 700_000
WARDS, PHONES_EACH = 5, 20
PEOPLE = WARDS * PHONES_EACH
EVERY_SECONDS = 4.0  # each calls so often: 25 calls a second in all
TALK_MS = 800

ARRANGE = """
from django.utils import timezone
from kinline.apps.facilities.actions import stations, telephones
from kinline.apps.facilities.models import Facility, Unit
from kinline.apps.people import pins
from kinline.apps.people.models import Account, AllowedNumber, ContactNumber, Person
now = timezone.now()
home = Facility.objects.get(place='ma-bristol')
by = Account.objects.get(email='ines@bristol.example').pk
given = dict(facility_id=home.pk, by=by, now=now)
unit = Unit.objects.get(facility=home, name='C')
number = ContactNumber.objects.get(e164='+16175550142')
hashed = pins.hashed('{pin}')
for n in range({people}):
    wall = stations.add(unit_id=unit.pk, name=f'Wall {{n}}', kind='handset', **given)
    made = telephones.make_handset(station_id=wall, **given)
    person = Person.objects.create(facility=home, unit=unit, number=str({first} + n),
        given_name='Person', family_name=str(n), pin_hash=hashed, name_folder=f'none/{{n}}',
        name_key='none')
    AllowedNumber.objects.create(person=person, number=number, added_by='test', added_at=now)
    print(made.user, made.secret)
telephones.add_network(cidr='127.0.1.0/24', **given)
telephones.add_trunk(name='Carrier', host='127.0.0.1', port={port}, caller='+15085550100', **given)
telephones.set_languages(languages=['en'], **given)
"""


@dataclass
class Mothers:
    """Telephones outside: whoever hears a new line presses 1 when the announcement has begun."""

    accepted: int = 0

    def lifted(self, phone: Fingers) -> None:
        loop = asyncio.get_running_loop()
        for seconds in (0.15, 0.5):  # again, in case that the first came too early
            loop.call_later(seconds, self._accept, phone, phone.engine)
        self.accepted += 1

    def _accept(self, phone: Fingers, line: tuple[str, int]) -> None:
        if phone.engine == line:
            phone.press("1")


class People:
    """Each signs in when the receiver is lifted, and calls at moments of their own."""

    def __init__(self) -> None:
        self.phones: list[tuple[int, Fingers]] = []
        self.signed_in = 0

    def lifted(self, phone: Fingers) -> None:
        number = next(n for n, one in self.phones if one is phone)
        phone.press(f"{FIRST_ID + number}#{PIN}#")
        self.signed_in += 1

    async def call_again_and_again(self, seconds: float) -> int:
        """Everybody in turn; how many calls were begun."""
        began, calls = time.monotonic(), 0
        step = EVERY_SECONDS / len(self.phones)
        while (now := time.monotonic() - began) < seconds:
            await asyncio.sleep(max(0.0, calls * step - now))
            _, phone = self.phones[calls % len(self.phones)]
            phone.press(f"{NUMBER}#")
            calls += 1
        return calls


def health(house: House) -> dict[str, Any]:
    url = house.state["engines"][0]["url"].replace("ws://", "http://").rstrip("/")
    with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
        found: dict[str, Any] = json.loads(answer.read())
        return found


def held(house: House) -> dict[str, Any]:
    """What must be the same before and after."""
    found = health(house)
    names = ("calls", "telephones", "recordings", "journal_backlog", "sip_dialogs")
    pids = {part: house.pid(part) for part in ("e1", "sip-e1")}
    return {
        **{name: found[name] for name in names},
        **{f"files of {part}": open_files(pid) for part, pid in pids.items()},
        **{f"UDP ports of {part}": udp_ports(pid) for part, pid in pids.items()},
        "open calls": house.one("SELECT count(*) FROM calls_call WHERE ended_at IS NULL"),
    }


def web_cpu(house: House) -> float:
    """Of web's main process and those that serve for it."""
    pid = house.pid("web")
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(cpu(int(one)) for one in [pid, *children])


async def settled(house: House, before: dict[str, Any], patience: float) -> dict[str, Any]:
    ends = time.monotonic() + patience
    while (now := held(house)) != before and time.monotonic() < ends:
        await asyncio.sleep(0.5)
    return now


class Hour:
    """The house, its people and their mothers."""

    def __init__(self, house: House, folder: Path, sip_port: int, carrier_port: int) -> None:
        self.house, self.folder = house, folder
        self._sip_port, self._carrier_port = sip_port, carrier_port
        self.people, self.mothers = People(), Mothers()
        self.figures: dict[str, Any] = {}

    async def run(self, secrets: list[tuple[str, str]], seconds: float) -> None:
        async with AsyncExitStack() as stack:
            outside = await self._mothers(stack)
            await asyncio.sleep(4.0)  # until the engine has asked for its telephones
            before, spent = held(self.house), web_cpu(self.house)
            handsets = await self._sign_in(stack, secrets)
            self.figures["web CPU ms per sign-in"] = self._each(web_cpu(self.house) - spent, PEOPLE)
            print(self.figures, held(self.house), flush=True)
            await self._call(seconds)
            for run in handsets:
                assert not run.errors(), run.errors()
            self.figures["load"] = os.getloadavg()
            for run in handsets:
                await run.stops()
            self.figures["before"] = before
            self.figures["after"] = await settled(self.house, before, 60.0)
            self.figures["carrier"] = await outside.stops()

    async def _mothers(self, stack: AsyncExitStack) -> Sipp:
        fields = []
        for door in doors(LOOPBACK, PEOPLE):
            phone = await Fingers.on(door, self.mothers.lifted)
            stack.callback(phone.close)
            fields.append((str(door.getsockname()[1]),))
        text = carrier(media_port="[field0]", hangs_up_ms=TALK_MS)
        run = Sipp(self.folder, "mothers", text, "-aa", fields=fields, port=self._carrier_port)
        return await stack.enter_async_context(run)

    async def _sign_in(self, stack: AsyncExitStack, secrets: list[tuple[str, str]]) -> list[Sipp]:
        runs = []
        for ward in range(WARDS):
            address, fields = f"127.0.1.{ward + 1}", []
            for place, door in enumerate(doors(address, PHONES_EACH)):
                number = ward * PHONES_EACH + place
                phone = await Fingers.on(door, self.people.lifted)
                self.people.phones.append((number, phone))
                stack.callback(phone.close)
                user, secret = secrets[number]
                word = f"[authentication username={user} password={secret}]"
                fields.append((address, user, word, str(door.getsockname()[1])))
            text = handset(talk_ms=600_000, media_port="[field3]")
            words = ["-r", "2", "-m", str(PHONES_EACH), f"{LOOPBACK}:{self._sip_port}"]
            run = Sipp(self.folder, f"ward{ward}", text, *words, fields=fields, address=address)
            runs.append(await stack.enter_async_context(run))
        ends = time.monotonic() + 60
        while self.people.signed_in < PEOPLE:
            assert time.monotonic() < ends, f"only {self.people.signed_in} signed in"
            await asyncio.sleep(0.2)
        await asyncio.sleep(5.0)  # the last PIN is checked, and everybody is asked for a number
        return runs

    async def _call(self, seconds: float) -> None:
        parts = {"engine": self.house.pid("e1"), "sip": self.house.pid("sip-e1")}
        was = {name: cpu(pid) for name, pid in parts.items()} | {"web": web_cpu(self.house)}
        began = time.monotonic()
        calls = await self.people.call_again_and_again(seconds)
        took = time.monotonic() - began
        await asyncio.sleep(EVERY_SECONDS)
        now = {name: cpu(pid) for name, pid in parts.items()} | {"web": web_cpu(self.house)}
        self.figures["calls"], self.figures["a second"] = calls, round(calls / took, 1)
        for name in now:
            self.figures[f"{name} CPU ms per call"] = self._each(now[name] - was[name], calls)

    def _each(self, seconds: float, many: int) -> float:
        return round(seconds / many * 1000, 1)


@pytest.mark.timeout(400)
def test_twenty_five_calls_a_second_are_decided_booked_and_recorded(
    tmp_path: Path, database: str
) -> None:
    sip_port, carrier_port = free_port(), free_port()
    house = House(
        tmp_path,
        database_url=database if database.startswith("postgres") else "",
        arguments=("--telephones", f"{LOOPBACK}:{sip_port}"),
    )
    try:
        made = house.arrange(
            ARRANGE.format(people=PEOPLE, first=FIRST_ID, pin=PIN, port=carrier_port)
        )
        secrets = [(user, secret) for user, secret in map(str.split, made.splitlines())]
        hour = Hour(house, tmp_path, sip_port, carrier_port)
        asyncio.run(hour.run(secrets, seconds=40.0))
        print(json.dumps(hour.figures, indent=1, default=str))
        found = hour.figures
        calls = found["calls"]
        assert found["a second"] > 24, "as many as were meant to be"
        reasons = dict(house.rows("SELECT end_reason, count(*) FROM calls_call GROUP BY 1"))
        assert reasons == {"hung_up_outside": calls}
        for table in ("calls_callrecord", "charging_charge", "recordings_recording"):
            assert house.one(f"SELECT count(*) FROM {table}") == calls, table
        assert house.one("SELECT count(*) FROM calls_call WHERE accepted_at IS NULL") == 0
        assert found["after"] == found["before"], "nothing is left over"
    finally:
        house.stop()
