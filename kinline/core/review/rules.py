"""By which rules a message may be rejected at a place, and how one appeals against that there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations

from kinline.core.message.terms import Direction
from kinline.core.period import Period
from kinline.core.place import Custody, Place, is_within
from kinline.core.rating.terms import Status
from kinline.core.review import states
from kinline.core.review.terms import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Appealing:
    """How one appeals in one direction: within `days` calendar days, decided by `decider`.

    `notice` cites who must be told of a rejection and of what. `days_are_ours`: the rule sets no
    number of days, and the one here is Kinline's.
    """

    days: int
    decider: str
    notice: str
    days_are_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionList:
    """The closed list of one jurisdiction and kinds of custody, from `period.from_on` on.

    `citations` say by direction and reason which rule it is; what is not among them may not be
    rejected there for that reason. `ours`: no rule we know binds the place, and the list is one
    of Kinline's that a facility follows until it tells us its own.
    """

    id: str
    jurisdiction: str
    custody: frozenset[Custody]
    period: Period
    citations: Mapping[Direction, Mapping[Reason, str]]
    appeals: Mapping[Direction, Appealing]
    citation: str
    source: str
    status: Status
    verify: tuple[str, ...] = ()
    ours: bool = False
    note: str = ""
    origin: str = ""

    def covers(self, place: Place) -> bool:
        return place.within(self.jurisdiction) and bool(self.custody & place.custody)

    def reasons(self, direction: Direction) -> tuple[Reason, ...]:
        """The reasons one may give there, in the order of the list of all."""
        return tuple(reason for reason in Reason if reason in self.citations[direction])


@dataclass(frozen=True, slots=True)
class Ruled:
    """One rejection under its list: which rule, in words by language, and until when to appeal.

    `appeal_until` is the moment at which the last day is over; `appeal_on` is that last day.
    """

    reason: Reason
    citation: str
    says: Mapping[str, str]
    appeal_on: date
    appeal_until: datetime
    decider: str
    notice: str
    ours: bool
    verify: tuple[str, ...]


class NoListInForce(Exception):
    """No list of reasons is known for a place and day: our fault. Nothing can be rejected then."""


class NotOnTheList(ValueError):
    """A reason that the place's list does not have in this direction."""


class ListsOverlap(Exception):
    """Two lists of one jurisdiction claim the same custody and day."""


@dataclass(frozen=True, slots=True)
class RejectionRules:
    """Every list of the book. `says` is what each reason's rule says, by language.

    Raises ListsOverlap. Where jurisdictions lie within each other, the narrower one's list holds.
    """

    lists: tuple[RejectionList, ...]
    says: Mapping[Reason, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one, other in combinations(self.lists, 2):
            same = one.jurisdiction == other.jurisdiction and bool(one.custody & other.custody)
            if same and one.period.overlaps(other.period):
                raise ListsOverlap(f"{one.origin or one.id} overlaps {other.origin or other.id}")

    def at(self, place: Place, on: date) -> RejectionList:
        """The list that holds at a place on its own day `on`. Raises NoListInForce."""
        found = [one for one in self.lists if one.covers(place) and on in one.period]
        if not found:
            raise NoListInForce(f"no list of reasons for {place.code} on {on}")
        return _narrowest(found)

    def ruled(
        self, *, place: Place, direction: Direction, reason: Reason, told_at: datetime
    ) -> Ruled:
        """A rejection told at `told_at` (aware), with its rule and its clock.

        Raises NoListInForce, and NotOnTheList for a reason the list does not have.
        """
        held = self.at(place, place.day(told_at))
        if reason not in held.citations[direction]:
            raise NotOnTheList(f"{reason} is no reason of {held.id} for what goes {direction}")
        how = held.appeals[direction]
        return Ruled(
            reason=reason,
            citation=held.citations[direction][reason],
            says=self.says[reason],
            appeal_on=states.last_appeal_day(told_at, place.zone, how.days),
            appeal_until=states.appeal_until(told_at, place.zone, how.days),
            decider=how.decider,
            notice=how.notice,
            ours=held.ours,
            verify=held.verify,
        )


def _narrowest(lists: Iterable[RejectionList]) -> RejectionList:
    """The list whose jurisdiction lies within those of all others."""
    best, *others = lists
    for one in others:
        if is_within(one.jurisdiction, best.jurisdiction):
            best = one
    return best
