"""Calendar quarters and months, as agencies report them: whole days on a facility's own wall."""

import re
from dataclasses import dataclass
from datetime import date

from kinline.core.period import Period

WRITTEN = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
MONTHS = 3
FIRST_YEAR, LAST_YEAR = 1900, 2199  # what can be asked for; nobody called before or will after
MOST = 9998  # Python's calendar ends with 9999


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month. Raises ValueError for one that no calendar of ours has."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= MOST and 1 <= self.number <= 12):
            raise ValueError(f"there is no month {self.year}-{self.number}")

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str) -> "Month":
        """From "2026-10". Raises ValueError."""
        found = re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII)
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            raise ValueError(f"a month is written like 2026-10, not {text!r}")
        return cls(int(found[1]), int(found[2]))

    @property
    def days(self) -> Period:
        """The days of the month: [first day, first day of the next)."""
        next_year, next_month = divmod(self.year * 12 + self.number, 12)
        return Period(date(self.year, self.number, 1), date(next_year, next_month + 1, 1))

    def later(self, months: int) -> "Month":
        """So many months after this one; before it where negative."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a calendar year, 1 to 4. Raises ValueError for any other."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= MOST and 1 <= self.number <= 4):
            raise ValueError(f"there is no quarter {self.year}-Q{self.number}")

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month - 1) // MONTHS + 1)

    @classmethod
    def read(cls, text: str) -> "Quarter":
        """From "2026-Q3". Raises ValueError."""
        found = WRITTEN.fullmatch(text)
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            raise ValueError(f"a quarter is written like 2026-Q3, not {text!r}")
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> Month:
        return Month(self.year, self.number * MONTHS - 2)

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(self.first.later(n) for n in range(MONTHS))

    @property
    def days(self) -> Period:
        """The days of the quarter: [first day, first day of the next)."""
        return Period(self.first.days.from_on, self.months[-1].days.until_on)

    def later(self, quarters: int) -> "Quarter":
        """So many quarters after this one; before it where negative."""
        month = self.first.later(quarters * MONTHS)
        return Quarter(month.year, (month.number - 1) // MONTHS + 1)

    def ended(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.days.until_on is not None and self.days.until_on <= today

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"
