"""Half-open periods of days: from the first day, up to but without `until`."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days in [from_on, until_on); `until_on=None` means still open.

    Raises ValueError when the period would hold no day.
    """

    from_on: date
    until_on: date | None = None

    def __post_init__(self) -> None:
        if self.until_on is not None and self.until_on <= self.from_on:
            raise ValueError(f"a period from {self.from_on} cannot end on {self.until_on}")

    def __contains__(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day < self.until_on)

    def overlaps(self, other: "Period") -> bool:
        """Whether some day lies in both periods."""
        starts_before = self.until_on is None or other.from_on < self.until_on
        ends_after = other.until_on is None or self.from_on < other.until_on
        return starts_before and ends_after
