"""Test calls through a carrier: staff ask, an engine that speaks to telephones takes it, tells.

Whichever engine asks first makes the call, once. A trial that no engine took, or of which none
told the end, is lost: it is not made again by itself.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities.actions.common import facility_of, tell
from kinline.apps.facilities.models import Trial, Trunk
from kinline.apps.ids import as_uuid
from kinline.core.control import TrialCall, TrialDone
from kinline.core.policy.destinations import NEVER
from kinline.laws.numbering import leads_to
from kinline.laws.special import kind_of

# Long enough to ring and be heard; after that nothing more will come of it.
STALE = timedelta(seconds=90)
MOST_AN_HOUR = 10
MOST_CODE = 699


@transaction.atomic
def ask(*, facility_id: UUID, trunk_id: UUID, e164: str, by: UUID, now: datetime) -> UUID:
    """Ring this number through the carrier, say one sentence, keep what happened.

    Only an ordinary number at home, one at a time, and not often: a test must be no way to call.
    `e164` is empty for what is no number. Raises Refused (number.not_a_number, trial.at_home,
    trial.goes_on, trial.too_many, trial.off) and NotFound.
    """
    facility = facility_of(facility_id)
    trunk = Trunk.objects.filter(pk=trunk_id, agency=facility.agency).first()
    if trunk is None:
        raise NotFound
    Trunk.objects.filter(pk=trunk_id).update(asked=F("asked") + 1)  # one asker at a time
    if refused := _wrong(trunk, e164, now):
        raise Refused(wrong(refused, "number", {"most": str(MOST_AN_HOUR)}))
    row = Trial.objects.create(trunk=trunk, number=e164, asked_by=str(by), asked_at=now)
    tell(facility, "telephones.trial", by, now, subject=audit.Named("trunk", str(trunk_id)))
    return row.pk


def take(*, engine: str, now: datetime) -> tuple[TrialCall, ...]:
    """The trials that nobody took yet, for this engine alone. One query where there are none."""
    waiting = Trial.objects.filter(taken_at=None, asked_at__gt=now - STALE)
    return tuple(
        TrialCall(str(row.pk), str(row.trunk_id), row.number)
        for row in waiting.order_by("asked_at")
        if waiting.filter(pk=row.pk).update(engine=engine, taken_at=now) == 1
    )


def keep(done: Iterable[TrialDone], *, now: datetime) -> None:
    """What became of trials; told twice is told once."""
    for one in done:
        pk = as_uuid(one.trial)
        if pk is not None and 0 <= one.code <= MOST_CODE:
            Trial.objects.filter(pk=pk, done_at=None).update(code=one.code, done_at=now)


def _wrong(trunk: Trunk, e164: str, now: datetime) -> str:
    leads = leads_to(e164)
    if leads is None:
        return "number.not_a_number"
    if not leads.domestic or kind_of(e164) in NEVER:
        return "trial.at_home"
    if not trunk.active:
        return "trial.off"
    mine = Trial.objects.filter(trunk=trunk)
    if mine.filter(done_at=None, asked_at__gt=now - STALE).exists():
        return "trial.goes_on"
    if mine.filter(asked_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        return "trial.too_many"
    return ""
