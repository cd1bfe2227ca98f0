"""The time machine: a month of real usage, rated again under another book of law.

"What does this bill cost the agency?" is answered by what people did, not by an estimate: each
call, visit and message of the month is rated one by one, and nothing is written.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from kinline.apps.calls.models import CallRecord
from kinline.apps.charging.models import OPEN_LINE, Charge
from kinline.apps.ids import as_uuid
from kinline.apps.reports.access import Here, Scope
from kinline.apps.reports.queries import sums
from kinline.core.ids import PlaceCode
from kinline.core.place import Place
from kinline.core.quarter import Month
from kinline.core.rating.book import RuleBook
from kinline.core.rating.rate import Usage
from kinline.core.rating.terms import AT_HOME, Service
from kinline.laws.loader import places
from kinline.laws.numbering import leads_to
from kinline.laws.usages import Told, Weeks

CHUNK = 1000
COLUMNS = (
    *("key", "place", "service", "person", "began_at", "seconds", "units"),
    *("consumer_cents", "agency_cents", "stamps", "credits"),
)


class PlaceNotInBook(Exception):
    """A facility that the law book does not know cannot be rated; the message is its code."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """What each side pays. Stamps and credits are no money until somebody buys them."""

    consumer_cents: int = 0
    agency_cents: int = 0
    stamps: int = 0
    credits: int = 0

    def plus(self, other: "Amounts", sign: int = 1) -> "Amounts":
        return Amounts(
            self.consumer_cents + sign * other.consumer_cents,
            self.agency_cents + sign * other.agency_cents,
            self.stamps + sign * other.stamps,
            self.credits + sign * other.credits,
        )


@dataclass(frozen=True, slots=True)
class BillRow:
    """One facility: how often it was used, what was charged then, what the other book charges.

    `assumed_home` counts calls whose number is not in the books: they were rated as calls at home.
    """

    here: Here
    usages: int = 0
    charged: Amounts = field(default_factory=Amounts)
    rated: Amounts = field(default_factory=Amounts)
    assumed_home: int = 0

    @property
    def difference(self) -> Amounts:
        """What the other book changes: more where positive."""
        return self.rated.plus(self.charged, sign=-1)


class _Used(NamedTuple):
    """A charge as it stands in the books."""

    key: str
    place: str
    service: str
    person: str
    began_at: Any
    seconds: int
    units: int
    consumer_cents: int
    agency_cents: int
    stamps: int
    credits: int

    @property
    def charged(self) -> Amounts:
        return Amounts(self.consumer_cents, self.agency_cents, self.stamps, self.credits)


class _Record(NamedTuple):
    """Of a call's record: where it went, and whose it was."""

    number: str
    person: str


def bill(*, scope: Scope, month: Month, book: RuleBook) -> list[BillRow]:
    """The month under `book`, a row for each facility of the scope, in its order.

    The month is each facility's own. Weekly allowances are counted as usage came, from the Monday
    before the month on. Calls to open lines are left out: no book prices them. Memory does not
    grow with the usage.
    Raises NoRuleInForce where the book says nothing of something used, PlaceNotInBook.
    """
    rows = {here.place: BillRow(here) for here in scope}
    for agency in _by_agency(scope):
        weeks = Weeks()
        begins = {place.code: place.midnight(month.days.from_on) for place in agency}
        for used, record in _usages(agency, month):
            told = _told(used, record)
            charge = weeks.rate(told, book)
            if used.began_at < begins[told.usage.place.code]:
                continue  # it only drew on the first week's allowance
            row = rows[used.place]
            rated = Amounts(
                charge.consumer_cents, charge.agency_cents, charge.stamps, charge.credits
            )
            rows[used.place] = replace(
                row,
                usages=row.usages + 1,
                charged=row.charged.plus(used.charged),
                rated=row.rated.plus(rated),
                assumed_home=row.assumed_home + (not told.number_told),
            )
    return list(rows.values())


def total(rows: Iterable[BillRow]) -> BillRow:
    """All rows as one."""
    found = BillRow(Here("", "", "", ""))
    for row in rows:
        found = BillRow(
            found.here,
            found.usages + row.usages,
            found.charged.plus(row.charged),
            found.rated.plus(row.rated),
            found.assumed_home + row.assumed_home,
        )
    return found


def how_many(*, scope: Scope, month: Month) -> int:
    """How much usage a month has: quickly, to know how long rating it takes."""
    return sum(line.charges for line in sums(scope=scope, periods=[month.days]))


def _by_agency(scope: Scope) -> list[list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for here in scope:
        place = places().get(PlaceCode(here.place))
        if place is None:
            raise PlaceNotInBook(here.place)
        found[place.agency].append(place)
    return list(found.values())


def _usages(agency: Sequence[Place], month: Month) -> Iterator[tuple[_Used, _Record | None]]:
    """The usage of an agency's places in the order in which it began, read in pieces."""
    first, last = month.days.from_on, month.days.until_on
    assert last is not None
    monday = first - timedelta(days=first.weekday())
    rows = Charge.objects.filter(
        place__in=[place.code for place in agency],
        service__in=list(Service),  # all there are: so that the index is of use
        began_at__gte=min(place.midnight(monday) for place in agency),
        began_at__lt=max(place.midnight(last) for place in agency),
    )
    rows = rows.exclude(lines__rule=OPEN_LINE)
    ends = {place.code: place.midnight(last) for place in agency}
    found = rows.order_by("began_at", "id").values_list(*COLUMNS).iterator(chunk_size=CHUNK)
    while piece := [_Used(*row) for row in islice(found, CHUNK)]:
        records = _records(piece)
        for used in piece:
            if used.began_at < ends[PlaceCode(used.place)]:
                yield used, records.get(used.key)


def _records(piece: Sequence[_Used]) -> Mapping[str, _Record]:
    """Where the calls of a piece went, by the key of their charge; in one query."""
    calls: list[UUID] = []
    for used in piece:
        known = as_uuid(used.key.removeprefix("call:")) if used.service == Service.CALL else None
        if known is not None:
            calls.append(known)
    rows = CallRecord.objects.filter(call__in=calls) if calls else CallRecord.objects.none()
    return {
        f"call:{call}": _Record(number, str(person))
        for call, number, person in rows.values_list("call", "number", "call__person")
    }


def _told(used: _Used, record: _Record | None) -> Told:
    service = Service(used.service)
    to = leads_to(record.number) if record else None
    usage = Usage(
        service=service,
        place=places()[PlaceCode(used.place)],
        began_at=used.began_at,
        seconds=used.seconds,
        units=used.units,
        to=(to or AT_HOME) if service is Service.CALL else None,
    )
    # Charges from before persons were kept on them: whose they were is in the call's record.
    person = used.person or (record.person if record else used.key)
    return Told(usage, person, number_told=to is not None or service is not Service.CALL)
