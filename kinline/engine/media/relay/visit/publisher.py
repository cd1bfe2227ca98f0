"""A publisher: the one connection over which a seat's page sends its sound and picture."""

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.rtcrtpparameters import RTCRtpCodecCapability
from aiortc.rtcrtpreceiver import RTCRtpReceiver
from aiortc.rtcrtpsender import RTCRtpSender

from kinline.core.visit.kept import MediaKind
from kinline.engine.media.port import OfferRefused
from kinline.engine.media.relay import hooks as first_hooks
from kinline.engine.media.relay.leg import negotiated, new_connection, only, read_media
from kinline.engine.media.relay.visit import hooks
from kinline.engine.media.relay.visit.source import Intake
from kinline.engine.media.visit_port import MOST_BITS_PER_SECOND
from kinline.sealed.codec import Codec

_MIME = {MediaKind.AUDIO: "audio/opus", MediaKind.VIDEO: "video/vp8"}
_MISSING = {MediaKind.AUDIO: "sdp.no_opus", MediaKind.VIDEO: "sdp.no_vp8"}


class Publisher:
    """An answered connection. Make one with `Publisher.answered`."""

    def __init__(self, connection: RTCPeerConnection, answer: str) -> None:
        self._connection = connection
        self.answer = answer

    @classmethod
    async def answered(cls, offer: str, intakes: dict[MediaKind, Intake]) -> "Publisher":
        """Answer a page's offer; what it sends goes to `intakes`. Raises OfferRefused."""
        kinds = check_offer(offer)
        connection = new_connection()

        async def answer(usable: str) -> str:
            for kind in kinds:
                line = connection.addTransceiver(kind.value, "recvonly")
                line.setCodecPreferences(codecs_of(kind))
            await connection.setRemoteDescription(RTCSessionDescription(usable, "offer"))
            for line, kind in zip(connection.getTransceivers(), kinds, strict=True):
                _install(line.receiver, intakes[kind])
            await connection.setLocalDescription(await connection.createAnswer())
            return str(connection.localDescription.sdp)

        return cls(connection, await negotiated(connection, offer, answer))

    async def close(self) -> None:
        await self._connection.close()


def check_offer(offer: str) -> tuple[MediaKind, ...]:
    """What the offer's lines hold. Raises OfferRefused, with its code, for all but our own form."""
    media = read_media(offer)
    kinds = [line.kind for line in media]
    if kinds not in (["audio"], ["audio", "video"]):
        raise OfferRefused("sdp.lines")
    if any(line.direction != "sendonly" for line in media):
        raise OfferRefused("sdp.directions")
    found = tuple(MediaKind(kind) for kind in kinds)
    for line, kind in zip(media, found, strict=True):
        if not any(one.mimeType.lower() == _MIME[kind] for one in line.rtp.codecs):
            raise OfferRefused(_MISSING[kind])
    return found


def codecs_of(kind: MediaKind) -> list[RTCRtpCodecCapability]:
    """What to prefer: Opus, or VP8 and the sending again of what was lost of it."""
    if kind is MediaKind.AUDIO:
        return only(Codec.OPUS)
    capabilities = RTCRtpSender.getCapabilities("video")
    assert capabilities is not None
    wanted = ("video/vp8", "video/rtx")
    return [one for one in capabilities.codecs if one.mimeType.lower() in wanted]


def _install(receiver: RTCRtpReceiver, intake: Intake) -> None:
    first_hooks.install(receiver, intake)
    hooks.on_reports(receiver, intake.reported)
    ceiling = hooks.Ceiling(receiver, MOST_BITS_PER_SECOND)
    intake.ask = lambda ssrc: hooks.ask_for_key(receiver, ssrc)
    intake.tell_limit = ceiling.lower
