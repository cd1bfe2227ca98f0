"""The outbox (what must be told to the world after commit) and notes on people's pages."""

from django.db import models
from django.db.models import Q

from kinline.apps.facts import Fact


class Outgoing(models.Model):
    """Something to tell after commit. `key` makes it once only; the worker sends it."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(sent_at=None), name="outgoing_due")
        ]


class Note(Fact):
    """A note on a person's or contact's own page, for example of a missed call.

    `about` gathers the notes of one occasion that many are told of; `said_at` is when a wall
    phone said it.
    """

    key = models.CharField(max_length=120, unique=True)
    owner_kind = models.CharField(max_length=10)  # "contact" or "person"
    owner = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    about = models.CharField(max_length=120, blank=True, default="")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    said_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner_kind", "owner", "-at"]),
            models.Index(
                fields=["about", "owner_kind", "id"], condition=~Q(about=""), name="note_by_about"
            ),
        ]
