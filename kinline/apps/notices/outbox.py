"""What the ways of telling answer with when an item of the outbox is not simply sent."""

from datetime import datetime


class Closed(Exception):
    """It is not to be sent any more; `reason` is kept with it. No fault, no further try."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Later(Exception):
    """Not now, through nobody's fault: from `at` on. Not counted as a try."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at.isoformat())
        self.at = at
