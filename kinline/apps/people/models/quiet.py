"""When contacts take no calls."""

from django.db import models
from django.db.models import CheckConstraint, F, Q

from kinline.apps.facts import Fact
from kinline.apps.people.models.known import Contact


class QuietCalls(Fact):
    """A contact's own wish to get no calls each day from `from_at` until `until_at` by the clock of
    `zone`, past midnight where that is earlier. Not the same as when their devices stay silent
    (notices.QuietHours): a call is refused, and who calls is told.
    """

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="quiet_calls")
    from_at = models.TimeField()
    until_at = models.TimeField()
    zone = models.CharField(max_length=60)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(condition=~Q(from_at=F("until_at")), name="quiet_calls_have_a_length")
        ]
