"""Kinline rings an attorney's number itself: with the code that proves it, or as a test call.

The attorney asks on the page; the next engine with telephones that asks for its directory makes
the call, once. A ring that no engine took, or of which none told the end, is lost.
"""

import json
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from kinline.apps.audit import actions as audit
from kinline.apps.errors import Refused, wrong
from kinline.apps.facilities import telephone_keys
from kinline.apps.facilities.models import Trunk
from kinline.apps.ids import as_uuid
from kinline.apps.people.actions.statewide.proving import CODE_LIVES, new_code, own_number
from kinline.apps.people.attorneys import agencies_by_state, checks, mine
from kinline.apps.people.models import AttorneyNumber, AttorneyRing, Contact
from kinline.core.call import rings
from kinline.core.call.rings import Kind
from kinline.core.control import TrialCall, TrialDone
from kinline.core.policy.destinations import NEVER
from kinline.core.visitor import State
from kinline.laws.numbering import leads_to
from kinline.laws.special import kind_of
from kinline.sealed.keys import KeyRefused

log = logging.getLogger(__name__)

BY_CALL = "call"
TAKE_WITHIN = timedelta(seconds=90)  # later the attorney no longer sits by the telephone
# It rings for half a minute; the longest test call speaks for less than two.
STALE = timedelta(minutes=4)
MOST_CODE = 699


@transaction.atomic
def tell_code(*, contact_id: UUID, number_id: UUID, now: datetime) -> UUID:
    """Ring the number and say a code that proves it, for ten minutes.

    Raises NotFound, also for a number that is proven, and Refused with every reason:
    attorney.no_calls, and those of core.call.rings.may_ring.
    """
    row = own_number(contact_id, number_id)
    trunk = _trunk(row, now)
    code = new_code(row, BY_CALL, now + CODE_LIVES)
    return _ring(row, Kind.CODE, trunk, rings.code(code), now)


@transaction.atomic
def test_call(*, contact_id: UUID, number_id: UUID, now: datetime) -> UUID:
    """Ring the number and say at which facilities a call to it would be private now.

    Raises NotFound and Refused as `tell_code` does.
    """
    row = own_number(contact_id, number_id)
    trunk = _trunk(row, now)
    found = [one for one in checks(contact_id=contact_id, now=now) if one.e164 == row.e164]
    private = [one.place for one in found if one.private]
    recorded = [one.place for one in found if not one.private]
    says = rings.check(private=private, recorded=recorded)
    return _ring(
        row,
        Kind.CHECK,
        trunk,
        says,
        now,
        private_places=len(private),
        recorded_places=len(recorded),
    )


def take(*, engine: str, now: datetime) -> tuple[TrialCall, ...]:
    """The rings that nobody took yet, for this engine alone. One query where there are none."""
    waiting = AttorneyRing.objects.filter(taken_at=None, asked_at__gt=now - TAKE_WITHIN)
    found = []
    for row in waiting.order_by("asked_at"):
        won = waiting.filter(pk=row.pk).update(engine=engine, taken_at=now, sealed="")
        if won == 1 and (call := _call(row)) is not None:
            found.append(call)
    return tuple(found)


def keep(done: Iterable[TrialDone], *, now: datetime) -> None:
    """What became of rings; told twice is told once."""
    for one in done:
        pk = as_uuid(one.trial)
        if pk is not None and 0 <= one.code <= MOST_CODE:
            AttorneyRing.objects.filter(pk=pk, done_at=None).update(code=one.code, done_at=now)


def can_ring(*, contact_id: UUID) -> bool:
    """Whether an agency of a state they asked in has a carrier that may reach them."""
    return _trunks(contact_id).exists()


def going_on(now: datetime) -> Q:
    """Rings of which more will come: one that nobody took in time is lost, one with an end over."""
    return goes_on(untaken=now - TAKE_WITHIN, taken=now - STALE)


def goes_on(*, untaken: datetime, taken: datetime) -> Q:
    """The same, of rings asked for since: by whether an engine took them."""
    waits = Q(taken_at=None, asked_at__gt=untaken)
    return Q(done_at=None) & (waits | Q(taken_at__isnull=False, asked_at__gt=taken))


def _ring(
    row: AttorneyNumber,
    kind: Kind,
    trunk: Trunk,
    says: tuple[str, ...],
    now: datetime,
    **places: int,
) -> UUID:
    language = Contact.objects.values_list("language", flat=True).get(pk=row.contact_id)
    made = AttorneyRing(
        number=row, kind=kind, trunk=trunk, language=language, asked_at=now, **places
    )
    made.sealed = telephone_keys.seal(json.dumps(says), row=made.pk)
    made.save(force_insert=True)
    who = audit.Named("contact", str(row.contact_id))
    facts = {"number": str(row.pk), "trunk": str(trunk.pk)}
    audit.write(now=now, actor=who, act=f"attorney.rung_{kind.value}", subject=who, facts=facts)
    return made.pk


def _call(row: AttorneyRing) -> TrialCall | None:
    """For the engine; `row` as it was before it was taken."""
    try:
        says = tuple(json.loads(telephone_keys.unseal(row.sealed, row=row.pk)))
    except KeyRefused:
        log.error("what a call should say does not open", extra={"ring": str(row.pk)})
        return None
    number = AttorneyNumber.objects.values_list("e164", flat=True).get(pk=row.number_id)
    return TrialCall(str(row.pk), str(row.trunk_id), number, says, row.language)


def _trunk(row: AttorneyNumber, now: datetime) -> Trunk:
    """The carrier that rings the number. Raises Refused where it must not be rung now."""
    trunk = _trunks(row.contact_id).order_by(F("up").desc(nulls_last=True), "name", "pk").first()
    if trunk is None:
        raise Refused(wrong("attorney.no_calls", "number"))
    Trunk.objects.filter(pk=trunk.pk).update(asked=F("asked") + 1)  # one asker at a time
    here = AttorneyRing.objects.filter(number__e164=row.e164)
    asked_since = {"asked_at__gt": now - rings.DAY}
    by_them = AttorneyRing.objects.filter(number__contact=row.contact_id, **asked_since)
    leads = leads_to(row.e164)
    if no := rings.may_ring(
        goes_on=here.filter(going_on(now)).exists(),
        just_now=here.filter(asked_at__gt=now - rings.AGAIN).exists(),
        asked=by_them.count(),
        rung=here.filter(**asked_since).count(),
        verifies=mine(row.contact_id).filter(state__in=(State.PENDING, State.APPROVED)).exists(),
        ordinary=leads is not None and leads.domestic and kind_of(row.e164) not in NEVER,
    ):
        raise Refused(*no)
    return trunk


def _trunks(contact_id: UUID) -> "QuerySet[Trunk]":
    """Carriers that are on and not known to be away, of agencies in states they asked in."""
    asked = set(mine(contact_id).values_list("jurisdiction", flat=True))
    agencies = {
        one for state, each in agencies_by_state().items() if state in asked for one in each
    }
    return Trunk.objects.filter(agency__in=agencies, active=True).exclude(up=False)
