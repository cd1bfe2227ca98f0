"""What was charged, to whom, under which rule: written once, with the citation on each line.

And what was paid in and is paid back: payments by card, refunds with their parts and steps.
"""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from kinline.apps.facts import Fact, choices
from kinline.core.rating.terms import TIMED, Direction
from kinline.core.refund.asking import TWO_ABOVE_CENTS
from kinline.core.refund.idle import Told
from kinline.core.refund.states import PartState, PaymentState, State, Way
from kinline.core.transition.words import AccountKind

# The rule of a call to a line that is always open: the house's own, not one of the law book.
OPEN_LINE = "open_line"
OPEN_LINE_CITATION = "Always open: never priced"
EXACT = F("units") * F("price_hundredths")
SPOKEN = sorted(TIMED)
DIRECTIONS = sorted(Direction)


class Charge(Fact):
    """The price of one service rendered. `key` ("call:<id>") makes it once only.

    `consumer_cents` is what the people who talk or write owe, `agency_cents` what the agency
    bears; `minutes` are those begun, 0 for what is counted in `units`. `person` and `agency` are
    kept for weekly allowances and for reports: an id and a code. `direction` is told from the
    person inside: "sent" or "received" for what is written, blank for calls and visits.
    """

    key = models.CharField(max_length=80, unique=True)
    place = models.CharField(max_length=40)
    service = models.CharField(max_length=20)
    direction = models.CharField(max_length=10, blank=True, default="")
    agency = models.CharField(max_length=40, blank=True)
    person = models.CharField(max_length=40, blank=True)
    began_at = models.DateTimeField()
    seconds = models.PositiveIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0)
    units = models.PositiveIntegerField(default=0)
    consumer_cents = models.PositiveIntegerField()
    agency_cents = models.PositiveIntegerField()
    stamps = models.PositiveIntegerField(default=0)
    credits = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            # A quarter's report reads this alone, never the rows. Plain columns and not INCLUDE:
            # SQLite has no INCLUDE, and each place's newest entry is where its next one goes.
            models.Index(
                fields=[
                    "place",
                    "service",
                    "began_at",
                    "direction",
                    "minutes",
                    "units",
                    "consumer_cents",
                    "agency_cents",
                ],
                name="charge_report",
            )
        ]
        constraints = [
            CheckConstraint(
                condition=Q(service__in=SPOKEN, direction="")
                | (~Q(service__in=SPOKEN) & Q(direction__in=DIRECTIONS)),
                name="what_is_written_has_a_direction",
            )
        ]


class ChargeLine(Fact):
    """Equal units under one rule for one payer. Prices are in hundredths of a cent."""

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    units = models.PositiveBigIntegerField()
    unit = models.CharField(max_length=20, default="minute")
    price_hundredths = models.PositiveIntegerField()
    cents = models.PositiveIntegerField()
    payer = models.CharField(max_length=20)
    rule = models.CharField(max_length=80)
    citation = models.CharField(max_length=300)
    source = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            UniqueConstraint(fields=["charge", "position"], name="one_charge_line_per_position"),
            # Exact but for the rounding of the whole charge, which a payer's last line takes:
            # less than a cent for each line before it.
            CheckConstraint(
                condition=Q(GreaterThan(F("cents") * 100, EXACT - 100))
                & Q(LessThanOrEqual(F("cents") * 100, EXACT + F("position") * 100)),
                name="a_line_is_units_times_price",
            ),
        ]


class AllowanceDraw(Fact):
    """Minutes of a person's weekly allowance that a charge has taken, by the week's Monday."""

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="draws")
    agency = models.CharField(max_length=40)
    person = models.CharField(max_length=40)
    week_on = models.DateField()
    minutes = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["agency", "person", "week_on"], name="draw_by_week")]
        constraints = [
            UniqueConstraint(fields=["charge", "week_on"], name="a_charge_draws_once_a_week")
        ]


class Merchant(Fact):
    """How an agency takes cards, and from which amount on two must agree to a refund.

    The secrets are sealed under a key outside the database. Empty ones: it takes no cards.
    """

    agency = models.CharField(max_length=40, unique=True)
    public_key = models.CharField(max_length=200, blank=True)
    sealed_secret = models.CharField(max_length=400, blank=True)
    sealed_signing = models.CharField(max_length=400, blank=True)
    two_above_cents = models.PositiveIntegerField(default=TWO_ABOVE_CENTS)
    set_by = models.CharField(max_length=64, blank=True)
    set_at = models.DateTimeField()


