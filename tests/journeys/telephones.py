"""Telephones for journeys: baresip behind plain calls, since a browser's test has no loop."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from tests.engine.baresip import Baresip
from tests.journeys.house import House

T = TypeVar("T")
LOOPBACK = "127.0.0.1"


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


class Telephone:
    """One baresip: what Baresip does, waiting until it is done."""

    def __init__(self, phone: Baresip, loop: Loop) -> None:
        self.phone, self._loop = phone, loop

    def does(self, command: str, params: str = "") -> None:
        async def act() -> None:
            self.phone.does(command, params)

        self._loop.run(act())

    def presses(self, digits: str) -> None:
        self._loop.run(self.phone.presses(digits))

    def sees(self, kind: str, after: int = 0, patience: float = 30) -> None:
        self._loop.run(self.phone.sees(kind, after, patience))

    def saw(self, kind: str) -> bool:
        return self.phone.saw(kind)

    def heard(self) -> np.ndarray:
        return self.phone.heard()


@contextmanager
def telephone(loop: Loop, folder: Path, name: str, hertz: int, account: str) -> Iterator[Telephone]:
    phone = Baresip(folder, name, hertz, account, LOOPBACK)
    loop.run(phone.__aenter__())
    try:
        yield Telephone(phone, loop)
    finally:
        loop.run(phone.__aexit__())


def arranged(
    house: House,
    carrier_port: int,
    *,
    place: str = "ma-bristol",
    unit: str = "C",
    by: str = "ines@bristol.example",
) -> tuple[str, str]:
    """A wall phone at a facility and a carrier on this machine; the phone's user and password."""
    words = house.arrange(
        "from django.utils import timezone\n"
        "from kinline.apps.facilities.actions import stations, telephones\n"
        "from kinline.apps.facilities.models import Facility, Unit\n"
        "from kinline.apps.people.models import Account\n"
        "now = timezone.now()\n"
        f"home = Facility.objects.get(place={place!r})\n"
        f"by = Account.objects.get(email={by!r}).pk\n"
        "given = dict(facility_id=home.pk, by=by, now=now)\n"
        f"unit = Unit.objects.get(facility=home, name={unit!r})\n"
        "wall = stations.add(unit_id=unit.pk, name='Wall C', kind='handset', **given)\n"
        "made = telephones.make_handset(station_id=wall, **given)\n"
        "telephones.add_network(cidr='127.0.0.1/32', **given)\n"
        f"telephones.add_trunk(name='Carrier', host='127.0.0.1', port={carrier_port},"
        " caller='+15085550100', **given)\n"
        "telephones.set_languages(languages=['en'], **given)\n"
        "print(made.user, made.secret)"
    )
    user, secret = words.split()
    return user, secret
