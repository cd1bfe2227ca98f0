"""The conversation of an ordinary visit: sound and picture pass through a room of ours.

No sound and no picture is carried before it begins: there is no room yet. The cut does not wait
for the inbox: the room makes it when its moment comes, and tells.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from kinline.core.control import VisitPermit, VisitStep, VisitTrack
from kinline.core.visit.kept import MediaKind
from kinline.core.visit.states import EndReason
from kinline.core.visit.terms import Seat, Side, side_of
from kinline.engine.media.port import RecordingFailed, RoomLost, TimeIsUp
from kinline.engine.media.visit_port import Flowing, Silent, Tell, Thinned, VisitRoom
from kinline.engine.reporting import VisitReporter
from kinline.engine.settings import Times
from kinline.engine.signalling.protocol import Renew
from kinline.engine.visit.conversation import Conversation, Ending
from kinline.engine.visit.events import (
    Guest,
    HasSeen,
    Narrow,
    Publishes,
    Shows,
    WantsToSee,
)
from kinline.engine.visit.seats import Chair, Sitting
from kinline.engine.visit.sights import Sights

log = logging.getLogger(__name__)

OpenRoom = Callable[[Tell, float], Awaitable[VisitRoom]]
"""Opens the visit's room, which cuts at a moment of the loop's clock. Raises OSError."""

# A media engine that is away may be back in a moment; meanwhile they wait in the lobby.
_OPEN_AGAIN_SECONDS = 2.0
_TRACKS_SECONDS = 5.0


class Meeting(Conversation):
    """One visit in a room."""

    def __init__(
        self,
        *,
        permit: VisitPermit,
        open_room: OpenRoom,
        times: Times,
        reporter: VisitReporter,
        epoch_ms: Callable[[], int],
    ) -> None:
        super().__init__(permit, times, reporter, epoch_ms)
        self.permit = permit
        self._open_room = open_room
        self._room: VisitRoom | None = None
        self._sights: Sights | None = None
        self._open_again_at: float | None = None
        # Of rooms that were lost: what they recorded, and who saw whom in the last one.
        self._kept: tuple[VisitTrack, ...] = ()
        self._seen: tuple[tuple[Guest, Seat], ...] = ()

    # --- the room ---------------------------------------------------------------------

    def _cut(self) -> None:
        if self._room is not None:
            self._room.cut()

    async def _put_away(self) -> None:
        """Close the room. An engine that stops leaves the visit itself as it is: web knows when
        it ends, and another life of the engine may go on with it."""
        sights, self._sights, self._room = self._sights, None, None
        if sights is not None:
            await sights.close()

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

    async def _again(self, now: float) -> None:
        if self._open_again_at is not None and now >= self._open_again_at:
            await self._open()

    def _opens_again(self) -> float | None:
        return self._open_again_at

    async def _lose_room(self) -> None:
        """The media engine is gone: what it carried is made anew as soon as it can be."""
        self._kept = await self._tracks()
        if self._sights is not None:
            self._seen = self._sights.seen
        await self._put_away()
        self._count_together(apart=True)
        await self._open()
        self._seats.send(Renew())

    def _forget(self, page: Guest) -> None:
        if self._sights is not None:
            self._sights.forget(page)

    # --- what happens -----------------------------------------------------------------

    async def _heed(self, event: Any) -> Ending | None:
        match event:
            case TimeIsUp():
                return Ending(EndReason.TIME_UP)
            case RoomLost():
                await self._lose_room()
            case RecordingFailed():
                self._seats.recorded = False
                self._reporter.step(VisitStep.RECORDING_FAILED)
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

    def _page(self, event: Any) -> None:
        match event:
            case Publishes(page, sdp) if self._seats.chair_of(page) is not None:
                self._with_sights(page, lambda sights: sights.publish(page, sdp))
            case WantsToSee(page, source) if self._may_see(page, source):
                self._with_sights(page, lambda sights: sights.look(page, source))
            case HasSeen(page, source, sdp):
                self._with_sights(page, lambda sights: sights.answered(page, source, sdp))
            case Narrow(page, on):
                self._with_sights(page, lambda sights: sights.narrow(page, on))
            case Publishes(page) | WantsToSee(page) | Shows(page):
                page.refuse("visit.no_seat")
            case other:
                log.debug("out of order", extra={"event": type(other).__name__})

    def _with_sights(self, page: Guest, act: Callable[[Sights], None]) -> None:
        """Media before the hour, or while the room is being made anew, is asked for again."""
        if self._sights is None:
            page.refuse("visit.not_open")
        else:
            act(self._sights)

    def _may_see(self, page: Guest, source: Seat) -> bool:
        if source not in self._seats.chairs or source is page.seat:
            return False
        return page in self._seats.watchers or self._seats.chair_of(page) is not None

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

    def _joined(self) -> bool:
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
        """What was recorded, in lost rooms too. A disk that hangs must not keep the visit's end
        from the books."""
        if self._room is None:
            return self._kept
        try:
            async with asyncio.timeout(_TRACKS_SECONDS):
                return self._kept + await self._room.tracks()
        except Exception:
            log.exception("recording not closed", extra={"visit": self.id})
            return self._kept
