"""A telephone of the demo that takes part in texts by SMS, where something carries SMS."""

from datetime import datetime

GRACE = "grace@example.org"


def load(*, now: datetime) -> None:
    """Grace agreed to texts on her telephone; what she ended since stays ended."""
    from django.conf import settings

    from kinline.apps.notices.models import Consent
    from kinline.apps.people.models import ContactNumber

    if not settings.SMS_KEY:
        return
    number = ContactNumber.objects.filter(contact__account__email=GRACE).first()
    if number is None or Consent.objects.filter(e164=number.e164).exists():
        return
    Consent.objects.create(
        e164=number.e164,
        owner=number.contact_id,
        purpose="texts",
        proof="start_and_yes",
        agreed_at=now,
    )
