"""A viewing: one connection over which a page sees and hears one seat.

It begins with a placeholder, which Janus has in each room, and is switched to whoever sits there:
so it can be had before they come, and outlives their connection. When a source went away before
it was switched, Janus wants the description settled anew. Nothing in it has changed but its
number, so the page's own answer settles it again, and the page need not know.
"""

import asyncio
from collections.abc import Callable

from kinline.core.visit.kept import MediaKind
from kinline.engine.media.janus.client import Body, Client, Handle, Refused
from kinline.engine.media.janus.publisher import Feed
from kinline.engine.media.port import OfferRefused
from kinline.engine.media.relay.leg import read_media, usable

# What it is offered with: 0 is sound, 1 the picture.
LINES = {MediaKind.AUDIO: "0", MediaKind.VIDEO: "1"}


class Viewing:
    """Make one with `Viewing.offered`.

    `feed` says who sits there now; `on_loss` is told how many packets of the picture were lost.
    """

    def __init__(
        self,
        client: Client,
        handle: Handle,
        nobody: Feed,
        feed: Callable[[], Feed | None],
        on_loss: Callable[["Viewing", int], None],
    ) -> None:
        self._client, self._handle = client, handle
        self._nobody, self._feed, self._on_loss = nobody, feed, on_loss
        self._answer = ""
        self._shown = nobody
        self._settling = asyncio.Lock()
        self._wished, self._narrow = True, False
        self.offer = ""
        self.gone: asyncio.Task[None] | None = None
        handle.told = self._told

    @classmethod
    async def offered(
        cls,
        client: Client,
        room: Body,
        nobody: Feed,
        feed: Callable[[], Feed | None],
        on_loss: Callable[["Viewing", int], None],
    ) -> "Viewing":
        """Raises MediaAway."""
        handle = await client.attach()
        viewing = cls(client, handle, nobody, feed, on_loss)
        streams = [{"feed": nobody.number, "mid": nobody.lines[kind]} for kind in LINES]
        who = {key: room[key] for key in ("room", "pin")}
        try:
            found = await handle.ask(
                "join", ptype="subscriber", streams=streams, autoupdate=False, **who
            )
        except BaseException:
            handle.detach()
            raise
        viewing.offer = found.sdp
        return viewing

    async def answer(self, sdp: str) -> None:
        """Take the page's answer. Raises OfferRefused, MediaAway."""
        read_media(sdp)
        async with self._settling:
            try:
                await self._handle.ask("start", answer=usable(sdp))
            except Refused:
                raise OfferRefused("sdp.not_acceptable") from None
            self._answer = usable(sdp)
            await self._switch()

    def turn(self) -> None:
        """Somebody sits there, or sits there anew."""
        self._client.soon(self._turn())

    def show(self, pictures: bool) -> None:
        self._wished = pictures
        self._client.soon(self._settle())

    def spare(self, narrow: bool) -> None:
        self._narrow = narrow
        self._client.soon(self._settle())

    @property
    def shows(self) -> bool:
        return self._wished and not self._narrow

    def stop(self) -> None:
        self.gone = self._handle.detach() or self.gone

    async def close(self) -> None:
        self.stop()

    async def _turn(self) -> None:
        async with self._settling:
            await self._switch()

    async def _switch(self) -> None:
        """Show who sits there now; whoever has not answered yet is switched when they do."""
        feed = self._feed()
        if not self._answer or feed is None or feed == self._shown:
            return
        streams = [
            {"feed": feed.number, "mid": feed.lines[kind], "sub_mid": line}
            if kind in feed.lines
            else {"feed": self._nobody.number, "mid": self._nobody.lines[kind], "sub_mid": line}
            for kind, line in LINES.items()
        ]
        try:
            found = await self._handle.ask("switch", streams=streams)
        except Refused:
            return  # gone again meanwhile: another one will come
        if found.sdp:
            await self._handle.ask("start", answer=self._answer)
        self._shown = feed
        if not self.shows:
            await self._settle()

    async def _settle(self) -> None:
        picture = {"mid": LINES[MediaKind.VIDEO], "send": self.shows}
        await self._handle.ask("configure", streams=[picture])

    def _told(self, event: str, body: Body) -> None:
        if event == "slowlink" and body.get("media") == "video":
            self._on_loss(self, int(body.get("lost", 0)))
