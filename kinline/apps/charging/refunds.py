"""Asking for a refund, agreeing to it, and saying no. The amount is set aside while it is open.

How it is then paid: kinline.apps.charging.payouts.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F

from kinline.apps.audit import actions as audit
from kinline.apps.charging import closing
from kinline.apps.charging.cards import merchants
from kinline.apps.charging.models import Approval, Payment, Refund, RefundStep
from kinline.apps.charging.tell import tell_holder
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.ledger.actions import holds
from kinline.apps.ledger.errors import NotEnough
from kinline.core.refund import asking, states
from kinline.core.refund.asking import Asking
from kinline.core.refund.split import Paid, split
from kinline.core.refund.states import Event, PaymentState, State, Way
from kinline.core.refusal import Refusal, Whose
from kinline.core.transition.words import AccountKind

LONGEST_WHY = 300
LONGEST_PAYEE = 300


def payments_to(kind: str, holder: str) -> list[Paid]:
    """Payments into an account with what is left of each; one that sent a refund back has none."""
    rows = Payment.objects.filter(kind=kind, holder=holder, state=PaymentState.SUCCEEDED)
    return [
        Paid(str(row.pk), row.ended_at or row.made_at, _left(row))
        for row in rows.prefetch_related("given_back", "taken_back")
    ]


def _left(row: Payment) -> int:
    parts, taken = list(row.given_back.all()), row.taken_back.all()
    if row.trouble == "corrected" or any(one.state == states.PartState.FAILED for one in parts):
        return 0  # undone; or the card would send it back again: by cheque then
    gone = sum(part.cents for part in parts)
    return row.cents - gone - sum(one.cents for one in taken if not one.given_again)


def by_cheque_cents(*, kind: AccountKind, holder: UUID, cents: int) -> int:
    """How much of a refund of so much would go by cheque."""
    if cents < 1:
        return 0
    parts = split(cents, payments_to(kind, str(holder)))
    return sum(part.cents for part in parts if part.way is Way.CHEQUE)


@transaction.atomic
def ask(
    *,
    kind: AccountKind,
    holder: UUID,
    by: UUID,
    now: datetime,
    confirmed: bool = False,
    payee: Mapping[str, str] | None = None,
    staff_why: str = "",
) -> UUID:
    """Ask for all that is free on an account, and set it aside.

    `payee` has a `name` and an `address` where a part goes by cheque. With `staff_why` a member
    of staff (`by`) asks on the holder's behalf. Asked again while one is open: the same one.
    Raises Refused.
    """
    found = Refund.objects.filter(kind=kind, holder=str(holder), state__in=states.OPEN).first()
    if found is not None:
        return found.pk
    account = closing.whole(kind=kind, holder=holder, now=now)
    free = account.balance.free
    facts = Asking(
        decision=account.decision,
        free_cents=free,
        released=account.released and bool(staff_why),
        confirmed=confirmed,
    )
    no = list(asking.reasons_against(facts))
    place = account.handled_by
    if place is None:
        no.append(Refusal("refund.nobody_decides", Whose.KINLINE))
    if not no and by_cheque_cents(kind=kind, holder=holder, cents=free):
        no += _payee_mistakes(payee or {})
    if no or place is None:
        raise Refused(*no)
    key = uuid4()
    limit = merchants.setting(agency=place.agency).two_above_cents
    try:
        with transaction.atomic():
            refund = Refund.objects.create(
                pk=key,
                agency=place.agency,
                place=place.code,
                kind=kind,
                holder=str(holder),
                cents=free,
                approvals=asking.approvals_needed(free, limit),
                asked_by=str(by),
                asked_by_staff=bool(staff_why),
                asked_at=now,
                why=staff_why[:LONGEST_WHY],
                sealed_payee=_sealed(payee, key),
            )
            holds.set_aside(key=hold_of(key), account=account.books, amount=free, now=now)
    except NotEnough:
        raise Refused(Refusal("refund.nothing_left", Whose.KINLINE)) from None
    except IntegrityError:  # somebody else asked for the same account just now
        other = Refund.objects.filter(kind=kind, holder=str(holder), state__in=states.OPEN).first()
        if other is None:
            raise
        return other.pk
    note_step(refund, State.REQUESTED, now, by=str(by), why=staff_why)
    who = "account" if staff_why else ("person" if kind in closing.INSIDE else "contact")
    _audit(refund, audit.Named(who, str(by)), "refund.asked", now, purpose=staff_why)
    return key


@transaction.atomic
def withdraw(*, refund_id: UUID, holder: UUID, now: datetime) -> None:
    """The holder changes their mind, while nobody has agreed. Raises NotFound and Refused."""
    refund = Refund.objects.filter(pk=refund_id, holder=str(holder)).first()
    if refund is None:
        raise NotFound
    move(refund, Event.WITHDREW, now, by=str(holder))
    holds.let_go(key=hold_of(refund.pk), now=now)
    who = "person" if refund.kind in closing.INSIDE else "contact"
    _audit(refund, audit.Named(who, str(holder)), "refund.withdrawn", now)


@transaction.atomic
def agree(*, refund_id: UUID, agencies: frozenset[str], by: UUID, now: datetime) -> State:
    """One member of staff agrees; with the last of them it is approved.

    `agencies` are those whose refunds they decide about. Raises NotFound and Refused.
    """
    refund = _of_agencies(refund_id, agencies)
    # Touched first: of two who agree at once the second waits here, and then counts both.
    open_still = Refund.objects.filter(pk=refund.pk, state=State.REQUESTED)
    if open_still.update(approvals=F("approvals")) != 1:
        raise Refused(Refusal("refund.decided", Whose.KINLINE))
    agreed = set(refund.agreements.values_list("by", flat=True))
    asked_by = refund.asked_by if refund.asked_by_staff else ""
    if no := asking.against_agreeing(str(by), asked_by=asked_by, agreed=agreed):
        raise Refused(*no)
    try:
        with transaction.atomic():
            Approval.objects.create(refund=refund, by=str(by), at=now)
    except IntegrityError:
        raise Refused(Refusal("refund.agreed_before", Whose.KINLINE)) from None
    _audit(refund, audit.Named("account", str(by)), "refund.agreed", now)
    if refund.agreements.count() >= refund.approvals:
        move(refund, Event.AGREED, now)
    return State(refund.state)


@transaction.atomic
def say_no(*, refund_id: UUID, agencies: frozenset[str], by: UUID, why: str, now: datetime) -> None:
    """Refuse, with a reason that the holder reads. Raises NotFound and Refused."""
    refund = _of_agencies(refund_id, agencies)
    if not why.strip():
        raise Refused(wrong("money.reason_needed", "why"))
    move(refund, Event.SAID_NO, now, by=str(by), why=why)
    holds.let_go(key=hold_of(refund.pk), now=now)
    _audit(refund, audit.Named("account", str(by)), "refund.refused", now, purpose=why)


def hold_of(refund: UUID) -> str:
    """The key of what is set aside for a refund."""
    return f"refund:{refund}"


def move(refund: Refund, event: Event, now: datetime, *, by: str = "", why: str = "") -> None:
    """Store a step by compare-and-set. Raises Refused where it leads nowhere any more."""
    after = states.step(State(refund.state), event)
    rows = Refund.objects.filter(pk=refund.pk, state=refund.state)
    if after is None or rows.update(state=after) != 1:
        raise Refused(Refusal("refund.decided", Whose.KINLINE))
    refund.state = after
    note_step(refund, after, now, by=by, why=why)


def note_step(refund: Refund, state: State, now: datetime, *, by: str = "", why: str = "") -> None:
    """Write the step down for its holder to read, and tell them."""
    RefundStep.objects.create(refund=refund, state=state, at=now, by=by, why=why[:LONGEST_WHY])
    tell_holder(
        key=f"refund:{refund.pk}:{state}",
        kind="refund.step",
        holder=refund.holder,
        facts={"state": state, "cents": str(refund.cents), "refund": str(refund.pk)},
        now=now,
    )


def _payee_mistakes(payee: Mapping[str, str]) -> list[Refusal]:
    found = [
        wrong("refund.payee_needed", name)
        for name in ("name", "address")
        if not payee.get(name, "").strip()
    ]
    if sum(len(words) for words in payee.values()) > LONGEST_PAYEE:
        found.append(wrong("refund.payee_too_long", "address"))
    return found


def _sealed(payee: Mapping[str, str] | None, refund: UUID) -> str:
    if not payee or not payee.get("name", "").strip():
        return ""
    words = json.dumps({name: payee[name].strip() for name in ("name", "address")})
    return merchants.seal_payee(words, refund=str(refund))


def _of_agencies(refund_id: UUID, agencies: frozenset[str]) -> Refund:
    refund = Refund.objects.filter(pk=refund_id, agency__in=agencies).first()
    if refund is None:
        raise NotFound
    return refund


def _audit(
    refund: Refund, actor: audit.Named, act: str, now: datetime, *, purpose: str = ""
) -> None:
    audit.write(
        now=now,
        actor=actor,
        act=act,
        subject=audit.Named("refund", str(refund.pk)),
        facility=refund.place,
        purpose=purpose,
        facts={"cents": refund.cents, "kind": refund.kind},
    )
