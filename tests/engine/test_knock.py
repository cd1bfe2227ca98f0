"""A knock: a page learns whether sound and picture would get through, and nothing is carried."""

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from kinline.engine.media.port import OfferRefused
from kinline.engine.media.relay.knock import Knocks
from tests.engine.browsers import until


async def offer(*kinds: str) -> tuple[RTCPeerConnection, str]:
    page = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in kinds:
        page.addTransceiver(kind, "sendonly" if kind == "audio" else "recvonly")
    await page.setLocalDescription(await page.createOffer())
    return page, page.localDescription.sdp


async def test_whoever_reaches_us_is_connected_and_forgotten() -> None:
    knocks = Knocks(lasts=1.0)
    page, sdp = await offer("audio")
    answer = await knocks.answer(sdp)
    assert "a=inactive" in answer, "nothing is sent and nothing is taken"
    await page.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await until(lambda: page.connectionState == "connected", "a way through")
    await until(lambda: page.connectionState == "closed", "its end")
    await knocks.close()
    await page.close()


async def test_what_is_no_knock_is_not_answered() -> None:
    knocks = Knocks()
    for kinds in (("video",), ("audio", "audio")):
        page, sdp = await offer(*kinds)
        with pytest.raises(OfferRefused, match=r"sdp\.lines"):
            await knocks.answer(sdp)
        await page.close()
    with pytest.raises(OfferRefused, match=r"sdp\."):
        await knocks.answer("hello")
