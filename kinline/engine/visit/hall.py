"""The hall: which visits this engine holds, and how the first page opens one."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from typing import Any

from kinline.core.control import (
    Control,
    ControlUnavailable,
    PrivateVisitPermit,
    VisitCommand,
    VisitOpen,
    VisitOrder,
    VisitPermit,
    VisitReply,
)
from kinline.core.ids import EngineId, VisitId
from kinline.core.visit.states import EndReason
from kinline.engine.control_client import ControlRefused
from kinline.engine.media.visit_port import Tell, VisitRoom, VisitRooms
from kinline.engine.private_visit import Drop, PrivateVisit
from kinline.engine.reporting import Reporting, VisitReporter
from kinline.engine.settings import EngineSettings
from kinline.engine.signalling.page import Page
from kinline.engine.signalling.protocol import CALL_OVER, Bye
from kinline.engine.visit.conversation import Conversation
from kinline.engine.visit.events import Came, Dropped, PageEvent, Say, Stop
from kinline.engine.visit.meeting import Meeting

log = logging.getLogger(__name__)

_ASK_AGAIN_SECONDS = 1.0


class Hall:
    """All visits of this engine. Methods answer to pages; none raises for what a page did."""

    def __init__(
        self,
        settings: EngineSettings,
        control: Control,
        reporting: Reporting,
        rooms: VisitRooms,
        epoch_ms: Callable[[], int],
        drop: Drop,
    ) -> None:
        """`drop` ends what the pages of a private visit hold at TURN servers."""
        self._settings, self._control, self._reporting = settings, control, reporting
        self._drop = drop
        self._rooms, self._epoch_ms = rooms, epoch_ms
        self._meetings: dict[str, Conversation] = {}
        self._opening: dict[str, set[Page]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def visits(self) -> tuple[VisitId, ...]:
        """Those web has not heard the end of."""
        return tuple(VisitId(visit) for visit in self._meetings)

    # --- pages ------------------------------------------------------------------------

    def come(self, page: Page) -> None:
        """A page with a pass for a visit is here, for the first time or again."""
        meeting = self._meetings.get(page.visit)
        if meeting is not None:
            self._let_in(page, meeting)
        elif page.missed is not None:
            page.send(page.missed)
        elif page.visit in self._opening:
            self._opening[page.visit].add(page)
        else:
            self._opening[page.visit] = {page}
            self._begin(self._open(VisitId(page.visit)))

    def gone(self, page: Page) -> None:
        """A page's socket is gone."""
        for waiting in self._opening.values():
            waiting.discard(page)
        if page.meeting is not None:
            page.meeting.tell(Dropped(page))

    def tell(self, page: Page, event: PageEvent) -> None:
        """What a page wants of its visit."""
        if page.meeting is None:
            page.refuse("visit.not_in")
        else:
            page.meeting.tell(event)

    # --- web --------------------------------------------------------------------------

    def obey(self, command: VisitCommand) -> None:
        """Do what web wants; what cannot be done any more is done."""
        meeting = self._meetings.get(command.visit)
        if meeting is None:
            return
        if command.order is VisitOrder.SAY:
            meeting.tell(Say(command.text))
        else:
            meeting.tell(Stop(command.reason or EndReason.STAFF))

    def forget(self, visit: str) -> None:
        """Web has this visit's end: it needs no sign of life any more."""
        self._meetings.pop(visit, None)

    async def close(self) -> None:
        """Stop. A visit under way is not ended: whoever opens it anew goes on with it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- opening ----------------------------------------------------------------------

    def _let_in(self, page: Page, meeting: Conversation) -> None:
        if meeting.over is not None:
            page.leave_visit(meeting.over)
        elif page.seat is None and isinstance(meeting, PrivateVisit):
            self._turn_away(page, "visit.private")  # there is nothing to watch
        elif page.seat is not None and page.seat not in meeting.seats:
            self._turn_away(page, "visit.no_seat")
        else:
            page.meeting = meeting
            meeting.tell(Came(page))

    async def _open(self, visit: VisitId) -> None:
        """Ask web for the permit for as long as somebody waits for the answer."""
        try:
            permit = await self._permit(visit)
            if permit is None:
                return
            meeting = self._conversation(permit)
            self._meetings[visit] = meeting
        finally:
            pages = self._opening.pop(visit, set())
        for page in pages:
            self._let_in(page, meeting)
        log.info("visit opened", extra={"visit": visit})
        reason = await meeting.run()
        log.info("visit over", extra={"visit": visit, "reason": reason.value})

    def _conversation(self, permit: VisitPermit | PrivateVisitPermit) -> Conversation:
        reporter = VisitReporter(self._reporting, permit.visit)
        times = self._settings.times
        if isinstance(permit, PrivateVisitPermit):
            return PrivateVisit(
                permit=permit,
                drop=self._drop,
                times=times,
                reporter=reporter,
                epoch_ms=self._epoch_ms,
            )
        return Meeting(
            permit=permit,
            open_room=partial(self._open_room, permit),
            times=times,
            reporter=reporter,
            epoch_ms=self._epoch_ms,
        )

    async def _permit(self, visit: VisitId) -> VisitPermit | PrivateVisitPermit | None:
        """The permit; None when there is none, and all who wait were told so."""
        while self._opening[visit]:
            refused = "engine.full"
            if len(self._meetings) < self._settings.max_visits:
                try:
                    reply = await self._control.open_visit(self._request(visit))
                except ControlUnavailable:
                    for page in self._opening[visit]:
                        page.refuse("control.unavailable")
                    await asyncio.sleep(_ASK_AGAIN_SECONDS)
                    continue
                except ControlRefused:
                    reply = VisitReply()
                permit = reply.private or reply.permit
                if permit is not None and permit.ends_at > datetime.now(UTC):
                    return permit
                codes = [refusal.code for refusal in reply.refusals]
                log.info("visit refused", extra={"visit": visit, "codes": codes})
                refused = next(iter(codes), "visit.over")
            for page in tuple(self._opening[visit]):
                self._turn_away(page, refused)
            return None
        return None

    def _request(self, visit: VisitId) -> VisitOpen:
        engine = EngineId(self._settings.engine)
        return VisitOpen(visit=visit, engine=engine, boot=self._reporting.boot)

    async def _open_room(self, permit: VisitPermit, tell: Tell, until: float) -> VisitRoom:
        silent_after = self._settings.times.silent_after
        return await self._rooms.open_visit_room(
            permit.grant, tell, until=until, silent_after=silent_after
        )

    def _turn_away(self, page: Page, code: str) -> None:
        socket = page.socket
        page.send(Bye(code))
        if socket is not None:
            socket.close(CALL_OVER, code)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("visit not carried", exc_info=task.exception())
