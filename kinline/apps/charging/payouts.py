"""Paying a refund: what is to be paid is written first, then the card company is asked.

Money leaves the account once, with the intent; a part that cannot be paid comes back by an entry
that reverses its own. Killed anywhere, the worker goes on from what is written: before it gives
anything back it looks whether the provider has done so already.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from kinline.apps.audit import actions as audit
from kinline.apps.charging import refunds
from kinline.apps.charging.cards import merchants
from kinline.apps.charging.cards.port import Outcome, ProviderDown, ProviderRefused, Stands
from kinline.apps.charging.models import Refund, RefundPart
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.ledger.actions import holds
from kinline.apps.ledger.actions.post import post, reverse
from kinline.core.ledger.chart import House, held_by, of_house
from kinline.core.ledger.entry import Entry, Posting
from kinline.core.refund import states
from kinline.core.refund.split import Part, split
from kinline.core.refund.states import Event, PartEvent, PartState, State, Way
from kinline.core.transition.words import AccountKind

log = logging.getLogger(__name__)
WHAT, WRITTEN = "refund", "cheque"
# Whoever asks the provider has so long for it; it answers or is given up well before.
LEASE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(hours=1)
LOOK_AGAIN = timedelta(minutes=30)
HOUSES = {Way.CARD: House.CARD_CLEARING, Way.CHEQUE: House.CHEQUES}
OUTCOMES = {
    Outcome.WAITING: PartEvent.TAKEN,
    Outcome.SUCCEEDED: PartEvent.PAID,
    Outcome.FAILED: PartEvent.FAILED,
}


@dataclass(frozen=True, slots=True)
class Cheque:
    """One cheque to be written, for the clerk who writes it. `number` is our own, for the stub."""

    part: UUID
    number: str
    name: str
    address: str
    cents: int
    asked_at: datetime


def work(*, now: datetime, limit: int = 20) -> int:
    """The worker's round: begin what is approved, then ask about cards. How many were asked."""
    for pk in Refund.objects.filter(state=State.APPROVED).values_list("pk", flat=True)[:limit]:
        begin(refund_id=pk, now=now)
    return ask_cards(now=now, limit=limit)


@transaction.atomic
def begin(*, refund_id: UUID, now: datetime) -> None:
    """Write what is to be paid on which way, and take it off the account. Safe to repeat."""
    refund = Refund.objects.get(pk=refund_id)
    if refund.state != State.APPROVED:
        return
    refunds.move(refund, Event.BEGAN, now)
    parts = split(refund.cents, refunds.payments_to(refund.kind, refund.holder))
    for position, part in enumerate(parts, start=1):
        RefundPart.objects.create(
            refund=refund,
            position=position,
            way=part.way,
            payment_id=UUID(part.payment) if part.payment else None,
            cents=part.cents,
            next_try_at=now,
        )
        entry = _entry(refund, position, part, now)
        if position == 1:
            holds.settle(key=refunds.hold_of(refund.pk), entry=entry, now=now)
        else:
            post(entry=entry, now=now)


def ask_cards(*, now: datetime, limit: int = 20) -> int:
    """Ask the card company about every card part that is due; how many were asked."""
    due = RefundPart.objects.filter(
        way=Way.CARD, state__in=[PartState.DUE, PartState.SENT], next_try_at__lte=now
    )
    asked = 0
    for part in due.select_related("payment", "refund").order_by("next_try_at")[:limit]:
        mine = RefundPart.objects.filter(pk=part.pk, state=part.state, next_try_at=part.next_try_at)
        if mine.update(next_try_at=now + LEASE, tries=F("tries") + 1) == 1:
            _ask_card(part, now)
            asked += 1
    return asked


def _ask_card(part: RefundPart, now: datetime) -> None:
    """Outside of any transaction: nothing is locked while a stranger thinks."""
    assert part.payment is not None
    try:
        provider = merchants.provider(agency=part.payment.agency)
        if provider is None:
            raise ProviderDown("no_cards")
        stands = provider.given_back(part=part.pk, payment_reference=part.payment.reference)
        if stands is None and part.state == PartState.SENT:
            raise ProviderDown("not_found")  # they had it: somebody has to look
        if stands is None:
            stands = provider.give_back(
                part=part.pk, payment_reference=part.payment.reference, cents=part.cents
            )
    except ProviderDown as fault:
        wait = min(LONGEST_WAIT, timedelta(seconds=2 ** min(part.tries + 2, 12)))
        rows = RefundPart.objects.filter(pk=part.pk, state=part.state)
        rows.update(next_try_at=now + wait, trouble=str(fault)[:60])
        log.warning("card refund not answered", extra={"part": str(part.pk), "fault": str(fault)})
    except ProviderRefused as no:
        record(part_id=part.pk, stands=Stands("", Outcome.FAILED, no.code), now=now)
    else:
        record(part_id=part.pk, stands=stands, now=now)


@transaction.atomic
def record(*, part_id: UUID, stands: Stands, now: datetime, agency: str = "") -> bool:
    """What the provider says of a part; whether that changed anything. Late news changes nothing.

    `agency` is whose provider says so, where it was not asked. Raises NotFound.
    """
    rows = RefundPart.objects.select_related("refund").filter(pk=part_id, way=Way.CARD)
    part = (rows.filter(payment__agency=agency) if agency else rows).first()
    if part is None:
        raise NotFound
    event = OUTCOMES[stands.outcome]
    after = states.part_step(PartState(part.state), event)
    known = {"reference": stands.reference} if stands.reference else {}
    if after is None:
        waits = RefundPart.objects.filter(pk=part.pk, state=PartState.SENT)
        waits.update(next_try_at=now + LOOK_AGAIN)
        return False
    return _moved(part, after, now, trouble=stands.code[:60], **known)


