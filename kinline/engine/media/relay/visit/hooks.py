"""The other private doors of aiortc that pictures need, and the check that they are there.

See relay/hooks.py for the first one. A relay answers for neither end of a picture: what a viewer
asks of us (a key frame, less) must be asked of whoever sends it.
"""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtcrtpreceiver import RTCRtpReceiver
from aiortc.rtcrtpsender import RTCRtpSender
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpSrPacket,
    pack_remb_fci,
    unpack_remb_fci,
)

from kinline.engine.media.relay.hooks import HooksMissing

_NTP_SECOND = 1 << 32
# aiortc's estimate may come with every packet; this often it is worth a packet of its own.
_SAY_SECONDS, _SAY_CHANGE = 1.0, 0.05
_sending: set[asyncio.Task[None]] = set()


def on_reports(receiver: RTCRtpReceiver, heard: Callable[[float, int], None]) -> None:
    """Give each sender report's wall second and RTP timestamp to `heard`."""
    take = receiver._handle_rtcp_packet

    async def handle(packet: Any) -> None:
        if isinstance(packet, RtcpSrPacket):
            info = packet.sender_info
            heard(info.ntp_timestamp / _NTP_SECOND, info.rtp_timestamp)
        await take(packet)

    receiver._handle_rtcp_packet = handle  # type: ignore[method-assign]


def ask_for_key(receiver: RTCRtpReceiver, ssrc: int) -> None:
    """Ask the far end for a picture that stands for itself (PLI, RFC 4585, section 6.3.1)."""
    _send(receiver._send_rtcp_pli(ssrc))


class Ceiling:
    """The most the far end of a receiver may send: no estimate of aiortc's goes above it."""

    def __init__(self, receiver: RTCRtpReceiver, most: int) -> None:
        self._most, self._receiver = most, receiver
        self._said, self._said_at = 0, 0.0
        self._pass_on = receiver._send_rtcp
        receiver._send_rtcp = self._send  # type: ignore[method-assign]

    def lower(self, ssrc: int, bits_per_second: int) -> None:
        """From now on; said at once (REMB, draft-alvestrand-rmcat-remb-03)."""
        self._most = bits_per_second
        # aiortc's own packets of this kind name no sender but the one in their list.
        own = getattr(self._receiver, _OWN_SSRC)
        if own is not None:
            fci = pack_remb_fci(bits_per_second, [ssrc])
            packet = RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=own, media_ssrc=0, fci=fci)
            _send(self._pass_on(packet))

    async def _send(self, packet: Any) -> None:
        if isinstance(packet, RtcpPsfbPacket) and packet.fmt == RTCP_PSFB_APP:
            bits, ssrcs = unpack_remb_fci(packet.fci)
            bits = min(bits, self._most)
            if not self._worth_saying(bits):
                return
            packet.fci = pack_remb_fci(bits, ssrcs)
        await self._pass_on(packet)

    def _worth_saying(self, bits: int) -> bool:
        now = time.monotonic()
        small = abs(bits - self._said) < self._said * _SAY_CHANGE
        if small and now - self._said_at < _SAY_SECONDS:
            return False
        self._said, self._said_at = bits, now
        return True


def on_key_wanted(sender: RTCRtpSender, ask: Callable[[], None]) -> None:
    """Call `ask` when the far end has lost a picture."""
    sender._send_keyframe = ask  # type: ignore[method-assign]


def on_loss(sender: RTCRtpSender, told: Callable[[float], None]) -> None:
    """Tell what fraction of packets the far end lost since its last report."""
    take = sender._handle_rtcp_packet

    async def handle(packet: Any) -> None:
        if isinstance(packet, RtcpRrPacket | RtcpSrPacket):
            for report in packet.reports:
                if report.ssrc == sender._ssrc:
                    told(report.fraction_lost / 256)
        await take(packet)

    sender._handle_rtcp_packet = handle  # type: ignore[method-assign]


def timed(sender: RTCRtpSender, wall: Callable[[], float | None]) -> None:
    """Let reports say when the last packet was heard or seen, not when it was passed on."""
    pass_on = sender._send_rtcp

    async def send(packets: list[Any]) -> None:
        moment = wall()
        for packet in packets:
            if isinstance(packet, RtcpSrPacket) and moment is not None:
                packet.sender_info.ntp_timestamp = int(moment * _NTP_SECOND)
        await pass_on(packets)

    sender._send_rtcp = send  # type: ignore[method-assign]


async def check() -> None:
    """Raises HooksMissing unless aiortc has what pictures rely on."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        transceiver = connection.addTransceiver("video")
        for thing, name, wanted in (
            (transceiver.receiver, "_handle_rtcp_packet", ["packet"]),
            (transceiver.receiver, "_send_rtcp_pli", ["media_ssrc"]),
            (transceiver.receiver, "_send_rtcp", ["packet"]),
            (transceiver.sender, "_handle_rtcp_packet", ["packet"]),
            (transceiver.sender, "_send_rtcp", ["packets"]),
            (transceiver.sender, "_send_keyframe", []),
        ):
            found = getattr(thing, name, None)
            if found is None or list(inspect.signature(found).parameters) != wanted:
                raise HooksMissing(name)
        if not hasattr(transceiver.receiver, _OWN_SSRC):
            raise HooksMissing(_OWN_SSRC)
    finally:
        await connection.close()


_OWN_SSRC = "_RTCRtpReceiver__rtcp_ssrc"


def _send(sending: Any) -> None:
    task: asyncio.Task[None] = asyncio.ensure_future(sending)
    _sending.add(task)
    task.add_done_callback(_sending.discard)
