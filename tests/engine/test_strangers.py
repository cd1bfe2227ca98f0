"""Passes that are not good, and pages that do not keep to the protocol."""

import asyncio
import json
import time
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from kinline.core.call.states import EndReason, Side
from kinline.core.passes import LIFE_SECONDS, Right
from kinline.engine.fake_control import fresh_pass
from tests.engine.browsers import Microphone, until
from tests.engine.conftest import JULIAN, NUMBER, QUICK, Town


async def turned_away(town: Town, query: str) -> tuple[int, str]:
    """The close code and reason a browser sees."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(town.url(query)) as ws,
    ):
        message = await ws.receive(timeout=5)
        assert message.type is aiohttp.WSMsgType.CLOSE
        return message.data, message.extra


def dial_pass(town: Town, **changes: Any) -> str:
    given = {"right": Right.DIAL, "side": Side.INSIDE, "subject": JULIAN, "now": int(time.time())}
    return fresh_pass(changes.pop("key", town.pass_key), **{**given, **changes})


async def test_a_pass_that_is_not_good_is_refused_with_its_reason(town: Town) -> None:
    good = dial_pass(town)
    bad = {
        "malformed": "body.x",
        "forged": dial_pass(town, key=b"another key that is 32 bytes lo"),
        "expired": dial_pass(town, now=int(time.time()) - LIFE_SECONDS - 1),
        "foreign": dial_pass(town, engine="e2"),
    }
    for reason, word in bad.items():
        assert await turned_away(town, f"pass={word}") == (4401, reason)
    for query in ("", "pass=", "pass=%00%ff", f"pass={good}x", "resume=never-issued", "pass=a.b.c"):
        code, _ = await turned_away(town, query)
        assert code == 4401, query

    page = await town.browser(good)
    await page.hears("hello", right="dial", engine="e1")
    assert await turned_away(town, f"pass={good}") == (4401, "used")
    await page.say("ping")
    await page.hears("pong")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "message.not_json"),
        ("\x00\x01", "message.not_json"),
        ("[" * 20_000, "message.unknown"),
        ("[]", "message.unknown"),
        ("null", "message.unknown"),
        ('{"type":"dance"}', "message.unknown"),
        ('{"type":"dial"}', "message.unknown"),
        ('{"type":"dial","number":12,"key":"dial-key-1"}', "message.unknown"),
        ('{"type":"dial","number":"+1617","key":"dial-key-1","more":1}', "message.unknown"),
        (json.dumps({"type": "dial", "number": "1" * 10_000, "key": "k" * 8}), "message.unknown"),
        (json.dumps({"type": "key", "digit": "1" * 10_000}), "message.unknown"),
        ('{"type":"key","digit":"A"}', "message.unknown"),
        (json.dumps({"type": "offer", "sdp": "x" * 70_000}), "message.too_long"),
    ],
)
async def test_what_the_protocol_does_not_have_gets_its_code(
    town: Town, text: str, code: str
) -> None:
    page = await town.tablet()
    await page.say_raw(text)
    await page.hears("error", code=code)
    await page.say("ping")
    await page.hears("pong")


async def test_the_third_bad_message_ends_the_connection(town: Town) -> None:
    page = await town.tablet()
    await page.say_raw("{")
    await page.say_bytes(b"\x00")
    await page.say_raw("}")
    assert await page.closed() == 4400


async def test_ten_thousand_digits_disturb_nobody(town: Town) -> None:
    tablet, phone, call = await town.answered()
    noisy = await town.tablet()
    for _ in range(10_000):
        try:
            await noisy.say("key", digit="1")
        except (ConnectionError, aiohttp.ClientError):
            break
    assert await noisy.closed() == 4400
    await phone.say("key", digit="1")
    await tablet.hears("state", call=call, state="talking")


async def test_more_keys_than_a_hand_can_press_are_dropped(town: Town) -> None:
    tablet, phone, _ = await town.answered()
    for _ in range(30):
        await phone.say("key", digit="5")
    await phone.say("key", digit="2")
    await phone.say("ping")
    await phone.hears("pong")
    assert not [m for m in tablet.messages if m["type"] == "ended"], "the 31st key was not heard"
    (page,) = [p for p in town.engine.desk.sessions.pages if p.keys_dropped]
    assert page.keys_dropped == 11


async def test_a_flood_of_messages_ends_the_connection(town: Town) -> None:
    page = await town.tablet()
    for _ in range(150):
        try:
            await page.say("ping")
        except (ConnectionError, aiohttp.ClientError):
            break
    assert await page.closed() == 4400


async def test_a_silent_page_is_closed_as_idle(town: Town) -> None:
    await town.stack.aclose()
    await town.start(times=replace(QUICK, idle=0.2))
    async with town.stack:
        page = await town.tablet()
        await page.hears("bye", code="idle")
        assert await page.closed() == 4408


async def test_messages_out_of_order_get_an_answer(town: Town) -> None:
    phone, tablet = await town.phone(), await town.tablet()
    for kind, code in (
        ("answer", "answer.nothing_rings"),
        ("decline", "decline.nothing_rings"),
        ("hangup", "hangup.no_call"),
        ("record_name", "name.no_right"),
    ):
        await phone.say(kind)
        await phone.hears("error", code=code)
    await phone.say("key", digit="1")
    await phone.hears("error", code="key.no_call")
    await phone.say("offer", sdp="v=0")
    await phone.hears("error", code="offer.early")
    await phone.say("dial", number=NUMBER, key="dial-key-1")
    await phone.hears("error", code="dial.no_right")
    await tablet.say("answer")
    await tablet.hears("error", code="answer.nothing_rings")


async def test_an_offer_of_a_page_that_only_rings_is_early(town: Town) -> None:
    phone = await town.phone()
    await town.dialled()
    await phone.hears("ring")
    await phone.say("offer", sdp="v=0")
    await phone.hears("error", code="offer.early")


async def test_the_same_dial_again_is_the_same_call(town: Town) -> None:
    tablet, call = await town.dialled("dial-key-1")
    await tablet.say("dial", number=NUMBER, key="dial-key-1")
    await tablet.hears("call", after=2, call=call)
    again = await town.tablet()
    await again.say("dial", number=NUMBER, key="dial-key-1")
    await again.hears("call", call=call)
    await tablet.hears("taken", call=call)
    await again.say("hangup")
    await again.hears("ended", call=call)

    late = await town.tablet()
    await late.say("dial", number=NUMBER, key="dial-key-1")
    await late.hears("ended", call=call, reason="hung_up_inside")
    assert len(town.control.asked) == 1


async def test_one_dial_pass_is_one_call(town: Town) -> None:
    tablet, _ = await town.dialled("dial-key-1")
    await tablet.say("dial", number=NUMBER, key="dial-key-2")
    await tablet.hears("error", code="dial.used")
    assert len(town.control.asked) == 1


async def test_a_dial_while_web_is_away_can_be_tried_again(town: Town) -> None:
    town.control.away = True
    tablet = await town.tablet()
    await tablet.say("dial", number=NUMBER, key="dial-key-1")
    await tablet.hears("error", code="control.unavailable")
    town.control.away = False
    await tablet.say("dial", number=NUMBER, key="dial-key-1")
    await tablet.hears("call")


async def test_a_full_engine_says_so(town: Town) -> None:
    await town.stack.aclose()
    await town.start(max_calls=1)
    async with town.stack:
        await town.dialled("dial-key-1")
        second = await town.tablet()
        await second.say("dial", number=NUMBER, key="dial-key-2")
        await second.hears("error", code="engine.full")


# --- session descriptions -------------------------------------------------------------


async def good_offer() -> str:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.addTransceiver(Microphone(440), "sendrecv")
    connection.addTransceiver("audio", "recvonly")
    await connection.setLocalDescription(await connection.createOffer())
    sdp = str(connection.localDescription.sdp)
    await connection.close()
    return sdp


async def bad_offers() -> dict[str, str]:
    good = await good_offer()
    return {
        "sdp.too_long": good + "a=x:" + "y" * 20_000,
        "sdp.lines": "v=0",
        "sdp.unreadable": good.replace("m=audio ", "m=audio x", 1),
        "sdp.no_opus": good.replace("opus/48000/2", "speex/16000"),
        "sdp.directions": good.replace("a=recvonly", "a=sendonly"),
        "sdp.too_many_candidates": good
        + "".join(f"a=candidate:{n} 1 udp 1 10.0.0.1 {1000 + n} typ host\r\n" for n in range(40)),
    }


@pytest.mark.parametrize(
    "code",
    [
        "sdp.too_long",
        "sdp.lines",
        "sdp.unreadable",
        "sdp.no_opus",
        "sdp.directions",
        "sdp.too_many_candidates",
    ],
)
async def test_an_offer_that_cannot_be_answered_gets_its_code(town: Town, code: str) -> None:
    tablet = await town.tablet()
    await tablet.say("dial", number=NUMBER, key="dial-key-1")
    await tablet.hears("call")
    await tablet.say("offer", sdp=(await bad_offers())[code])
    await tablet.hears("error", code=code)
    await tablet.connects()
    await until(lambda: tablet.announcer.count > 3, "the ringing tone after a good offer")


async def test_a_page_that_offers_without_end_is_told_to_stop(town: Town) -> None:
    tablet, _ = await town.dialled()
    offer = await good_offer()
    for _ in range(10):
        await tablet.say("offer", sdp=offer)
    await tablet.hears("error", code="offer.too_many")


async def test_the_third_bad_offer_ends_the_call_as_a_fault(town: Town) -> None:
    tablet, call = await town.dialled()
    for _ in range(3):
        await tablet.say("offer", sdp="v=0")
    await tablet.hears("ended", call=call, reason="fault")
    end = await until(lambda: town.control.end_of(call), "the end")
    assert end.reason is EndReason.FAULT


async def test_random_offers_never_reach_the_page_as_a_trace(town: Town) -> None:
    good = await good_offer()
    lines = good.splitlines()
    for number in range(0, len(lines), 5):
        page = await town.tablet()
        await page.say("dial", number=NUMBER, key=f"dial-key-{number}")
        await page.hears("call")
        maimed = [line[: len(line) // 2] if n == number else line for n, line in enumerate(lines)]
        seen = len(page.messages)
        await page.say("offer", sdp="\r\n".join(maimed) + "\r\n")
        await until(
            lambda page=page, seen=seen: [
                m for m in page.messages[seen:] if m["type"] in ("sdp", "error")
            ],
            "an answer or a code",
        )
        assert "Traceback" not in str(page.messages)


async def test_many_strangers_at_once_do_not_disturb_a_call(town: Town) -> None:
    _, phone, _ = await town.talking()

    async def knock() -> None:
        assert (await turned_away(town, "pass=nonsense"))[0] == 4401

    await asyncio.gather(*(knock() for _ in range(50)))
    seen = phone.peer.count
    await until(lambda: phone.peer.count > seen + 10, "the talk going on")
