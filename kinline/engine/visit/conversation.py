"""What every visit's conversation has: an hour to begin and to end, and chairs to sit on.

One coroutine for each visit, on the engine's clock; who comes late has less of it. Whoever is
lost is waited for: for half a minute as if they were here; after that their seat is empty, and
still theirs until the end. Only when a side *leaves*, and does not come back, is the visit over
before its time. How sound and picture get from one to the other is not known here.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kinline.core.control import PrivateVisitPermit, VisitPermit, VisitStep, VisitTrack
from kinline.core.visit.states import EndReason
from kinline.core.visit.terms import WARNINGS, Seat, Side, side_of
from kinline.engine.reporting import VisitReporter
from kinline.engine.settings import Times
from kinline.engine.signalling.protocol import VisitOver
from kinline.engine.timers import earliest
from kinline.engine.visit.events import Came, Dropped, Guest, Say, Shows, Stop, WentOut
from kinline.engine.visit.seats import Chair, Seats, Sitting

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ending:
    reason: EndReason
    seat: Seat | None = None


class Conversation(ABC):
    """One visit. Make it and `run` it; whatever happens is told to `tell`."""

    def __init__(
        self,
        permit: VisitPermit | PrivateVisitPermit,
        times: Times,
        reporter: VisitReporter,
        epoch_ms: Callable[[], int],
    ) -> None:
        self.id = permit.visit
        self.seats = permit.seats
        self.over: VisitOver | None = None
        self._times, self._reporter = times, reporter
        self._inbox: asyncio.Queue[Any] = asyncio.Queue()
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
        self._met = False
        self._together_since: float | None = None
        self._together = 0.0

    def tell(self, event: Any) -> None:
        """Something happened. Returns at once; what comes after the end is ignored."""
        self._inbox.put_nowait(event)

    # --- what each kind of visit does its own way -------------------------------------

    @abstractmethod
    async def _open(self) -> None:
        """The hour has come: let sound and picture pass."""

    @abstractmethod
    async def _again(self, now: float) -> None:
        """Try again what could not be done before, if it is time."""

    @abstractmethod
    async def _heed(self, event: Any) -> Ending | None:
        """Do what an event asks that is of this kind of visit alone."""

    @abstractmethod
    def _forget(self, page: Guest) -> None:
        """Nothing goes to this page, or comes from it, any more."""

    @abstractmethod
    def _joined(self) -> bool:
        """Whether sound or picture passes between both sides now."""

    @abstractmethod
    def _cut(self) -> None:
        """Let nothing pass any more."""

    @abstractmethod
    async def _tracks(self) -> tuple[VisitTrack, ...]:
        """What was recorded of it."""

    @abstractmethod
    async def _put_away(self) -> None:
        """Free what was opened; the visit itself may go on in another life of the engine."""

    def _opens_again(self) -> float | None:
        """When `_again` is to be asked."""
        return None

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
            await self._again(now)
            self._warn(now)
            if (left := self._give_up_waiting(now)) is not None:
                return left

    async def _finish(self, ending: Ending) -> None:
        """Cut, tell everyone, close. The pages know before the disk has its last chunk."""
        self._cut()
        self._count_together(apart=True)
        seconds = int(self._together)
        self.over = self._seats.end(ending.reason, seconds)
        tracks = await self._tracks()
        self._reporter.ended(ending.reason, ending.seat, seconds, tracks)
        await self._put_away()

    # --- steps ------------------------------------------------------------------------

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
        found = earliest(*(at for at in waits if at > self._now()), self._opens_again())
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
            case Say(text):
                self._seats.say(text)
                self._reporter.step(VisitStep.TOLD)
                self._seats.show()
            case Came(page):
                self._came(page)
            case Dropped(page):
                self._dropped(page)
            case WentOut(page):
                self._went_out(page)
            case Shows(page, camera, microphone) if (
                chair := self._seats.chair_of(page)
            ) is not None:
                chair.camera, chair.microphone = camera, microphone
                self._seats.show()
            case _:
                return await self._heed(event)
        return None

    def _came(self, page: Guest) -> None:
        page.meeting = self
        if page.seat is None:
            self._seats.watchers.add(page)
            self._seats.show([page])
            return
        chair = self._seats.chairs[page.seat]
        before = self._seats.sit(page)
        if before is not None:
            self._forget(before)
        if chair.sitting is not Sitting.HERE:
            back = chair.sitting is Sitting.LOST
            self._reporter.step(VisitStep.BACK if back else VisitStep.CAME, chair.seat)
            chair.becomes(Sitting.HERE, self._now())
        self._count_together()
        self._seats.show()

    def _dropped(self, page: Guest) -> None:
        if page.seat is None:
            self._seats.watchers.discard(page)
            self._forget(page)
            return
        chair = self._seats.chair_of(page)
        if chair is not None and chair.here:
            self._lose(chair)

    def _went_out(self, page: Guest) -> None:
        chair = self._seats.chair_of(page)
        if chair is None:
            self._dropped(page)
            return
        self._forget(page)
        self._stands_up(chair, Sitting.LEFT)

    def _stands_up(self, chair: Chair, how: Sitting) -> None:
        chair.becomes(how, self._now())
        self._reporter.step(VisitStep.LEFT, chair.seat)
        self._count_together()
        self._seats.show()

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
        together = not apart and self._joined()
        if self._together_since is not None and not together:
            self._together += now - self._together_since
            self._together_since = None
        elif self._together_since is None and together:
            self._together_since = now
            if not self._met:
                self._met = True
                self._reporter.step(VisitStep.MET)

    def _now(self) -> float:
        return self._loop.time()
