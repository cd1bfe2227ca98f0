"""Money paid in by card: begun, finished by whoever is first told of it, taken back by a bank.

Three who may tell how a payment ended: the payer's page, a message of the provider, and the
worker that looks. Each says the same to `record`, and it counts once.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum

from kinline.apps.audit import actions as audit
from kinline.apps.charging import closing
from kinline.apps.charging.cards import merchants
from kinline.apps.charging.cards.port import (
    Opened,
    Outcome,
    ProviderDown,
    ProviderRefused,
    Stands,
)
from kinline.apps.charging.closing import Whole
from kinline.apps.charging.models import OwnLimit, Payment, TakenBack
from kinline.apps.charging.tell import tell_holder
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.ledger import queries as ledger
from kinline.apps.ledger.actions.post import post, reverse
from kinline.core.funding import decide as funding
from kinline.core.funding.decide import Adding
from kinline.core.ledger.chart import House, arrears, held_by, of_house
from kinline.core.ledger.entry import Entry, Posting
from kinline.core.place import Place
from kinline.core.refund import states
from kinline.core.refund.states import PaymentEvent, PaymentState
from kinline.core.refusal import Refusal, Whose
from kinline.core.transition.words import AccountKind

log = logging.getLogger(__name__)
WHAT, TAKEN, CORRECTED = "funding", "taken_back", "corrected"
DISPUTE, OUTSIDE = "dispute", "refund"  # what took it back, as the books call it
# When nobody said how it ended, it is looked at: soon, then hourly, and given up after two days.
LOOK_FIRST = timedelta(minutes=2)
LOOK_AGAIN = timedelta(hours=1)
GIVEN_UP = timedelta(days=2)
EVENTS = {Outcome.SUCCEEDED: PaymentEvent.SUCCEEDED, Outcome.FAILED: PaymentEvent.FAILED}
CARD_CLEARING = of_house(House.CARD_CLEARING)


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment that waits for its card. `opened` is what the payer's page needs to finish it."""

    payment: UUID
    opened: Opened


def against(account: Whole, *, cents: int, place: Place | None, now: datetime) -> list[Refusal]:
    """Why so much cannot be added now, for calls from `place`."""
    adding = Adding(
        cents=cents,
        needed=bool(account.chargers),
        can_take=place is not None and place.agency in account.cards_at,
        wishes=account.wishes,
        added_cents=added_this_month(account, now),
    )
    return list(funding.reasons_against(adding))


