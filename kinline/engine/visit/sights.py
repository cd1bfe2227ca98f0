"""The connections of a visit: what each page sends, and what it sees of whom.

A page asks for what it wants to see, as often as it must: when it comes, when somebody else has
come, when a connection broke. So nobody has to know what a page has lost.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from kinline.core.visit.terms import Seat
from kinline.engine.media.port import OfferRefused
from kinline.engine.media.visit_port import Subscription, VisitRoom
from kinline.engine.signalling.protocol import Look, Sdp
from kinline.engine.visit.events import Guest

log = logging.getLogger(__name__)


class Sights:
    """All connections in one room. Whatever fails is told to the page that it concerns."""

    def __init__(self, room: VisitRoom) -> None:
        self._room = room
        self._seen: dict[tuple[Guest, Seat], Subscription] = {}
        self._narrow: set[Guest] = set()
        self._errands: set[asyncio.Task[None]] = set()

    @property
    def seen(self) -> tuple[tuple[Guest, Seat], ...]:
        """Which page is shown which seat."""
        return tuple(self._seen)

    def publish(self, page: Guest, sdp: str) -> None:
        """Connect a seated page, or connect it anew."""
        assert page.seat is not None
        self._errand(self._publish(page.seat, page, sdp))

    def look(self, page: Guest, source: Seat) -> None:
        """Offer a page what comes from a seat; a page without a seat watches."""
        self._errand(self._look(page, source))

    def answered(self, page: Guest, source: Seat, sdp: str) -> None:
        sight = self._seen.get((page, source))
        if sight is None:
            page.refuse("seen.nothing_offered")
        else:
            self._errand(self._answered(sight, page, sdp))

    def narrow(self, page: Guest, on: bool) -> None:
        """Send this page only sound, or pictures again."""
        (self._narrow.add if on else self._narrow.discard)(page)
        for (one, _), sight in self._seen.items():
            if one is page:
                sight.show(not on)

    def forget(self, page: Guest) -> None:
        """This page is gone for good: nothing is sent to it any more."""
        self._narrow.discard(page)
        for key in [key for key in self._seen if key[0] is page]:
            self._errand(self._seen.pop(key).close())

    async def close(self) -> None:
        """Nobody sees anybody. What was under way is given up."""
        for errand in self._errands:
            errand.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)
        await self._room.close()

    async def _publish(self, seat: Seat, page: Guest, sdp: str) -> None:
        try:
            answer = await self._room.publish(seat, sdp)
        except OfferRefused as no:
            page.refuse(no.code)
        else:
            page.send(Sdp(answer))

    async def _look(self, page: Guest, source: Seat) -> None:
        before = self._seen.pop((page, source), None)
        if before is not None:
            await before.close()
        if page.seat is None:
            sight = await self._room.watch(source)
        else:
            sight = await self._room.subscribe(page.seat, source)
        self._seen[page, source] = sight
        if page in self._narrow:
            sight.show(False)
        page.send(Look(source, sight.offer))

    async def _answered(self, sight: Subscription, page: Guest, sdp: str) -> None:
        try:
            await sight.answer(sdp)
        except OfferRefused as no:
            page.refuse(no.code)

    def _errand(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._errands.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("connection of a visit failed", extra={"error": type(error).__name__})
