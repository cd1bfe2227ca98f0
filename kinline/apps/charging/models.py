"""What was charged, to whom, under which rule: written once, with the citation on each line."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from kinline.apps.facts import Fact
from kinline.core.rating.terms import TIMED, Direction

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
