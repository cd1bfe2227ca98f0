"""Private visits: two pages talk to each other, and the engine keeps the time.

What passes here is what two browsers need to find each other: descriptions, addresses, and the
pledges from which both work out their check words (core/visit/check_words.py). Sound and picture
do not. Nobody has a way in: there are two seats and no third, and no room to record or to watch
in. This module imports neither the recorder nor anything that carries media;
tests/engine/test_private.py walks the imports. docs/private.md says what that proves.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from kinline.core.control import PrivateVisitPermit, VisitTrack
from kinline.core.visit.terms import Seat
from kinline.engine.reporting import VisitReporter
from kinline.engine.settings import Times
from kinline.engine.signalling.protocol import (
    Anew,
    Describe,
    DescribeIs,
    IceServer,
    Joined,
    Peering,
    PeerIs,
    Pledge,
    PledgeIs,
    Reach,
    ReachIs,
    ToPage,
)
from kinline.engine.visit.conversation import Conversation, Ending
from kinline.engine.visit.events import Guest, Peers
from kinline.engine.visit.seats import Sitting

log = logging.getLogger(__name__)

Drop = Callable[[Sequence[str]], Awaitable[None]]
"""Ends what these users hold at the TURN servers, and does not fail."""


class PrivateVisit(Conversation):
    """One visit of exactly two, from page to page.

    Whether they are connected, and for how long, is known by what their pages say.
    """

    def __init__(
        self,
        *,
        permit: PrivateVisitPermit,
        drop: Drop,
        times: Times,
        reporter: VisitReporter,
        epoch_ms: Callable[[], int],
    ) -> None:
        """Raises TypeError for any other right than a private permit."""
        if not isinstance(permit, PrivateVisitPermit):
            raise TypeError("a private visit is opened under a private permit")
        super().__init__(permit, times, reporter, epoch_ms)
        self._permit, self._drop = permit, drop
        self._attempt = 0
        self._pledged: set[Seat] = set()
        self._connected: set[Seat] = set()
        self._dropping: asyncio.Task[None] | None = None

    # --- connecting -------------------------------------------------------------------

    async def _open(self) -> None:
        self._seats.show()
        self._connect()

    def _connect(self) -> None:
        """Both are here: let them connect, from the beginning. Who is inside makes the offer."""
        chairs = self._seats.chairs.values()
        if self._seats.phase != "live" or any(one.sitting is not Sitting.HERE for one in chairs):
            return
        self._attempt += 1
        self._pledged.clear()
        self._connected.clear()
        self._count_together()
        for chair in chairs:
            if chair.page is not None:
                servers = self._servers(chair.seat)
                chair.page.send(PeerIs(self._attempt, chair.seat is Seat.INSIDE, servers))

    def _servers(self, seat: Seat) -> list[IceServer]:
        return [
            IceServer(list(one.urls), one.username, one.credential)
            for one in self._permit.turn.get(seat, ())
        ]

    def _came(self, page: Guest) -> None:
        """A page that had only lost its line to us is still connected to the other one."""
        if page.seat not in self.seats:
            page.refuse("visit.private")
            return
        same = self._seats.chair_of(page) is not None
        super()._came(page)
        if not (same and self._connected == set(self.seats)):
            self._connect()

    def _forget(self, page: Guest) -> None:
        if page.seat is not None:
            self._connected.discard(page.seat)

    # --- what they say to each other --------------------------------------------------

    async def _heed(self, event: Any) -> Ending | None:
        match event:
            case Peers(page, said) if (chair := self._seats.chair_of(page)) is not None:
                # Of an attempt that is over, nothing is of use any more.
                if said.attempt == self._attempt:
                    self._between(chair.seat, page, said)
            case Peers(page):
                page.refuse("visit.no_seat")
            case other:
                log.debug("not in a private visit", extra={"event": type(other).__name__})
        return None

    def _between(self, seat: Seat, page: Guest, said: Peering) -> None:
        match said:
            case Pledge() if seat in self._pledged:
                page.refuse("peer.pledged")
            case Pledge(attempt, commitment):
                self._pledged.add(seat)
                self._pass_on(seat, PledgeIs(attempt, commitment))
            case Describe() if self._pledged != set(self.seats):
                page.refuse("peer.pledge_first")
            case Describe(attempt, sdp, nonce):
                self._pass_on(seat, DescribeIs(attempt, sdp, nonce))
            case Reach(attempt, candidate, mid):
                self._pass_on(seat, ReachIs(attempt, candidate, mid))
            case Joined(_, on):
                (self._connected.add if on else self._connected.discard)(seat)
                self._count_together()
            case Anew():
                self._connect()

    def _pass_on(self, seat: Seat, message: ToPage) -> None:
        for other, chair in self._seats.chairs.items():
            if other is not seat and chair.page is not None:
                chair.page.send(message)

    def _joined(self) -> bool:
        here = all(chair.here for chair in self._seats.chairs.values())
        return here and self._connected == set(self.seats)

    # --- the end ----------------------------------------------------------------------

    def _cut(self) -> None:
        """Take from both what they hold at the TURN servers; their pages end it by themselves."""
        names = [one.username for seat in self.seats for one in self._permit.turn.get(seat, ())]
        if names:
            self._dropping = asyncio.create_task(self._end_relaying(sorted(set(names))))

    async def _end_relaying(self, names: Sequence[str]) -> None:
        try:
            await self._drop(names)
        except Exception:
            log.exception("allocations not dropped", extra={"visit": self.id})

    async def _tracks(self) -> tuple[VisitTrack, ...]:
        """Nothing: no recorder exists for it."""
        return ()

    async def _again(self, now: float) -> None:
        pass

    async def _put_away(self) -> None:
        if self._dropping is not None:
            await self._dropping
