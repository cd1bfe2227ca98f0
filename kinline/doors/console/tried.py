"""What trying a call, visit or message has in common: whom staff mean, when, and who set what."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from kinline.apps.people import controls, queries
from kinline.apps.people.access import StaffPlace
from kinline.doors.console.gate import StaffRequest


def setters(met: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The names of whoever set the controls that these facts name, by the control's id."""
    named = [facts["control"] for facts in met if facts.get("control")]
    by = controls.named(ids=named)
    names = queries.account_names(ids=sorted(set(by.values())))
    return {control: names.get(account, "") for control, account in by.items()}


def whom(request: StaffRequest, here: StaffPlace, text: str) -> queries.PersonRow | None:
    """The one person here who is meant by a name or ID number; None where it is not exactly one."""
    found = queries.people(staff=request.staff, place=here.place, text=text.strip()).items
    exact = [row for row in found if row.number == text.strip()]
    fits = exact or found
    return fits[0] if len(fits) == 1 else None


def moment(request: StaffRequest, here: StaffPlace, wall: datetime) -> datetime:
    """The moment that is tried. A clock's field has minutes: the one that goes on means now, when
    a control may have been set since it began."""
    typed = wall.replace(tzinfo=ZoneInfo(here.zone))
    begun = request.now.replace(second=0, microsecond=0)
    return request.now if typed == begun else typed
