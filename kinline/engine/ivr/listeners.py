"""Staff who listen to a recorded call: they hear both sides, and nobody hears or sees them.

Made of a recordable room alone. A private room has no `listen`, so there is nothing to make one of.
They hear from the moment at which the recording begins: never the announcement, or who is alone.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from kinline.core.call.states import Side
from kinline.engine.ivr.events import ListenerCame, ListenerEvent, ListenerHeard, ListenerWent
from kinline.engine.media.port import OfferRefused, RecordableRoom, Subscription
from kinline.engine.signalling.page import Page
from kinline.engine.signalling.protocol import EndedIs, Hear, StateIs

log = logging.getLogger(__name__)

# Each is two connections more that this engine carries.
MOST_LISTENERS = 8


class Listeners:
    """The pages that listen to one call. `view` is where the call stands."""

    def __init__(self, room: RecordableRoom, view: Callable[[], StateIs]) -> None:
        self._room, self._view = room, view
        self._hearing: dict[Page, dict[Side, Subscription]] = {}
        self._talk = False
        self._errands: set[asyncio.Task[None]] = set()

    def heed(self, event: ListenerEvent) -> None:
        """What a page of theirs did. Returns at once."""
        match event:
            case ListenerCame(page):
                self._came(page)
            case ListenerWent(page):
                self._forget(page)
            case ListenerHeard(page, source, sdp):
                self._answered(page, source, sdp)

    def talk_begins(self) -> None:
        """From now on they hear."""
        self._talk = True
        self.show()
        for page in tuple(self._hearing):
            self._offer(page)

    def show(self) -> None:
        """Tell them where the call stands."""
        for page in self._hearing:
            page.send(self._view())

    def end(self, over: EndedIs) -> None:
        """The call is over: nobody hears anything any more."""
        self._talk = False
        for page in tuple(self._hearing):
            page.stop_listening(over)
            self._forget(page)

    async def close(self) -> None:
        """Give up what is under way. The room itself closes what it gave."""
        for errand in self._errands:
            errand.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)

    def _came(self, page: Page) -> None:
        if page not in self._hearing and len(self._hearing) >= MOST_LISTENERS:
            page.refuse("listen.full")
            return
        self._forget(page)
        self._hearing[page] = {}
        page.send(self._view())
        if self._talk:
            self._offer(page)

    def _forget(self, page: Page) -> None:
        for subscription in self._hearing.pop(page, {}).values():
            self._errand(subscription.close())

    def _offer(self, page: Page) -> None:
        self._errand(self._offered(page, self._hearing[page]))

    async def _offered(self, page: Page, hearing: dict[Side, Subscription]) -> None:
        for side in Side:
            try:
                subscription = await self._room.listen(side)
            except OSError as error:
                log.warning("nothing to listen to", extra={"errno": error.errno})
                page.refuse("listen.not_now")
                return
            # The page may have gone, or come anew, while this was made.
            if self._hearing.get(page) is not hearing:
                await subscription.close()
                return
            hearing[side] = subscription
            page.send(Hear(source=side, sdp=subscription.offer))

    def _answered(self, page: Page, source: Side, sdp: str) -> None:
        subscription = self._hearing.get(page, {}).get(source)
        if subscription is None:
            page.refuse("listen.nothing_offered")
        else:
            self._errand(self._connected(page, subscription, sdp))

    async def _connected(self, page: Page, subscription: Subscription, sdp: str) -> None:
        try:
            await subscription.answer(sdp)
        except OfferRefused as no:
            page.refuse(no.code)

    def _errand(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)
