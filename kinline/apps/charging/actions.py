"""One action: what a service rendered costs, written once, with the law on each line."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from kinline.apps.charging.books import enter
from kinline.apps.charging.models import (
    OPEN_LINE,
    OPEN_LINE_CITATION,
    AllowanceDraw,
    Charge,
    ChargeLine,
)
from kinline.apps.charging.queries import minutes_used
from kinline.apps.prepared import Prepared
from kinline.apps.prepared_writes import Insert
from kinline.core.place import Place
from kinline.core.rating import rate as rating
from kinline.core.rating.book import NoRuleInForce
from kinline.core.rating.rate import Charge as RatedCharge
from kinline.core.rating.rate import Line, Usage
from kinline.core.rating.terms import TIMED, Direction, Payer, Service
from kinline.laws.loader import book


def _by_key(key: Any) -> Any:
    return Charge.objects.filter(key=key).values_list("pk")


# Each call and message is charged, so these are compiled once (see apps.prepared).
_BY_KEY = Prepared(_by_key, key=str)
_CHARGE = Insert(Charge, once=True)
_LINE, _DRAW = Insert(ChargeLine), Insert(AllowanceDraw)


def charge(
    *,
    key: str,
    usage: Usage,
    person: str,
    now: datetime,
    direction: Direction | None = None,
    holds: Sequence[str] = (),
) -> UUID:
    """Rate `usage` of `person` (an id), write its charge and lines, and enter it in the books.

    `person` is empty where nobody signed in: then no week's free minutes are drawn on, and a call
    that begins such a week finds them untouched. `direction` is told of what is written, and of
    nothing else: reports count messages sent and received apart. `holds` are the keys of what was
    set aside for it, in the order of payment: all of them are closed.

    The same key again: the same charge. Raises NoRuleInForce before anything is written: a gap in
    the book is never a free call. Raises ValueError for a direction missing or out of place. It
    joins the caller's transaction, and whatever else it raises ends that too.
    """
    if (direction is None) != (usage.service in TIMED):
        raise ValueError(f"{usage.service} with direction {direction}")
    with nullcontext() if connection.in_atomic_block else transaction.atomic():
        try:
            rated = rating.rate(usage, book(), _used(usage, person))
        except NoRuleInForce:
            if found := _BY_KEY(key=key):
                return UUID(str(found[0][0]))
            raise
        return _written(key, usage, rated, person, now, direction, holds)


def _written(
    key: str,
    usage: Usage,
    rated: RatedCharge,
    person: str,
    now: datetime,
    direction: Direction | None,
    holds: Sequence[str],
) -> UUID:
    made = Charge(
        key=key,
        place=usage.place.code,
        service=usage.service,
        direction=direction or "",
        agency=usage.place.agency,
        person=person,
        began_at=usage.began_at,
        seconds=usage.seconds,
        minutes=-(-usage.seconds // 60) if usage.service in TIMED else 0,
        units=usage.units,
        consumer_cents=rated.consumer_cents,
        agency_cents=rated.agency_cents,
        stamps=rated.stamps,
        credits=rated.credits,
        made_at=now,
    )
    if not _CHARGE(made):
        return UUID(str(_BY_KEY(key=key)[0][0]))
    for position, line in enumerate(rated.lines, start=1):
        _LINE(_row(made, position, line))
    for week, minutes in rated.drawn.items() if person else ():
        _DRAW(
            AllowanceDraw(
                charge=made, agency=made.agency, person=person, week_on=week, minutes=minutes
            )
        )
    enter(made, holds=holds, now=now)
    return made.pk


@transaction.atomic
def charge_open_line(
    *, key: str, place: Place, began_at: datetime, seconds: int, now: datetime
) -> UUID:
    """Write that a call to an open line costs nothing, as a line of its own with its reason.

    No consumer pays, and no contract minute of the agency is counted: the book has no price that
    was agreed for such calls. Whose call it was is not kept. The same key again: the same charge.
    """
    if found := Charge.objects.filter(key=key).values_list("pk", flat=True).first():
        return found
    minutes = -(-seconds // 60)
    made = Charge.objects.create(
        key=key,
        place=place.code,
        service=Service.CALL,
        agency=place.agency,
        began_at=began_at,
        seconds=seconds,
        minutes=minutes,
        consumer_cents=0,
        agency_cents=0,
        made_at=now,
    )
    if minutes:
        ChargeLine.objects.create(
            charge=made,
            position=1,
            began_at=began_at,
            units=minutes,
            price_hundredths=0,
            cents=0,
            payer=Payer.CONSUMER,
            rule=OPEN_LINE,
            citation=OPEN_LINE_CITATION,
        )
    return made.pk


def _used(usage: Usage, person: str) -> Mapping[date, int]:
    """Minutes gone of the weekly allowance, in the weeks this usage may touch.

    Asked only where the book has an allowance: elsewhere a call pays no query for it.
    """
    weeks = rating.allowance_weeks(usage, book())
    return minutes_used(agency=usage.place.agency, person=person, weeks=weeks)


def _row(charge: Charge, position: int, line: Line) -> ChargeLine:
    return ChargeLine(
        charge=charge,
        position=position,
        began_at=line.began_at,
        units=line.units,
        unit=line.unit,
        price_hundredths=line.price_hundredths,
        cents=line.cents,
        payer=line.payer,
        rule=line.rule.id,
        citation=line.citation,
        source=line.rule.source,
        status=line.rule.status,
    )
