"""Which carrier a call goes out through, and whether that carrier may carry one more.

Decided in the transaction that writes the call. The carrier's own row is changed first: of two
dials at once the second waits there, and then counts the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Subquery, Sum

from kinline.apps.audit import actions as audit
from kinline.apps.calls.asking import NOBODY
from kinline.apps.calls.asking_open import AskedLine, Question
from kinline.apps.calls.models import LIVE, Call, TrunkLimitReached, Waiting
from kinline.apps.days import day_at
from kinline.apps.facilities.actions import trials
from kinline.apps.facilities.models import Trial, Trunk
from kinline.apps.people.actions.statewide import ringing
from kinline.apps.people.models import AttorneyRing
from kinline.apps.prepared import Prepared
from kinline.core.policy.call import Allowed, Refused
from kinline.core.policy.trunk import MINUTE, TrunkLimits, TrunkUse, refusals
from kinline.core.refusal import Refusal
from kinline.laws.numbering import leads_to


@dataclass(frozen=True, slots=True)
class Way:
    """How a call goes out: by which carrier (None: pages alone are rung), and whether abroad."""

    outcome: Allowed | Refused
    trunk: UUID | None = None
    abroad: bool = False


def way_out(asked: Question, outcome: Allowed | Refused, now: datetime) -> Way:
    """The outcome, refused where the carrier has no room. In the caller's transaction.

    An open line is never stopped, and counts for the others all the same.
    """
    if isinstance(outcome, Refused):
        return Way(outcome)
    trunk = trunk_for(asked)
    if trunk is None:
        return Way(outcome)
    leads = leads_to(asked.number)
    abroad = leads is not None and not leads.domestic
    if isinstance(asked, AskedLine):
        return Way(outcome, trunk, abroad)
    today = day_at(asked.who.zone, now)
    reasons = _no_room(trunk, today, asked.who.zone, now, abroad=abroad)
    if reasons:
        _keep(trunk, reasons, today, asked.who.place, now)
        return Way(Refused(reasons))
    return Way(outcome, trunk, abroad)


def trunk_for(asked: Question) -> UUID | None:
    """The carrier whose telephone is rung: none while the contact waits at a page."""
    contact = asked.called.contact if asked.called else NOBODY
    rows = _TRUNK(agency=asked.who.agency, contact=contact)
    return rows[0][0] if rows else None


def _trunk(agency: UUID, contact: UUID) -> QuerySet[Trunk, Any]:
    waits = Waiting.objects.filter(contact=contact)
    rows = Trunk.objects.filter(~Exists(waits), agency=agency, active=True)
    # The one that answers first; one that nobody has asked yet before one that is silent.
    return rows.order_by(F("up").desc(nulls_last=True), "name").values_list("pk")[:1]


_TRUNK = Prepared(_trunk, agency=UUID, contact=UUID)


# --- how much it carries --------------------------------------------------------------


def _no_room(
    trunk: UUID, today: date, zone: str, now: datetime, *, abroad: bool
) -> tuple[Refusal, ...]:
    """Two queries for a call at home, four abroad."""
    Trunk.objects.filter(pk=trunk).update(asked=F("asked") + 1)
    midnight = datetime.combine(today, time(), tzinfo=ZoneInfo(zone))
    limits, use = _use(trunk, now)
    if abroad:
        use = replace(use, abroad_seconds=_seconds_abroad(trunk, midnight, now))
    tomorrow = datetime.combine(today + timedelta(days=1), time(), tzinfo=ZoneInfo(zone))
    return tuple(refusals(limits, use, tomorrow=tomorrow))


def is_over(trunk: UUID, now: datetime) -> bool:
    """Whether it carries more at once, or more a minute, than its limits have it. One query; the
    caller changed its row before, so that nobody counts beside them."""
    limits, use = _use(trunk, now)
    return use.at_once > limits.at_once or use.a_minute > limits.a_minute


def _use(trunk: UUID, now: datetime) -> tuple[TrunkLimits, TrunkUse]:
    """What it may carry and carries, nothing abroad: people's calls, Kinline's own, staff's tests.
    One query."""
    ((at_once, a_minute, abroad, *found),) = _COUNTED(
        trunk=trunk,
        since=now - timedelta(seconds=MINUTE),
        untaken=now - ringing.TAKE_WITHIN,
        taken=now - ringing.STALE,
        tested=now - trials.STALE,
    )
    live, begun = found[::2], found[1::2]
    use = TrunkUse(sum(one or 0 for one in live), sum(one or 0 for one in begun))
    return TrunkLimits(at_once, a_minute, abroad), use


def _counted(
    trunk: UUID, since: datetime, untaken: datetime, taken: datetime, tested: datetime
) -> QuerySet[Trunk, Any]:
    """The limits; then of each kind of call those that live, and those begun since."""
    kinds: dict[str, tuple[type[Model], Q]] = {
        "call": (Call, LIVE),
        "ring": (AttorneyRing, ringing.goes_on(untaken=untaken, taken=taken)),
        "test": (Trial, Q(done_at=None, asked_at__gt=tested)),
    }
    begun = Q(asked_at__gt=since)
    rows = Trunk.objects.filter(pk=trunk)
    for name, (model, live) in kinds.items():
        counts = {f"{name}_live": _count(model, live), f"{name}_begun": _count(model, begun)}
        rows = rows.annotate(**counts)
    limits = ("most_at_once", "most_a_minute", "most_abroad_minutes")
    return rows.values_list(*limits, *(f"{name}_{what}" for name in kinds for what in _COUNTS))


_COUNTS = ("live", "begun")
_COUNTED = Prepared(
    _counted, trunk=UUID, since=datetime, untaken=datetime, taken=datetime, tested=datetime
)


def _count(model: type[Model], which: Q) -> Subquery:
    rows = model._default_manager.filter(which, trunk=OuterRef("pk")).order_by()
    return Subquery(rows.values("trunk").annotate(n=Count("pk")).values("n"))


def _seconds_abroad(trunk: UUID, midnight: datetime, now: datetime) -> int:
    """Seconds talked abroad since midnight, with those that are being talked."""
    rows = Call.objects.filter(trunk=trunk, abroad=True, asked_at__gte=midnight)
    over = rows.aggregate(seconds=Sum("record__talk_seconds"))["seconds"] or 0
    talking = rows.filter(LIVE, accepted_at__isnull=False).values_list("accepted_at", flat=True)
    return over + sum(int((now - at).total_seconds()) for at in talking if at is not None)


def _keep(trunk: UUID, reasons: Iterable[Refusal], today: date, place: str, now: datetime) -> None:
    """A limit was reached: counted for the day, and told to the audit log the first time."""
    for no in reasons:
        limit = no.facts["limit"]
        row, first = TrunkLimitReached.objects.get_or_create(
            trunk_id=trunk, on=today, limit=limit, defaults={"first_at": now}
        )
        TrunkLimitReached.objects.filter(pk=row.pk).update(times=F("times") + 1)
        if first:
            audit.write(
                now=now,
                actor=audit.KINLINE,
                act="telephones.trunk_limit_reached",
                subject=audit.Named("trunk", str(trunk)),
                facility=place,
                facts=dict(no.facts),
            )
