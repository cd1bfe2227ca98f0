"""Watches and what they told of, for staff who hold the right where the watch is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from kinline.apps.calls.access import access_watch, watches_of
from kinline.apps.calls.models import LIVE_STATES, Watch, WatchAlert
from kinline.apps.calls.queries import parts
from kinline.apps.paging import Page, paginate
from kinline.apps.people import queries as people
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right

BANNER_SHOWS = 5


@dataclass(frozen=True, slots=True)
class WatchView:
    """One watch. `place_name` is a facility's, or an agency's; one of `person` and `number` is set.

    `until_at` is the moment after its last day on the wall of `zone`.
    """

    id: UUID
    place_name: str
    whole_agency: bool
    zone: str
    person: UUID | None
    person_name: str
    person_number: str
    number: str
    reason: str
    set_by_name: str
    set_at: datetime
    until_at: datetime
    renewed_at: datetime | None
    ended_at: datetime | None

    def goes_on(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.until_at


@dataclass(frozen=True, slots=True)
class AlertView:
    """A call that was told of, and what became of it so far. `of_person`: the person is watched."""

    id: UUID
    watch: UUID
    of_person: bool
    reason: str
    at: datetime
    call: UUID
    state: str
    live: bool
    facility_name: str
    zone: str
    caller: str
    person_name: str
    person_number: str
    lines: dict[str, str]
    contact_name: str
    number: str
    private: bool
    accepted_at: datetime | None
    ended_at: datetime | None
    end_reason: str


def watches(*, staff: Staff, place: str = "", page: int = 1) -> Page[WatchView]:
    """Watches that go on first, then those that are over, newest first."""
    rows = watches_of(staff).order_by("ended_at", "-until_at", "-set_at")
    if place:
        here = [one for one in staff.places_with(Right.WATCH_CALLS) if one.place == place]
        rows = rows.filter(facility__in=[one.facility for one in here]) | rows.filter(
            agency__in=[one.agency for one in here]
        )
    return paginate(rows, page, lambda found: _views(found, staff))


def one(*, staff: Staff, watch_id: UUID) -> WatchView:
    """Raises NotFound."""
    return _views([access_watch(staff=staff, watch_id=watch_id)], staff)[0]


def alerts(
    *, staff: Staff, place: str = "", watch: UUID | None = None, page: int = 1
) -> Page[AlertView]:
    """Calls that were told of, newest first."""
    rows = _alerts(staff, place).order_by("-at")
    if watch is not None:
        rows = rows.filter(watch=watch)
    return paginate(rows, page, lambda found: [_alert(row) for row in found])


def live_alerts(*, staff: Staff, place: str = "") -> list[AlertView]:
    """Watched calls that are under way now, newest first: what the banner shows. One query."""
    if not staff.has(Right.WATCH_CALLS):
        return []
    live = _alerts(staff, place).filter(call__ended_at=None, call__state__in=LIVE_STATES)
    return [_alert(row) for row in live.order_by("-at")[:BANNER_SHOWS]]


def _alerts(staff: Staff, place: str) -> QuerySet[WatchAlert]:
    rows = WatchAlert.objects.filter(
        watch__in=watches_of(staff).values("pk"),
        call__facility__in=staff.facilities_with(Right.WATCH_CALLS),
        call__private=False,
    )
    if place:
        rows = rows.filter(call__facility__place=place)
    return rows.select_related(
        "watch", "call__facility", "call__person", "call__contact", "call__line"
    )


def _views(rows: Iterable[Watch], staff: Staff) -> list[WatchView]:
    found = list(rows)
    names = people.account_names(ids={str(row.set_by) for row in found})
    return [
        WatchView(
            id=row.pk,
            place_name=row.facility.name if row.facility else row.agency.name if row.agency else "",
            whole_agency=row.agency_id is not None,
            zone=_zone(row, staff),
            person=row.person_id,
            person_name=row.person.full_name if row.person else "",
            person_number=row.person.number if row.person else "",
            number=row.number or "",
            reason=row.reason,
            set_by_name=names.get(str(row.set_by), ""),
            set_at=row.set_at,
            until_at=row.until_at,
            renewed_at=row.renewed_at,
            ended_at=row.ended_at,
        )
        for row in found
    ]


def _zone(row: Watch, staff: Staff) -> str:
    """The facility's; of a whole agency's watch, of the viewer's first facility there."""
    if row.facility is not None:
        return row.facility.zone
    return next((one.zone for one in staff.places if one.agency == row.agency_id), "UTC")


def _alert(row: WatchAlert) -> AlertView:
    call = row.call
    return AlertView(
        id=row.pk,
        watch=row.watch_id,
        of_person=row.watch.person_id is not None,
        reason=row.watch.reason,
        at=row.at,
        call=call.pk,
        state=call.state,
        live=parts.is_live(call),
        facility_name=call.facility.name,
        zone=call.facility.zone,
        caller=call.caller,
        person_name=parts.person_name(call),
        person_number=parts.person_number(call),
        lines=call.line.names if call.line else {},
        contact_name=call.contact.name if call.contact else "",
        number=call.number,
        private=call.private,
        accepted_at=call.accepted_at,
        ended_at=call.ended_at,
        end_reason=call.end_reason,
    )
