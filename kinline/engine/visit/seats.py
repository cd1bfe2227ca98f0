"""Who sits where in a visit, who watches, and what all their pages are told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Literal

from kinline.core.control import PrivateVisitPermit, VisitPermit
from kinline.core.visit.states import EndReason
from kinline.core.visit.terms import Seat
from kinline.engine.signalling.protocol import (
    SaidIs,
    SatElsewhere,
    SeatIs,
    ToPage,
    VisitIs,
    VisitOver,
)
from kinline.engine.visit.events import Guest

# Who comes late reads what staff said last, not all they ever said.
_SAID_KEPT = 3


class Sitting(Enum):
    """What becomes of a seat."""

    EMPTY = auto()  # nobody came yet
    HERE = auto()
    LOST = auto()  # the line is gone: waited for
    AWAY = auto()  # waited for too long; may come back until the end
    LEFT = auto()  # on purpose; may change their mind


@dataclass(slots=True)
class Chair:
    """One seat; `since` is when its present state began, on the loop's clock."""

    seat: Seat
    page: Guest | None = None
    sitting: Sitting = Sitting.EMPTY
    since: float = 0.0
    camera: bool = True
    microphone: bool = True
    sound_only: set[Seat] = field(default_factory=set)  # whose pictures do not come here

    @property
    def here(self) -> bool:
        """Somebody sits there, or is waited for."""
        return self.sitting in (Sitting.HERE, Sitting.LOST)

    def becomes(self, sitting: Sitting, now: float) -> None:
        self.sitting, self.since = sitting, now


class Seats:
    """The conversation sets `phase`, `recorded` and `minutes`, and calls `show`."""

    def __init__(
        self, permit: VisitPermit | PrivateVisitPermit, epoch_ms: Callable[[], int]
    ) -> None:
        self._permit, self._epoch_ms = permit, epoch_ms
        self.chairs = {seat: Chair(seat) for seat in permit.seats}
        self.watchers: set[Guest] = set()
        self.phase: Literal["lobby", "live"] = "lobby"
        self.recorded = permit.recorded
        self.minutes: int | None = None
        self._said: list[SaidIs] = []

    def chair_of(self, page: Guest) -> Chair | None:
        """The chair this page sits on now; None for one that watches, or lost its seat."""
        chair = self.chairs.get(page.seat) if page.seat is not None else None
        return chair if chair is not None and chair.page is page else None

    def sit(self, page: Guest) -> Guest | None:
        """Seat a page where its pass says; another page that sat there is told, and returned.

        Raises KeyError for a seat this visit does not have.
        """
        assert page.seat is not None
        chair = self.chairs[page.seat]
        before, chair.page = chair.page, page
        if before is page:
            return None
        chair.camera = chair.microphone = True
        chair.sound_only.clear()
        if before is not None:
            before.meeting = None
            before.send(SatElsewhere())
        return before

    def say(self, text: str) -> None:
        """Keep what staff said, for everybody to read."""
        self._said = [*self._said, SaidIs(text, self._epoch_ms())][-_SAID_KEPT:]

    def show(self, pages: Iterable[Guest] | None = None) -> None:
        """Tell these pages, or all, where the visit stands."""
        for page in self._all() if pages is None else pages:
            page.send(self._view(page))

    def end(self, reason: EndReason, seconds: int) -> VisitOver:
        """Tell all that it is over; who is away hears it when they come back."""
        over = VisitOver(self._permit.visit, reason, seconds)
        for page in self._all():
            page.leave_visit(over)
        return over

    def send(self, message: ToPage) -> None:
        for page in self._all():
            page.send(message)

    def _all(self) -> list[Guest]:
        seated = [chair.page for chair in self.chairs.values() if chair.page is not None]
        return [*seated, *self.watchers]

    def _view(self, page: Guest) -> VisitIs:
        mine = self.chair_of(page)
        return VisitIs(
            visit=self._permit.visit,
            phase=self.phase,
            now=self._epoch_ms(),
            starts_at=int(self._permit.starts_at.timestamp() * 1000),
            ends_at=int(self._permit.ends_at.timestamp() * 1000),
            recorded=self.recorded,
            seats=[
                SeatIs(
                    seat=chair.seat,
                    here=chair.here,
                    lost=chair.sitting is Sitting.LOST,
                    camera=chair.camera,
                    microphone=chair.microphone,
                )
                for chair in self.chairs.values()
            ],
            said=self._said,
            you=None if mine is None else mine.seat,
            minutes=self.minutes,
            sound_only=[] if mine is None else sorted(mine.sound_only),
        )
