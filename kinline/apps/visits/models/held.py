"""How a visit is held: which engine has it, what it told, and what staff want of it."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from kinline.apps.facts import choices
from kinline.apps.visits.models.booked import Visit
from kinline.core.control import VisitOrder, VisitStep
from kinline.core.visit.states import EndReason
from kinline.core.visit.terms import Seat


class Meeting(models.Model):
    """A visit as an engine holds it: there as soon as the first page came to its lobby.

    It has one engine at a time. If that dies, another life (or another engine) opens it anew and
    `lives` counts; `earlier_seconds` is for how long both sides were there until then, as far as
    signs of life tell. `seconds` is the whole, once it has ended.
    """

    visit = models.OneToOneField(
        Visit, on_delete=models.PROTECT, primary_key=True, related_name="meeting"
    )
    engine = models.CharField(max_length=40)
    boot = models.CharField(max_length=40)
    lives = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    life_began_at = models.DateTimeField()
    alive_at = models.DateTimeField()  # the engine's last sign of life for this visit
    met_at = models.DateTimeField(null=True)
    earlier_seconds = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, blank=True, choices=choices(EndReason))
    end_seat = models.CharField(max_length=10, blank=True, choices=choices(Seat))

    class Meta:
        indexes = [
            models.Index(
                fields=["engine"], condition=Q(ended_at=None), name="meeting_live_by_engine"
            )
        ]
        constraints = [
            CheckConstraint(
                condition=Q(ended_at=None, end_reason="") | (~Q(ended_at=None) & ~Q(end_reason="")),
                name="a_meeting_ends_for_a_reason",
            )
        ]


class MeetingStep(models.Model):
    """One step as the engine told it; a step that came too late is kept and not obeyed."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="meeting_steps")
    boot = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=[*choices(VisitStep), ("ended", "ended")])
    seat = models.CharField(max_length=10, blank=True, choices=choices(Seat))
    minutes = models.PositiveSmallIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    told_at = models.DateTimeField()
    obeyed = models.BooleanField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["visit", "boot", "seq"], name="a_meeting_step_is_told_once")
        ]


class MeetingOrder(models.Model):
    """What web wants of the engine that holds a visit, until it says that this is done."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="meeting_orders")
    engine = models.CharField(max_length=40)
    order = models.CharField(max_length=10, choices=choices(VisitOrder))
    reason = models.CharField(max_length=20, blank=True, choices=choices(EndReason))
    text = models.CharField(max_length=300, blank=True)  # shown to everybody
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["engine", "made_at"],
                condition=Q(done_at=None),
                name="meeting_orders_to_do",
            )
        ]
