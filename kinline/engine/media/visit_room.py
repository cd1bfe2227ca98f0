"""A visit's room, whatever carries it: seats, who sees whom, and the deadline after which nobody
does. What a media engine has to add is how a page publishes, and how another one sees it."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from kinline.core.visit.kept import MediaKind, VisitGrant, VisitTrack
from kinline.core.visit.terms import Seat
from kinline.engine.media.port import OfferRefused, RecordingFailed, TimeIsUp
from kinline.engine.media.relay.visit.allowance import Allowance, Narrows
from kinline.engine.media.relay.visit.source import Intake, PictureIntake, SoundIntake, Source
from kinline.engine.media.relay.visit.timeline import SenderClock
from kinline.engine.media.visit_port import (
    MOST_BITS_PER_SECOND,
    Flowing,
    Silent,
    Tell,
    Thinned,
)
from kinline.engine.recorder import Recorder
from kinline.engine.timers import Deadline
from kinline.engine.visit_recording import VisitRecording, check, record_visit

_WATCH_SECONDS = 0.5
# A recording can be sought at pictures that stand for themselves, which pages seldom send unasked.
_KEY_EVERY_SECONDS = 15.0


Sources = dict[MediaKind, Source]
Intakes = dict[MediaKind, Intake]


class Publisher(Protocol):
    """The one connection over which a seat's page sends its sound and picture."""

    answer: str

    async def close(self) -> None: ...


class Viewing(Protocol):
    """One connection over which a page sees and hears one seat."""

    offer: str

    @property
    def shows(self) -> bool:
        """Whether it is sent pictures."""

    async def answer(self, sdp: str) -> None:
        """Take the page's answer. Raises OfferRefused."""

    def show(self, pictures: bool) -> None:
        """What the viewer wishes: pictures, or sound alone."""

    def spare(self, narrow: bool) -> None:
        """What the viewer's line takes: sound alone, or pictures too."""

    def stop(self) -> None:
        """Send nothing any more, at once."""

    async def close(self) -> None: ...


