"""Carriers: passwords, early sound, refusals, and what crosses on the way."""

import asyncio
from pathlib import Path

import pytest

from kinline.engine.signalling.sip.messages import (
    Answered,
    Gone,
    HangUp,
    Moved,
    Ringing,
    Setup,
    Standing,
    TrunkIs,
    TrunkLine,
)
from tests.engine.baresip import free_port
from tests.engine.browsers import until
from tests.engine.carrier import Carrier, proves
from tests.engine.fake_engine import FakeEngine
from tests.engine.sipp import Sipp, carrier

USER, SECRET = "county-of-bristol", "a-long-secret-of-a-trunk"
CALLER = "+15085550100"
CHALLENGES = {
    "401": ("401 Unauthorized", "WWW-Authenticate", "Authorization", ""),
    "407": ("407 Authentication Required", "Proxy-Authenticate", "Proxy-Authorization", ""),
    "407 with qop": (
        "407 Authentication Required",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        ',qop="auth"',
    ),
}


def trunk(port: int, user: str = "", secret: str = "") -> Setup:
    return Setup(trunks=(TrunkLine("t1", "127.0.0.1", port, CALLER, user, secret),))


def wrong(port: int) -> Setup:
    return trunk(port, USER, "not-that-one")


# --- passwords --------------------------------------------------------------------------


async def challenged(outside: Carrier, challenge: str) -> bool:
    """The carrier asks for a password once; whether the second INVITE proves the right one."""
    status, header, wanted, qop = CHALLENGES[challenge]
    more = f'{header}: Digest realm="carrier",nonce="n1",algorithm=MD5{qop}'
    outside.answers(await outside.hears("INVITE"), status, more=more)
    again = await outside.hears("INVITE")
    await outside.hears("ACK")
    if qop:
        assert "qop=auth" in again.header(wanted.lower())
    return proves(again.header(wanted.lower()), "INVITE", USER, SECRET, "carrier", "n1")


@pytest.mark.parametrize("challenge", CHALLENGES)
async def test_a_carrier_that_wants_a_password_gets_it(tmp_path: Path, challenge: str) -> None:
    async with (
        Carrier() as outside,
        FakeEngine(tmp_path, trunk(outside.port, USER, SECRET)) as engine,
    ):
        dialog = engine.dial()
        assert await challenged(outside, challenge)
        outside.answers(outside.invite, "200 OK", "sendrecv")
        await outside.hears("ACK")
        await engine.hears(dialog, Answered)
        engine.say(HangUp(dialog))
        outside.answers(await outside.hears("BYE"), "200 OK")
        await engine.hears(dialog, Gone)
        assert SECRET not in engine.log


@pytest.mark.parametrize("challenge", CHALLENGES)
async def test_a_wrong_password_is_no_connection_and_is_said_in_the_log(
    tmp_path: Path, challenge: str
) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, wrong(outside.port)) as engine:
        dialog = engine.dial()
        assert not await challenged(outside, challenge)
        outside.answers(outside.invite, "403 Forbidden")
        gone = await engine.hears(dialog, Gone)
        assert isinstance(gone, Gone)
        assert gone.code == 403
        assert "carrier refuses us" in engine.log
        assert "not-that-one" not in engine.log


async def test_a_carrier_that_goes_on_asking_for_a_password_is_asked_no_third_time(
    tmp_path: Path,
) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, wrong(outside.port)) as engine:
        dialog = engine.dial()
        for nonce in ("one", "two"):
            invite = await outside.hears("INVITE")
            more = f'WWW-Authenticate: Digest realm="c",nonce="{nonce}",algorithm=MD5'
            outside.answers(invite, "401 Unauthorized", more=more)
            await outside.hears("ACK")
        gone = await engine.hears(dialog, Gone)
        assert isinstance(gone, Gone)
        assert gone.code == 401
        assert "carrier wants another user or password" in engine.log


async def test_a_carrier_that_trusts_our_address_but_asks_for_a_password_is_named(
    tmp_path: Path,
) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        dialog = engine.dial()
        more = 'Proxy-Authenticate: Digest realm="c",nonce="n",algorithm=MD5'
        outside.answers(await outside.hears("INVITE"), "407 Authenticate", more=more)
        gone = await engine.hears(dialog, Gone)
        assert isinstance(gone, Gone)
        assert gone.code == 407
        assert "carrier wants a user and a password" in engine.log


@pytest.mark.sipp
async def test_a_carrier_that_trusts_our_address_is_told_no_password(tmp_path: Path) -> None:
    port = free_port()
    outside = Sipp(tmp_path, "carrier", carrier(), "-aa", port=port)
    async with outside, FakeEngine(tmp_path, trunk(port)) as engine:
        dialog = engine.dial()
        await engine.hears(dialog, Ringing)
        await engine.hears(dialog, Answered)
        engine.say(HangUp(dialog))
        await until(lambda: outside.result().good == 1, "the call")


