"""Calls whose engine has fallen silent, and presence nobody renews."""

from datetime import datetime, timedelta

from django.db.models import Q

from kinline.apps.calls.actions.finish import lose
from kinline.apps.calls.models import LIVE, Call, Waiting

LEASE_SECONDS = 20
LEASE = timedelta(seconds=LEASE_SECONDS)


def sweep(*, now: datetime) -> int:
    """End the calls whose lease has run out; returns how many were looked at.

    Only to be called while web has answered without a break for at least LEASE: engines renew
    leases through web, so silence during an outage of web says nothing about them.
    """
    silent = Q(alive_at__lt=now - LEASE)
    calls = list(Call.objects.filter(LIVE, silent)[:200])
    for call in calls:
        # The condition again in the update itself: a sign of life may come while we look.
        lose(call, now=now, only=silent)
    return len(calls)


def clean_presence(*, now: datetime) -> int:
    """Forget who waited at an engine that is silent; returns how many."""
    return Waiting.objects.filter(engine__seen_at__lt=now - LEASE).delete()[0]