def added_this_month(account: Whole, now: datetime) -> int:
    """What was paid in since the month began on the wall of the place that charges."""
    begins = now.astimezone(account.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = Payment.objects.filter(
        kind=account.kind, holder=str(account.holder), made_at__gte=begins
    ).exclude(state=PaymentState.FAILED)
    return int(rows.aggregate(sum=Sum("cents"))["sum"] or 0)


def begin(
    *, kind: AccountKind, holder: UUID, place: str, cents: int, key: str, now: datetime
) -> Begun:
    """Begin a payment: written first, then opened with the provider. Takes nothing yet.

    `key` is the form's: sent twice, it is one payment. Raises Refused and ProviderDown.
    """
    if kind is not AccountKind.PREPAID_COLLECT:
        raise NotFound
    account = closing.whole(kind=kind, holder=holder, now=now)
    charges = next((one for one in account.chargers if one.code == place), None)
    payment = _written(account, charges, cents, f"{holder}:{key}", now)
    provider = merchants.provider(agency=payment.agency)
    if provider is None:
        raise Refused(Refusal("funding.no_cards", Whose.FACILITY))
    try:
        opened = provider.open(payment=payment.pk, cents=payment.cents)
    except ProviderRefused as no:
        record(payment_id=payment.pk, stands=Stands("", Outcome.FAILED, no.code), now=now)
        raise Refused(Refusal("funding.card_refused", Whose.KINLINE)) from None
    rows = Payment.objects.filter(pk=payment.pk, reference="")
    rows.update(reference=opened.reference, look_at=now + LOOK_FIRST)
    return Begun(payment.pk, opened)


@transaction.atomic
def _written(account: Whole, place: Place | None, cents: int, key: str, now: datetime) -> Payment:
    found = Payment.objects.filter(key=key).first()
    if found is not None:
        if found.state != PaymentState.OPEN or found.reference:
            raise Refused(Refusal("funding.sent_before", Whose.KINLINE))
        return found
    no = against(account, cents=cents, place=place, now=now)
    if no or place is None:
        raise Refused(*no or [Refusal("funding.not_needed", Whose.LAW)])
    try:
        with transaction.atomic():
            made = Payment.objects.create(
                key=key,
                agency=place.agency,
                place=place.code,
                kind=account.kind,
                holder=str(account.holder),
                cents=cents,
                made_at=now,
                look_at=now + LOOK_FIRST,
            )
    except IntegrityError:
        raise Refused(Refusal("funding.sent_before", Whose.KINLINE)) from None
    audit.write(
        now=now,
        actor=audit.Named("contact", str(account.holder)),
        act="payment.begun",
        subject=audit.Named("payment", str(made.pk)),
        facility=place.code,
        facts={"cents": cents},
    )
    return made


@transaction.atomic
def record(*, payment_id: UUID, stands: Stands, now: datetime) -> bool:
    """How a payment stands; whether that was news. Money that came in is entered once.

    Raises NotFound.
    """
    row = Payment.objects.filter(pk=payment_id).first()
    if row is None:
        raise NotFound
    event = EVENTS.get(stands.outcome)
    after = states.payment_step(PaymentState(row.state), event) if event else None
    if after is None:
        return False
    known = {"last_four": stands.last_four[-4:]} if stands.last_four else {}
    if stands.reference:
        known["reference"] = stands.reference
    won = Payment.objects.filter(pk=row.pk, state=row.state).update(
        state=after, ended_at=now, trouble=stands.code[:60], **known
    )
    if won != 1:
        return False
    if after is PaymentState.SUCCEEDED:
        account = held_by(AccountKind(row.kind), row.holder)
        entry = Entry(
            entry_key(row.pk), now, WHAT, (Posting(CARD_CLEARING, account, row.cents),), str(row.pk)
        )
        post(entry=entry, now=now)
    facts = {"cents": str(row.cents), "payment": str(row.pk), "state": str(after)}
    tell_holder(
        key=f"payment:{row.pk}:{after}", kind="payment.ended", holder=row.holder, facts=facts,
        now=now,
    )  # fmt: skip
    return True


def look(*, payment_id: UUID, now: datetime) -> PaymentState:
    """Ask the provider how a payment stands, and record it. Raises NotFound and ProviderDown."""
    row = Payment.objects.filter(pk=payment_id).first()
    if row is None:
        raise NotFound
    provider = merchants.provider(agency=row.agency)
    if row.state == PaymentState.OPEN and row.reference and provider is not None:
        try:
            record(payment_id=row.pk, stands=provider.look(reference=row.reference), now=now)
        except ProviderRefused as no:
            log.warning("payment not there", extra={"payment": str(row.pk), "code": no.code})
        row.refresh_from_db()
    return PaymentState(row.state)


def look_after(*, now: datetime, limit: int = 20) -> int:
    """The worker's round: payments of which nobody said how they ended. How many were asked."""
    due = Payment.objects.filter(state=PaymentState.OPEN, look_at__lte=now).order_by("look_at")
    asked = 0
    for row in due[:limit]:
        asked += 1
        # Moved first: a provider that does not answer must not be asked every second.
        given_up = now - row.made_at > GIVEN_UP
        Payment.objects.filter(pk=row.pk).update(look_at=None if given_up else now + LOOK_AGAIN)
        try:
            look(payment_id=row.pk, now=now)
        except ProviderDown as fault:
            log.warning(
                "payment not looked at", extra={"payment": str(row.pk), "fault": str(fault)}
            )
    return asked


@dataclass(frozen=True, slots=True)
class Taking:
    """Money of a payment that went back past Kinline. `reference` is the provider's name for it."""

    payment: UUID
    reference: str
    what: str
    cents: int


@transaction.atomic
def taken_back(told: Taking, *, at: datetime, now: datetime) -> bool:
    """A bank (a dispute) or the agency took money of a payment back; whether that was news.

    What is free on the account goes first. The rest is owed: it stands on the holder's arrears
    and is never taken from later money by itself. Raises NotFound.
    """
    row = Payment.objects.filter(pk=told.payment).first()
    if row is None:
        raise NotFound
    # What can be taken back has come in, whether anybody said so before or not.
    record(payment_id=row.pk, stands=Stands(row.reference, Outcome.SUCCEEDED), now=now)
    cents = min(told.cents, row.cents)
    try:
        with transaction.atomic():
            made = TakenBack.objects.create(
                payment=row, reference=told.reference, what=told.what, cents=cents, at=at
            )
    except IntegrityError:
        return False
    account = held_by(AccountKind(row.kind), row.holder)
    free = min(cents, ledger.balance(account=account).free)
    parts = ((account, free), (arrears(row.holder), cents - free))
    moves = tuple(Posting(side, CARD_CLEARING, some) for side, some in parts if some)
    post(entry=Entry(f"taken:{made.reference}", now, told.what, moves, str(row.pk)), now=now)
    _tell_taken(made, row, now)
    return True


@transaction.atomic
def over(told: Taking, *, won: bool, now: datetime) -> bool:
    """A dispute has ended; if for us, what was taken is given again. Whether that was news.

    If its end is told before its beginning: one that was won takes nothing, then or later.
    """
    found = TakenBack.objects.filter(reference=told.reference).first()
    if found is None and won:
        TakenBack.objects.create(
            payment_id=told.payment,
            reference=told.reference,
            what=told.what,
            cents=told.cents,
            at=now,
            over=True,
            given_again=True,
        )
        return True
    if found is None:
        taken_back(told, at=now, now=now)
    rows = TakenBack.objects.filter(reference=told.reference, over=False)
    if rows.update(over=True, given_again=won) != 1:
        return False
    if won:
        key = f"taken:{told.reference}"
        reverse(key=f"{key}:back", of=key, why="The bank decided for us", now=now)
    return True


def _tell_taken(made: TakenBack, row: Payment, now: datetime) -> None:
    audit.write(
        now=now,
        actor=audit.KINLINE,
        act="payment.taken_back",
        subject=audit.Named("payment", str(row.pk)),
        facility=row.place,
        facts={"cents": made.cents, "what": made.what},
    )
    facts = {"cents": str(made.cents), "payment": str(row.pk), "state": TAKEN}
    tell_holder(
        key=f"payment:{row.pk}:{made.reference}"[:120],
        kind="payment.ended",
        holder=row.holder,
        facts=facts,
        now=now,
    )


@transaction.atomic
def choose(
    *, kind: AccountKind, holder: UUID, paused: bool, monthly_cents: int | None, now: datetime
) -> None:
    """The holder's own pause and limit. Raises Refused for a limit that is none."""
    if monthly_cents is not None and not 0 < monthly_cents <= 10**8:
        raise Refused(wrong("funding.limit_not_understood", "monthly"))
    OwnLimit.objects.update_or_create(
        kind=kind,
        holder=str(holder),
        defaults={"paused": paused, "monthly_cents": monthly_cents, "changed_at": now},
    )
    audit.write(
        now=now,
        actor=audit.Named("contact", str(holder)),
        act="money.own_limit",
        subject=audit.Named("contact", str(holder)),
        facts={"paused": paused, "monthly_cents": monthly_cents or 0},
    )


@transaction.atomic
def correct(
    *, payment_id: UUID, agencies: frozenset[str], by: UUID, why: str, now: datetime
) -> None:
    """Undo a payment that was entered wrongly, by an entry that reverses it, with a reason.

    Raises NotFound, Refused without a reason, and NotEnough where it was spent since.
    """
    row = Payment.objects.filter(pk=payment_id, agency__in=agencies).first()
    if row is None or row.state != PaymentState.SUCCEEDED:
        raise NotFound
    if not why.strip():
        raise Refused(wrong("money.reason_needed", "why"))
    key = entry_key(row.pk)
    reverse(key=f"{key}:corrected", of=key, why=why, now=now, by=str(by))
    Payment.objects.filter(pk=row.pk).update(trouble=CORRECTED)
    audit.write(
        now=now,
        actor=audit.Named("account", str(by)),
        act="payment.corrected",
        subject=audit.Named("payment", str(row.pk)),
        facility=row.place,
        purpose=why,
        facts={"cents": row.cents},
    )


def entry_key(payment: UUID) -> str:
    """The key of the entry by which a payment came in."""
    return f"payment:{payment}"
