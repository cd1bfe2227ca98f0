"""A hall for tests of visits: a fake web, rooms that carry nothing but tell, and pages by hand."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kinline.core.control import (
    PrivateVisitPermit,
    TurnServer,
    VisitGrant,
    VisitPermit,
    VisitTrack,
)
from kinline.core.ids import EngineId, RecordingId, VisitId
from kinline.core.passes import Pass, Right
from kinline.core.visit.kept import MediaKind
from kinline.core.visit.terms import Seat
from kinline.engine.fake_control import FakeControl, fresh_key
from kinline.engine.journal import Journal
from kinline.engine.media.port import OfferRefused, TimeIsUp
from kinline.engine.media.visit_port import Flowing, Silent, Tell
from kinline.engine.reporting import Reporting
from kinline.engine.settings import EngineSettings, Times
from kinline.engine.signalling.page import Page
from kinline.engine.signalling.protocol import ToPage, VisitIs, VisitOver
from kinline.engine.switchboard import epoch_ms
from kinline.engine.teller import Teller
from kinline.engine.visit import events
from kinline.engine.visit.hall import Hall

VISIT = VisitId("7d0c33d4-6a5f-4b52-9c1e-0f7e2d7f0a11")


class Sight:
    """A connection that shows one seat to one page."""

    def __init__(self, room: "Room", viewer: str, source: Seat) -> None:
        self.offer = f"offer of {source} to {viewer}"
        self.answered, self.pictures, self.closed = "", True, False
        room.sights.append(self)

    async def answer(self, sdp: str) -> None:
        if sdp == "bad":
            raise OfferRefused("sdp.unreadable")
        self.answered = sdp

    def show(self, pictures: bool) -> None:
        self.pictures = pictures

    async def close(self) -> None:
        self.closed = True


class Room:
    """A room as the port has it; tests say what flows."""

    def __init__(self, tell: Tell, until: float) -> None:
        self.tell, self.ends = tell, until
        self.flows: set[tuple[Seat, MediaKind]] = set()
        self.published: list[tuple[Seat, str]] = []
        self.sights: list[Sight] = []
        self.recording = self.was_cut = self.closed = False
        self.cut_at = 0.0
        asyncio.get_running_loop().call_at(until, self._time_is_up)

    async def publish(self, seat: Seat, offer: str) -> str:
        if offer == "bad":
            raise OfferRefused("sdp.lines")
        self.published.append((seat, offer))
        return f"answer to {seat}"

    async def subscribe(self, viewer: Seat, source: Seat) -> Sight:
        return Sight(self, viewer, source)

    async def watch(self, source: Seat) -> Sight:
        return Sight(self, "staff", source)

    def attach_recorder(self) -> None:
        self.recording = True

    async def tracks(self) -> tuple[VisitTrack, ...]:
        if not self.recording:
            return ()
        self.recording = False
        return (VisitTrack(Seat.INSIDE, MediaKind.AUDIO, "r/inside.audio.0", 1, 1, "0" * 64, 0),)

    def until(self, moment: float) -> None:
        self.ends = moment

    def cut(self) -> None:
        if not self.was_cut:
            self.was_cut, self.cut_at = True, asyncio.get_running_loop().time()

    def flowing(self, seat: Seat, kind: MediaKind) -> bool:
        return (seat, kind) in self.flows

    async def close(self) -> None:
        self.closed = True
        self.cut()

    def hears(self, seat: Seat, kind: MediaKind = MediaKind.AUDIO) -> None:
        self.flows.add((seat, kind))
        self.tell(Flowing(seat, kind))

    def loses(self, seat: Seat, kind: MediaKind = MediaKind.AUDIO) -> None:
        self.flows.discard((seat, kind))
        self.tell(Silent(seat, kind))

    def _time_is_up(self) -> None:
        if not self.was_cut:
            self.cut()
            self.tell(TimeIsUp())


class Rooms:
    """Rooms that can be had, or, while `away`, cannot."""

    name = "by hand"

    def __init__(self) -> None:
        self.rooms: list[Room] = []
        self.away = False

    @property
    def here(self) -> bool:
        return not self.away

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def open_visit_room(
        self, grant: VisitGrant, tell: Tell, *, until: float, silent_after: float
    ) -> Room:
        assert isinstance(grant, VisitGrant)
        if self.away:
            raise OSError("nobody carries pictures now")
        self.rooms.append(Room(tell, until))
        return self.rooms[-1]


@dataclass
class Screen:
    """What a page was told, and whether its socket was closed, and why."""

    told: list[ToPage] = field(default_factory=list)
    closed: str = ""

    def send(self, message: ToPage) -> None:
        self.told.append(message)

    def close(self, code: int, reason: str = "") -> None:
        self.closed = reason


class Visiting:
    """One browser with a pass for the visit."""

    def __init__(self, hall: Hall, page: Page) -> None:
        self.hall, self.page, self.screen = hall, page, Screen()

    def come(self) -> "Visiting":
        self.page.socket = self.screen
        self.hall.come(self.page)
        return self

    def drop(self) -> None:
        self.page.socket = None
        self.hall.gone(self.page)

    def does(self, event: Any, *facts: Any) -> None:
        self.hall.tell(self.page, event(self.page, *facts))

    def leave(self) -> None:
        self.does(events.WentOut)

    @property
    def sees(self) -> VisitIs:
        """The last state it was told."""
        return [one for one in self.screen.told if isinstance(one, VisitIs)][-1]

    @property
    def over(self) -> VisitOver | None:
        return next((one for one in self.screen.told if isinstance(one, VisitOver)), None)

    def got(self, kind: type) -> list[Any]:
        return [one for one in self.screen.told if isinstance(one, kind)]


class Town:
    """A hall, its web and its rooms. Moments of a visit are seconds from now."""

    def __init__(self, folder: Path, rejoin: float = 0.25) -> None:
        self.control, self.rooms = FakeControl(), Rooms()
        self.settings = EngineSettings(
            engine="e1",
            control_url="http://127.0.0.1:9/control/",
            data=folder / "data",
            keys=folder / "keys",
            times=Times(rejoin=rejoin),
        )
        self.folder = folder
        self.dropped: list[str] = []
        self.start("boot-1")

    def start(self, boot: str) -> None:
        """Start the engine's part, in another life if it lived before."""
        self.teller = Teller(
            self.control, Journal(self.folder / "journal", boot), lambda v: self.hall.forget(v)
        )
        reporting = Reporting(EngineId("e1"), boot, self.teller)
        self.hall = Hall(self.settings, self.control, reporting, self.rooms, epoch_ms, self.drop)

    async def stop(self) -> None:
        await self.hall.close()
        await self.teller.drain(1.0)
        await self.teller.close()

    def visit(self, *, starts: float, lasts: float, homes: int = 1) -> None:
        """Let a visit be held that starts so many seconds from now."""
        begins = datetime.now(UTC) + timedelta(seconds=starts)
        seats = list(Seat)[: homes + 1]
        self.control.visits[VISIT] = VisitPermit(
            visit=VISIT,
            starts_at=begins,
            ends_at=begins + timedelta(seconds=lasts),
            seats=tuple(seats),
            grant=VisitGrant(RecordingId("rec"), folder="rec", data_key=fresh_key()),
        )

    def private_visit(self, *, starts: float, lasts: float, turn: bool = False) -> None:
        """Let a visit be held from page to page, through a TURN server or directly."""
        begins = datetime.now(UTC) + timedelta(seconds=starts)
        servers: dict[Seat, tuple[TurnServer, ...]] = {
            seat: (TurnServer(("turn:turn.example:3478",), f"99:{seat}", "a word"),)
            for seat in (Seat.INSIDE, Seat.HOME_1)
        }
        self.control.visits[VISIT] = PrivateVisitPermit(
            visit=VISIT,
            starts_at=begins,
            ends_at=begins + timedelta(seconds=lasts),
            home=Seat.HOME_1,
            because="attorney",
            turn=servers if turn else dict[Seat, tuple[TurnServer, ...]](),
        )

    async def drop(self, names: Sequence[str]) -> None:
        self.dropped += names

    def at(self, seat: Seat | None) -> Visiting:
        """A browser on this seat; of staff who watch, without one."""
        right = Right.WATCH if seat is None else Right.VISIT
        side = "inside" if seat is Seat.INSIDE else "outside"
        ticket = Pass(
            engine="e1",
            right=right,
            side=side,
            subject=str(seat),
            nonce=str(time.monotonic_ns()),
            expires_at=int(time.time()) + 60,
            visit=VISIT,
            seat="" if seat is None else seat,
        )
        return Visiting(self.hall, Page(ticket)).come()

    @property
    def room(self) -> Room:
        return self.rooms.rooms[-1]


async def until(true: Callable[[], Any], seconds: float = 15.0) -> None:
    """Wait for something to be true; AssertionError if it does not become so."""
    deadline = time.monotonic() + seconds
    while not _so(true):
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.01)


def _so(true: Callable[[], Any]) -> bool:
    try:
        return bool(true())
    except IndexError:
        return False  # a page that was told nothing yet
