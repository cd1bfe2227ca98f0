"""Making the parties' connections, and asking for new ones when the sound stops."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from kinline.core.call.states import Side
from kinline.engine.ivr.screens import Screens
from kinline.engine.media.port import CallRoom, OfferRefused
from kinline.engine.signalling.page import Page
from kinline.engine.signalling.protocol import Renew, Sdp

log = logging.getLogger(__name__)

BAD_OFFERS_BORNE = 3


class Connections:
    """The two sides' connections. `on_hopeless` is called when a side cannot make a good offer."""

    def __init__(
        self, room: CallRoom, screens: Screens, renew_every: float, on_hopeless: Callable[[], None]
    ) -> None:
        self._room, self._screens, self._renew_every = room, screens, renew_every
        self._on_hopeless = on_hopeless
        self._asked_at: dict[Side, float] = {}
        self._bad: dict[Side, int] = dict.fromkeys(Side, 0)
        self._errands: set[asyncio.Task[None]] = set()

    def offered(self, page: Page, sdp: str) -> None:
        """Answer an offer, in the background; one that comes before its right is refused."""
        side = self._screens.side_of(page)
        if side is None:
            page.refuse("offer.early")
        else:
            self._errand(self._publish(side, page, sdp))

    def ask_to_renew(self, side: Side, now: float) -> None:
        """Ask the side's page for a new connection, and again until sound arrives."""
        self._asked_at[side] = now
        page = self._screens.page(side)
        if page is not None:
            page.send(Renew())

    def ask_again(self, now: float) -> None:
        for side, asked_at in list(self._asked_at.items()):
            if now >= asked_at + self._renew_every:
                self.ask_to_renew(side, now)

    def sound_arrives(self, side: Side) -> None:
        self._asked_at.pop(side, None)

    @property
    def ask_next_at(self) -> float | None:
        first = min(self._asked_at.values(), default=None)
        return None if first is None else first + self._renew_every

    async def close(self) -> None:
        for errand in self._errands:
            errand.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)
        await self._room.close()

    async def _publish(self, side: Side, page: Page, sdp: str) -> None:
        try:
            answer = await self._room.publish(side, sdp)
        except OfferRefused as no:
            page.refuse(no.code)
            self._bad[side] += 1
            if self._bad[side] >= BAD_OFFERS_BORNE:
                self._on_hopeless()
        else:
            page.send(Sdp(answer))

    def _errand(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)
