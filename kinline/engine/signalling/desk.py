"""The desk: who arrives, who leaves, and what becomes of what they say."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from kinline.core.passes import Right
from kinline.engine.ivr.events import (
    Answered,
    Declined,
    HungUp,
    Keyed,
    ListenerCame,
    ListenerHeard,
    ListenerWent,
    Offered,
    PageCame,
    PageDropped,
    PageLeft,
)
from kinline.engine.ivr.name import NameTaking
from kinline.engine.media.port import OfferRefused
from kinline.engine.settings import Times
from kinline.engine.signalling import protocol
from kinline.engine.signalling.page import Page, Socket
from kinline.engine.signalling.protocol import CALL_OVER, STOPPING, Bye, FromPage, Hello
from kinline.engine.signalling.sessions import Sessions
from kinline.engine.switchboard import Switchboard, epoch_ms
from kinline.engine.visit import events as visit
from kinline.engine.visit.hall import Hall

log = logging.getLogger(__name__)

_OF_VISITS = (Right.VISIT, Right.WATCH)


class Desk:
    """Between the sockets and the switchboard."""

    def __init__(
        self,
        engine: str,
        sessions: Sessions,
        board: Switchboard,
        hall: Hall,
        name_taking: Callable[[Page], NameTaking],
        knock: Callable[[str], Awaitable[str]],
        times: Times,
    ) -> None:
        """`knock` answers an offer that only tries the way. Raises OfferRefused."""
        self.sessions = sessions
        self._engine, self._board, self._name_taking = engine, board, name_taking
        self._hall, self._knock = hall, knock
        self._times = times
        self._errands: set[asyncio.Task[None]] = set()
        self._of_no_party: dict[Right, Callable[[Page, FromPage], None]] = {
            Right.VISIT: self._in_visit,
            Right.WATCH: self._in_visit,
            Right.TEST: self._test,
            Right.LISTEN: self._listening,
        }

    # --- coming and going -------------------------------------------------------------

    def arrive(self, page: Page, socket: Socket) -> bool:
        """A page is here, for the first time or again; False if it has nothing to come for."""
        before, page.socket = page.socket, socket
        if before is not None:
            before.close(CALL_OVER, "replaced")
        if not self._let_in(page):
            self.sessions.forget(page)
            page.socket = None
            socket.send(Bye("call.over"))
            socket.close(CALL_OVER, "call.over")
            return False
        page.send(Hello(page.right, page.resume, self._engine, epoch_ms()))
        if page.missed is not None:
            # Again at every return: whether the page heard it the last time, nobody knows.
            page.send(page.missed)
        if page.right in _OF_VISITS:
            self._hall.come(page)
        elif page.call is not None:
            page.call.tell(PageCame(page, page.side))
        elif page.right is Right.WAIT:
            self._board.page_waits(page)
        return True

    def _let_in(self, page: Page) -> bool:
        """Whether there is what its pass is for: a call to come back to, or to hear."""
        if page.right is Right.JOIN and page.call is None:
            return self._board.join(page)
        if page.right is Right.LISTEN and page.missed is None:
            return self._board.listen(page)
        return True

    def depart(self, page: Page, socket: Socket, *, left: bool) -> None:
        """A socket is gone. Does nothing if the page has another one already."""
        if page.socket is not socket:
            return
        page.socket = None
        self._hall.gone(page)
        self._board.page_gone(page)
        if page.listens_to is not None:
            page.listens_to.tell(ListenerWent(page))
        event = PageLeft(page) if left else PageDropped(page)
        for call in {*page.rung_by, *([page.call] if page.call else [])}:
            call.tell(event)
        grace = self._times.page_grace if left else self._times.line_grace
        asyncio.get_running_loop().call_later(grace, self._forget, page)

    def stop(self) -> None:
        """Say goodbye to everyone."""
        for page in self.sessions.pages:
            if page.socket is not None:
                page.send(Bye("engine.stopping"))
                page.socket.close(STOPPING, "engine.stopping")

    def _forget(self, page: Page) -> None:
        """It did not come back. Whoever is in a call may, as long as the call lasts."""
        if page.here:
            return
        under_way = page.call is not None and page.call.over is None
        if under_way or page.meeting is not None:
            asyncio.get_running_loop().call_later(self._times.line_grace, self._forget, page)
            return
        self.sessions.forget(page)
        if page.name is not None:
            name, page.name = page.name, None
            self._errand(name.close())

    # --- messages ---------------------------------------------------------------------

    async def handle(self, page: Page, message: FromPage) -> None:
        if (otherwise := self._of_no_party.get(page.right)) is not None:
            otherwise(page, message)
            return
        match message:
            case protocol.Dial(number=number, key=key):
                self._errand(self._board.dial(page, number, key))
            case protocol.Answer():
                self._to_ringing(page, Answered(page), "answer.nothing_rings")
            case protocol.Decline():
                self._to_ringing(page, Declined(page), "decline.nothing_rings")
            case protocol.Offer(sdp=sdp):
                self._offer(page, sdp)
            case protocol.HangUp():
                self._to_own(page, HungUp(page), "hangup.no_call")
            case protocol.Leave():
                self._leave(page)
            case protocol.RecordName() | protocol.StopName() | protocol.KeepName():
                self._name(page, message)

    def _listening(self, page: Page, message: FromPage) -> None:
        call = page.listens_to
        if call is None:
            page.refuse("listen.over")
        elif page.offers_too_often():
            page.refuse("offer.too_many")
        elif isinstance(message, protocol.Listen):
            call.tell(ListenerCame(page))
        elif isinstance(message, protocol.Heard):
            call.tell(ListenerHeard(page, message.source, message.sdp))
        elif isinstance(message, protocol.Leave):
            call.tell(ListenerWent(page))
        else:
            page.refuse("listen.only")

    def _test(self, page: Page, message: FromPage) -> None:
        if not isinstance(message, protocol.Offer):
            page.refuse("test.offer_only")
        elif page.offers_too_often():
            page.refuse("offer.too_many")
        else:
            self._errand(self._knocked(page, message.sdp))

    async def _knocked(self, page: Page, sdp: str) -> None:
        try:
            page.send(protocol.Sdp(await self._knock(sdp)))
        except OfferRefused as no:
            page.refuse(no.code)

    def _in_visit(self, page: Page, message: FromPage) -> None:
        match message:
            case protocol.Offer() | protocol.Describe() | protocol.Anew() if (
                page.offers_too_often()
            ):
                page.refuse("offer.too_many")
            case protocol.Offer(sdp=sdp):
                self._hall.tell(page, visit.Publishes(page, sdp))
            case protocol.See(source=source):
                self._hall.tell(page, visit.WantsToSee(page, source))
            case protocol.Seen(source=source, sdp=sdp):
                self._hall.tell(page, visit.HasSeen(page, source, sdp))
            case protocol.Shows(camera=camera, microphone=microphone):
                self._hall.tell(page, visit.Shows(page, camera, microphone))
            case (
                protocol.Pledge()
                | protocol.Describe()
                | protocol.Reach()
                | protocol.Joined()
                | protocol.Anew()
            ):
                self._hall.tell(page, visit.Peers(page, message))
            case protocol.Narrow(on=on):
                self._hall.tell(page, visit.Narrow(page, on))
            case protocol.HangUp():
                self._hall.tell(page, visit.WentOut(page))
            case protocol.Leave():
                self._hall.gone(page)
            case _:
                page.refuse("visit.not_here")

    def key(self, page: Page, digit: str) -> None:
        self._to_own(page, Keyed(page, digit), "key.no_call")

    def _to_ringing(self, page: Page, event: Answered | Declined, otherwise: str) -> None:
        if page.call is None and page.rung_by:
            page.rung_by[0].tell(event)
        else:
            page.refuse(otherwise)

    def _to_own(self, page: Page, event: Keyed | HungUp | Offered, otherwise: str) -> None:
        """To the page's call; to the one that rings, if an answer may be on its way to it."""
        call = page.call or next(iter(page.rung_by), None)
        if call is not None:
            call.tell(event)
        else:
            page.refuse(otherwise)

    def _offer(self, page: Page, sdp: str) -> None:
        if page.offers_too_often():
            page.refuse("offer.too_many")
        elif page.right is Right.NAME:
            self._errand(self._taking(page).offer(sdp))
        elif page.right is Right.DIAL and page.call is None:
            # Sent together with the dial, which web is still deciding on.
            page.early_offer = sdp
        else:
            self._to_own(page, Offered(page, sdp), "offer.early")

    def _leave(self, page: Page) -> None:
        for call in {*page.rung_by, *([page.call] if page.call else [])}:
            call.tell(PageLeft(page))

    def _name(
        self, page: Page, message: protocol.RecordName | protocol.StopName | protocol.KeepName
    ) -> None:
        if page.right is not Right.NAME:
            page.refuse("name.no_right")
            return
        taking = self._taking(page)
        match message:
            case protocol.RecordName():
                self._errand(taking.record())
            case protocol.StopName():
                taking.stop()
            case protocol.KeepName():
                self._errand(taking.keep())

    def _taking(self, page: Page) -> NameTaking:
        if page.name is None:
            page.name = self._name_taking(page)
        return page.name

    def _errand(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._errands.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("errand failed", exc_info=task.exception())
