"""Signs of a third party in whole calls: told within three seconds, cut only where the permit says.

A tablet calls a telephone of a carrier made of a socket; the sip process, the engine and its room
are the real ones.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest

from kinline.core.call.signs import SignKind, SignPolicy
from kinline.core.call.states import EndReason, Side
from kinline.core.control import Ended, SignSeen, Step, Trunk
from kinline.engine.media.relay import rtp
from kinline.sealed.codec import Codec
from tests.engine.browsers import Browser, until
from tests.engine.carrier import Carrier
from tests.engine.exchange import OUTSIDE, Exchange
from tests.engine.test_sip_signs import COUSIN, FLAGGED_SECONDS
from tests.engine.test_tones import american, encoded, special

pytestmark = pytest.mark.telephone

FLAG_ALL, CUT_ALL = SignPolicy(), SignPolicy(frozenset(SignKind))
KEY_ONE = b"\x01\x8a\x03\x20"  # "1", its end (RFC 4733)
CARRIERS_SOUND = 45_000  # as carrier.SDP has it


class Line:
    """The sound of the carrier's telephone: what is said goes out in packets of 20 ms."""

    def __init__(self, where: tuple[str, int]) -> None:
        self._where, self._number, self._stamp = where, 0, 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", CARRIERS_SOUND))

    def close(self) -> None:
        self._socket.close()

    def put(self, payload: bytes, kind: int = 0) -> None:
        self._number += 1
        data = rtp.packed(payload, kind=kind, number=self._number, timestamp=self._stamp, source=7)
        self._socket.sendto(data, self._where)

    async def says(self, sound: np.ndarray) -> None:
        data, began = encoded(sound, Codec.PCMU), time.monotonic()
        for place in range(0, len(data), 160):
            self._stamp += 160
            self.put(data[place : place + 160])
            await asyncio.sleep(max(0.0, began + (place + 160) / 8000 - time.monotonic()))

    async def accepts(self) -> None:
        """Lift, say something, press 1."""
        await self.says(np.zeros(1600))
        self.put(KEY_ONE, kind=101)


class Suspicious(Exchange):
    """A town whose calls go to `outside`, under a policy about signs."""

    def __init__(self, folder: Path, outside: Carrier, medium: str = "relay") -> None:
        super().__init__(folder, medium)
        self.outside = outside

    def carrier(self) -> Trunk:
        return Trunk("t1", OUTSIDE, self.outside.port, caller="5085550100")

    async def opens(self, policy: SignPolicy | None, *, private: bool = False) -> None:
        self.control.permit_changes = {"signs": policy}
        self.control.private = private
        await self.open()

    async def rung(self) -> tuple[Browser, str]:
        tablet, call = await self.dialled(codec=Codec.PCMU)
        await self.outside.hears("INVITE")
        return tablet, call

    async def talks(self) -> tuple[Browser, str, Line]:
        tablet, call = await self.rung()
        self.outside.answers(self.outside.invite, "200 OK", "sendrecv")
        await self.outside.hears("ACK")
        text = self.outside.invite.body
        port = next(row.split()[1] for row in text.splitlines() if row.startswith("m=audio"))
        line = Line(("127.0.0.1", int(port)))
        self.stack.callback(line.close)
        await line.accepts()
        await until(lambda: Step.ACCEPTED in self.control.steps(call), "acceptance")
        return tablet, call, line

    async def told(self, call: str, since: float) -> SignSeen:
        signs: list[SignSeen] = await until(lambda: self.control.signs_of(call), "a sign")
        assert time.monotonic() - since < FLAGGED_SECONDS
        return signs[0]

    async def is_over(self, call: str) -> Ended:
        end: Ended = await until(lambda: self.control.end_of(call), "the end")
        return end


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Suspicious]:
    async with Carrier() as outside:
        town = Suspicious(tmp_path, outside)
        async with town.stack:
            yield town


async def forwarded(town: Suspicious) -> tuple[str, float]:
    _, call = await town.rung()
    began = time.monotonic()
    town.outside.answers(town.outside.invite, "180 Ringing", more=f"Diversion: {COUSIN}")
    return call, began


async def redirected(town: Suspicious) -> tuple[str, float]:
    _, call = await town.rung()
    began = time.monotonic()
    more = f"Contact: {COUSIN}"
    town.outside.answers(town.outside.invite, "302 Moved Temporarily", more=more)
    return call, began


async def transferred(town: Suspicious) -> tuple[str, float]:
    _, call, _ = await town.talks()
    began = time.monotonic()
    town.outside.asks("REFER", more=f"Refer-To: {COUSIN}")
    return call, began


async def moved(town: Suspicious) -> tuple[str, float]:
    _, call, _ = await town.talks()
    began = time.monotonic()
    town.outside.asks("INVITE", "sendrecv", host="198.51.100.7")
    return call, began