def _moved(part: RefundPart, after: PartState, now: datetime, **known: str) -> bool:
    ended = now if after in (PartState.PAID, PartState.FAILED) else None
    rows = RefundPart.objects.filter(pk=part.pk, state=part.state)
    if rows.update(state=after, ended_at=ended, next_try_at=now + LOOK_AGAIN, **known) != 1:
        return False
    if after is PartState.FAILED:
        _back_on_account(part, now, known.get("trouble") or "not paid")
    if ended:
        _finish(part.refund, now)
    return True


def _back_on_account(part: RefundPart, now: datetime, why: str) -> None:
    keys = [entry_key(part.refund_id, part.position)]
    if part.way == Way.CHEQUE and part.state == PartState.PAID:
        keys.insert(0, f"{keys[0]}:written")
    for key in keys:
        reverse(key=f"{key}:back", of=key, why=why, now=now)


def _finish(refund: Refund, now: datetime) -> None:
    """Once nothing is under way: paid, or failed in part. The address is not needed any more."""
    # Touched first: of the last two parts ending at once, the second sees that the first has.
    Refund.objects.filter(pk=refund.pk).update(cents=F("cents"))
    refund.refresh_from_db()
    parts = list(refund.parts.values_list("state", flat=True))
    event = states.whole([PartState(one) for one in parts])
    if event is None or states.step(State(refund.state), event) is None:
        return
    refunds.move(refund, event, now)
    Refund.objects.filter(pk=refund.pk).update(sealed_payee="")


def entry_key(refund: UUID, position: int) -> str:
    """The key of the entry that takes one part off the account."""
    return f"refund:{refund}:{position}"


def _entry(refund: Refund, position: int, part: Part, now: datetime) -> Entry:
    account = held_by(AccountKind(refund.kind), refund.holder)
    posting = Posting(account, of_house(HOUSES[part.way]), part.cents)
    return Entry(entry_key(refund.pk, position), now, WHAT, (posting,), str(refund.pk))


# --- cheques --------------------------------------------------------------------------------


def cheques(*, agencies: frozenset[str]) -> tuple[Cheque, ...]:
    """Cheques to be written for these agencies, the oldest first."""
    rows = RefundPart.objects.filter(
        way=Way.CHEQUE, state=PartState.DUE, refund__agency__in=agencies
    )
    return tuple(_cheque(row) for row in rows.select_related("refund").order_by("refund__asked_at"))


def _cheque(row: RefundPart) -> Cheque:
    payee = {"name": "", "address": ""}
    if row.refund.sealed_payee:
        payee = json.loads(merchants.open_payee(row.refund.sealed_payee, refund=str(row.refund_id)))
    return Cheque(
        part=row.pk,
        number=f"K{row.pk.hex[:10].upper()}",
        name=payee["name"],
        address=payee["address"],
        cents=row.cents,
        asked_at=row.refund.asked_at,
    )


@transaction.atomic
def mark_written(
    *, parts: Sequence[UUID], agencies: frozenset[str], by: UUID, now: datetime
) -> int:
    """These cheques are written and on their way; how many were not before. Safe to repeat.

    Raises NotFound if one of them is not of these agencies; then none is marked.
    """
    rows = RefundPart.objects.select_related("refund").filter(
        pk__in=parts, way=Way.CHEQUE, refund__agency__in=agencies
    )
    found = list(rows.order_by("pk"))
    if len(found) != len(set(parts)):
        raise NotFound
    done = 0
    for part in found:
        if states.part_step(PartState(part.state), PartEvent.PAID) is None:
            continue
        posting = Posting(of_house(House.CHEQUES), of_house(House.BANK), part.cents)
        key = f"{entry_key(part.refund_id, part.position)}:written"
        post(entry=Entry(key, now, WRITTEN, (posting,), str(part.refund_id)), now=now, by=str(by))
        if _moved(part, PartState.PAID, now):
            _audit(part, by, "cheque.written", now)
            done += 1
    return done


@transaction.atomic
def cheque_came_back(
    *, part_id: UUID, agencies: frozenset[str], by: UUID, why: str, now: datetime
) -> None:
    """A cheque was not written, or came back: the money is on the account again.

    Raises NotFound and Refused.
    """
    rows = RefundPart.objects.select_related("refund").filter(
        pk=part_id, way=Way.CHEQUE, refund__agency__in=agencies
    )
    part = rows.first()
    if part is None:
        raise NotFound
    if not why.strip():
        raise Refused(wrong("money.reason_needed", "why"))
    if states.part_step(PartState(part.state), PartEvent.FAILED) is None:
        return
    _audit(part, by, "cheque.came_back", now, purpose=why)
    _moved(part, PartState.FAILED, now, trouble=why[:60])


def _audit(part: RefundPart, by: UUID, act: str, now: datetime, *, purpose: str = "") -> None:
    audit.write(
        now=now,
        actor=audit.Named("account", str(by)),
        act=act,
        subject=audit.Named("refund", str(part.refund_id)),
        facility=part.refund.place,
        purpose=purpose,
        facts={"cents": part.cents, "part": part.position},
    )


def listed(*, agencies: frozenset[str], count: int, by: UUID, now: datetime) -> None:
    """Names and addresses left the house in a file: who took them is written down."""
    for agency in sorted(agencies):
        audit.write(
            now=now,
            actor=audit.Named("account", str(by)),
            act="cheque.listed",
            subject=audit.Named("agency", agency),
            facts={"count": count},
        )
