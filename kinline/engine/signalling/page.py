"""A page: one opened screen, as long as it may come back. Its sockets come and go."""

import secrets
import time
from typing import TYPE_CHECKING, Protocol

from kinline.core.call.states import Side
from kinline.core.passes import Pass, Right
from kinline.core.visit.terms import Seat
from kinline.engine.signalling.protocol import EndedIs, Error, Ring, ToPage, VisitOver
from kinline.engine.visit.events import Held

if TYPE_CHECKING:
    from kinline.engine.ivr.call import Conversation
    from kinline.engine.ivr.name import NameTaking

# More keys than a hand can press in this window are dropped; far more end the connection.
_WINDOW_SECONDS = 10.0
_KEYS_HEARD = 20
_KEYS_BORNE = 200
_MESSAGES_BORNE = 100
# Each offer is a new connection: a page on a bad network makes one every few seconds.
_OFFERS_BORNE = 10
_BAD_BORNE = 3


class Socket(Protocol):
    """What a page needs of its connection."""

    def send(self, message: ToPage) -> None: ...
    def close(self, code: int, reason: str = "") -> None: ...


class Window:
    """Counts what happens within the last seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._moments: list[float] = []

    def count(self) -> int:
        """Note one more, and say how many there were within the window."""
        now = time.monotonic()
        self._moments = [at for at in self._moments if now - at < self._seconds]
        self._moments.append(now)
        return len(self._moments)


class Page:
    """Who holds it, what it may do, and what it is doing.

    `call` is the call it is part of, `rung_by` the calls that ring it (the first is shown).
    `listens_to` is the call that it hears, as staff, and is no part of.
    `meeting` is the visit it sits in, on `seat`, or watches, without a seat.
    """

    def __init__(self, ticket: Pass) -> None:
        self.right: Right = ticket.right
        self.side = Side(ticket.side)
        self.subject = ticket.subject
        self.station = ticket.station
        self.language = ticket.language
        self.line = ticket.line
        self.ticket_call = ticket.call
        self.visit = ticket.visit
        self.seat = Seat(ticket.seat) if ticket.seat else None
        self.meeting: Held | None = None
        self.resume = secrets.token_urlsafe(32)
        self.socket: Socket | None = None
        self.call: Conversation | None = None
        self.listens_to: Conversation | None = None
        self.name: NameTaking | None = None
        self.rung_by: list[Conversation] = []
        self.dial_key: str | None = None
        self.missed: EndedIs | VisitOver | None = None
        self.early_offer: str | None = None
        self.keys_dropped = 0
        self._keys, self._messages, self._offers = (Window(_WINDOW_SECONDS) for _ in range(3))
        self._bad = 0

    @property
    def here(self) -> bool:
        return self.socket is not None

    def leave_call(self, ended: EndedIs) -> None:
        """Its call is over: said now, and at each return; what rang meanwhile rings."""
        self.call = None
        self.missed = ended  # a socket may be dead before anybody notices
        if not self.here:
            return
        self.send(ended)
        if self.rung_by:
            self.send(Ring(call=self.rung_by[0].id))

    def stop_listening(self, ended: EndedIs) -> None:
        """The call it listened to is over: said now, and at each return."""
        self.listens_to, self.missed = None, ended
        self.send(ended)

    def leave_visit(self, over: VisitOver) -> None:
        """Its visit is over: said now, and at each return."""
        self.meeting, self.missed = None, over
        self.send(over)

    @property
    def waits(self) -> bool:
        """A contact's page that can be rung now."""
        return self.here and self.side is Side.OUTSIDE and self.call is None

    def send(self, message: ToPage) -> None:
        """Send, if the page is connected; what it misses is told anew when it comes back."""
        if self.socket is not None:
            self.socket.send(message)

    def refuse(self, code: str) -> None:
        self.send(Error(code))

    def hears_key(self) -> bool | None:
        """Whether one more key counts; None when the page must be stopped."""
        pressed = self._keys.count()
        if pressed > _KEYS_BORNE:
            return None
        if pressed > _KEYS_HEARD:
            self.keys_dropped += 1
            return False
        return True

    def offers_too_often(self) -> bool:
        return self._offers.count() > _OFFERS_BORNE

    def floods(self) -> bool:
        """Whether this page says more than any page has to say."""
        return self._messages.count() > _MESSAGES_BORNE

    def misbehaved(self) -> bool:
        """Note one bad message; whether it was one too many."""
        self._bad += 1
        return self._bad >= _BAD_BORNE
