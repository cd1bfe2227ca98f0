"""A publisher: the one connection over which a seat's page sends its sound and picture."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kinline.core.visit.kept import MediaKind
from kinline.engine.media.janus.client import Body, Client, Handle, Refused
from kinline.engine.media.janus.copy import Copy
from kinline.engine.media.port import OfferRefused
from kinline.engine.media.relay.leg import usable
from kinline.engine.media.relay.visit.publisher import check_offer
from kinline.engine.media.visit_port import MOST_BITS_PER_SECOND
from kinline.engine.media.visit_room import Intakes


@dataclass(frozen=True, slots=True)
class Feed:
    """A publisher as its viewers name it: its number, and which of its lines holds what."""

    number: int
    lines: dict[MediaKind, str]


class Publisher:
    """Make one with `Publisher.answered`. `on_up` is called when its connection stands."""

    def __init__(self, client: Client, handle: Handle, intakes: Intakes) -> None:
        self._client, self._handle = client, handle
        self.copy = Copy(intakes)
        self.feed = Feed(0, {})
        self.answer = ""
        self.up = False
        for intake in intakes.values():
            intake.ask = lambda _: self._tell(keyframe=True)
            intake.tell_limit = lambda _, bits: self._tell(bitrate=bits)

    @classmethod
    async def answered(
        cls,
        client: Client,
        room: Body,
        offer: str,
        intakes: Intakes,
        on_up: Callable[["Publisher"], None],
    ) -> "Publisher":
        """Answer a page's offer. Raises OfferRefused, MediaAway."""
        check_offer(offer)
        publisher = cls(client, await client.attach(), intakes)
        publisher._handle.told = lambda event, _: publisher._told(event, on_up)
        try:
            await publisher._publish(room, usable(offer))
        except BaseException:
            await publisher.close()
            raise
        return publisher

    def wait_for(self, ending: asyncio.Task[None]) -> None:
        """Its connection is given up after this, when it comes to that."""
        self._handle.after = ending

    async def close(self) -> None:
        self.copy.close()
        self._handle.detach()

    async def _publish(self, room: Body, offer: str) -> None:
        ask, who = self._handle.ask, {key: room[key] for key in ("room", "pin")}
        number = int((await ask("join", ptype="publisher", **who)).data["id"])
        try:
            found = await ask("publish", offer=offer, bitrate=MOST_BITS_PER_SECOND)
        except Refused:
            raise OfferRefused("sdp.not_acceptable") from None
        self.answer = found.sdp
        streams = found.data.get("streams", ())
        self.feed = Feed(number, {MediaKind(one["type"]): str(one["mid"]) for one in streams})
        owner = {key: room[key] for key in ("room", "secret")}
        copied = self.copy.open(self.feed.lines)
        await ask("rtp_forward", publisher_id=number, **owner, **self._client.admin, **copied)

    def _told(self, event: str, on_up: Callable[["Publisher"], None]) -> None:
        if event == "webrtcup":
            self.up = True
            on_up(self)
        elif event == "hangup":
            self.up = False

    def _tell(self, **what: Any) -> None:
        self._client.soon(self._handle.ask("configure", **what))
