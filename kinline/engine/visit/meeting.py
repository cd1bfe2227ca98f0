"""The conversation of a visit: lobby, visit, warnings, cut.

One coroutine for each visit. It begins at the hour and ends at the hour, by the engine's clock;
who comes late has less of it. No sound and no picture is carried before it begins: there is no
room yet. The cut does not wait for the inbox: the room makes it when its moment comes, and tells.

Whoever is lost is waited for: for half a minute as if they were here; after that their seat is
empty, and still theirs until the end. Only when a side *leaves*, and does not come back, is the
visit over before its time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from kinline.core.control import VisitPermit, VisitStep, VisitTrack
from kinline.core.visit.kept import MediaKind
from kinline.core.visit.states import EndReason
from kinline.core.visit.terms import WARNINGS, Seat, Side, side_of
from kinline.engine.media.port import RecordingFailed, RoomLost, TimeIsUp
from kinline.engine.media.visit_port import Flowing, Silent, Tell, Thinned, VisitRoom
from kinline.engine.reporting import VisitReporter
from kinline.engine.settings import Times
from kinline.engine.signalling.page import Page
from kinline.engine.signalling.protocol import Renew, VisitOver
from kinline.engine.timers import earliest
from kinline.engine.visit.events import (
    Came,
    Dropped,
    Happening,
    HasSeen,
    Narrow,
    Publishes,
    Say,
    Shows,
    Stop,
    WantsToSee,
    WentOut,
)
from kinline.engine.visit.seats import Chair, Seats, Sitting
from kinline.engine.visit.sights import Sights

log = logging.getLogger(__name__)

OpenRoom = Callable[[Tell, float], Awaitable[VisitRoom]]
"""Opens the visit's room, which cuts at a moment of the loop's clock. Raises OSError."""

# A media engine that is away may be back in a moment; meanwhile they wait in the lobby.
_OPEN_AGAIN_SECONDS = 2.0
_TRACKS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Ending:
    reason: EndReason
    seat: Seat | None = None


class Meeting:
    """One visit. Make it and `run` it; whatever happens is told to `tell`."""

    def __init__(
        self,
        *,
        permit: VisitPermit,
        open_room: OpenRoom,
        times: Times,
        reporter: VisitReporter,
        epoch_ms: Callable[[], int],
    ) -> None:
        self.id = permit.visit
        self.permit = permit
        self.over: VisitOver | None = None
        self._open_room, self._times, self._reporter = open_room, times, reporter
        self._inbox: asyncio.Queue[Happening] = asyncio.Queue()
        self._seats = Seats(permit, epoch_ms)
        loop, now = asyncio.get_running_loop(), datetime.now(UTC)
        self._loop = loop
        self._starts = loop.time() + (permit.starts_at - now).total_seconds()
        self._ends = loop.time() + (permit.ends_at - now).total_seconds()
        # Who opens a visit anew, after a fault, warns of what is still to come only.
        self._warnings = sorted(
            (self._ends - before.total_seconds(), int(before.total_seconds() // 60))
            for before in WARNINGS
            if loop.time() < self._ends - before.total_seconds() > self._starts
        )
        self._room: VisitRoom | None = None
        self._sights: Sights | None = None
        self._open_again_at: float | None = None
        # Of rooms that were lost: what they recorded, and who saw whom in the last one.
        self._kept: tuple[VisitTrack, ...] = ()
        self._seen: tuple[tuple[Page, Seat], ...] = ()
        self._met = False
        self._together_since: float | None = None
        self._together = 0.0

    def tell(self, event: Happening) -> None:
        """Something happened. Returns at once; what comes after the end is ignored."""
        self._inbox.put_nowait(event)

    # --- the conversation -------------------------------------------------------------

    async def run(self) -> EndReason:
        """From the lobby to the end. Never raises: a fault of ours ends the visit as one."""
        try:
            ending = await self._lobby() or await self._hold()
        except asyncio.CancelledError:
            await self._put_away()
            raise
        except Exception:
            log.exception("visit failed", extra={"visit": self.id})
            ending = Ending(EndReason.FAULT)
        await self._finish(ending)
        return ending.reason

    async def _lobby(self) -> Ending | None:
        while self._now() < self._starts:
            event = await self._next(self._starts)
            if isinstance(event, Ending):
                return event
        return None

    async def _hold(self) -> Ending:
        self._seats.phase = "live"
        self._reporter.step(VisitStep.BEGAN)
        await self._open()
        while True:
            event = await self._next(self._wakes_at())
            if isinstance(event, Ending):
                return event
            now = self._now()
            if now >= self._ends:
                return Ending(EndReason.TIME_UP)
            if self._open_again_at is not None and now >= self._open_again_at:
                await self._open()
            self._warn(now)
            if (left := self._give_up_waiting(now)) is not None:
                return left

    async def _finish(self, ending: Ending) -> None:
        """Cut, tell everyone, close. The pages know before the disk has its last chunk."""
        if self._room is not None:
            self._room.cut()
        self._count_together(apart=True)
        seconds = int(self._together)
        self.over = self._seats.end(ending.reason, seconds)
        tracks = self._kept + await self._tracks()
        self._reporter.ended(ending.reason, ending.seat, seconds, tracks)
        await self._put_away()

    async def _put_away(self) -> None:
        """Close the room. An engine that stops leaves the visit itself as it is: web knows when
        it ends, and another life of the engine may go on with it."""
        sights, self._sights, self._room = self._sights, None, None
        if sights is not None:
            await sights.close()

    # --- steps ------------------------------------------------------------------------

    async def _open(self) -> None:
        """Open the room, recorder first. One that cannot be opened now is tried again."""
        self._open_again_at = None
        try:
            self._room = await self._open_room(self.tell, self._ends)
        except OSError as error:
            log.warning("visit's room not opened", extra={"visit": self.id, "errno": error.errno})
            self._open_again_at = self._now() + _OPEN_AGAIN_SECONDS
            return
        if self.permit.recorded:
            self._room.attach_recorder()
        self._sights = Sights(self._room)
        # A page needs seconds to notice that it sees nobody any more.
        for page, source in self._seen:
            if self._may_see(page, source):
                self._sights.look(page, source)
        self._seen = ()
        self._seats.show()

    async def _lose_room(self) -> None:
        """The media engine is gone: what it carried is made anew as soon as it can be."""
        self._kept += await self._tracks()
        if self._sights is not None:
            self._seen = self._sights.seen
        await self._put_away()
        self._count_together(apart=True)
        await self._open()
        self._seats.send(Renew())

    def _warn(self, now: float) -> None:
        while self._warnings and now >= self._warnings[0][0]:
            _, minutes = self._warnings.pop(0)
            self._seats.minutes = minutes
            self._reporter.step(VisitStep.WARNED, minutes=minutes)
            self._seats.show()

    def _give_up_waiting(self, now: float) -> Ending | None:
        """Whoever was lost for too long is away; a side that left for as long ends the visit."""
        for chair in self._seats.chairs.values():
            if chair.sitting is Sitting.LOST and now >= chair.since + self._times.rejoin:
                self._stands_up(chair, Sitting.AWAY)
        for side in Side:
            chairs = [one for one in self._seats.chairs.values() if side_of(one.seat) is side]
            last = max(chairs, key=lambda chair: chair.since)
            all_left = all(chair.sitting is Sitting.LEFT for chair in chairs)
            if self._met and all_left and now >= last.since + self._times.rejoin:
                return Ending(EndReason.LEFT, last.seat)
        return None

    def _wakes_at(self) -> float:
        waits = [self._ends, *(at for at, _ in self._warnings)]
        for chair in self._seats.chairs.values():
            if chair.sitting in (Sitting.LOST, Sitting.LEFT):
                waits.append(chair.since + self._times.rejoin)
        found = earliest(*(at for at in waits if at > self._now()), self._open_again_at)
        return self._ends if found is None else found

    # --- what happens -----------------------------------------------------------------

    async def _next(self, until: float) -> Ending | None:
        """Wait for one event, no longer than `until`, and do what it asks."""
        try:
            async with asyncio.timeout_at(until):
                event = await self._inbox.get()
        except TimeoutError:
            return None
        match event:
            case Stop(reason):
                return Ending(reason)
            case TimeIsUp():
                return Ending(EndReason.TIME_UP)
            case RoomLost():
                await self._lose_room()
            case RecordingFailed():
                self._seats.recorded = False
                self._reporter.step(VisitStep.RECORDING_FAILED)
                self._seats.show()
            case Say(text):
                self._seats.say(text)
                self._reporter.step(VisitStep.TOLD)
                self._seats.show()
            case Flowing() | Silent() | Thinned():
                self._media(event)
            case _:
                self._page(event)
        return None

    def _media(self, event: Flowing | Silent | Thinned) -> None:
        match event:
            case Flowing(seat, MediaKind.AUDIO):
                self._heard(self._seats.chairs[seat])
            case Flowing(seat, MediaKind.VIDEO):
                self._seats.chairs[seat].camera = True
            case Silent(seat, MediaKind.VIDEO):
                self._seats.chairs[seat].camera = False
            case Silent(seat, _):
                self._silent(self._seats.chairs[seat])
            case Thinned(viewer, source, pictures):
                away = self._seats.chairs[viewer].sound_only
                (away.discard if pictures else away.add)(source)
        self._count_together()
        self._seats.show()

    def _page(self, event: Happening) -> None:
        match event:
            case Came(page):
                self._came(page)
            case Dropped(page):
                self._dropped(page)
            case WentOut(page):
                self._went_out(page)
            case Publishes(page, sdp) if self._seats.chair_of(page) is not None:
                self._with_sights(page, lambda sights: sights.publish(page, sdp))
            case WantsToSee(page, source) if self._may_see(page, source):
                self._with_sights(page, lambda sights: sights.look(page, source))
            case HasSeen(page, source, sdp):
                self._with_sights(page, lambda sights: sights.answered(page, source, sdp))
            case Narrow(page, on):
                self._with_sights(page, lambda sights: sights.narrow(page, on))
            case Shows(page, camera, microphone) if (
                chair := self._seats.chair_of(page)
            ) is not None:
                chair.camera, chair.microphone = camera, microphone
                self._seats.show()
            case Publishes(page) | WantsToSee(page) | Shows(page):
                page.refuse("visit.no_seat")
            case other:
                log.debug("out of order", extra={"event": type(other).__name__})

    def _with_sights(self, page: Page, act: Callable[[Sights], None]) -> None:
        """Media before the hour, or while the room is being made anew, is asked for again."""
        if self._sights is None:
            page.refuse("visit.not_open")
        else:
            act(self._sights)

    def _may_see(self, page: Page, source: Seat) -> bool:
        if source not in self._seats.chairs or source is page.seat:
            return False
        return page in self._seats.watchers or self._seats.chair_of(page) is not None

    def _came(self, page: Page) -> None:
        page.meeting = self
        if page.seat is None:
            self._seats.watchers.add(page)
            self._seats.show([page])
            return
        chair = self._seats.chairs[page.seat]
        before = self._seats.sit(page)
        if before is not None and self._sights is not None:
            self._sights.forget(before)
        if chair.sitting is not Sitting.HERE:
            back = chair.sitting is Sitting.LOST
            self._reporter.step(VisitStep.BACK if back else VisitStep.CAME, chair.seat)
            chair.becomes(Sitting.HERE, self._now())
        self._count_together()
        self._seats.show()

    def _dropped(self, page: Page) -> None:
        if page.seat is None:
            self._seats.watchers.discard(page)
            if self._sights is not None:
                self._sights.forget(page)
            return
        chair = self._seats.chair_of(page)
        if chair is not None and chair.here:
            self._lose(chair)

    def _went_out(self, page: Page) -> None:
        chair = self._seats.chair_of(page)
        if chair is None:
            self._dropped(page)
            return
        if self._sights is not None:
            self._sights.forget(page)
        self._stands_up(chair, Sitting.LEFT)

    def _stands_up(self, chair: Chair, how: Sitting) -> None:
        chair.becomes(how, self._now())
        self._reporter.step(VisitStep.LEFT, chair.seat)
        self._count_together()
        self._seats.show()

    def _heard(self, chair: Chair) -> None:
        """Sound of this seat comes: they are back, if their page is."""
        if chair.sitting is Sitting.LOST and chair.page is not None and chair.page.here:
            chair.becomes(Sitting.HERE, self._now())
            self._reporter.step(VisitStep.BACK, chair.seat)

    def _silent(self, chair: Chair) -> None:
        """No sound comes from this seat. Its page, if it is there, is asked to connect anew."""
        if not chair.here:
            return
        if chair.page is not None:
            chair.page.send(Renew())
        self._lose(chair)

    def _lose(self, chair: Chair) -> None:
        if chair.sitting is not Sitting.HERE:
            return
        chair.becomes(Sitting.LOST, self._now())
        self._reporter.step(VisitStep.LOST, chair.seat)
        self._count_together()
        self._seats.show()

    # --- for how long both sides were there -------------------------------------------

    def _count_together(self, *, apart: bool = False) -> None:
        now = self._now()
        together = not apart and self._both_flow()
        if self._together_since is not None and not together:
            self._together += now - self._together_since
            self._together_since = None
        elif self._together_since is None and together:
            self._together_since = now
            if not self._met:
                self._met = True
                self._reporter.step(VisitStep.MET)

    def _both_flow(self) -> bool:
        room = self._room
        if room is None:
            return False
        here = {
            side_of(seat)
            for seat, chair in self._seats.chairs.items()
            if chair.here and any(room.flowing(seat, kind) for kind in MediaKind)
        }
        return here == set(Side)

    async def _tracks(self) -> tuple[VisitTrack, ...]:
        """What was recorded. A disk that hangs must not keep the visit's end from the books."""
        if self._room is None:
            return ()
        try:
            async with asyncio.timeout(_TRACKS_SECONDS):
                return await self._room.tracks()
        except Exception:
            log.exception("recording not closed", extra={"visit": self.id})
            return ()

    def _now(self) -> float:
        return self._loop.time()
