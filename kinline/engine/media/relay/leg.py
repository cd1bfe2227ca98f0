"""A leg: the one PeerConnection of one side's page.

The page offers two audio lines: 0 both ways (microphone and peer), 1 towards the page
(announcer). The room says which codec: Opus between browsers, G.711 with a telephone, and no
other is answered. No server is asked for addresses: aiortc's default would ask a stranger's.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import aioice.ice
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.rtcrtpparameters import RTCRtpCodecCapability
from aiortc.rtcrtpsender import RTCRtpSender
from aiortc.sdp import MediaDescription, SessionDescription

from kinline.engine.media.port import OfferRefused
from kinline.engine.media.relay import hooks
from kinline.engine.media.relay.outlet import PacketTrack
from kinline.engine.media.relay.source import Intake
from kinline.sealed.codec import Codec

log = logging.getLogger(__name__)

MAX_SDP_CHARS = 20_000
_MAX_CANDIDATES = 30
_ANSWER_SECONDS = 10.0
_LOOPBACK = "127.0.0.1"
_host_addresses = aioice.ice.get_host_addresses


def use_addresses(addresses: Sequence[str]) -> None:
    """Offer media at these addresses of this machine only (loopback too, if named).

    None named: all addresses but loopback; loopback if there is no other, so that a call
    within a machine without a network works. aioice has no setting for it: its look-up is
    replaced.
    """
    aioice.ice.get_host_addresses = partial(_addresses, list(addresses))


def forget_addresses() -> None:
    """What one engine was told holds for it alone, not for the next one of this process."""
    aioice.ice.get_host_addresses = _host_addresses


def _addresses(named: list[str], use_ipv4: bool, use_ipv6: bool) -> list[str]:
    return named or _host_addresses(use_ipv4=use_ipv4, use_ipv6=use_ipv6) or [_LOOPBACK]


class Leg:
    """An answered connection. Make one with `Leg.answered`."""

    def __init__(self, connection: RTCPeerConnection, answer: str) -> None:
        self._connection = connection
        self.answer = answer

    @classmethod
    async def answered(
        cls, offer: str, codec: Codec, intake: Intake, peer: PacketTrack, announcer: PacketTrack
    ) -> "Leg":
        """Answer a page's offer. Raises OfferRefused."""
        check_offer(offer, codec)
        connection = new_connection()

        async def answer(usable: str) -> str:
            return await _negotiate(connection, usable, codec, intake, peer, announcer)

        return cls(connection, await negotiated(connection, offer, answer))

    async def close(self) -> None:
        await self._connection.close()


def new_connection() -> RTCPeerConnection:
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


async def negotiated(
    connection: RTCPeerConnection, description: str, take: Callable[[str], Awaitable[str]]
) -> str:
    """What `take` makes of a page's description; the connection is closed if it cannot.

    Raises OfferRefused.
    """
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await take(usable(description))
    except TimeoutError:
        await connection.close()
        raise OfferRefused("sdp.too_slow") from None
    except Exception as error:
        # Whatever a hand-made description makes the parser stumble over is its sender's
        # affair; the kind of error is enough to find a fault of our own.
        log.warning("description not understood", extra={"error": type(error).__name__})
        await connection.close()
        raise OfferRefused(_code_of(error)) from None


_MIME = {Codec.OPUS: "audio/opus", Codec.PCMU: "audio/pcmu", Codec.PCMA: "audio/pcma"}


def only(codec: Codec) -> list[RTCRtpCodecCapability]:
    """What to prefer so that this codec, and no other, is negotiated."""
    capabilities = RTCRtpSender.getCapabilities("audio")
    assert capabilities is not None
    return [one for one in capabilities.codecs if one.mimeType.lower() == _MIME[codec]]


def check_offer(offer: str, codec: Codec = Codec.OPUS) -> None:
    """Raises OfferRefused, with its code, unless the offer is two audio lines with this codec."""
    media = read_media(offer)
    if [line.kind for line in media] != ["audio", "audio"]:
        raise OfferRefused("sdp.lines")
    if [line.direction for line in media] != ["sendrecv", "recvonly"]:
        raise OfferRefused("sdp.directions")
    for line in media:
        if not any(one.mimeType.lower() == _MIME[codec] for one in line.rtp.codecs):
            raise OfferRefused("sdp.no_g711" if codec.telephone else "sdp.no_opus")


def read_media(description: str) -> list[MediaDescription]:
    """The lines of a page's description. Raises OfferRefused for what is not to be looked at."""
    if len(description) > MAX_SDP_CHARS:
        raise OfferRefused("sdp.too_long")
    if description.count("a=candidate:") > _MAX_CANDIDATES:
        raise OfferRefused("sdp.too_many_candidates")
    try:
        return list(SessionDescription.parse(description).media)
    except Exception:
        raise OfferRefused("sdp.unreadable") from None


async def _negotiate(
    connection: RTCPeerConnection,
    offer: str,
    codec: Codec,
    intake: Intake,
    peer: PacketTrack,
    announcer: PacketTrack,
) -> str:
    both = connection.addTransceiver(peer, "sendrecv")
    out = connection.addTransceiver(announcer, "sendonly")
    for transceiver in (both, out):
        transceiver.setCodecPreferences(only(codec))
    await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
    hooks.install(both.receiver, intake)
    await connection.setLocalDescription(await connection.createAnswer())
    return str(connection.localDescription.sdp)


def usable(offer: str) -> str:
    """The offer without addresses that hide behind mDNS names, if others are left.

    Looking such a name up costs a second on a network that cannot; the page's own checks
    show its address anyway. For the same reason there is no end of addresses yet: Firefox says
    one, and aioice, with none it can use by then, would offer none of its own.
    """
    lines = [line for line in offer.splitlines() if line != "a=end-of-candidates"]
    plain = [ln for ln in lines if not (ln.startswith("a=candidate:") and ".local " in ln)]
    kept = plain if any(ln.startswith("a=candidate:") for ln in plain) else lines
    return "\r\n".join(kept) + "\r\n"


def _code_of(error: Exception) -> str:
    if isinstance(error, OperationError | InvalidAccessError | InvalidStateError):
        return "sdp.not_acceptable"
    return "sdp.unreadable"
