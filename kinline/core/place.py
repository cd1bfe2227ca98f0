"""What the law needs to know of a place. Hours, people and contacts are not its business."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from kinline.core.ids import PlaceCode


class Custody(StrEnum):
    """Kinds of custody that laws tell apart."""

    STATE_PRISON = "state_prison"
    COUNTY_JAIL = "county_jail"
    HOUSE_OF_CORRECTION = "house_of_correction"
    CITY_JAIL = "city_jail"
    UNIFIED_DOC = "unified_doc"
    YOUTH = "youth"


@dataclass(frozen=True, slots=True)
class Place:
    """A facility as the law sees it. `fictional` places exist for demonstration only."""

    code: PlaceCode
    name: str
    custody: frozenset[Custody]
    zone: ZoneInfo
    jurisdiction: str
    fictional: bool = False

    def day(self, at: datetime) -> date:
        """The calendar day on the facility's own wall at the moment `at` (aware)."""
        return at.astimezone(self.zone).date()
