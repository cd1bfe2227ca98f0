"""Forms of visits: rules, stations, closures, lockdown, people kept apart, saying no."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kinline.apps.facilities.queries import UnitView
from kinline.apps.visits.actions.deciding import RefusedFor
from kinline.apps.visits.actions.keeping import Wanted
from kinline.apps.visits.queries.staff import RulesView
from kinline.core.schedule.rules import WeekTime
from kinline.core.visit.terms import MAX_VISITORS, StationKind
from kinline.doors.console.forms.weektimes import DayHours, typed
from kinline.doors.inputs import DayInput, MomentInput
from kinline.doors.words.visits import REFUSED_FOR

HOUR = 60
WHY_LONG = 200
WHOLE = ("", gettext_lazy("The whole facility"))
KINDS = [
    (StationKind.KIOSK.value, gettext_lazy("Kiosk")),
    (StationKind.TABLET.value, gettext_lazy("Tablet")),
    (StationKind.ROOM.value, gettext_lazy("Room with a door")),
]


class OfUnit(forms.Form):
    """Something set for the whole facility or for one of its units."""

    unit_id = forms.ChoiceField(label=gettext_lazy("Where"), required=False)

    def __init__(self, *args: Any, units: Iterable[UnitView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [WHOLE, *((str(unit.id), unit.name) for unit in units)]
        self.fields["unit_id"].choices = choices  # type: ignore[attr-defined]

    def clean_unit_id(self) -> UUID | None:
        word = self.cleaned_data["unit_id"]
        return UUID(word) if word else None


def _count(label: Any, least: int, most: int, hint: Any = "", *, empty: bool = False) -> Any:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, required=not empty, help_text=hint
    )


class RulesForm(OfUnit):
    """The rules of visits from a day on, beginning with what holds now."""

    from_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput)
    until_on = forms.DateField(
        label=gettext_lazy("Until, without that day"),
        widget=DayInput,
        required=False,
        help_text=gettext_lazy("Empty: until other rules begin."),
    )
    lengths = forms.CharField(
        label=gettext_lazy("Lengths to choose from, minutes"),
        max_length=40,
        help_text=gettext_lazy("For example 20, 40. Multiples of five."),
    )
    day_0 = DayHours(0, label=WEEKDAYS[0])
    day_1 = DayHours(1, label=WEEKDAYS[1])
    day_2 = DayHours(2, label=WEEKDAYS[2])
    day_3 = DayHours(3, label=WEEKDAYS[3])
    day_4 = DayHours(4, label=WEEKDAYS[4])
    day_5 = DayHours(5, label=WEEKDAYS[5])
    day_6 = DayHours(6, label=WEEKDAYS[6])
    notice_hours = _count(gettext_lazy("Book at least so many hours ahead"), 0, 14 * 24)
    horizon_days = _count(gettext_lazy("Book at most so many days ahead"), 1, 92)
    per_person_week = _count(
        gettext_lazy("Visits a week for a person inside"),
        1,
        50,
        gettext_lazy("Empty: as many as fit."),
        empty=True,
    )
    per_visitor_week = _count(
        gettext_lazy("Visits a week for a visitor"),
        1,
        50,
        gettext_lazy("Empty: as many as fit."),
        empty=True,
    )
    week_starts = forms.TypedChoiceField(
        label=gettext_lazy("A week begins on"), coerce=int, choices=list(WEEKDAYS.items())
    )
    buffer_minutes = _count(
        gettext_lazy("Minutes kept free after each visit"), 0, 120, gettext_lazy("Multiples of 5.")
    )
    every_minutes = _count(
        gettext_lazy("Visits begin every so many minutes"),
        5,
        240,
        gettext_lazy("Empty: one after the other."),
        empty=True,
    )
    capacity = _count(
        gettext_lazy("Visits that staff can look after at a time"),
        1,
        500,
        gettext_lazy("Empty: as many as there are stations."),
        empty=True,
    )
    max_visitors = _count(gettext_lazy("Visitors in one visit, at most"), 1, MAX_VISITORS)
    cancel_hours = _count(
        gettext_lazy("Cancel without harm up to so many hours before"), 0, 14 * 24
    )
    approval = forms.BooleanField(
        label=gettext_lazy("Staff agree to each visit"),
        required=False,
        help_text=gettext_lazy("It waits as a request until somebody decides."),
    )
    from_inside = forms.BooleanField(
        label=gettext_lazy("People inside may ask for visits too"), required=False
    )
    recorded = forms.BooleanField(
        label=gettext_lazy("Visits are recorded"),
        required=False,
        help_text=gettext_lazy("Private ones never are, whatever stands here."),
    )
    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=WHY_LONG,
        required=False,
        help_text=gettext_lazy("Shown to staff beside the rules."),
    )

    @property
    def days(self) -> list[Any]:
        """The fields of the week, Monday first."""
        return [self[f"day_{number}"] for number in range(7)]

    def clean_lengths(self) -> tuple[int, ...]:
        words = [one.strip() for one in self.cleaned_data["lengths"].split(",") if one.strip()]
        if not words or not all(one.isascii() and one.isdigit() for one in words):
            raise forms.ValidationError(_("Write numbers with commas between them, like 20, 40."))
        lengths = tuple(sorted({int(one) for one in words}))
        if any(one % 5 or not 5 <= one <= 240 for one in lengths):
            raise forms.ValidationError(_("Each length is a multiple of five, from 5 to 240."))
        return lengths

    def clean_buffer_minutes(self) -> int:
        return _of_five(self.cleaned_data["buffer_minutes"]) or 0

    def clean_every_minutes(self) -> int | None:
        return _of_five(self.cleaned_data["every_minutes"])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and not any(found[f"day_{number}"] for number in range(7)):
            self.add_error("day_0", _("Give hours on one day at least."))
        begin, end = found.get("from_on"), found.get("until_on")
        if begin and end and end <= begin:
            self.add_error("until_on", _("The end must be later than the beginning."))
        return found

    def wanted(self) -> Wanted:
        """What was typed. Only for a form that is valid."""
        found = self.cleaned_data
        hours: tuple[WeekTime, ...] = sum((found[f"day_{number}"] for number in range(7)), ())
        plain = {
            name: found[name]
            for name in (
                *("from_on", "until_on", "lengths", "horizon_days", "per_person_week"),
                *("per_visitor_week", "week_starts", "buffer_minutes", "every_minutes"),
                *("capacity", "max_visitors", "approval", "from_inside", "recorded", "note"),
            )
        }
        return Wanted(
            template=hours,
            notice_minutes=found["notice_hours"] * HOUR,
            cancel_minutes=found["cancel_hours"] * HOUR,
            **plain,
        )


def beginning_with(now: RulesView | None, today: date) -> dict[str, Any]:
    """What the form shows first: the rules in force, from today on; else what is usual."""
    usual = Wanted(from_on=today)
    rules = now.rules if now is not None else usual
    first = {f"day_{number}": typed(rules.template, number) for number in range(7)}
    return first | {
        "unit_id": str(now.unit) if now and now.unit else "",
        "from_on": today,
        "lengths": ", ".join(str(one) for one in rules.lengths),
        "notice_hours": rules.notice_minutes // HOUR,
        "horizon_days": rules.horizon_days,
        "per_person_week": rules.per_person_week,
        "per_visitor_week": rules.per_visitor_week,
        "week_starts": rules.week_starts,
        "buffer_minutes": rules.buffer_minutes,
        "every_minutes": rules.every_minutes,
        "capacity": rules.capacity,
        "max_visitors": rules.max_visitors,
        "cancel_hours": rules.cancel_minutes // HOUR,
        "approval": rules.approval,
        "recorded": rules.recorded,
        "from_inside": now.from_inside if now is not None else usual.from_inside,
    }


def _of_five(minutes: int | None) -> int | None:
    if minutes is not None and minutes % 5:
        raise forms.ValidationError(_("Give a multiple of five."))
    return minutes


class StationForm(OfUnit):
    """Where somebody inside sits."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KINDS)
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=60, help_text=gettext_lazy("For example Kiosk 2.")
    )


