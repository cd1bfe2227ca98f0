"""A message comes in to be looked at, once; and is closed when its sender takes it back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.review.models import Item
from kinline.apps.review.parts import TEXT, Part, stored_findings, stored_parts
from kinline.apps.review.queries.policies import policy_of
from kinline.core.message.terms import Direction, Service
from kinline.core.review.states import MOVES, Event, State
from kinline.core.review.terms import Finding, Mode

CLOSABLE = sorted(state for state, event in MOVES if event is Event.WITHDRAW)


def submit(
    *,
    subject: str,
    service: Service,
    direction: Direction,
    facility_id: UUID,
    person_id: UUID,
    contact_id: UUID,
    mode: Mode,
    findings: Sequence[Finding],
    before_delivery: bool,
    now: datetime,
    parts: Sequence[Part] = (TEXT,),
    target_minutes: int | None = None,
) -> UUID:
    """Put a message in the queue, in the caller's transaction. The same subject again: same item.

    `before_delivery`: it is held until somebody decides. `target_minutes` is the policy's, looked
    up where it is not told. Raises ValueError for a message without parts, or two of one name.
    """
    names = [part.name for part in parts]
    if not names or len(set(names)) != len(names):
        raise ValueError("a message has parts, each with a name of its own")
    if target_minutes is None:
        target_minutes = policy_of(
            facility_id=facility_id,
            service=service,
            direction=direction,
            person_id=person_id,
            contact_id=contact_id,
            now=now,
        ).target_minutes
    item = Item(
        subject=subject,
        facility_id=facility_id,
        person_id=person_id,
        contact_id=contact_id,
        service=service,
        direction=direction,
        mode=mode,
        before_delivery=before_delivery,
        parts=stored_parts(parts),
        findings=stored_findings(findings),
        marks=len(findings),
        submitted_at=now,
        due_at=now + timedelta(minutes=target_minutes),
    )
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError:
        found = Item.objects.filter(subject=subject).values_list("pk", flat=True).first()
        if found is None:
            raise
        return found
    return item.pk


def close(*, subject: str, now: datetime) -> bool:
    """Its sender takes the message back: nobody need look at it any more.

    In the caller's transaction. False where there is no item, or a decision took effect before:
    compare-and-set, so that a message is either withdrawn or decided.
    """
    rows = Item.objects.filter(subject=subject, state__in=CLOSABLE)
    return rows.update(state=State.CLOSED, claimed_by=None, claimed_until=None) == 1


def forget(*, subject: str) -> None:
    """The message is deleted: what was marked in it goes too, in the caller's transaction.

    That it was looked at, by whom and with what outcome stays.
    """
    Item.objects.filter(subject=subject).update(findings=[])
