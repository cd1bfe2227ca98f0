"""Who did what to whom, when, and why: written once, never changed.

`position`, `previous_hash` and `hash` are filled once by the worker after commit, so that the
chain never serialises writers; triggers refuse every other change and every deletion. The
chain runs by `position`, not by `id`: two transactions may commit in another order than they
took their ids.
"""

from django.db import models
from django.db.models import Q


class Line(models.Model):
    """One act. `actor` and `subject` are ids, never names; `purpose` is in the actor's words."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor = models.CharField(max_length=64, blank=True)
    act = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=64, blank=True)
    facility = models.CharField(max_length=40, blank=True)
    purpose = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    position = models.BigIntegerField(null=True, unique=True)
    previous_hash = models.CharField(max_length=64, null=True)
    hash = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["facility", "-at"]),
            models.Index(fields=["subject_kind", "subject"]),
            models.Index(fields=["id"], condition=Q(position=None), name="line_waits_for_seal"),
        ]
