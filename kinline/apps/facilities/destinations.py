"""Where calls of a facility may go: what it closed, and what that means for a number."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from kinline.apps.facilities.models import ClosedCountry, Facility
from kinline.apps.prepared import Prepared
from kinline.core.policy.destinations import Closed, Destination, NumberKind, refusals
from kinline.core.rating.terms import HOME
from kinline.core.refusal import Refusal
from kinline.laws import special

AT_HOME = "US"


@dataclass(frozen=True, slots=True)
class ClosedView:
    """A country that is closed now. `closed_by` is an account id."""

    country: str
    why: str
    closed_by: str
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class Rules:
    """All that a facility decided about where calls may go."""

    closed: dict[str, Closed]
    toll_free_open: bool

    def of(self, e164: str) -> Destination:
        """Where this number leads, by these rules."""
        country = special.country_of(e164)
        return Destination(
            special.kind_of(e164), country, self.closed.get(country), self.toll_free_open
        )

    def refused(self, e164: str) -> tuple[Refusal, ...]:
        """Why this number may not be called; empty where it may."""
        return tuple(refusals(self.of(e164)))


def closable() -> frozenset[str]:
    """The countries a facility may close: all but the United States and its territories."""
    return special.countries() - HOME


def closed_countries(*, facility_id: UUID) -> list[ClosedView]:
    """The countries closed now, in the order in which they were closed."""
    rows = ClosedCountry.objects.filter(facility=facility_id, opened_at=None)
    told = ("country", "why", "closed_by", "closed_at")
    return [ClosedView(*row) for row in rows.order_by("closed_at").values_list(*told)]


def rules(*, facility_id: UUID) -> Rules:
    """What one facility decided. Two queries."""
    return rules_of(facilities=[facility_id])[facility_id]


def rules_of(*, facilities: Collection[UUID]) -> dict[UUID, Rules]:
    """The same for several facilities, in two queries."""
    rows = ClosedCountry.objects.filter(facility__in=facilities, opened_at=None)
    closed: dict[UUID, dict[str, Closed]] = {}
    for facility, country, why in rows.values_list("facility", "country", "why"):
        closed.setdefault(facility, {})[country] = Closed(why)
    known = Facility.objects.filter(pk__in=facilities).values_list("pk", "toll_free")
    return {pk: Rules(closed.get(pk, {}), toll_free) for pk, toll_free in known}


def toll_free_open(*, facility_id: UUID) -> bool:
    """Whether people here may call toll-free numbers."""
    return Facility.objects.values_list("toll_free", flat=True).get(pk=facility_id)


def destination(e164: str, *, facility: UUID, toll_free_open: bool) -> Destination:
    """Where one number leads. One query for a number abroad, none for one at home."""
    kind, country = special.kind_of(e164), special.country_of(e164)
    rows = () if country in HOME else _CLOSED(facility=facility, country=country)
    closed = Closed(rows[0][0]) if rows else None
    return Destination(kind, country, closed, toll_free_open)


def of_short_code(typed: str) -> Destination | None:
    """Where something leads that is no full number; None where it is no short code either."""
    kind = special.short_kind(typed)
    return None if kind is None else Destination(kind, AT_HOME)


def is_relay_code(typed: str) -> bool:
    """Whether somebody typed 711: the relay service, by whatever number the facility has it."""
    return special.short_kind(typed) is NumberKind.RELAY


def _closed(facility: UUID, country: str) -> QuerySet[ClosedCountry, Any]:
    rows = ClosedCountry.objects.filter(facility=facility, country=country, opened_at=None)
    return rows.values_list("why")


_CLOSED = Prepared(_closed, facility=UUID, country=str)
