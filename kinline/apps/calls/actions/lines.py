"""What a handset may offer before anybody has signed in. Nothing is written."""

from datetime import datetime

from kinline.apps.calls.callers import UnknownParty, at_station
from kinline.apps.days import day_at
from kinline.apps.facilities.lines import LineView, intake, open_lines
from kinline.apps.ids import as_uuid
from kinline.core.control import LinesRequest, OpenLine, OpenLines
from kinline.core.ids import LineId


def lines(request: LinesRequest, *, now: datetime) -> OpenLines:
    """The lines open at this station's facility today. Raises UnknownParty."""
    station_id = as_uuid(request.station)
    if station_id is None:
        raise UnknownParty
    where = at_station(station_id=station_id, language="en")
    today = day_at(where.zone, now)
    rule = intake(facility_id=where.facility) if where.station_is_intake else None
    return OpenLines(
        lines=tuple(_sent(row) for row in open_lines(facility_id=where.facility, today=today)),
        intake=where.station_active and rule is not None and rule.calls_an_hour > 0,
    )


def _sent(row: LineView) -> OpenLine:
    return OpenLine(
        line=LineId(str(row.id)),
        kind=row.kind,
        names=row.names,
        digits=row.digits,
        with_pin=row.with_pin,
        private=row.private,
        anonymous=row.anonymous,
    )
