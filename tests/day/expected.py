"""What the rooms must answer, worked out by itself: which refusals, which limit, what is private.

Nothing here asks the rooms or their core; it knows the county, the clock, and what web was told.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.day.county import (
    COURTESY_SECONDS,
    INTAKE_CALLS_AN_HOUR,
    INTAKE_SECONDS,
    LINES,
    Device,
    Inside,
)
from tests.day.plan import BOSTON

HOUR = timedelta(hours=1)
LIFTED = {"call.not_offered", "call.outside_hours", "call.not_on_list"}


class Hours:
    """The county's calling hours: none on the days before, the same on each day from then on."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._first: date = facts["day"]
        self._opens = time.fromisoformat(facts["opens"])
        self._closes = time.fromisoformat(facts["closes"])

    def refusal(self, now: datetime) -> str:
        wall = now.astimezone(BOSTON)
        if wall.date() < self._first:
            return "call.not_offered"
        return "" if self._opens <= wall.time() < self._closes else "call.outside_hours"

    def closes_in(self, now: datetime) -> int:
        wall = now.astimezone(BOSTON)
        closing = datetime.combine(wall.date(), self._closes, tzinfo=BOSTON)
        return int((closing - now).total_seconds())


def refusals(
    hours: Hours, now: datetime, *, kind: str, on_a_call: bool, blocked: bool, courtesy: bool
) -> set[str]:
    """The codes with which a call of a person on their own account is refused."""
    found = {hours.refusal(now)} - {""}
    if kind == "held":
        found.add("call.person_inactive")
    if kind == "station_off":
        found.add("call.station_off")
    if on_a_call:
        found.add("call.already_on_a_call")
    if kind == "no_number":
        found.add("call.number_not_valid")
    if kind in {"unlisted", "courtesy"}:
        found.add("call.not_on_list")
    if kind == "blocked" or blocked:
        found.add("call.blocked")
    if courtesy and found & LIFTED:
        found -= LIFTED
    return found


def intake_refusals(lately: list[datetime], now: datetime) -> set[str]:
    within = [at for at in lately if at > now - HOUR]
    return {"call.intake_too_many"} if len(within) >= INTAKE_CALLS_AN_HOUR else set()


def limit(hours: Hours, now: datetime, *, who: Inside, on_number: int | None, longest: int) -> int:
    """Seconds that an ordinary call may last: the least of what staff set and the day's end."""
    set_by_staff = [one for one in (who.limit_seconds, on_number) if one is not None]
    return min([hours.closes_in(now), longest, *set_by_staff])


def courtesy_limit(who: Inside) -> int:
    return min(COURTESY_SECONDS, who.limit_seconds or COURTESY_SECONDS)


def fixed_limit(kind: str) -> int | None:
    """Of a call that has no hours: a line has none, intake its own."""
    return None if kind in LINES else INTAKE_SECONDS


def private(kind: str, *, who: Inside | None, device: Device, attorney: bool) -> bool:
    if kind in LINES and LINES[kind][2]:
        return True
    # Whoever calls a line that asks for no sign-in is nobody; at an anonymous one so is the device.
    unrecorded = who is not None and who.unrecorded
    return attorney or unrecorded or device.unrecorded
