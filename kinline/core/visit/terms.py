"""The words of a video visit: who sits where, what kind it is, and what never changes."""

from datetime import timedelta
from enum import StrEnum


class Seat(StrEnum):
    """Where somebody sits. A home is one browser; several visitors may sit before it."""

    INSIDE = "inside"
    HOME_1 = "home-1"
    HOME_2 = "home-2"
    HOME_3 = "home-3"
    HOME_4 = "home-4"


HOMES = (Seat.HOME_1, Seat.HOME_2, Seat.HOME_3, Seat.HOME_4)


class Side(StrEnum):
    """The two sides of a visit: the person inside, and all who visit."""

    INSIDE = "inside"
    OUTSIDE = "outside"


def side_of(seat: Seat) -> Side:
    """The side on which a seat stands."""
    return Side.INSIDE if seat is Seat.INSIDE else Side.OUTSIDE


class VisitKind(StrEnum):
    """What a visitor is to the person; staff verify all but the first."""

    ORDINARY = "ordinary"
    ATTORNEY = "attorney"
    CLERGY = "clergy"
    OTHER_VERIFIED = "other_verified"


class StationKind(StrEnum):
    """What the person inside sits before. A room has a door that closes."""

    KIOSK = "kiosk"
    TABLET = "tablet"
    ROOM = "room"


GRID_MINUTES = 5
GRID = timedelta(minutes=GRID_MINUTES)  # what is claimed is claimed in cells of this length
LOBBY = timedelta(minutes=15)  # how long before the start its people may come in
WARNINGS = (timedelta(minutes=5), timedelta(minutes=1))  # before the end
REJOIN = timedelta(seconds=30)  # who is lost comes back to the same room within this
MAX_VISITORS = 4
