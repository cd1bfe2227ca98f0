"""A busy hour: many calls a second through real policy, books and records of calls.

People stand at wall phones, sign in once, and call again and again; their mothers' telephones
are lifted, accepted by key, and put down. SIPp speaks SIP for both, `kinline up` is as it is: web,
control, engine and sip process, with the sound of prompts.
"""

import asyncio
import json
import os
import time
import urllib.request
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from bench.processes import cpu, open_files, udp_ports
from tests.engine.baresip import free_port
from tests.engine.fingers import Fingers, doors
from tests.engine.sipp import Sipp, carrier, handset
from tests.journeys.house import House
from tests.journeys.telephones import LOOPBACK

PATIENCE_SECONDS = 15.0
NUMBER, PIN, FIRST_ID = "6175550142", "482913", 700_000
# Each calls so often; so many phones stand behind one address, as much as the guard hears.
EVERY_SECONDS, PHONES_EACH = 8, 20
TALK_MS = 2500

ARRANGE = """
import os
from django.utils import timezone
from kinline.apps.facilities.actions import stations, telephones
from kinline.apps.facilities.models import Facility, Trunk, Unit
from kinline.apps.people import pins
from kinline.apps.people.models import Account, AllowedNumber, ContactNumber, Person
from kinline.apps.recordings import keys
now = timezone.now()
home = Facility.objects.get(place='ma-bristol')
by = Account.objects.get(email='ines@bristol.example').pk
given = dict(facility_id=home.pk, by=by, now=now)
unit = Unit.objects.get(facility=home, name='C')
number = ContactNumber.objects.get(e164='+16175550142')
hashed, keyed = pins.hashed('{pin}'), keys.key_name(home.agency.code)
for n in range({people}):
    wall = stations.add(unit_id=unit.pk, name=f'Wall {{n}}', kind='handset', **given)
    made = telephones.make_handset(station_id=wall, **given)
    person = Person.objects.create(facility=home, unit=unit, number=str({first} + n),
        given_name='Person', family_name=str(n), pin_hash=hashed, name_folder=f'spoken/{{n}}',
        name_key=keys.wrap(os.urandom(32), name=keyed, bound_to=f'spoken/{{n}}'))
    AllowedNumber.objects.create(person=person, number=number, added_by='test', added_at=now)
    print(made.user, made.secret)
telephones.add_network(cidr='127.0.1.0/24', **given)
telephones.add_trunk(name='Carrier', host='127.0.0.1', port={port}, caller='+15085550100', **given)
Trunk.objects.update(most_at_once=1000, most_a_minute=10_000)
telephones.set_languages(languages=['en'], **given)
"""


class Mothers:
    """Telephones outside: whoever hears a new line presses 1 when the announcement has begun."""

    def lifted(self, phone: Fingers) -> None:
        loop = asyncio.get_running_loop()
        for seconds in (0.15, 0.5, 1.0, 1.5, 2.0):  # again, in case that the first came too early
            loop.call_later(seconds, self._accept, phone, phone.line)

    def _accept(self, phone: Fingers, line: object) -> None:
        if phone.line == line:
            phone.breathe()
            phone.press("1")


class People:
    """Each signs in when the receiver is lifted, and calls at moments of their own."""

    def __init__(self) -> None:
        self.phones: list[Fingers] = []
        self._known: set[int] = set()

    @property
    def not_signed_in(self) -> list[int]:
        return [number for number in range(len(self.phones)) if number not in self._known]

    def lifted(self, phone: Fingers) -> None:
        number = self.phones.index(phone)
        if number in self._known:
            return
        self._known.add(number)
        phone.press(f"{FIRST_ID + number}#{PIN}#")

    async def call_again_and_again(self, house: House, times: int) -> int:
        """Each so many times: the next number once the books have the end of the call before.

        Returns how many calls there were. Whose keys were not understood at sign-in (they are
        pressed faster than by a hand) makes none, and is not waited for.
        """
        turns = [Turn(phone) for phone in self.phones]
        for place, turn in enumerate(turns):
            turn.next_at = time.monotonic() + EVERY_SECONDS * place / len(turns)
        ended, since = 0, time.monotonic()
        while any(turn.ended < times for turn in turns):
            begun = await asyncio.to_thread(calls_of, house)
            for number, turn in enumerate(turns):
                turn.look(*begun.get(str(FIRST_ID + number), (0, 0)), times)
            if ended < (ended := sum(turn.ended for turn in turns)):
                since = time.monotonic()
            elif time.monotonic() > since + 3 * PATIENCE_SECONDS:
                break
            await asyncio.sleep(0.2)
        return ended


