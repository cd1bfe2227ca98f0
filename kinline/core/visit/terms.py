"""The words of a visit."""

from enum import StrEnum


class Seat(StrEnum):
    """Where somebody sits in a visit. A home is one browser; several may sit before it."""

    INSIDE = "inside"
    HOME_1 = "home-1"
    HOME_2 = "home-2"
    HOME_3 = "home-3"
    HOME_4 = "home-4"