class Payment(Fact):
    """Money paid into an account by card, through one agency. `key` is its form's: once only.

    `reference` is the provider's name for it, empty until it was asked. Nothing of the card is
    kept but its last four digits. `look_at` is
    when it is asked about again while nobody said how it ended.
    """

    key = models.CharField(max_length=80, unique=True)
    agency = models.CharField(max_length=40)
    place = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=choices(AccountKind))
    holder = models.CharField(max_length=60)
    cents = models.PositiveIntegerField()
    state = models.CharField(
        max_length=10, choices=choices(PaymentState), default=PaymentState.OPEN
    )
    reference = models.CharField(max_length=100, blank=True)
    last_four = models.CharField(max_length=4, blank=True)
    trouble = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    look_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "holder", "-made_at"], name="payment_by_holder"),
            models.Index(fields=["agency", "-made_at"], name="payment_by_agency"),
            models.Index(
                fields=["look_at"], condition=Q(state=PaymentState.OPEN), name="payment_to_look_at"
            ),
        ]
        constraints = [
            CheckConstraint(condition=Q(cents__gt=0), name="a_payment_pays_something"),
            UniqueConstraint(
                fields=["agency", "reference"],
                condition=~Q(reference=""),
                name="one_payment_per_reference",
            ),
        ]


class TakenBack(Fact):
    """Money of a payment that a bank or the agency took back outside of Kinline.

    `reference` is the provider's name for the dispute or refund. `cents` left the account by
    entry, what it did not have went to arrears; `given_again`: the bank decided for us.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="taken_back")
    reference = models.CharField(max_length=100, unique=True)
    what = models.CharField(max_length=20)
    cents = models.PositiveIntegerField()
    at = models.DateTimeField()
    over = models.BooleanField(default=False)
    given_again = models.BooleanField(default=False)


class Heard(models.Model):
    """One message of the provider, by its own name: heard once, whatever becomes of it.

    `obeyed` is False for what we do not know or what came too late; kept all the same.
    """

    agency = models.CharField(max_length=40)
    reference = models.CharField(max_length=100)
    kind = models.CharField(max_length=80)
    about = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    obeyed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["agency", "reference"], name="a_message_is_heard_once")
        ]


class Refund(Fact):
    """A balance to be paid out, and how far it is. `agency` is whose staff decide.

    `asked_by` is the holder's or a member of staff's id, `why` the reason staff gave. Name and
    address for a cheque are sealed, and forgotten when the refund has ended.
    """

    agency = models.CharField(max_length=40)
    place = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=choices(AccountKind))
    holder = models.CharField(max_length=60)
    cents = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=choices(State), default=State.REQUESTED)
    approvals = models.PositiveSmallIntegerField()
    asked_by = models.CharField(max_length=64)
    asked_by_staff = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    why = models.CharField(max_length=300, blank=True)
    sealed_payee = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency", "state"], name="refund_by_agency"),
            models.Index(fields=["kind", "holder"], name="refund_by_holder"),
        ]
        constraints = [
            CheckConstraint(condition=Q(cents__gt=0), name="a_refund_pays_something"),
            UniqueConstraint(
                fields=["kind", "holder"],
                condition=Q(state__in=[State.REQUESTED, State.APPROVED, State.PAYING]),
                name="one_open_refund_per_account",
            ),
        ]


class RefundStep(models.Model):
    """One step of a refund, as its holder sees it. `by` is blank where nobody pressed a button."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=choices(State))
    at = models.DateTimeField()
    by = models.CharField(max_length=64, blank=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]


class Approval(models.Model):
    """One member of staff's agreement to a refund."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="agreements")
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["refund", "by"], name="nobody_agrees_twice")]


class RefundPart(Fact):
    """A part of a refund on one way. Written before anybody is asked; its id makes it once only.

    `next_try_at` is a lease too: whoever moves it forward asks the provider, and nobody else.
    """

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="parts")
    position = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=10, choices=choices(Way))
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="given_back"
    )
    cents = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=choices(PartState), default=PartState.DUE)
    reference = models.CharField(max_length=100, blank=True)
    trouble = models.CharField(max_length=60, blank=True)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(way=Way.CARD, state__in=[PartState.DUE, PartState.SENT]),
                name="card_part_due",
            )
        ]
        constraints = [
            CheckConstraint(condition=Q(cents__gt=0), name="a_part_pays_something"),
            CheckConstraint(
                condition=Q(way=Way.CARD, payment__isnull=False)
                | Q(way=Way.CHEQUE, payment__isnull=True),
                name="a_card_part_has_its_payment",
            ),
            UniqueConstraint(fields=["refund", "position"], name="one_part_per_position"),
        ]


class OwnLimit(models.Model):
    """What a holder chose for adding money: a pause, a limit a month. Theirs alone to change."""

    kind = models.CharField(max_length=20, choices=choices(AccountKind))
    holder = models.CharField(max_length=60)
    paused = models.BooleanField(default=False)
    monthly_cents = models.PositiveIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["kind", "holder"], name="one_wish_per_account")]


class IdleTold(Fact):
    """That a holder was told of unused money, or that staff must find them: once a period.

    A period is named by the day its time runs out: another use begins another one.
    """

    agency = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, choices=choices(AccountKind))
    holder = models.CharField(max_length=60)
    ends_on = models.DateField()
    told = models.CharField(max_length=10, choices=choices(Told))
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["kind", "holder", "ends_on", "told"], name="told_once_a_period"
            )
        ]
