"""Kamailio in front, as it ships: TLS for handsets, and nobody but the listed ones gets through."""

import asyncio
import contextlib
import secrets
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kinline.core.call.states import EndReason
from tests.engine.baresip import tone_in
from tests.engine.browsers import until
from tests.engine.conftest import JULIAN_HZ, MAMA_HZ
from tests.engine.exchange import INSIDE
from tests.engine.kamailio import CARRIER, SHIPPED, Behind, Kamailio
from tests.engine.test_telephones import LOUD, ended, since

pytestmark = pytest.mark.kamailio
STRANGER = "127.0.0.9"
PATIENCE = 8.0


def test_what_ships_is_understood_as_it_is() -> None:
    kamailio = shutil.which("kamailio")
    assert kamailio is not None
    command = [kamailio, "-c", "-f", str(SHIPPED / "kamailio.cfg"), "-m", "64", "-M", "8"]
    asked = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    assert asked.returncode == 0, asked.stderr


# --- who gets through -----------------------------------------------------------------


class Peer:
    """Something that speaks SIP over UDP by hand: an engine, a carrier, a handset, a stranger."""

    def __init__(self, address: str = INSIDE) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.address, self.port = self.socket.getsockname()
        self._heard: set[str] = set()

    def says(
        self,
        method: str,
        uri: str,
        where: int,
        *,
        user: str = "wall1",
        more: str = "",
        to: str = "",
        via: str = "",
    ) -> None:
        """One request to Kamailio's port; `more` are header lines, `to` the tag of a dialog,
        `via` more words of its Via."""
        branch = f"z9hG4bK{secrets.token_hex(6)}"
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.address}:{self.port};branch={branch};rport{via}",
            f"From: <sip:{user}@{INSIDE}>;tag=1",
            f"To: <sip:{user}@{INSIDE}>{to}",
            f"Call-ID: {secrets.token_hex(6)}",
            f"CSeq: 1 {method}",
            "Max-Forwards: 70",
            f"Contact: <sip:{user}@{self.address}:{self.port}>",
            *(more.splitlines()),
            "Content-Length: 0",
        ]
        self.socket.sendto(("\r\n".join(lines) + "\r\n\r\n").encode(), (INSIDE, where))

    async def hears(self, *, seconds: float = PATIENCE) -> str:
        """What comes next and is new, "" for nothing; without ACKs and Kamailio's own questions."""
        loop = asyncio.get_running_loop()
        self.socket.setblocking(False)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    data, sender = await loop.sock_recvfrom(self.socket, 9000)
                    text = data.decode()
                    if text.startswith("OPTIONS") and "sip:kamailio@" in text:
                        # Whoever does not say that it is there is soon passed over.
                        self.answers(text, "200 OK", sender[1])
                    again = text in self._heard
                    self._heard.add(text)
                    if not (again or text.startswith("ACK") or "sip:kamailio@" in text):
                        return text
        return ""

    def answers(self, request: str, status: str, where: int) -> None:
        """What it heard, answered."""
        kept = ("Via:", "From:", "To:", "Call-ID:", "CSeq:")
        lines = [line for line in request.split("\r\n") if line.startswith(kept)]
        answer = "\r\n".join([f"SIP/2.0 {status}", *lines, "Content-Length: 0"]) + "\r\n\r\n"
        self.socket.sendto(answer.encode(), (INSIDE, where))


