"""Prices as tariffs state them: by the minute, the session, the piece, in stamps or credits."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kinline.core.rating.terms import (
    CREDIT,
    HUNDRED,
    MINUTE,
    SESSION,
    STAMP,
    TIMED,
    Destination,
    Service,
)


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """The price of one unit. `hundredths` are of a cent; 0 where `pieces` of value are given.

    `seconds` is the unit's length for what takes time, 0 for pieces. `pieces` is how many
    stamps or credits one item takes.
    """

    unit: str
    hundredths: int = 0
    seconds: int = 0
    pieces: int = 0


@dataclass(frozen=True, slots=True)
class CallPrice:
    """Cents a minute. `termination` is what another country adds to the home price.

    The home price is what caps bound; the termination part lies outside them. `long_distance`
    holds for area codes outside `local_codes`, where a tariff tells them apart. `every_seconds`
    is the billing unit: each one begun counts whole.
    """

    minute: int
    termination: int
    by_country: Mapping[str, int] = field(default_factory=dict)
    long_distance: int | None = None
    local_codes: frozenset[str] = frozenset()
    every_seconds: int = 60

    def cents(self, to: Destination | None) -> int:
        """The price of a minute to `to`; None is a number at home."""
        if to is not None and not to.domestic:
            return self.minute + self.by_country.get(to.country, self.termination)
        if self._is_far(to):
            return self.long_distance or 0
        return self.minute

    def unit(self, to: Destination | None) -> UnitPrice:
        exact = self.cents(to) * HUNDRED * self.every_seconds // 60
        name = MINUTE if self.every_seconds == 60 else f"{self.every_seconds} seconds"
        return UnitPrice(name, exact, self.every_seconds)

    def capped_cents(self) -> int:
        """The dearest part that a cap bounds."""
        return max(self.minute, self.long_distance or 0)

    def _is_far(self, to: Destination | None) -> bool:
        if self.long_distance is None or to is None or not to.area_code:
            return False
        return to.area_code not in self.local_codes


@dataclass(frozen=True, slots=True)
class VisitPrice:
    """Cents a minute of booked length, or a session of `minutes` minutes (each begun is whole)."""

    cents: int
    minutes: int = 1

    def unit(self, to: Destination | None) -> UnitPrice:
        name = MINUTE if self.minutes == 1 else SESSION
        return UnitPrice(name, self.cents * HUNDRED, self.minutes * 60)

    def capped_cents(self) -> int:
        """Cents a minute, rounded up: what a cap bounds."""
        return -(-self.cents // self.minutes)


@dataclass(frozen=True, slots=True)
class PiecePrice:
    """What one message, photo, card or text takes: stamps, credits or cents."""

    amount: int
    unit_name: str

    def unit(self, to: Destination | None) -> UnitPrice:
        if self.unit_name in {STAMP, CREDIT}:
            return UnitPrice(self.unit_name, pieces=self.amount)
        return UnitPrice(self.unit_name, self.amount * HUNDRED)

    def capped_cents(self) -> int:
        """Caps bound minutes, not messages."""
        return 0


ServicePrice = CallPrice | VisitPrice | PiecePrice


@dataclass(frozen=True, slots=True)
class Allowance:
    """Minutes of calls a person has each week for nothing. Weeks begin on the facility's Monday."""

    minutes: int


def contract_unit(service: Service, cents: int) -> UnitPrice:
    """What the agency pays: by the minute for what takes time, by the piece for the rest."""
    if service in TIMED:
        return UnitPrice(MINUTE, cents * HUNDRED, 60)
    return UnitPrice(service.value, cents * HUNDRED)