class WhyField(forms.CharField):
    def __init__(self, hint: Any) -> None:
        super().__init__(label=gettext_lazy("Why"), max_length=WHY_LONG, help_text=hint)


class ClosureForm(OfUnit):
    """No visits from a moment until another, on the facility's wall."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[
            ("closed", gettext_lazy("Closed")),
            ("holiday", gettext_lazy("Holiday, whole days")),
        ],
    )
    from_at = forms.DateTimeField(label=gettext_lazy("From"), widget=MomentInput)
    until_at = forms.DateTimeField(label=gettext_lazy("Until"), widget=MomentInput)
    why = WhyField(gettext_lazy("Everybody whose visit falls into it reads this."))

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(zone)

    def clean_from_at(self) -> datetime:
        return _on_wall(self.cleaned_data["from_at"], self.zone)

    def clean_until_at(self) -> datetime:
        return _on_wall(self.cleaned_data["until_at"], self.zone)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        begin, end = found.get("from_at"), found.get("until_at")
        if begin and end and end <= begin:
            self.add_error("until_at", _("The end must be later than the beginning."))
        return found


def _on_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What was typed, by the facility's own clock."""
    return moment.replace(tzinfo=zone)


class LockdownForm(OfUnit):
    """All visits stop now."""

    why = WhyField(gettext_lazy("Everybody whose visit is canceled reads this."))
    sure = forms.BooleanField(label=gettext_lazy("I am sure"), required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not found.get("sure"):
            self.add_error(None, _("Say that you are sure."))
        return found


class ApartForm(forms.Form):
    """Two people inside who must not meet."""

    person = forms.CharField(label=gettext_lazy("ID number of one"), max_length=20)
    other = forms.CharField(label=gettext_lazy("ID number of the other"), max_length=20)
    why = WhyField(gettext_lazy("Only staff read this."))


class RefuseForm(forms.Form):
    """Saying no to a request."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        widget=forms.RadioSelect,
        choices=[(one.value, REFUSED_FOR[one]) for one in RefusedFor],
        error_messages={"required": gettext_lazy("Choose why.")},
    )
    note = forms.CharField(
        label=gettext_lazy("More"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Both sides read it. Needed for another reason."),
    )


class CancelForm(forms.Form):
    """Canceling a visit that was booked."""

    why = WhyField(gettext_lazy("Both sides read this."))


class DayForm(forms.Form):
    """Which day's list."""

    on = forms.DateField(label=gettext_lazy("Day"), widget=DayInput)
