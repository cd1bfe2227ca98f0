"""What the law needs to know of a place. Hours, people and contacts are not its business."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kinline.core.ids import PlaceCode
from kinline.core.period import Period


class Custody(StrEnum):
    """Kinds of custody that laws tell apart."""

    STATE_PRISON = "state_prison"
    COUNTY_JAIL = "county_jail"
    HOUSE_OF_CORRECTION = "house_of_correction"
    CITY_JAIL = "city_jail"
    UNIFIED_DOC = "unified_doc"
    YOUTH = "youth"


@dataclass(frozen=True, slots=True)
class Population:
    """Average daily population, as it counts from `from_on` on (47 CFR Part 64 Subpart FF)."""

    from_on: date
    people: int


@dataclass(frozen=True, slots=True)
class Place:
    """A facility as the law sees it. `fictional` places exist for demonstration only.

    `jurisdiction` is written from the country down ("us-ny-nyc"); `agency` is the code of who
    runs the place; `populations` are those we know, the oldest first. `open` is when it stands
    open, None when the book does not know.
    """

    code: PlaceCode
    name: str
    custody: frozenset[Custody]
    zone: ZoneInfo
    jurisdiction: str
    fictional: bool = False
    kind: str = ""
    agency: str = ""
    populations: tuple[Population, ...] = ()
    open: Period | None = None

    def day(self, at: datetime) -> date:
        """The calendar day on the facility's own wall at the moment `at` (aware)."""
        return at.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """The moment, in UTC, at which `day` begins on the facility's wall."""
        return datetime.combine(day, time(), tzinfo=self.zone).astimezone(UTC)

    def week(self, at: datetime) -> date:
        """The Monday of the week of `at`, on the facility's wall."""
        day = self.day(at)
        return day - timedelta(days=day.weekday())

    def people(self, on: date) -> int | None:
        """The average daily population that counts on a day; None where the book has none."""
        known = [one.people for one in self.populations if one.from_on <= on]
        return known[-1] if known else None

    def within(self, jurisdiction: str) -> bool:
        """Whether the place lies in `jurisdiction`: New York City lies in New York State."""
        return is_within(self.jurisdiction, jurisdiction)


def is_within(inner: str, outer: str) -> bool:
    """Whether one jurisdiction is the other or a part of it."""
    return inner == outer or inner.startswith(outer + "-")