async def rung_again(town: Suspicious) -> tuple[str, float]:
    _, call, line = await town.talks()
    began = time.monotonic()
    await line.says(american()[: 2 * 8000])
    return call, began


async def reached_nobody(town: Suspicious) -> tuple[str, float]:
    _, call, line = await town.talks()
    began = time.monotonic()
    await line.says(special())
    return call, began


SIGNS: dict[SignKind, tuple[Callable[..., object], dict[str, str]]] = {
    SignKind.DIVERTED: (forwarded, {"header": "Diversion", "value": COUSIN, "in": "180 Ringing"}),
    SignKind.REDIRECTED: (redirected, {"status": "302 Moved Temporarily", "contact": COUSIN}),
    SignKind.REFERRED: (transferred, {"refer_to": COUSIN}),
    SignKind.THIRD_HOST: (
        moved,
        {"host": "198.51.100.7", "hosts_before": "127.0.0.1", "in": "INVITE"},
    ),
    SignKind.RINGBACK: (rung_again, {"tones": "440 Hz + 480 Hz", "seconds": "1.2"}),
    SignKind.SPECIAL_TONE: (reached_nobody, {"tones": "950 Hz + 1400 Hz + 1800 Hz"}),
}


@pytest.mark.parametrize("kind", SIGNS, ids=str)
async def test_a_sign_is_told_within_three_seconds_and_cuts_nothing(
    town: Suspicious, kind: SignKind
) -> None:
    act, wanted = SIGNS[kind]
    await town.opens(FLAG_ALL)
    call, began = await act(town)  # type: ignore[misc]
    told = await town.told(call, began)
    assert (told.kind, told.side, told.cut) == (kind, Side.OUTSIDE, False)
    assert wanted.items() <= told.evidence.items()
    await asyncio.sleep(0.3)
    end = town.control.end_of(call)
    if kind is SignKind.REDIRECTED:
        assert (await town.is_over(call)).reason is EndReason.NOT_CONNECTED
    else:
        assert end is None, "it is flagged, and goes on"
    assert len(town.control.signs_of(call)) == 1


@pytest.mark.parametrize("kind", SIGNS, ids=str)
async def test_a_sign_ends_the_call_where_the_policy_says_so(
    town: Suspicious, kind: SignKind
) -> None:
    act, wanted = SIGNS[kind]
    await town.opens(SignPolicy(frozenset({kind})))
    call, began = await act(town)  # type: ignore[misc]
    told = await town.told(call, began)
    assert told.cut
    assert wanted.items() <= told.evidence.items()
    end = await town.is_over(call)
    assert (end.reason, end.side) == (EndReason.THIRD_PARTY, Side.OUTSIDE)
    assert told.seq < end.seq, "the books hear why before they hear that"


async def test_another_kind_than_the_one_that_cuts_goes_on(town: Suspicious) -> None:
    await town.opens(SignPolicy(frozenset(SignKind) - {SignKind.REFERRED}))
    call, began = await transferred(town)
    assert not (await town.told(call, began)).cut
    await asyncio.sleep(0.3)
    assert town.control.end_of(call) is None


async def test_in_a_private_call_headers_are_signs_and_nobody_listens_for_tones(
    town: Suspicious,
) -> None:
    await town.opens(FLAG_ALL, private=True)
    call, _ = await rung_again(town)
    await asyncio.sleep(0.3)
    assert town.control.signs_of(call) == []
    began = time.monotonic()
    town.outside.asks("REFER", more=f"Refer-To: {COUSIN}")
    assert (await town.told(call, began)).kind is SignKind.REFERRED


async def test_without_a_policy_nobody_looks(town: Suspicious) -> None:
    await town.opens(None)
    call, _ = await rung_again(town)
    town.outside.asks("REFER", more=f"Refer-To: {COUSIN}")
    await town.outside.hears("REFER", answer=True)
    await asyncio.sleep(0.3)
    assert town.control.signs_of(call) == []


async def test_a_sign_that_web_could_not_hear_is_told_when_it_is_back(town: Suspicious) -> None:
    await town.opens(FLAG_ALL)
    _, call, _ = await town.talks()
    town.control.away = True
    town.outside.asks("REFER", more=f"Refer-To: {COUSIN}")
    await town.outside.hears("REFER", answer=True)
    await asyncio.sleep(0.5)
    assert town.control.signs_of(call) == []
    town.control.away = False
    await until(lambda: town.control.signs_of(call), "the sign")


@pytest.mark.rtpengine
async def test_with_rtpengine_the_copy_for_the_recording_is_heard(tmp_path: Path) -> None:
    async with Carrier() as outside:
        town = Suspicious(tmp_path, outside, "rtpengine")
        async with town.stack:
            await town.opens(CUT_ALL)
            call, began = await rung_again(town)
            told = await town.told(call, began)
            assert (told.kind, told.cut) == (SignKind.RINGBACK, True)
            assert (await town.is_over(call)).reason is EndReason.THIRD_PARTY
