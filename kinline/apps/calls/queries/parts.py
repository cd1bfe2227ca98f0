"""What the views of a call share, gathered for a whole page of calls at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kinline.apps.calls.models import LIVE_STATES, Call, CallRecord
from kinline.apps.charging.queries import ChargeView, charges
from kinline.apps.recordings.queries import Kept, kept
from kinline.core.call.states import State

WARN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class LimitView:
    """One limit that was weighed. `source`: closing, facility, person or number."""

    source: str
    whose: str
    seconds: int
    wins: bool


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
        LimitView(row["source"], row["whose"], row["seconds"], wins=position == 0)
        for position, row in enumerate(call.limits)
    )


def ends_at(call: Call) -> datetime | None:
    """When a call that is being talked will be cut; None before that or without a limit."""
    if call.accepted_at is None or call.limit_seconds is None:
        return None
    return call.accepted_at + timedelta(seconds=call.limit_seconds)


def is_recorded(call: Call) -> bool:
    """Whether sound of this call is (or was) kept: never before it was accepted."""
    return not call.private and call.accepted_at is not None


def is_live(call: Call) -> bool:
    return State(call.state) in LIVE_STATES


def person_name(call: Call) -> str:
    return f"{call.person.given_name} {call.person.family_name}"


def unit_name(call: Call) -> str:
    return call.person.unit.name if call.person.unit else ""
