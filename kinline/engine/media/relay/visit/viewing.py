"""A viewing: one connection over which a page sees and hears one seat."""

import logging
from collections.abc import Callable

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from kinline.core.visit.kept import MediaKind
from kinline.engine.media.relay.leg import negotiated, read_media
from kinline.engine.media.relay.visit import hooks
from kinline.engine.media.relay.visit.outgoing import Outgoing
from kinline.engine.media.relay.visit.publisher import codecs_of
from kinline.engine.media.relay.visit.source import Source

log = logging.getLogger(__name__)

Sources = dict[MediaKind, Source]


class Viewing:
    """Make one with `Viewing.offered`. `on_loss` is told what share of the picture is lost."""

    def __init__(self, sources: Sources, on_loss: Callable[["Viewing", float], None]) -> None:
        # One transport for both lines from the start: half the sockets, half the handshakes.
        bundled = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        self._connection = RTCPeerConnection(bundled)
        self._sound = Outgoing(sources[MediaKind.AUDIO])
        self._picture = Outgoing(sources[MediaKind.VIDEO])
        self._sources, self._on_loss = sources, on_loss
        self._wished, self._narrow = True, False
        self.offer = ""

    @classmethod
    async def offered(
        cls, sources: Sources, on_loss: Callable[["Viewing", float], None]
    ) -> "Viewing":
        viewing = cls(sources, on_loss)
        await viewing._offer()
        return viewing

    async def answer(self, sdp: str) -> None:
        """Take the page's answer. Raises OfferRefused."""
        read_media(sdp)

        async def take(usable: str) -> str:
            await self._connection.setRemoteDescription(RTCSessionDescription(usable, "answer"))
            return ""

        await negotiated(self._connection, sdp, take)

    def show(self, pictures: bool) -> None:
        """What the viewer wishes: pictures, or sound alone."""
        self._wished = pictures
        self._settle()

    def spare(self, narrow: bool) -> None:
        """What the viewer's line takes: sound alone, or pictures too."""
        self._narrow = narrow
        self._settle()

    @property
    def shows(self) -> bool:
        return self._wished and not self._narrow

    async def close(self) -> None:
        self.stop()
        await self._connection.close()

    def stop(self) -> None:
        """Send nothing any more, at once."""
        self._sound.close()
        self._picture.close()

    def _settle(self) -> None:
        self._picture.pause(not self.shows)

    async def _offer(self) -> None:
        for kind, track in ((MediaKind.AUDIO, self._sound), (MediaKind.VIDEO, self._picture)):
            line = self._connection.addTransceiver(track, "sendonly")
            line.setCodecPreferences(codecs_of(kind))
            hooks.timed(line.sender, track.wall)
            if kind is MediaKind.VIDEO:
                hooks.on_key_wanted(line.sender, self._sources[kind].ask_for_key)
                hooks.on_loss(line.sender, lambda lost: self._on_loss(self, lost))
        await self._connection.setLocalDescription(await self._connection.createOffer())
        self.offer = str(self._connection.localDescription.sdp)
