"""What controls do to a visit, which has its time long before it is held.

A control bears on a visit while it holds at some moment of it: what is closed for an hour of it has
no visit; hours must be open for as long as they hold. Longest visits, numbers of visits and gaps go
by the controls that hold as it begins. A visit with an attorney is never counted and never
rationed; other controls bear on it only where they say so.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kinline.core.policy.control_terms import BY_DAY, COUNTED, QUOTAS, THERE, Kind, Level
from kinline.core.policy.controls import (
    CONTROL,
    Control,
    begins_anew,
    counted_from,
    in_order,
    named,
    no,
    open_until,
    sooner,
)
from kinline.core.policy.limit import Left, Limit
from kinline.core.refusal import Refusal, Whose

# Of its reasons, those that another time may not have.
OF_A_TIME = frozenset(
    f"control.{kind}"
    for kind in (Kind.CLOSED, Kind.HOURS, Kind.VISITS_DAY, Kind.VISITS_WEEK, Kind.GAP)
)


@dataclass(frozen=True, slots=True)
class Had:
    """Another visit of the person's that counts, and the contacts who come to it."""

    starts_at: datetime
    ends_at: datetime
    contacts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class VisitControls:
    """The controls on a visit: all that hold at some moment of the days that are asked about.

    `had` are the person's other visits, none with an attorney. `devices`: which device stands at a
    station, by their ids; a control on a device bears on the visits there. `attorney`: so is this.
    """

    held: tuple[Control, ...] = ()
    had: tuple[Had, ...] = ()
    devices: Mapping[str, str] = field(default_factory=dict)
    attorney: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "held", in_order(self.held))

    @property
    def count(self) -> bool:
        """Whether any of them needs to know of other visits."""
        return any(one.kind in QUOTAS for one in self.held)

    def bearing(self, station: str | None = None) -> list[Control]:
        """Those on the visit itself, or those on the device at `station`."""
        mine = [one for one in self.held if not self.attorney or one.attorneys]
        if station is None:
            return [one for one in mine if one.level is not Level.STATION]
        device = self.devices.get(station)
        return [one for one in mine if one.level is Level.STATION and one.subject == device]


def against(
    controls: VisitControls,
    starts_at: datetime,
    ends_at: datetime,
    zone: ZoneInfo,
    station: str | None = None,
) -> Iterator[Refusal]:
    """Every control that says no to a visit in [starts_at, ends_at), or to one at `station`."""
    for one in controls.bearing(station):
        yield from _against(one, controls.had, starts_at, ends_at, zone)


def closed(
    controls: VisitControls, station: str, starts_at: datetime, ends_at: datetime
) -> Iterator[Refusal]:
    """The closings alone: what a visit that was booked before them meets."""
    for one in (*controls.bearing(), *controls.bearing(station)):
        if one.kind is Kind.CLOSED and _touches(one, starts_at, ends_at):
            yield no(one, one.until)


def unrecorded(
    controls: VisitControls, station: str | None, starts_at: datetime, ends_at: datetime
) -> bool:
    """Whether any control forbids recording at some moment of it; one is enough. `station` None:
    wherever it is held."""
    device = controls.devices.get(station) if station is not None else None
    return any(
        one.kind is Kind.UNRECORDED
        and _touches(one, starts_at, ends_at)
        and (one.level is not Level.STATION or one.subject == device)
        for one in controls.held
    )


def limits(controls: VisitControls, starts_at: datetime) -> Iterator[Limit]:
    """How long controls let a visit last that begins then, wherever it is held."""
    for one in controls.bearing():
        if one.kind is Kind.LONGEST and one.amount is not None and one.holds(starts_at):
            yield Limit(one.amount, CONTROL, Whose.FACILITY, facts=named(one))


def left(controls: VisitControls, starts_at: datetime, zone: ZoneInfo) -> Iterator[Left]:
    """How many visits each control leaves in the day or week of a visit that begins then."""
    for one in controls.bearing():
        if one.kind in COUNTED and one.holds(starts_at):
            most = one.amount or 0
            has = _counted(one, controls.had, starts_at, zone)
            yield Left(one.kind, most - has, most, CONTROL, facts=named(one))


def _against(
    one: Control, had: Iterable[Had], starts_at: datetime, ends_at: datetime, zone: ZoneInfo
) -> Iterator[Refusal]:
    match one.kind:
        case Kind.CLOSED if _touches(one, starts_at, ends_at):
            yield no(one, one.until)
        case Kind.HOURS if _shut(one, starts_at, ends_at, zone):
            yield no(one, one.until)
        case Kind.LONGEST if one.holds(starts_at) and one.amount is not None:
            if ends_at - starts_at > timedelta(seconds=one.amount):
                yield no(one, one.until)
        case Kind.VISITS_DAY | Kind.VISITS_WEEK if one.holds(starts_at):
            if _counted(one, had, starts_at, zone) >= (one.amount or 0):
                yield no(one, sooner(one.until, begins_anew(one.kind, zone, starts_at)))
        case Kind.GAP if one.holds(starts_at):
            if _too_near(one, had, starts_at, ends_at):
                yield no(one, one.until)


def _touches(one: Control, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether it holds at some moment of [starts_at, ends_at)."""
    return one.since < ends_at and (one.until is None or starts_at < one.until)


def _shut(one: Control, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> bool:
    """Whether hours are closed at some moment of it at which they hold."""
    if not _touches(one, starts_at, ends_at):
        return False
    begins = max(starts_at, one.since)
    ends = ends_at if one.until is None else min(ends_at, one.until)
    lasts = open_until(one.hours, zone, begins)
    return lasts is None or lasts < ends


def _of(one: Control, had: Iterable[Had]) -> list[Had]:
    """The visits that a control counts."""
    return [visit for visit in had if one.level not in THERE or one.subject in visit.contacts]


def _counted(one: Control, had: Iterable[Had], starts_at: datetime, zone: ZoneInfo) -> int:
    """How many visits there are in the day or week of this one."""
    day, week = counted_from(zone, starts_at)
    begins, ends = day if one.kind in BY_DAY else week, begins_anew(one.kind, zone, starts_at)
    return sum(begins <= visit.starts_at < ends for visit in _of(one, had))


def _too_near(one: Control, had: Iterable[Had], starts_at: datetime, ends_at: datetime) -> bool:
    """Whether another visit, before or after it, is nearer than the gap."""
    gap = timedelta(seconds=one.amount or 0)
    return any(
        starts_at < visit.ends_at + gap and visit.starts_at < ends_at + gap
        for visit in _of(one, had)
    )
