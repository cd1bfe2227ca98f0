"""The part of a call after acceptance: since when, how long it may go on, when that is said."""

from dataclasses import dataclass
from datetime import datetime

from kinline.core.call.states import EndReason
from kinline.core.control import Permit

_LIMIT_REACHED = frozenset({EndReason.TIME_UP, EndReason.MONEY_UP})
# A limit hardly longer than the warning needs none: the warning would come at once.
_WARN_FACTOR = 1.5


@dataclass(slots=True)
class Talk:
    """On the loop's clock. `limit` in seconds; `time_up` is why it ends when that is reached."""

    began: float
    limit: int | None
    warn_at: float | None
    time_up: EndReason

    @classmethod
    def of(cls, permit: Permit, accepted_at: datetime, began: float) -> "Talk":
        """What this permit allows to a call accepted at that moment."""
        limit = permit.seconds_from(accepted_at)
        warn_at = None
        if limit is not None and limit >= permit.warn_seconds * _WARN_FACTOR:
            warn_at = began + limit - permit.warn_seconds
        money = permit.money_ends(accepted_at)
        return cls(began, limit, warn_at, EndReason.MONEY_UP if money else EndReason.TIME_UP)

    @property
    def until(self) -> float | None:
        """When it is cut, if ever."""
        return None if self.limit is None else self.began + self.limit

    def seconds(self, reason: EndReason, now: float) -> int:
        """Whole seconds talked, cut off: what was not talked is not counted."""
        if reason in _LIMIT_REACHED and self.limit is not None:
            return self.limit
        return int(now - self.began)