@dataclass
class Turn:
    """Where one person is with their calls."""

    phone: Fingers
    next_at: float = 0.0
    pressed: int = 0
    ended: int = 0

    def look(self, begun: int, ended: int, times: int) -> None:
        now = time.monotonic()
        if ended > self.ended:
            # The handset asks for the next number a moment after the books have this call.
            self.ended, self.next_at = ended, max(self.next_at, now + 1.0)
        if self.pressed > ended:
            # On a call; or what was pressed was not understood, and is pressed once more.
            if begun >= self.pressed or now < self.next_at + PATIENCE_SECONDS:
                return
        elif now < self.next_at or ended >= times:
            return
        else:
            self.pressed += 1
        self.next_at = now + EVERY_SECONDS
        self.phone.press(f"{NUMBER}#")


def calls_of(house: House) -> dict[str, tuple[int, int]]:
    """For each person's number: how many calls there are, and how many have ended."""
    rows = house.rows(
        "SELECT p.number, count(*), count(c.ended_at) FROM calls_call c"
        " JOIN people_person p ON p.id = c.person_id GROUP BY p.number"
    )
    return {number: (begun, ended) for number, begun, ended in rows}


async def breathe(phones: list[Fingers]) -> None:
    """A telephone that sends nothing for ten seconds is taken for dead."""
    while True:
        for phone in phones:
            phone.breathe()
        await asyncio.sleep(0.25)


def ends_of(house: House) -> list[float]:
    """When each call ended, in seconds, the first one first."""
    found = (moment for (moment,) in house.rows("SELECT ended_at FROM calls_call ORDER BY 1"))
    return [datetime.fromisoformat(str(moment)).timestamp() for moment in found if moment]


def busiest(moments: list[float], seconds: float) -> float:
    """How many of these (in order) were within so many seconds, at the most, by the second."""
    most, first = 0, 0
    for place, moment in enumerate(moments):
        while moments[first] <= moment - seconds:
            first += 1
        most = max(most, place - first + 1)
    return round(most / seconds, 1)


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
        **{name: found[name] or 0 for name in names},
        **{f"files of {part}": open_files(pid) for part, pid in pids.items()},
        **{f"UDP ports of {part}": udp_ports(pid) for part, pid in pids.items()},
        "open calls": house.one("SELECT count(*) FROM calls_call WHERE ended_at IS NULL"),
    }


def web_cpu(house: House) -> float:
    """Of web's main process and those that serve for it."""
    pid = house.pid("web")
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(cpu(int(one)) for one in [pid, *children])


