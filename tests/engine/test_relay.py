"""The relay: packets in order, one clock, one private door of aiortc, and a third listener."""

import asyncio
import re
import time
from dataclasses import dataclass
from pathlib import Path

import aioice.ice
import aiortc.rtcrtpreceiver
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from kinline.core.call.states import Side
from kinline.core.control import RecordingGrant
from kinline.core.ids import RecordingId
from kinline.engine.fake_control import fresh_key
from kinline.engine.media.port import OfferRefused
from kinline.engine.media.relay import hooks, leg
from kinline.engine.media.relay.outlet import Outlet
from kinline.engine.media.relay.room import open_room
from kinline.engine.media.relay.source import Intake, Source
from kinline.engine.recorder import Recorder
from tests.engine.browsers import Microphone, listening_in, until
from tests.engine.conftest import Town


@dataclass
class Packet:
    sequence_number: int
    timestamp: int
    _data: bytes = b"x"


def heard(packets: list[Packet]) -> tuple[Source, list[int]]:
    source = Source(lambda: None)
    places: list[int] = []
    source.add_sink(lambda packet, samples, at: places.append(samples))
    intake = Intake(source)
    source.use(intake)
    for packet in packets:
        assert intake.add(packet) == (False, None), "nothing is left for a decoder"
    return source, places


def test_packets_pass_in_order_and_late_ones_are_dropped() -> None:
    source, places = heard([Packet(n, n * 960) for n in (1, 2, 4, 3, 3, 5)])
    assert places == [0, 960, 2880, 3840]
    assert (source.packets, source.lost, source.late) == (4, 1, 2)


def test_counters_wrap_around_unheard() -> None:
    wrap = 1 << 32
    packets = [Packet((65_534 + n) & 0xFFFF, (wrap - 960 + n * 960) % wrap) for n in range(4)]
    source, places = heard(packets)
    assert places == [0, 960, 1920, 2880]
    assert source.lost == 0


def test_an_older_connection_is_heard_no_more() -> None:
    source, places = heard([Packet(1, 960)])
    older, newer = Intake(source), Intake(source)
    source.use(older)
    source.use(newer)
    older.add(Packet(2, 1920))
    assert len(places) == 1
    newer.add(Packet(40_000, 77))
    assert places[1] - places[0] >= 960, "the clock goes on over a new connection"


def test_the_source_tells_when_sound_begins_stops_and_begins_again() -> None:
    begun: list[int] = []
    source = Source(lambda: begun.append(1))
    intake = Intake(source)
    source.use(intake)
    assert not source.quiet_since(0.0), "what never began does not stop"
    intake.add(Packet(1, 960))
    assert not source.quiet_since(60)
    time.sleep(0.01)
    assert source.quiet_since(0.005)
    assert not source.quiet_since(0.005), "told once"
    intake.add(Packet(2, 1920))
    assert len(begun) == 2


async def test_the_outgoing_clock_never_runs_back_over_a_change_of_source() -> None:
    sent: list[int] = []
    outlet = Outlet()

    class Track:
        def push(self, packet: bytes, samples: int) -> None:
            sent.append(samples)

    outlet.use(Track())  # type: ignore[arg-type]
    one, other = Source(lambda: None), Source(lambda: None)
    outlet.feed(one)
    for n in range(3):
        outlet.push(b"x", 5_000_000 + n * 960)
    outlet.feed(other)
    outlet.push(b"x", 0)
    assert sent == sorted(sent)
    assert len(sent) == len(set(sent)) == 3 + 5 + 1, "five silent packets close the first"


async def test_what_addresses_one_engine_offers_is_forgotten_with_it(tmp_path: Path) -> None:
    def found() -> list[str]:
        return aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True)

    before, town = found(), Town(tmp_path)
    await town.start(ice_addresses=("127.0.0.9",))
    async with town.stack:
        assert found() == ["127.0.0.9"]
    assert found() == before != ["127.0.0.9"]


async def test_a_page_whose_addresses_all_hide_is_still_told_ours() -> None:
    # As Firefox writes it: every address behind a name that nobody here can look up, and their end.
    page, relay = RTCPeerConnection(), leg.new_connection()
    page.addTransceiver("audio", "sendonly")
    await page.setLocalDescription(await page.createOffer())
    plain = page.localDescription.sdp
    assert "a=end-of-candidates" in plain
    hidden = re.sub(r"(a=candidate:\S+ 1 udp \d+) \S+", r"\1 no-such-name.local", plain)

    async def answer(offer: str) -> str:
        await relay.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await relay.setLocalDescription(await relay.createAnswer())
        return str(relay.localDescription.sdp)

    assert "a=candidate:" in await leg.negotiated(relay, hidden, answer)
    await page.close()
    await relay.close()


async def test_another_aiortc_is_noticed_before_a_call_is(monkeypatch: pytest.MonkeyPatch) -> None:
    await hooks.check()

    class Other:
        def __init__(self, **_: object) -> None: ...

    monkeypatch.setattr(aiortc.rtcrtpreceiver, "JitterBuffer", Other)
    with pytest.raises(hooks.HooksMissing):
        await hooks.check()


async def test_a_recordable_room_can_be_listened_to(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    grant = RecordingGrant(RecordingId("r1"), "r1", fresh_key())
    room = open_room(grant, recorder, lambda event: None, silent_after=1.0)
    speaker = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    speaker.addTransceiver(Microphone(440), "sendrecv")
    speaker.addTransceiver("audio", "recvonly")
    await speaker.setLocalDescription(await speaker.createOffer())
    answer = await room.publish(Side.INSIDE, speaker.localDescription.sdp)
    await speaker.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    listening = await room.listen(Side.INSIDE)
    third, ear = await listening_in(listening)
    await until(lambda: ear.count > 10, "the third hears the inside")
    with pytest.raises(OfferRefused):
        await listening.answer("nonsense")

    room.attach_recorder()
    with pytest.raises(RuntimeError):
        room.attach_recorder()
    await asyncio.gather(room.close(), speaker.close(), third.close())
    assert await room.tracks() == ()
    recorder.close()
