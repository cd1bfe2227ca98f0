"""What was charged, to whom, under which rule: written once, with the citation on each line."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from kinline.apps.facts import Fact


class Charge(Fact):
    """The price of one service rendered. `key` ("call:<id>") makes it once only."""

    key = models.CharField(max_length=80, unique=True)
    place = models.CharField(max_length=40)
    service = models.CharField(max_length=20)
    total_cents = models.PositiveIntegerField()
    due_cents = models.PositiveIntegerField()
    made_at = models.DateTimeField()


class ChargeLine(Fact):
    """Equal minutes under one rule. `payer` is who the rule makes pay."""

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    units = models.PositiveIntegerField()
    unit = models.CharField(max_length=20, default="minute")
    unit_price_cents = models.PositiveIntegerField()
    cents = models.PositiveIntegerField()
    payer = models.CharField(max_length=20)
    rule = models.CharField(max_length=80)
    citation = models.CharField(max_length=300)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            UniqueConstraint(fields=["charge", "position"], name="one_charge_line_per_position"),
            CheckConstraint(
                condition=Q(cents=models.F("units") * models.F("unit_price_cents")),
                name="a_line_is_units_times_price",
            ),
        ]
