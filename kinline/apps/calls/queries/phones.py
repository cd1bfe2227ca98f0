"""Wall phones and carriers as staff see them: how they are, and what they did last."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Subquery

from kinline.apps.calls.models import LIVE, Call, TrunkLimitReached
from kinline.apps.days import day_at
from kinline.apps.facilities.models import Station


@dataclass(frozen=True, slots=True)
class PhoneView:
    """One wall phone. `user` is empty until it has been given a sign-in.

    `here` is whether it has signed in and its sign-in holds; `in_use` whether a call goes on.
    """

    station: UUID
    name: str
    unit: str
    active: bool
    user: str
    address: str
    here: bool
    in_use: bool
    last_call_at: datetime | None


def phones(*, facility_id: UUID, now: datetime) -> list[PhoneView]:
    """The wall phones of a facility, by unit and name. One query."""
    live = Call.objects.filter(LIVE, station=OuterRef("pk"))
    last = Call.objects.filter(station=OuterRef("pk")).order_by()
    newest = last.values("station").annotate(at=Max("asked_at")).values("at")
    rows = Station.objects.filter(unit__facility=facility_id, kind="handset").annotate(
        in_use=Exists(live), last_call_at=Subquery(newest)
    )
    told = ("pk", "name", "unit__name", "active", "handset__user", "handset__address")
    more = ("handset__registered_until", "in_use", "last_call_at")
    return [
        PhoneView(
            station=pk,
            name=name,
            unit=unit,
            active=active,
            user=user or "",
            address=address or "",
            here=until is not None and until > now,
            in_use=in_use,
            last_call_at=last_call_at,
        )
        for pk, name, unit, active, user, address, until, in_use, last_call_at in rows.order_by(
            "unit__name", "name"
        ).values_list(*told, *more)
    ]


@dataclass(frozen=True, slots=True)
class ReachedView:
    """A carrier's limit that stopped calls today: since when, and how often."""

    limit: str
    first_at: datetime
    times: int


def reached_today(*, agency: UUID, zone: str, now: datetime) -> dict[UUID, list[ReachedView]]:
    """The limits reached today, by carrier. One query."""
    rows = TrunkLimitReached.objects.filter(trunk__agency=agency, on=day_at(zone, now))
    found: dict[UUID, list[ReachedView]] = {}
    for row in rows.order_by("first_at"):
        found.setdefault(row.trunk_id, []).append(ReachedView(row.limit, row.first_at, row.times))
    return found
