"""A visit's room on a node of Janus: who sits, who sees whom, and the cut by our own clock."""

import asyncio
import secrets
import time
from collections import Counter
from functools import partial

from kinline.core.visit.kept import MediaKind, VisitGrant
from kinline.core.visit.terms import Seat
from kinline.engine.media import visit_room
from kinline.engine.media.janus.client import Body, Client, Handle
from kinline.engine.media.janus.publisher import Feed, Publisher
from kinline.engine.media.janus.viewing import Viewing
from kinline.engine.media.port import RoomLost
from kinline.engine.media.visit_port import MOST_BITS_PER_SECOND, Tell
from kinline.engine.media.visit_room import Intakes, Sources
from kinline.engine.recorder import Recorder

# Each seat, its next connection while the last one is still there, and the placeholder.
_PUBLISHERS = 2 * len(Seat) + 1
_ROOM_BITS = 50
_WEIGH_SECONDS = 1.0
_VIEWERS_SECONDS = 0.5  # a node that hangs is not waited for: the visit is over


class Room(visit_room.Room):
    """Make one with `Room.opened`."""

    def __init__(
        self,
        client: Client,
        handle: Handle,
        grant: VisitGrant,
        recorder: Recorder,
        tell: Tell,
        *,
        until: float,
        silent_after: float,
    ) -> None:
        super().__init__(grant, recorder, tell, until=until, silent_after=silent_after)
        self._client, self._handle = client, handle
        number = secrets.randbits(_ROOM_BITS)
        word = client.secret(number)
        self._owner: Body = {"room": number, "secret": word}
        self._room: Body = {**self._owner, "pin": word}
        self._nobody = Feed(0, {})
        self._feeds: dict[Seat, Feed] = {}
        self._publishers: dict[Seat, Publisher] = {}
        self._losses: Counter[visit_room.Viewing] = Counter()
        self._weighed_at = 0.0
        self._ended = False

    @classmethod
    async def opened(
        cls,
        client: Client,
        grant: VisitGrant,
        recorder: Recorder,
        tell: Tell,
        *,
        until: float,
        silent_after: float,
    ) -> "Room":
        """Raises MediaAway, and TypeError or ValueError for a grant that cannot be used."""
        handle = await client.attach()
        try:
            room = cls(
                client, handle, grant, recorder, tell, until=until, silent_after=silent_after
            )
        except BaseException:
            handle.detach()
            raise
        try:
            await room._make()
        except BaseException:
            await room.close()
            raise
        return room

    @property
    def over(self) -> bool:
        """Whether it carries nothing any more."""
        return self._over

    def cut(self) -> None:
        super().cut()
        if not self._ended:
            self._ended = True
            views = [view.viewing for view in self._views.values()]
            seen = [one.gone for one in views if isinstance(one, Viewing) and one.gone]
            ending = self._client.soon(self._end(seen))
            for publisher in self._publishers.values():
                publisher.wait_for(ending)

    def lose(self) -> None:
        """The node is gone, with all it carried."""
        if self._over:
            return
        self._ended = True
        self.cut()
        self._tell(RoomLost())

    async def _make(self) -> None:
        await self._handle.ask(
            "create",
            **self._room,
            **self._client.admin,
            description=self._client.prefix,
            is_private=True,
            permanent=False,
            publishers=_PUBLISHERS,
            bitrate=MOST_BITS_PER_SECOND,
            bitrate_cap=True,
            audiocodec="opus",
            videocodec="vp8",
            notify_joining=False,
            record=False,
            lock_record=True,
            dummy_publisher=True,
            dummy_streams=[{"codec": "opus"}, {"codec": "vp8"}],
        )
        listed = (await self._handle.ask("listparticipants", **self._owner)).data["participants"]
        number = next(int(one["id"]) for one in listed if one.get("dummy"))
        self._nobody = Feed(number, {MediaKind.AUDIO: "0", MediaKind.VIDEO: "1"})

    async def _end(self, seen: list[asyncio.Task[None]]) -> None:
        """Nothing passes any more on that node; it forgets the room.

        First the viewers, then the room, then whoever published: Janus 1.1.2 tells the viewers of
        a publisher that goes, and crashes now and then when one of them goes in the same moment.
        """
        if seen:
            await asyncio.wait(seen, timeout=_VIEWERS_SECONDS)
        try:
            await self._handle.ask("destroy", **self._owner)
        finally:
            self._handle.detach()

    async def _published(self, seat: Seat, offer: str, intakes: Intakes) -> Publisher:
        up = partial(self._sits, seat)
        made = await Publisher.answered(self._client, self._room, offer, intakes, up)
        self._publishers[seat] = made
        return made

    async def _offered(self, source: Seat, sources: Sources) -> Viewing:
        feed = partial(self._feeds.get, source)
        return await Viewing.offered(self._client, self._room, self._nobody, feed, self._missed)

    def _sits(self, seat: Seat, publisher: Publisher) -> None:
        """A seat's connection stands: whoever sees that seat is shown it."""
        self._feeds[seat] = publisher.feed
        for view in self._views.values():
            if view.source is seat and isinstance(view.viewing, Viewing):
                view.viewing.turn()

    def _missed(self, viewing: visit_room.Viewing, packets: int) -> None:
        """A viewer missed packets of a picture: Janus tells when they are more than a few."""
        self._losses[viewing] += packets

    def _look(self) -> None:
        super()._look()
        now = time.monotonic()
        if now - self._weighed_at < _WEIGH_SECONDS:
            return
        self._weighed_at = now
        losses, self._losses = self._losses, Counter()
        sent = {seat: one.copy.pictures() for seat, one in self._publishers.items()}
        for view in list(self._views.values()):
            if packets := sent.get(view.source, 0):
                self._lost(view.viewing, min(1.0, losses[view.viewing] / packets))
