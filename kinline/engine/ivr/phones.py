"""The telephones of one call: the handset it came from, and the outside line that is rung."""

import logging
from collections.abc import Callable

from kinline.core.call.states import EndReason, Side
from kinline.engine.ivr.lines import Ending
from kinline.engine.media.port import CallRoom, Line
from kinline.engine.signalling.sip.telephony import Phone, PhoneEvent

log = logging.getLogger(__name__)

Dialler = Callable[[Line, Callable[[PhoneEvent], None]], Phone]
"""Rings the outside telephone of a call over a line, and tells what becomes of it."""

_BUSY = frozenset({486, 600})
_NO_ANSWER = frozenset({0, 408, 480, 487})
_DECLINED = 603


class Phones:
    """Who of the two sides is a telephone. A handset outlives its call, an outside line does not.

    `dial` is None where no telephone is rung.
    """

    def __init__(
        self,
        room: CallRoom,
        handset: Phone | None,
        dial: Dialler | None,
        tell: Callable[[PhoneEvent], None],
    ) -> None:
        self._room, self._dial, self._tell = room, dial, tell
        self._seats: dict[Side, Phone] = {}
        self._rung: Phone | None = None
        if handset is not None:
            handset.use(tell)
            self._seat(Side.INSIDE, handset)

    def has(self, side: Side) -> bool:
        """Whether a telephone sits on this side."""
        return side in self._seats

    def side_of(self, phone: Phone) -> Side | None:
        return next((side for side, one in self._seats.items() if one is phone), None)

    def rings(self, phone: Phone) -> bool:
        return phone is self._rung

    def ring(self) -> bool:
        """Ring the outside telephone, if this call has one; False when there is no line for it."""
        if self._dial is None:
            return True
        try:
            self._rung = self._dial(self._room.open_line(Side.OUTSIDE), self._tell)
        except OSError as error:
            log.error("outside line not opened", extra={"error": type(error).__name__})
            return False
        return True

    def take(self, phone: Phone) -> None:
        """It was answered: it speaks for the outside from now on."""
        self._rung = None
        self._seat(Side.OUTSIDE, phone)

    def stop_ringing(self) -> None:
        """Somebody else answered, or nobody will."""
        if self._rung is not None:
            rung, self._rung = self._rung, None
            rung.hang_up()

    def close(self) -> None:
        """Hang up outside. The handset goes back to whoever brought it."""
        self.stop_ringing()
        outside = self._seats.pop(Side.OUTSIDE, None)
        if outside is not None:
            outside.hang_up()

    def _seat(self, side: Side, phone: Phone) -> None:
        self._seats[side] = phone
        self._room.connect(side, phone.line)


def not_connected(code: int) -> Ending:
    """How a call ends whose telephone was never answered, by SIP status (RFC 3261, section 21)."""
    if code in _BUSY:
        return Ending(EndReason.BUSY, Side.OUTSIDE)
    if code in _NO_ANSWER:
        return Ending(EndReason.NO_ANSWER)
    if code == _DECLINED:
        return Ending(EndReason.DECLINED, Side.OUTSIDE)
    return Ending(EndReason.NOT_CONNECTED)
