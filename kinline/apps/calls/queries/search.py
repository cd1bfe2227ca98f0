"""Finding calls: by person, number, days, unit, how they ended, and whether they were recorded.

What is private cannot be found by its number. A search that says "no call fits" for a private
number, and a search for a number nobody ever called, must look alike.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from kinline.apps.calls.digits import LAST_DIGITS, LastDigits
from kinline.apps.calls.models import Call, CallSign
from kinline.apps.days import moments_of
from kinline.apps.facilities.models import Unit
from kinline.apps.people import numbers
from kinline.apps.people.access import Staff
from kinline.apps.people.models import AttorneyVerification, ContactNumber, PrivacyMark
from kinline.apps.people.rights import Right
from kinline.apps.text import typed
from kinline.core.call.caller import Caller
from kinline.core.call.states import State


@dataclass(frozen=True, slots=True)
class CallFilter:
    """What to look for; empty means anything. `outcome`: an end reason, or "refused".

    `number` is whole, or its last digits, at least four. `since` and `until` are days on the wall
    of `zone`, both counted. `kept`: "recorded" or "private". Without `anonymous_too` calls to
    anonymous lines are left out: beside calls with their time they would have one. `signs`: only
    those with signs of a third party.
    """

    place: str = ""
    person: str = ""
    number: str = ""
    since: date | None = None
    until: date | None = None
    zone: str = "UTC"
    unit: UUID | None = None
    outcome: str = ""
    kept: str = ""
    anonymous_too: bool = True
    signs: bool = False


@dataclass(frozen=True, slots=True)
class UnitChoice:
    id: UUID
    name: str
    facility_name: str


def units(*, staff: Staff, place: str = "") -> list[UnitChoice]:
    """The units from which the viewer may see calls, by facility and name."""
    rows = Unit.objects.filter(facility__in=staff.facilities_with(Right.SEE_CALLS))
    if place:
        rows = rows.filter(facility__place=place)
    found = rows.select_related("facility").order_by("facility__name", "name")
    return [UnitChoice(row.pk, row.name, row.facility.name) for row in found]


def wanted(rows: QuerySet[Call], filter: CallFilter) -> QuerySet[Call]:
    """The rows that fit."""
    rows = rows.filter(_about(filter))
    if number := typed(filter.number, 40):
        rows = _with_number(rows, number)
    return rows


def findable(rows: QuerySet[Call]) -> QuerySet[Call]:
    """Calls that may be found by their number, counted by it, and taken out with it.

    Not private ones; nor any with a number that is private now, however it was when they called.
    """
    of_it = ContactNumber.objects.filter(e164=OuterRef("number"))
    marked = PrivacyMark.objects.filter(number=OuterRef("pk"), lifted_at=None)
    # Of any agency, and whatever its days: a number that is an attorney's somewhere stays out.
    attorneys = AttorneyVerification.objects.filter(contact=OuterRef("contact"))
    private = of_it.filter(Exists(marked) | Exists(attorneys))
    return rows.filter(~Exists(private), private=False)


def _with_number(rows: QuerySet[Call], number: str) -> QuerySet[Call]:
    rows = findable(rows)
    digits = "".join(letter for letter in number if letter.isascii() and letter.isdigit())
    whole = numbers.e164(number) if len(digits) > LAST_DIGITS else None
    if whole is not None:
        return rows.filter(number=whole)
    if len(digits) < LAST_DIGITS:
        return rows.filter(number=number)  # a short code, or what was dialled and is no number
    last = rows.alias(last=LastDigits("number")).filter(last=digits[-LAST_DIGITS:])
    return last.filter(number__endswith=digits)


def _about(filter: CallFilter) -> Q:
    found = Q()
    if filter.place:
        found &= Q(facility__place=filter.place)
    for word in typed(filter.person, 100).split():
        found &= (
            Q(person__number__icontains=word)
            | Q(person__given_name__icontains=word)
            | Q(person__family_name__icontains=word)
        )
    if filter.unit is not None:
        found &= Q(station__unit=filter.unit)
    return found & _days(filter) & _how(filter)


def _days(filter: CallFilter) -> Q:
    found = Q()
    if filter.since is not None:
        found &= Q(asked_at__gte=moments_of(filter.since, filter.zone)[0])
    if filter.until is not None:
        found &= Q(asked_at__lt=moments_of(filter.until, filter.zone)[1])
    return found


def _how(filter: CallFilter) -> Q:
    found = Q()
    if not filter.anonymous_too:
        found &= ~Q(caller=Caller.ANONYMOUS)
    if filter.signs:
        found &= Q(Exists(CallSign.objects.filter(call=OuterRef("pk"))))
    if filter.kept == "private":
        found &= Q(private=True) & ~Q(state=State.REFUSED)
    elif filter.kept == "recorded":
        found &= Q(private=False, record__talk_seconds__gt=0)
    if filter.outcome == State.REFUSED:
        found &= Q(state=State.REFUSED)
    elif filter.outcome:
        found &= Q(end_reason=filter.outcome)
    return found
