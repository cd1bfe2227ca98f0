"""Staff listen to a call under way: they hear both sides, and nobody hears or sees them."""

import asyncio
import time
from typing import Self

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from kinline.core.call.states import EndReason, Side
from kinline.core.control import Command, Order
from kinline.core.ids import CallId
from kinline.core.passes import Right
from kinline.engine.private import PrivateRoom
from kinline.engine.signalling.protocol import CALL_OVER
from tests.engine.browsers import Browser, Ear, tone, until
from tests.engine.conftest import JULIAN_HZ, MAMA_HZ, Town

SAM = "sam"  # an investigator's account


class Listener:
    """Sam's page: one connection for each side, through which nothing can be sent."""

    def __init__(self, page: Browser) -> None:
        self.page = page
        self.ears = {side: Ear() for side in Side}
        self._connections: list[RTCPeerConnection] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(one.close() for one in self._connections))

    async def hears(self, after: int = 0) -> Self:
        for side in Side:
            offer = await self.page.hears("hear", after=after, source=side.value)
            assert "a=sendonly" in offer["sdp"], "the engine takes nothing from who listens"
            third = RTCPeerConnection(RTCConfiguration(iceServers=[]))
            await third.setRemoteDescription(RTCSessionDescription(offer["sdp"], "offer"))
            third.getTransceivers()[0].receiver._RTCRtpReceiver__jitter_buffer = self.ears[side]
            await third.setLocalDescription(await third.createAnswer())
            self._connections.append(third)
            await self.page.say("heard", source=side.value, sdp=third.localDescription.sdp)
        for side in Side:
            ear = self.ears[side]
            await until(lambda ear=ear: ear.count > 20, f"sound of {side}")
        return self


async def sam_asks(town: Town, call: str) -> Browser:
    word = town.pass_for(Right.LISTEN, Side.OUTSIDE, SAM, call=call)
    return await town.browser(word)


async def test_who_listens_hears_each_side_and_neither_side_is_changed(town: Town) -> None:
    tablet, phone, call = await town.talking()
    page = await sam_asks(town, call)
    assert (await page.hears("state"))["state"] == "talking"
    async with await Listener(page).hears() as sam:
        assert set(sam.ears[Side.INSIDE].since(0)) <= set(tone(JULIAN_HZ))
        assert set(sam.ears[Side.OUTSIDE].since(0)) <= set(tone(MAMA_HZ))
        began, seen = time.monotonic(), len(tablet.messages) + len(phone.messages)
        await until(lambda: len(tablet.peer.since(began)) > 20, "Julian goes on hearing his mother")
        assert set(tablet.peer.since(began)) <= set(tone(MAMA_HZ))
        assert set(phone.peer.since(began)) <= set(tone(JULIAN_HZ))
        assert len(tablet.messages) + len(phone.messages) == seen, "and nobody is told"
        await tablet.say("hangup")
        assert (await page.hears("ended"))["reason"] == EndReason.HUNG_UP_INSIDE


async def test_before_she_accepts_there_is_nothing_to_hear(town: Town) -> None:
    _tablet, phone, call = await town.answered()
    page = await sam_asks(town, call)
    assert (await page.hears("state"))["state"] == "announcing"
    await asyncio.sleep(0.3)
    assert not [one for one in page.messages if one["type"] == "hear"]
    await phone.say("key", digit="1")
    async with await Listener(page).hears() as sam:
        assert sam.ears[Side.INSIDE].count
        assert sam.ears[Side.OUTSIDE].count


async def test_a_private_call_lets_nobody_listen_and_answers_as_if_it_were_over(
    town: Town,
) -> None:
    """Web gives no pass for one; if it did, there would still be nothing to let them into."""
    town.control.private = True
    _tablet, _phone, call = await town.talking()
    assert not hasattr(PrivateRoom, "listen")
    private, unknown = await sam_asks(town, call), await sam_asks(town, "no-such-call")
    assert await private.closed() == await unknown.closed() == CALL_OVER
    assert private.messages == unknown.messages == [{"type": "bye", "code": "call.over"}]


async def test_who_listens_can_neither_talk_nor_press_keys_nor_end(town: Town) -> None:
    tablet, _phone, call = await town.talking()
    page = await sam_asks(town, call)
    await page.hears("state")
    await page.say("hangup")
    await page.say("offer", sdp="v=0")
    await page.say("key", digit="9")
    await page.hears("error", code="key.no_call")
    assert [one["code"] for one in page.messages if one["type"] == "error"][:2] == [
        "listen.only",
        "listen.only",
    ]
    assert not [one for one in tablet.messages if one["type"] == "ended"]


async def test_a_lost_line_is_offered_anew_and_the_end_is_said_at_each_return(town: Town) -> None:
    tablet, _phone, call = await town.talking()
    page = await sam_asks(town, call)
    resume = (await page.hears("hello"))["resume"]
    async with await Listener(page).hears():
        await page.breaks_line()
        seen = len(page.messages)
        await page.open(town.url(f"resume={resume}"))
        async with await Listener(page).hears(after=seen):
            pass
        seen = len(page.messages)
        await page.say("listen")
        async with await Listener(page).hears(after=seen):
            pass
    await town.engine.board.obey(
        Command(id=1, order=Order.END, call=CallId(call), reason=EndReason.STAFF)
    )
    await tablet.hears("ended", reason=EndReason.STAFF.value)
    await page.hears("ended", reason=EndReason.STAFF.value)
    seen = len(page.messages)
    await page.open(town.url(f"resume={resume}"))
    await page.hears("ended", after=seen, reason=EndReason.STAFF.value)
