"""One action: what a service rendered costs, written once, with the law on each line."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.charging.models import Charge, ChargeLine
from kinline.core.rating.book import Payer
from kinline.core.rating.rate import Line, Usage, rate
from kinline.laws.loader import book


@transaction.atomic
def charge(*, key: str, usage: Usage, now: datetime) -> UUID:
    """Rate `usage` and write its charge and lines. The same key again: the same charge.

    Due is what somebody other than the agency has to pay. Raises NoRuleInForce: a gap in the
    book is never a free call.
    """
    if found := Charge.objects.filter(key=key).values_list("pk", flat=True).first():
        return found
    rated = rate(usage, book())
    due = sum(line.cents for line in rated.lines if line.payer is not Payer.AGENCY)
    made = Charge.objects.create(
        key=key,
        place=usage.place.code,
        service=usage.service,
        total_cents=rated.total.cents,
        due_cents=due,
        made_at=now,
    )
    ChargeLine.objects.bulk_create(
        _row(made, position, line) for position, line in enumerate(rated.lines, start=1)
    )
    return made.pk


def _row(charge: Charge, position: int, line: Line) -> ChargeLine:
    return ChargeLine(
        charge=charge,
        position=position,
        began_at=line.began_at,
        units=line.units,
        unit_price_cents=line.unit_price.cents,
        cents=line.cents,
        payer=line.payer,
        rule=line.rule.id,
        citation=line.citation,
        source=line.rule.source,
    )
