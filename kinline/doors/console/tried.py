"""What trying a call, a visit and a message have in common: whom staff mean, and who set what."""

from collections.abc import Iterable, Mapping

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
