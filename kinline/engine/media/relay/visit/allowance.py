"""How much one seat may send, and who gets pictures: decided by what its viewers lose.

The page encodes one picture for all, so the worst line of those who see it sets the measure:
much lost, it sinks; little, it rises again (the loss-based half of Google's congestion control,
draft-ietf-rmcat-gcc-02, section 6). It does not sink below what makes a picture: then a viewer
who still loses much gets sound alone, which is what a visit cannot do without.
"""

LEAST_BITS_PER_SECOND = 100_000
_MUCH, _LITTLE = 0.10, 0.02
_RISE = 1.08
_STEP_SECONDS = 1.0
_STALE_SECONDS = 4.0

_TOO_MUCH = 0.20
_TOO_OFTEN = 3
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 15.0, 120.0


class Allowance:
    """What one source's page may send, in bits a second."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._losses: dict[object, tuple[float, float]] = {}
        self._moved_at = 0.0
        self.bits = most

    @property
    def least(self) -> bool:
        """Whether it cannot sink any more."""
        return self.bits <= LEAST_BITS_PER_SECOND

    def told(self, viewer: object, lost: float, now: float) -> bool:
        """A viewer lost this fraction since it last said so; whether the measure has changed."""
        self._losses[viewer] = lost, now
        if now - self._moved_at < _STEP_SECONDS:
            return False
        fresh = (loss for loss, at in self._losses.values() if now - at <= _STALE_SECONDS)
        before, self.bits, self._moved_at = self.bits, self._moved(max(fresh)), now
        return self.bits != before

    def forget(self, viewer: object) -> None:
        """It sees this source no more."""
        self._losses.pop(viewer, None)

    def _moved(self, worst: float) -> int:
        if worst > _MUCH:
            return max(LEAST_BITS_PER_SECOND, int(self.bits * (1 - worst / 2)))
        if worst < _LITTLE:
            return min(self._most, int(self.bits * _RISE) + 1)
        return self.bits


class Narrows:
    """One viewer's line: whether it takes pictures, and when to try again."""

    def __init__(self) -> None:
        self._bad = 0
        self._pause = _FIRST_PAUSE_SECONDS
        self.paused_until: float | None = None

    def told(self, lost: float, now: float, *, least: bool) -> bool:
        """Whether pictures must pause now. `least`: the source sends as little as it can."""
        self._bad = self._bad + 1 if lost > _TOO_MUCH and least else 0
        if self.paused_until is not None or self._bad < _TOO_OFTEN:
            return False
        self._bad, self.paused_until = 0, now + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)
        return True

    def due(self, now: float) -> bool:
        """Whether pictures shall be tried again now."""
        if self.paused_until is None or now < self.paused_until:
            return False
        self.paused_until = None
        return True
