"""When somebody counts as a verified attorney: conditions that every room asks by."""

from datetime import date
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from kinline.apps.people.models import AttorneyNumber, AttorneyVerification

PROVEN = Q(proven_at__isnull=False, dropped_at=None)


def verified_on(day: date) -> Q:
    """A condition on AttorneyVerification rows: in force on `day`."""
    return Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gt=day))


def is_verified_on(row: AttorneyVerification, day: date) -> bool:
    """The same condition on one row at hand."""
    return row.from_on <= day and (row.until_on is None or day < row.until_on)


def call_is_attorneys(*, day: date, agency: UUID, contact: str, number: str) -> ExpressionWrapper:
    """An annotation: a call to the outer `number` (a path to E.164) is an attorney's.

    By the agency's own verification of the outer `contact`, or by the number itself, where the
    contact who has proven it is verified for the whole state.
    """
    here = AttorneyVerification.objects.filter(verified_on(day), agency=agency)
    own = here.filter(contact=OuterRef(contact), request=None)
    statewide = here.filter(contact=OuterRef("contact"), request__isnull=False)
    proven = AttorneyNumber.objects.filter(PROVEN, e164=OuterRef(number))
    either = Q(Exists(own)) | Q(Exists(proven.filter(Exists(statewide))))
    return ExpressionWrapper(either, output_field=BooleanField())


def is_counsels(*, e164: str, agency: UUID, day: date) -> bool:
    """`call_is_attorneys` of a number that nobody may have listed yet."""
    here = AttorneyVerification.objects.filter(verified_on(day), agency=agency)
    proven = AttorneyNumber.objects.filter(PROVEN, e164=e164)
    own = Q(contact__numbers__e164=e164, request=None)
    statewide = Q(contact__in=proven.values("contact"), request__isnull=False)
    return here.filter(own | statewide).exists()
