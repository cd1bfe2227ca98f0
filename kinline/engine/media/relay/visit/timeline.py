"""When a packet was heard or seen: one clock for a seat's sound and picture.

Sound and picture come by clocks of their own, that of the picture later by what encoding it
took. A sender's reports (RFC 3550, section 6.4.1) say how both lie on its one wall clock; so
both are laid on ours by the same offset, and lips and voice stay together however the packets
came. Until the first report the moment of arrival must do.
"""

from kinline.engine.media.relay.source import distance

# A clock is drawn to where it should be by this much a packet: unheard and unseen.
_SLEW_SECONDS = 0.002
# Without reports it is trusted between packets, our own over minutes (see relay/source.py).
_DRIFT_SECONDS = 0.000_02
_JUMP_SECONDS = 1.0
# A sender's clock may be slower than ours by a thousandth, which no clock is.
_OFFSET_DRIFT_SECONDS = 0.001


class SenderClock:
    """One connection's wall clock, laid on ours. Its sound and its picture share it."""

    def __init__(self) -> None:
        self._offset: float | None = None

    def heard(self, wall: float, now: float) -> None:
        """A report written at `wall` came at `now`, both in seconds."""
        offset = now - wall
        before = self._offset
        if before is None or abs(offset - before) > _JUMP_SECONDS:
            self._offset = offset
        else:
            # The quickest report has waited least on its way.
            self._offset = min(offset, before + _OFFSET_DRIFT_SECONDS)

    def ours(self, wall: float) -> float | None:
        """This moment of the sender's on our clock; None before the first report."""
        return None if self._offset is None else wall + self._offset


class Timeline:
    """Counts one track's `ticks` over all its connections, and says when each packet was.

    `rate` is the track's clock in hertz: 48,000 for sound, 90,000 for pictures.
    """

    def __init__(self, rate: int, step: int) -> None:
        self._rate, self._step = rate, step
        self._sender = SenderClock()
        self._timestamp: int | None = None
        self._report: tuple[float, int] | None = None
        self._anchor = 0.0
        self._last_at: float | None = None
        self.ticks = 0

    def begin(self, sender: SenderClock) -> None:
        """Another connection: what comes has another clock."""
        self._sender, self._timestamp, self._report = sender, None, None

    def heard(self, wall: float, timestamp: int, now: float) -> None:
        """A report: the packet with this timestamp was taken at `wall` by the sender's clock."""
        self._sender.heard(wall, now)
        if self._timestamp is not None:
            self._report = wall, self.ticks + distance(timestamp, self._timestamp, 32)

    def place(self, timestamp: int, now: float) -> float:
        """When this packet, which came `now`, was heard or seen. Its place is in `ticks` then."""
        if self._timestamp is None:
            self._resume(now)
        else:
            self.ticks += max(0, distance(timestamp, self._timestamp, 32))
        self._timestamp, self._last_at = timestamp, now
        at = self._anchor + self.ticks / self._rate
        self._anchor += self._correction(at, now)
        return self._anchor + self.ticks / self._rate

    def _resume(self, now: float) -> None:
        if self._last_at is not None:
            self.ticks += max(self._step, int((now - self._last_at) * self._rate))
        self._anchor = now - self.ticks / self._rate

    def _correction(self, at: float, now: float) -> float:
        if abs(now - at) > _JUMP_SECONDS:
            return now - at
        wanted = self._wanted()
        if wanted is not None and abs(wanted - at) <= _JUMP_SECONDS:
            return max(-_SLEW_SECONDS, min(_SLEW_SECONDS, wanted - at))
        # A packet cannot come before it was spoken: early ones show the true delay.
        return now - at if now < at else min(now - at, _DRIFT_SECONDS)

    def _wanted(self) -> float | None:
        if self._report is None:
            return None
        wall, ticks = self._report
        return self._sender.ours(wall + (self.ticks - ticks) / self._rate)
