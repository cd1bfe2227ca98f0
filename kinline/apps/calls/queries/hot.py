"""Hot numbers: those that several people called. Private numbers are left out by the query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum

from kinline.apps.calls.models import Call
from kinline.apps.calls.queries.search import findable
from kinline.apps.days import moments_of
from kinline.apps.paging import Page, paginate
from kinline.apps.people.access import Staff
from kinline.apps.people.models import ContactNumber
from kinline.apps.people.rights import Right
from kinline.core.call.states import State

MOST_EXPORTED = 5_000


@dataclass(frozen=True, slots=True)
class HotFilter:
    """Called by more than `more_than` people from `since` through `until`, days in `zone`."""

    since: date
    until: date
    zone: str
    more_than: int = 2
    place: str = ""


@dataclass(frozen=True, slots=True)
class HotNumber:
    """One number: how many different people called it, how often, and how long they talked."""

    number: str
    contact_name: str
    people: int
    calls: int
    talk_seconds: int
    last_at: datetime


def hot(*, staff: Staff, filter: HotFilter, page: int = 1) -> Page[HotNumber]:
    """Numbers across the viewer's facilities, most people first."""
    return paginate(_rows(staff, filter), page, _views)


def all_of_them(*, staff: Staff, filter: HotFilter) -> list[HotNumber]:
    """The same without pages, for a file; at most MOST_EXPORTED."""
    return _views(_rows(staff, filter)[:MOST_EXPORTED])


def _rows(staff: Staff, filter: HotFilter) -> QuerySet[Any, Any]:
    begin, _ = moments_of(filter.since, filter.zone)
    _, end = moments_of(filter.until, filter.zone)
    rows = Call.objects.filter(
        facility__in=staff.facilities_with(Right.SEE_CALLS),
        asked_at__gte=begin,
        asked_at__lt=end,
        person__isnull=False,
        line=None,
    )
    if filter.place:
        rows = rows.filter(facility__place=filter.place)
    counted = findable(rows.exclude(state=State.REFUSED)).values("number")
    figures = counted.annotate(
        people=Count("person", distinct=True),
        calls=Count("pk"),
        talked=Sum("record__talk_seconds"),
        last=Max("asked_at"),
    )
    return figures.filter(people__gt=filter.more_than).order_by("-people", "-calls", "number")


def _views(rows: Iterable[dict[str, Any]]) -> list[HotNumber]:
    found = list(rows)
    known = ContactNumber.objects.filter(e164__in={row["number"] for row in found})
    names = dict(known.values_list("e164", "contact__name"))
    return [
        HotNumber(
            number=row["number"],
            contact_name=names.get(row["number"], ""),
            people=row["people"],
            calls=row["calls"],
            talk_seconds=row["talked"] or 0,
            last_at=row["last"],
        )
        for row in found
    ]