# --- what a carrier says ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("302 Moved Temporarily", 302),
        ("486 Busy Here", 486),
        ("503 Service Unavailable", 503),
        ("603 Decline", 603),
    ],
)
async def test_a_refusal_comes_with_its_code_and_leaves_nothing(
    tmp_path: Path, status: str, code: int
) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        dialog = engine.dial()
        invite = await outside.hears("INVITE")
        outside.answers(invite, "100 Trying")
        outside.answers(invite, status)
        await outside.hears("ACK")
        gone = await engine.hears(dialog, Gone)
        assert isinstance(gone, Gone)
        assert gone.code == code


async def test_early_sound_is_told_and_the_answer_counts(tmp_path: Path) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        dialog = engine.dial()
        invite = await outside.hears("INVITE")
        outside.answers(invite, "183 Session Progress", "sendrecv")
        early = await engine.hears(dialog, Ringing)
        assert isinstance(early, Ringing)
        assert early.media is not None
        assert early.media.port == 45_000
        assert not [m for m in engine.told if isinstance(m, Answered)], "nobody lifted it"
        outside.answers(invite, "200 OK", "sendrecv")
        await engine.hears(dialog, Answered)
        await outside.hears("ACK")


async def test_an_answer_that_is_repeated_counts_once_and_is_acknowledged_each_time(
    tmp_path: Path,
) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        dialog = engine.dial()
        invite = await outside.hears("INVITE")
        for _ in range(3):
            outside.answers(invite, "200 OK", "sendrecv")
            await outside.hears("ACK")
        await engine.hears(dialog, Answered)
        assert sum(isinstance(message, Answered) for message in engine.told) == 1


async def talking(engine: FakeEngine, outside: Carrier) -> str:
    dialog = engine.dial()
    invite = await outside.hears("INVITE")
    outside.answers(invite, "200 OK", "sendrecv")
    await outside.hears("ACK")
    await engine.hears(dialog, Answered)
    return dialog


async def test_two_changes_at_once_leave_the_call_standing(tmp_path: Path) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        dialog = await talking(engine, outside)
        outside.asks("INVITE", "sendonly")  # hold
        outside.asks("INVITE", "sendrecv")  # and back, before the first was answered
        first = await outside.hears("INVITE", answer=True)
        assert first.code in (100, 200)
        codes = set()
        while not {200, 491, 500} & codes:
            codes.add((await outside.hears("INVITE", answer=True)).code)
        outside.asks("ACK", number=1)
        outside.asks("ACK", number=2)
        moved = await engine.hears(dialog, Moved)
        assert isinstance(moved, Moved)
        assert not [m for m in engine.told if isinstance(m, Gone)]
        outside.asks("BYE", number=3)
        assert (await outside.hears("BYE", answer=True)).code == 200
        await engine.hears(dialog, Gone)


async def test_both_hang_up_at_once(tmp_path: Path) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        dialog = await talking(engine, outside)
        engine.say(HangUp(dialog))
        ours = await outside.hears("BYE")
        outside.asks("BYE")  # it had not heard ours yet
        assert (await outside.hears("BYE", answer=True)).code in (200, 481)
        outside.answers(ours, "481 Call Leg Does Not Exist")
        await engine.hears(dialog, Gone)
        assert sum(isinstance(message, Gone) for message in engine.told) == 1
        assert engine.alive


async def test_a_line_that_is_lifted_while_we_give_up_is_put_down_again(tmp_path: Path) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        dialog = engine.dial()
        invite = await outside.hears("INVITE")
        outside.answers(invite, "180 Ringing")
        await engine.hears(dialog, Ringing)
        engine.say(HangUp(dialog))
        cancel = await outside.hears("CANCEL")
        outside.answers(invite, "200 OK", "sendrecv")  # it crossed with the CANCEL
        outside.answers(cancel, "200 OK")
        await outside.hears("ACK")
        outside.answers(await outside.hears("BYE"), "200 OK")
        await engine.hears(dialog, Gone)


@pytest.mark.long
async def test_a_carrier_that_falls_silent_is_told_and_told_again_when_it_is_back(
    tmp_path: Path,
) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        await until(lambda: engine.trunks.get("t1") is True, "the carrier")
        outside.awake = False
        await until(lambda: engine.trunks["t1"] is False, "its silence", patience=80)
        outside.awake = True
        await until(lambda: engine.trunks["t1"] is True, "its return", patience=40)
        changes = [message.up for message in engine.told if isinstance(message, TrunkIs)]
        assert changes == [True, False, True]


@pytest.mark.long
async def test_calls_that_ended_in_every_way_leave_nothing(tmp_path: Path) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        for status in ("486 Busy Here", "302 Moved Temporarily", "503 Service Unavailable"):
            dialog = engine.dial()
            outside.answers(await outside.hears("INVITE"), status)
            await engine.hears(dialog, Gone)
            await outside.hears("ACK")
        dialog = engine.dial(ring_seconds=1)  # nobody answers, not even the CANCEL
        await outside.hears("INVITE")
        await engine.hears(dialog, Gone, patience=15)
        dialog = await talking(engine, outside)
        engine.say(HangUp(dialog))
        await outside.hears("BYE")  # and it is not answered
        nothing = Standing(0, 0, 0)
        await asyncio.sleep(5.5)
        await until(lambda: engine.standing == nothing, "nothing left", patience=110)