@dataclass
class Front:
    """Kamailio before two engines and a carrier that are made of sockets."""

    proxy: Kamailio
    engines: tuple[Peer, Peer]
    carrier: Peer

    async def engine_asked(self, *, seconds: float = PATIENCE) -> tuple[Peer | None, str]:
        """Which engine hears something first, and what."""
        listening = {asyncio.create_task(one.hears(seconds=seconds)): one for one in self.engines}
        done, waiting = await asyncio.wait(listening, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return next(
            ((listening[task], task.result()) for task in done if task.result()), (None, "")
        )


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    engines, carrier = (Peer(), Peer()), Peer()
    async with Kamailio(tmp_path, [one.port for one in engines], carrier.port) as proxy:
        yield Front(proxy, engines, carrier)


async def test_a_handsets_registration_and_its_calls_reach_one_engine(front: Front) -> None:
    handset, served = Peer(), {}
    for user in ("wall1", "wall2", "wall3", "wall4", "wall5", "wall6"):
        handset.says("REGISTER", f"sip:{INSIDE}", front.proxy.sip, user=user)
        engine, asked = await front.engine_asked()
        assert engine is not None
        engine.answers(asked, "200 OK", front.proxy.sip)
        served[user] = engine
        assert asked.startswith("REGISTER")
        vias = [line for line in asked.split("\r\n") if line.startswith("Via:")]
        assert f"rport={handset.port}" in vias[1], "whence it came is told to the engine"
        assert f"received={INSIDE}" in vias[1]
        handset.says("INVITE", f"sip:call@{INSIDE}", front.proxy.sip, user=user)
        engine, asked = await front.engine_asked()
        assert engine is served[user]
        assert "Record-Route:" in asked, "and so will the end of the call"
        engine.answers(asked, "486 Busy Here", front.proxy.sip)
    assert set(served.values()) == set(front.engines), "and the handsets are spread"


async def test_an_engine_without_a_line_is_passed_over(front: Front) -> None:
    handset = Peer()
    handset.says("INVITE", f"sip:call@{INSIDE}", front.proxy.sip)
    first, asked = await front.engine_asked()
    assert first is not None
    first.answers(asked, "503 Service Unavailable", front.proxy.sip)
    (other,) = set(front.engines) - {first}
    assert (await other.hears()).startswith("INVITE")


async def test_strangers_and_scanners_hear_nothing(front: Front) -> None:
    stranger, handset = Peer(STRANGER), Peer()
    for method in ("OPTIONS", "REGISTER", "INVITE"):
        stranger.says(method, f"sip:100@{INSIDE}", front.proxy.sip)
    handset.says("REGISTER", f"sip:{INSIDE}", front.proxy.sip, more="User-Agent: friendly-scanner")
    handset.says("REGISTER", f"sip:{INSIDE}", front.proxy.sip, via=f";received={STRANGER}")
    handset.socket.sendto(
        b"REGISTER sip:x SIP/2.0\r\nVia: broken\r\n\r\n", (INSIDE, front.proxy.sip)
    )
    assert await front.engine_asked(seconds=1.0) == (None, "")
    assert await stranger.hears(seconds=0.1) == ""
    assert await handset.hears(seconds=0.1) == ""
    handset.says("OPTIONS", f"sip:{INSIDE}:{front.proxy.sip}", front.proxy.sip)
    assert (await handset.hears()).startswith("SIP/2.0 200"), "who is known is answered"


async def test_a_handset_that_floods_is_shut_out(front: Front) -> None:
    handset = Peer()
    for _ in range(300):
        handset.says("OPTIONS", f"sip:{INSIDE}:{front.proxy.sip}", front.proxy.sip)
        await asyncio.sleep(0.002)
    heard = 0
    while await handset.hears(seconds=0.3):
        heard += 1
    assert 0 < heard < 200


async def test_nobody_inside_can_be_called(front: Front) -> None:
    front.carrier.says("INVITE", f"sip:wall1@{INSIDE}", front.proxy.sip)
    assert (await front.carrier.hears()).startswith("SIP/2.0 403")
    assert await front.engine_asked(seconds=0.3) == (None, "")


async def test_only_listed_carriers_are_ever_sent_to(front: Front) -> None:
    engine, victim = front.engines[0], Peer(STRANGER)
    engine.says("INVITE", f"sip:6175550142@{CARRIER}:5060", front.proxy.sip)
    assert (await front.carrier.hears()).startswith("INVITE sip:6175550142@")
    assert (await engine.hears()).startswith("SIP/2.0 100")
    engine.says("INVITE", f"sip:900@{STRANGER}:{victim.port}", front.proxy.sip)
    assert (await engine.hears()).startswith("SIP/2.0 403")
    assert await victim.hears(seconds=0.3) == ""


@pytest.mark.parametrize("who", ["handset", "carrier", "engine"])
async def test_a_dialog_of_ones_own_making_leads_nowhere(front: Front, who: str) -> None:
    victim = Peer(STRANGER)
    speaker = {"handset": Peer(), "carrier": front.carrier, "engine": front.engines[0]}[who]
    route = f"Route: <sip:{INSIDE}:{front.proxy.sip};lr>"
    for more in (route, f"{route}\r\nRoute: <sip:{STRANGER}:{victim.port};lr>"):
        where = f"sip:x@{STRANGER}:{victim.port}"
        speaker.says("BYE", where, front.proxy.sip, more=more, to=";tag=2")
        assert (await speaker.hears()).startswith("SIP/2.0 4")
    assert await victim.hears(seconds=0.3) == ""


# --- telephones behind it -------------------------------------------------------------


@pytest.fixture
async def town(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Behind]:
    town = Behind(tmp_path, carrier_speaks=getattr(request, "param", "udp"))
    async with town.stack:
        yield town


@pytest.mark.parametrize("town", ["udp", "tls"], indirect=True)
@pytest.mark.long
@pytest.mark.telephone
async def test_a_handset_over_tls_calls_a_telephone_and_hears_that_it_hung_up(
    town: Behind,
) -> None:
    await town.open()
    julian, call = await town.talking_on_phones()
    assert tone_in(await since(town.mama, 1.0), JULIAN_HZ) > LOUD
    assert tone_in(await since(julian, 1.0), MAMA_HZ) > LOUD
    telephony = town.engine.telephony
    assert telephony is not None
    assert town.kamailio is not None
    (seen,) = telephony.handsets_seen()
    assert seen.address != f"{INSIDE}:{town.kamailio.sip}", "where it is, not where the proxy is"
    town.mama.hangs_up()
    await ended(town, call, EndReason.HUNG_UP_OUTSIDE)
    assert not julian.saw("CALL_CLOSED"), "Julian may dial somebody else"
    julian.hangs_up()
    await until(lambda: telephony.phones == 0, "no dialog")


@pytest.mark.parametrize("town", ["udp", "tls"], indirect=True)
@pytest.mark.long
@pytest.mark.telephone
async def test_what_the_engine_ends_is_over_at_both_telephones(town: Behind) -> None:
    town.control.permit_changes = {"limit_seconds": 2, "warn_seconds": 1}
    await town.open()
    julian, call = await town.talking_on_phones()
    await ended(town, call, EndReason.TIME_UP)
    await town.mama.sees("CALL_CLOSED")
    assert town.engine.telephony is not None
    await town.engine.telephony.close()  # every receiver, on the connection that it made
    await julian.sees("CALL_CLOSED")