class _Place:
    """One seat: what comes from it, and how much may."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.publisher: Publisher | None = None
        self.allowance = Allowance(MOST_BITS_PER_SECOND)
        self.publishing = asyncio.Lock()


class _View:
    """A viewing as the room knows it; `viewer` is None for a watcher."""

    def __init__(self, viewer: Seat | None, source: Seat, viewing: Viewing) -> None:
        self.viewer, self.source, self.viewing = viewer, source, viewing
        self.narrows = Narrows()


class Room(ABC):
    """See visit_port.VisitRoom for what each method means."""

    def __init__(
        self,
        grant: VisitGrant,
        recorder: Recorder,
        tell: Tell,
        *,
        until: float,
        silent_after: float,
    ) -> None:
        check(grant)
        self._grant, self._recorder, self._tell = grant, recorder, tell
        self._silent_after = silent_after
        self._places = {seat: _Place(self._sources(seat)) for seat in Seat}
        self._views: dict[Viewing, _View] = {}
        self._recording: VisitRecording | None = None
        self._recorded = self._over = False
        self._sinks: list[tuple[Source, Callable[..., None]]] = []
        self._deadline = Deadline(self._time_is_up)
        self._deadline.set(until)
        self._look_again()

    async def publish(self, seat: Seat, offer: str) -> str:
        place, clock = self._places[seat], SenderClock()
        async with place.publishing:
            self._check_open()
            intakes: Intakes = {
                MediaKind.AUDIO: SoundIntake(place.sources[MediaKind.AUDIO]),
                MediaKind.VIDEO: PictureIntake(place.sources[MediaKind.VIDEO]),
            }
            publisher = await self._published(seat, offer, intakes)
            for kind, intake in intakes.items():
                place.sources[kind].use(intake, clock)
            before, place.publisher = place.publisher, publisher
            if before is not None:
                await before.close()
            if self._over:
                await publisher.close()
            return publisher.answer

    async def subscribe(self, viewer: Seat, source: Seat) -> "Seen":
        if viewer is source:
            raise ValueError("nobody needs the way round to see themselves")
        for view in [one for one in self._views.values() if one.viewer is viewer]:
            if view.source is source:
                await self._drop(view.viewing)
        return await self._view(viewer, source)

    async def watch(self, source: Seat) -> "Seen":
        return await self._view(None, source)

    def attach_recorder(self) -> None:
        if self._recorded:
            raise RuntimeError("this visit is being recorded already")
        self._check_open()
        self._recorded = True
        recording = record_visit(self._recorder, self._grant, self._failed)
        self._recording = recording
        for seat, place in self._places.items():
            for kind, source in place.sources.items():
                sink = _gate(partial(recording.take, seat, kind))
                source.add_sink(sink)
                self._sinks.append((source, sink))
                source.ask_for_key()

    async def tracks(self) -> tuple[VisitTrack, ...]:
        self._stop_recording()
        recording, self._recording = self._recording, None
        return () if recording is None else await recording.close()

    def until(self, moment: float) -> None:
        if not self._over:
            self._deadline.set(moment)

    def cut(self) -> None:
        self._over = True
        self._deadline.cancel()
        self._watch.cancel()
        self._stop_recording()
        for view in self._views.values():
            view.viewing.stop()
        for place in self._places.values():
            for source in place.sources.values():
                source.close()

    def flowing(self, seat: Seat, kind: MediaKind) -> bool:
        return self._places[seat].sources[kind].flowing

    async def close(self) -> None:
        self.cut()
        views, self._views = list(self._views), {}
        leaving: list[Viewing | Publisher] = [*views]
        for place in self._places.values():
            if place.publisher is not None:
                leaving.append(place.publisher)
            place.publisher = None
        await asyncio.gather(*(connection.close() for connection in leaving))
        recording = self._recording
        if recording is not None:
            # Whoever asks for the tracks later still gets them.
            await recording.close()

    @abstractmethod
    async def _published(self, seat: Seat, offer: str, intakes: Intakes) -> Publisher:
        """Answer a page's offer; what it sends goes to `intakes`. Raises OfferRefused, OSError."""

    @abstractmethod
    async def _offered(self, source: Seat, sources: Sources) -> Viewing:
        """Offer what comes from a seat, now and later. Raises OSError."""

    def _sources(self, seat: Seat) -> Sources:
        return {kind: Source(kind, partial(self._flows, seat, kind)) for kind in MediaKind}

    def _flows(self, seat: Seat, kind: MediaKind) -> None:
        self._tell(Flowing(seat, kind))

    async def _view(self, viewer: Seat | None, source: Seat) -> "Seen":
        self._check_open()
        viewing = await self._offered(source, self._places[source].sources)
        if self._over:
            await viewing.close()
            raise OfferRefused("room.closed")
        self._views[viewing] = _View(viewer, source, viewing)
        return Seen(viewing, self._drop)

    async def _drop(self, viewing: Viewing) -> None:
        view = self._views.pop(viewing, None)
        if view is not None:
            self._places[view.source].allowance.forget(view)
        await viewing.close()

    def _lost(self, viewing: Viewing, share: float) -> None:
        """A viewer's report of what it lost of a picture."""
        view = self._views.get(viewing)
        if view is None or not viewing.shows:
            return
        place, now = self._places[view.source], time.monotonic()
        if place.allowance.told(view, share, now):
            place.sources[MediaKind.VIDEO].limit(place.allowance.bits)
        if view.narrows.told(share, now, least=place.allowance.least):
            place.allowance.forget(view)
            self._thin(view, pictures=False)

    def _thin(self, view: _View, *, pictures: bool) -> None:
        view.viewing.spare(not pictures)
        if view.viewer is not None:
            self._tell(Thinned(view.viewer, view.source, pictures))

    def _stop_recording(self) -> None:
        for source, sink in self._sinks:
            source.drop_sink(sink)
        self._sinks.clear()

    def _failed(self) -> None:
        self._tell(RecordingFailed())

    def _time_is_up(self) -> None:
        self.cut()
        self._tell(TimeIsUp())

    def _check_open(self) -> None:
        if self._over:
            raise OfferRefused("room.closed")

    def _look_again(self) -> None:
        loop = asyncio.get_running_loop()
        self._look_due = loop.time() + min(_WATCH_SECONDS, self._silent_after / 4)
        self._watch = loop.call_at(self._look_due, self._look)

    def _look(self) -> None:
        late = asyncio.get_running_loop().time() - self._look_due
        self._look_again()
        now = time.monotonic()
        for view in self._views.values():
            if view.narrows.due(now):
                self._thin(view, pictures=True)
        for seat, place in self._places.items():
            for kind, source in place.sources.items():
                # A machine that was held up has packets waiting: that is no silence.
                if late < _WATCH_SECONDS and source.quiet_since(self._silent_after):
                    self._tell(Silent(seat, kind))
            picture = place.sources[MediaKind.VIDEO]
            if self._sinks and picture.flowing and now - picture.last_key_at > _KEY_EVERY_SECONDS:
                picture.ask_for_key()


class Seen:
    """What a page that sees another holds: see visit_port.Subscription."""

    def __init__(self, viewing: Viewing, drop: Callable[[Viewing], Awaitable[None]]) -> None:
        self._viewing, self._drop = viewing, drop
        self.offer = viewing.offer

    async def answer(self, sdp: str) -> None:
        await self._viewing.answer(sdp)

    def show(self, pictures: bool) -> None:
        self._viewing.show(pictures)

    async def close(self) -> None:
        await self._drop(self._viewing)


def _gate(take: Callable[[bytes, float], None]) -> Callable[[bytes, int, float, bool], None]:
    """Where a track's packets go, once one stands for itself: from there on none is missing."""
    begun = False

    def sink(packet: bytes, _ticks: int, at: float, key: bool) -> None:
        nonlocal begun
        begun = begun or key
        if begun:
            take(packet, at)

    return sink
