"""Controls on calls, visits and messages, from an agency as a whole down to one number or contact,
and what a law keeps."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from kinline.apps.facilities.models import Agency, Facility
from kinline.apps.facts import Fact, choices
from kinline.core.policy.control_terms import KINDS, LEVELS
from kinline.core.policy.controls import COUNTED, QUOTAS, TIMED, Kind, Level, Talk

_WITH_AMOUNT = sorted(COUNTED | TIMED)


def _fits(talk: Talk) -> Q:
    return Q(talk=talk, kind__in=sorted(KINDS[talk]), level__in=sorted(LEVELS[talk]))


class Control(Fact):
    """One control, in force in [from_at, until_at) until somebody ends it. Never changed: a change
    is an end and a new one, so that each refused call keeps what it was refused by.

    `talk` is what it holds on. `subject` is what it is set on, by its level: the id of an agency,
    facility, unit, station, person or contact, or a number in E.164. A number is meant at
    `facility`, or at the whole agency without one. `why` is told to whoever it stops; `note` only
    to staff. `amount` and `hours` are as core.policy.controls has them. One that is `stricter`
    than what a law keeps holds only once another person has confirmed it.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="controls")
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, null=True, blank=True, related_name="controls"
    )
    talk = models.CharField(max_length=10, choices=choices(Talk), default=Talk.CALLS)
    level = models.CharField(max_length=10, choices=choices(Level))
    subject = models.CharField(max_length=36)
    kind = models.CharField(max_length=14, choices=choices(Kind))
    amount = models.PositiveIntegerField(null=True, blank=True)
    hours = models.JSONField(default=list, blank=True)  # [weekday, "HH:MM", "HH:MM"]
    attorneys = models.BooleanField(default=False)
    why = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=200, blank=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    stricter = models.BooleanField(default=False)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=64, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_why = models.CharField(max_length=200, blank=True)
    ended_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject"], condition=Q(ended_at=None), name="control_of"),
            models.Index(fields=["agency", "-set_at"], name="control_by_agency"),
        ]
        constraints = [
            CheckConstraint(
                condition=_fits(Talk.CALLS) | _fits(Talk.VISITS) | _fits(Talk.MESSAGES),
                name="a_control_makes_sense_on_its_talk",
            ),
            CheckConstraint(
                condition=Q(level=Level.AGENCY, facility=None)
                | Q(level=Level.NUMBER)
                | (~Q(level__in=[Level.AGENCY, Level.NUMBER]) & Q(facility__isnull=False)),
                name="a_control_stands_at_its_place",
            ),
            CheckConstraint(
                condition=Q(kind__in=_WITH_AMOUNT, amount__gt=0)
                | (~Q(kind__in=_WITH_AMOUNT) & Q(amount=None)),
                name="a_control_has_the_amount_it_needs",
            ),
            CheckConstraint(
                condition=(~Q(kind__in=sorted(QUOTAS)) & ~Q(talk=Talk.MESSAGES))
                | Q(attorneys=False),
                name="counsel_is_not_rationed",
            ),
            CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gt=F("from_at")),
                name="a_control_holds_a_time",
            ),
            CheckConstraint(
                condition=~Q(kind=Kind.CLOSED) | ~Q(why=""), name="what_is_closed_says_why"
            ),
            CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by="", confirmed_why="")
                | (
                    Q(confirmed_at__isnull=False)
                    & ~Q(confirmed_by="")
                    & ~Q(confirmed_by=F("set_by"))
                    & ~Q(confirmed_why="")
                ),
                name="somebody_else_confirms_and_says_why",
            ),
            CheckConstraint(
                condition=Q(ended_at=None, ended_by="")
                | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="somebody_ends_a_control",
            ),
        ]


class AccessBaseline(Fact):
    """What calls a facility offered on the day that a law keeps: written once, then corrected by
    another row. The newest one counts. `source` says where that is written down.
    """

    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="access_baselines"
    )
    amounts = models.JSONField(default=dict)  # by kind; one that is missing was not limited
    hours = models.JSONField(null=True, blank=True)  # None: open all day
    source = models.CharField(max_length=200)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["facility", "set_at"], name="one_baseline_at_a_time"),
            CheckConstraint(condition=~Q(source=""), name="a_baseline_says_where_from"),
        ]
