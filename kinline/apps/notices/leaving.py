"""A contact closes their account: nothing is told to them any more, by no way."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.notices.models import Choice, Consent, Device, QuietHours, Sms


@transaction.atomic
def leave(*, owner: UUID, now: datetime) -> None:
    """End devices and consents, throw away what waits, forget wishes; again changes nothing.

    Consents stay as ended ones: that somebody agreed, and until when, must be shown later.
    """
    Device.objects.filter(owner=owner, ended_at=None).update(ended_at=now, ended_because="owner")
    mine = Consent.objects.filter(owner=owner, ended_at=None)
    phones = list(mine.values_list("e164", flat=True))
    mine.update(ended_at=now, ended_by="account")
    waiting = Sms.objects.filter(e164__in=phones, ended_at=None)
    waiting.update(ended_at=now, state="stopped", text="")
    Choice.objects.filter(owner=owner).delete()
    QuietHours.objects.filter(owner=owner).delete()
