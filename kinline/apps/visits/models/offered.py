"""What a facility offers: dated rules, stations, closures, and who must not meet.

A facility without rules offers no video visits. Wall-clock times are the facility's own.
"""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from kinline.apps.facilities.models import Facility, Station, Unit
from kinline.apps.facts import Fact, choices
from kinline.apps.people.models import Person
from kinline.core.visit.terms import MAX_VISITORS, StationKind


class ClosureKind(models.TextChoices):
    CLOSED = "closed"
    HOLIDAY = "holiday"
    LOCKDOWN = "lockdown"


class VisitRules(Fact):
    """A facility's rules for visits in [from_on, until_on), or those of one unit, which go before.

    What each means stands in core.schedule.rules. `template` is the week as rows of [weekday
    (Monday 0), "09:00", "11:30"]; `lengths` are minutes. `from_inside`: people inside may book.
    Whoever cancels `cancel_minutes` before it begins, or earlier, has it all given back: what it
    cost, and its place in the week.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="visit_rules")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="visit_rules"
    )
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    template = models.JSONField()
    lengths = models.JSONField()
    notice_minutes = models.PositiveIntegerField(default=24 * 60)
    horizon_days = models.PositiveSmallIntegerField(default=14)
    per_person_week = models.PositiveSmallIntegerField(null=True, blank=True)
    per_visitor_week = models.PositiveSmallIntegerField(null=True, blank=True)
    week_starts = models.PositiveSmallIntegerField(default=0)
    buffer_minutes = models.PositiveSmallIntegerField(default=10)
    every_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    max_visitors = models.PositiveSmallIntegerField(default=MAX_VISITORS)
    approval = models.BooleanField(default=False)
    recorded = models.BooleanField(default=True)
    private_kinds = models.JSONField(default=list)
    from_inside = models.BooleanField(default=True)
    cancel_minutes = models.PositiveIntegerField(default=24 * 60)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "visit rules"
        indexes = [models.Index(fields=["facility", "unit", "-from_on"], name="visit_rules_dated")]
        constraints = [
            CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")),
                name="visit_rules_hold_a_day",
            ),
            CheckConstraint(
                condition=Q(max_visitors__gte=1, max_visitors__lte=MAX_VISITORS),
                name="a_visit_has_one_to_four_visitors",
            ),
            UniqueConstraint(
                fields=["facility", "from_on"],
                condition=Q(unit=None),
                name="one_visit_rule_per_start",
            ),
            UniqueConstraint(
                fields=["unit", "from_on"],
                condition=Q(unit__isnull=False),
                name="one_unit_visit_rule_per_start",
            ),
        ]


class VisitStation(Fact):
    """Where somebody inside sits: a kiosk, a tablet or a room; of one unit, or of all (None).

    `device` is the enrolled device that stands there, if it is one; without, any tablet of the
    unit will do. `closed_at`: it takes no more visits.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="visit_stations")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="visit_stations"
    )
    device = models.OneToOneField(
        Station, on_delete=models.PROTECT, null=True, blank=True, related_name="visit_station"
    )
    kind = models.CharField(max_length=10, choices=choices(StationKind))
    name = models.CharField(max_length=60)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["facility", "name"], name="one_visit_station_per_name")
        ]


class Closure(Fact):
    """No visits in [from_at, until_at) at a facility or in one unit; `until_at` None: until lifted.

    `why` is told to everybody whose visit falls in it.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="visit_closures")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="visit_closures"
    )
    kind = models.CharField(max_length=10, choices=ClosureKind)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=200)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=64, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["facility", "from_at"],
                condition=Q(lifted_at=None),
                name="visit_closures_in_force",
            )
        ]
        constraints = [
            CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gt=F("from_at")),
                name="a_closure_holds_a_time",
            ),
            CheckConstraint(
                condition=Q(until_at__isnull=False) | Q(kind=ClosureKind.LOCKDOWN),
                name="only_a_lockdown_has_no_end",
            ),
            CheckConstraint(condition=~Q(why=""), name="a_closure_says_why"),
        ]


class Separation(Fact):
    """Two people inside who must not meet: their visits are never at one time at one facility.

    `person` has the smaller id, so that a pair stands once. A separation from somebody outside is
    a no-contact order (apps.people).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="separations")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="separated_from")
    why = models.CharField(max_length=200)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=64, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["person", "other"], condition=Q(lifted_at=None), name="separated_once"
            ),
            CheckConstraint(
                condition=~Q(person=F("other")), name="nobody_is_apart_from_themselves"
            ),
            CheckConstraint(condition=~Q(why=""), name="who_separates_says_why"),
        ]
