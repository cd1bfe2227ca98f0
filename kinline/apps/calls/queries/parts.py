"""What the views of a call share, gathered for a whole page of calls at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from kinline.apps.calls.models import LIVE_STATES, Call, CallRecord
from kinline.apps.charging.queries import ChargeView, PriceView, charges, never_priced, price
from kinline.apps.days import day_at
from kinline.apps.facilities.lines import name_in
from kinline.apps.recordings.queries import Kept, kept
from kinline.core.call.states import State
from kinline.core.control import MoneyLimit
from kinline.core.policy.call import CLOSING
from kinline.core.policy.paying import MONEY

WARN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class LimitView:
    """One limit that was weighed. `source`: closing, facility, person, number, intake, courtesy,
    money, or a control, which `facts` name."""

    source: str
    whose: str
    seconds: int
    wins: bool
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands in other rooms about some calls."""

    charges: Mapping[UUID, ChargeView]
    kept: Mapping[UUID, Kept]

    def charge(self, call: Call) -> ChargeView | None:
        found = record(call)
        return self.charges.get(found.charge) if found and found.charge else None


def beside(calls: Iterable[Call]) -> Beside:
    """Three queries, however many calls."""
    found = list(calls)
    ids = {one.charge for call in found if (one := record(call)) and one.charge}
    return Beside(charges(ids=ids), kept(calls={call.pk for call in found}))


def record(call: Call) -> CallRecord | None:
    """The CDR, None while the call lives or when it was refused."""
    return getattr(call, "record", None)


def talk_seconds(call: Call) -> int:
    found = record(call)
    return found.talk_seconds if found else 0


def limits(call: Call) -> tuple[LimitView, ...]:
    """Every limit weighed for this call; the first is the one that holds."""
    return tuple(
        LimitView(
            row["source"],
            row["whose"],
            row["seconds"],
            wins=position == 0,
            facts=row.get("facts", {}),
        )
        for position, row in enumerate(call.limits)
    )


def ends_at(call: Call) -> datetime | None:
    """When a call that is being talked will be cut; None before that or without a limit."""
    if call.accepted_at is None or call.limit_seconds is None:
        return None
    seconds: int | None = call.limit_seconds
    money = money_limit(call)
    if money is not None and not money.cuts(call.accepted_at, call.limit_seconds):
        seconds = money.otherwise_seconds
    ends = [] if seconds is None else [call.accepted_at + timedelta(seconds=seconds)]
    if (closing := closes_at(call)) is not None:
        ends.append(closing)
    return max(call.accepted_at, min(ends)) if ends else None


def money_limit(call: Call) -> MoneyLimit | None:
    """The limit that money sets, None where another one is shorter."""
    if not call.limits or call.limits[0]["source"] != MONEY:
        return None
    first, *others = call.limits
    free_from = first.get("free_from")
    return MoneyLimit(
        otherwise_seconds=others[0]["seconds"] if others else None,
        free_from=datetime.fromisoformat(free_from) if free_from else None,
    )


def closes_at(call: Call) -> datetime | None:
    """When the facility closes on this call, None where no hours hold for it. The first of the
    moments that hold however late the other side accepts."""
    fixed = [row for row in call.limits if row.get("fixed") or row["source"] == CLOSING]
    left = min((row["seconds"] for row in fixed), default=None)
    return None if left is None else call.asked_at + timedelta(seconds=left)


def is_recorded(call: Call) -> bool:
    """Whether sound of this call is (or was) kept: never before it was accepted."""
    return not call.private and call.accepted_at is not None


def is_live(call: Call) -> bool:
    return State(call.state) in LIVE_STATES


def person_name(call: Call) -> str:
    """Empty where nobody signed in or nobody may be named: `call.caller` says which."""
    return call.person.full_name if call.person else ""


def person_number(call: Call) -> str:
    return call.person.number if call.person else ""


def unit_name(call: Call) -> str:
    """The person's unit; without a person the station's, where that is kept."""
    if call.person is not None:
        return call.person.unit.name if call.person.unit else ""
    return call.station.unit.name if call.station else ""


def station_name(call: Call) -> str:
    return call.station.name if call.station else ""


def line_name(call: Call, language: str) -> str:
    """The name of the open line that was called, empty for every other call."""
    return name_in(call.line.names, language) if call.line else ""


def price_then(call: Call) -> PriceView | None:
    """What a minute cost when the call began; an open line never has a price."""
    if call.line_id:
        day = day_at(call.facility.zone, call.asked_at)
        return never_priced(place=call.facility.place, since=day)
    return price(place=call.facility.place, at=call.asked_at, number=call.number)
