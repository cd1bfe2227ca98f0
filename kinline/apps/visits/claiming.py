"""Taking slots and places of the week for a visit, and giving places of the week back.

Slots are freed by the database itself (sql/visits.sql) as a visit is over or an offer is let go.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import IntegrityError, transaction

from kinline.apps.visits.models import QuotaPlace, SlotClaim, Visit, WaitingPlace
from kinline.apps.visits.standing import Party
from kinline.core.schedule import claims
from kinline.core.schedule.claims import Needs
from kinline.core.schedule.rules import Rules


class Lost(Exception):
    """Somebody else was quicker with a slot or a place of the week: look again."""


class Full(Lost):
    """It is taken for all to see: looking again is of no use."""


def take(
    *,
    of: Visit | WaitingPlace,
    needs: Needs,
    starts_at: datetime,
    length_minutes: int,
    buffer_minutes: int,
) -> None:
    """Claim every five minutes of all that is needed, or nothing. Raises Lost."""
    holder = {"visit": of} if isinstance(of, Visit) else {"waiting": of}
    # In one order for everybody, so that two who race wait for each other and never in a ring.
    wanted = sorted(claims.claims(needs, starts_at, length_minutes, buffer_minutes))
    rows = [SlotClaim(resource=one.resource, slot_at=one.slot_at, **holder) for one in wanted]
    try:
        with transaction.atomic():
            SlotClaim.objects.bulk_create(rows)
    except IntegrityError:
        raise Lost from None


def count(*, visit: Visit, who: Party, rules: Rules) -> None:
    """Take a place of the week for the person and for each who comes. Raises Lost.

    Where a rule has a number, places are numbered up to it: the last one is nobody's twice.
    """
    week = rules.week(visit.starts_at.astimezone(who.zone).date())
    limits = dict(_limits(who, rules))
    held = QuotaPlace.objects.filter(
        facility=who.person.facility_id, week_on=week, holder__in=list(limits)
    )
    used: dict[str, set[int]] = {}
    for holder, number in held.values_list("holder", "number"):
        used.setdefault(holder, set()).add(number)
    rows = []
    for holder, limit in sorted(limits.items()):
        number = _lowest(used.get(holder, set()))
        if limit is not None and number > limit:
            raise Lost  # policy has seen that there was one: it is gone since
        rows.append(
            QuotaPlace(
                facility_id=who.person.facility_id,
                holder=holder,
                week_on=week,
                number=number,
                visit=visit,
            )
        )
    try:
        with transaction.atomic():
            QuotaPlace.objects.bulk_create(rows)
    except IntegrityError:
        raise Lost from None


def give_back(visit: Visit) -> None:
    """Its places of the week are free again."""
    QuotaPlace.objects.filter(visit=visit).delete()


def _limits(who: Party, rules: Rules) -> Iterator[tuple[str, int | None]]:
    yield claims.person(str(who.person.pk)), rules.per_person_week
    for one in who.visitors:
        yield claims.visitor(one), rules.per_visitor_week


def _lowest(used: set[int]) -> int:
    return next(number for number in range(1, len(used) + 2) if number not in used)