def left_over(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What is held now and was not before. An engine's journal is open once it has written."""
    allowed = {"files of e1": 1}
    more = {name: after[name] - before[name] for name in before}
    return {name: many for name, many in more.items() if not 0 <= many <= allowed.get(name, 0)}


async def settled(house: House, before: dict[str, Any], patience: float) -> dict[str, Any]:
    ends = time.monotonic() + patience
    while left_over(before, now := held(house)) and time.monotonic() < ends:
        await asyncio.sleep(0.5)
    return now


def address_of(number: int) -> str:
    """Where this handset speaks from."""
    return f"127.0.1.{number // PHONES_EACH + 1}"


class Hour:
    """The house, its people and their mothers."""

    def __init__(self, folder: Path, *, database_url: str, rate: int) -> None:
        self.folder, self._many = folder, rate * EVERY_SECONDS
        self._sip_port, self._carrier_port = free_port(), free_port()
        words = ("--telephones", f"{LOOPBACK}:{self._sip_port}")
        self.house = House(folder, database_url=database_url, arguments=words)
        self.people, self.mothers = People(), Mothers()
        self.figures: dict[str, Any] = {}

    def __enter__(self) -> "Hour":
        return self

    def __exit__(self, *_: object) -> None:
        self.house.stop()

    def run(self, times: int) -> dict[str, Any]:
        """Everybody calls so many times; returns what was measured, and what is left over."""
        program = ARRANGE.format(
            people=self._many, first=FIRST_ID, pin=PIN, port=self._carrier_port
        )
        made = self.house.arrange(program).splitlines()
        secrets = [(user, secret) for user, secret in map(str.split, made)]
        asyncio.run(self._run(secrets, times))
        return self.figures

    async def _run(self, secrets: list[tuple[str, str]], times: int) -> None:
        async with AsyncExitStack() as stack:
            outside = await self._mothers(stack)
            await asyncio.sleep(4.0)  # until the engine has asked for its telephones
            before, spent = held(self.house), web_cpu(self.house)
            handsets = await self._sign_in(stack, secrets)
            self.figures["web CPU ms per sign-in"] = self._each(
                web_cpu(self.house) - spent, self._many
            )
            failed = self._failed(handsets)
            await self._call(times)
            self.figures["put down"] = self._failed(handsets) - failed
            self.figures["load"] = round(os.getloadavg()[0], 1)
            for run in handsets:
                await run.stops()
            self.figures["before"] = before
            self.figures["after"] = await settled(self.house, before, 60.0)
            self.figures["carrier"] = await outside.stops()

    async def _mothers(self, stack: AsyncExitStack) -> Sipp:
        fields = []
        for door in doors(LOOPBACK, self._many):
            phone = await Fingers.on(door, self.mothers.lifted)
            stack.callback(phone.close)
            fields.append((str(door.getsockname()[1]),))
        text = carrier(media_port="[field0]", hangs_up_ms=TALK_MS)
        run = Sipp(self.folder, "mothers", text, "-aa", fields=fields, port=self._carrier_port)
        return await stack.enter_async_context(run)

    async def _sign_in(self, stack: AsyncExitStack, secrets: list[tuple[str, str]]) -> list[Sipp]:
        fields: list[tuple[str, ...]] = []
        for number, address in enumerate(map(address_of, range(self._many))):
            door = next(doors(address, 1))
            phone = await Fingers.on(door, self.people.lifted)
            self.people.phones.append(phone)
            stack.callback(phone.close)
            user, secret = secrets[number]
            word = f"[authentication username={user} password={secret}]"
            fields.append((address, user, word, str(door.getsockname()[1])))
        breathing = asyncio.create_task(breathe(self.people.phones))
        stack.callback(breathing.cancel)
        runs = await self._lift(stack, fields, "ward", patience=45.0)
        if late := [fields[number] for number in self.people.not_signed_in]:
            # On a machine with other work a first try may come to nothing: the second must not.
            self.figures["lifted again"] = len(late)
            runs += await self._lift(stack, late, "again", patience=45.0)
        missing = self.people.not_signed_in
        assert not missing, (missing, [run.errors() for run in runs])
        await asyncio.sleep(5.0)  # the last PIN is checked, and everybody is asked for a number
        return runs

    async def _lift(
        self, stack: AsyncExitStack, fields: list[tuple[str, ...]], name: str, *, patience: float
    ) -> list[Sipp]:
        """Lift these receivers, and wait until all have signed in, or for so long."""
        runs = []
        text = handset(talk_ms=600_000, media_port="[field3]")
        for address, those in groupby(fields, key=lambda row: row[0]):
            rows: list[tuple[str, ...]] = list(those)
            words = ["-r", "2", "-m", str(len(rows)), f"{LOOPBACK}:{self._sip_port}"]
            run = Sipp(self.folder, f"{name}-{address}", text, *words, fields=rows, address=address)
            runs.append(await stack.enter_async_context(run))
        ends = time.monotonic() + patience
        while self.people.not_signed_in and time.monotonic() < ends:
            await asyncio.sleep(0.2)
        return runs

    async def _call(self, times: int) -> None:
        was, began = self._spent(), time.monotonic()
        calls = await self.people.call_again_and_again(self.house, times)
        took = time.monotonic() - began
        self.figures["calls"], self.figures["a second"] = calls, round(calls / took, 1)
        self.figures["in the busiest ten seconds"] = busiest(ends_of(self.house), 10.0)
        for name, spent in self._spent().items():
            self.figures[f"{name} CPU ms per call"] = self._each(spent - was[name], calls)

    def _failed(self, runs: list[Sipp]) -> int:
        return sum(run.result().failed for run in runs)

    def _spent(self) -> dict[str, float]:
        parts = {"engine": self.house.pid("e1"), "sip": self.house.pid("sip-e1")}
        return {name: cpu(pid) for name, pid in parts.items()} | {"web": web_cpu(self.house)}

    def _each(self, seconds: float, many: int) -> float:
        return round(seconds / many * 1000, 1)
