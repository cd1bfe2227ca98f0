"""Forms of controls: which, on what, how much, and a second person's word."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from kinline.apps.errors import wrong
from kinline.apps.people.actions.controls import NewBaseline, NewControl
from kinline.core.policy.controls import (
    COUNTED,
    QUOTAS,
    TIMED,
    Kind,
    Level,
    Talk,
    senseless_on,
)
from kinline.core.schedule.rules import WeekTime
from kinline.doors.console import say
from kinline.doors.console.forms.weektimes import DayHours, typed
from kinline.doors.inputs import Minutes, MomentInput
from kinline.doors.words.controls import ANY_KIND, KINDS_ON, LEVELS, TALKS

FIELDS = {"control.kind_not_on_this": "kind", "control.level_not_on_this": "level"}
MOMENT = ["%Y-%m-%dT%H:%M"]
_MOST_CALLS = 1000
# With private mail no control has anything to do.
COUNSEL = {
    Talk.CALLS: _("Also for calls with an attorney"),
    Talk.VISITS: _("Also for visits with an attorney"),
}
_A_WEEK_OF_MINUTES = 7 * 24 * 60


class WhichControl(forms.Form):
    """What is to be set, and on what: the first of two pages."""

    talk = forms.ChoiceField(label=_("Calls, visits or messages"), choices=list(TALKS.items()))
    level = forms.ChoiceField(label=_("On what"), choices=list(LEVELS.items()))
    kind = forms.ChoiceField(label=_("What"), choices=list(ANY_KIND.items()))

    def clean(self) -> dict[str, Any]:
        """What makes no sense together is said beside the field that can be put right."""
        given = super().clean() or {}
        if {"talk", "level", "kind"} <= given.keys():
            talk, kind, level = Talk(given["talk"]), Kind(given["kind"]), Level(given["level"])
            codes = senseless_on(talk, kind, level)
            say.blame(self, tuple(wrong(code, FIELDS[code]) for code in codes))
        return given


class _Week(forms.Form):
    """Hours for each day of a week."""

    def _add_days(self, hint: Any, hours: Iterable[WeekTime] = ()) -> None:
        for day in range(7):
            self.fields[f"day_{day}"] = DayHours(
                day,
                label=WEEKDAYS[day],
                help_text=hint if day == 0 else "",
                initial=typed(hours, day),
            )

    def hours(self) -> tuple[WeekTime, ...]:
        return tuple(one for day in range(7) for one in self.cleaned_data.get(f"day_{day}", ()))


class ControlForm(_Week):
    """One control of a level and kind: only the fields that these need."""

    def __init__(
        self,
        *args: Any,
        talk: Talk,
        level: Level,
        kind: Kind,
        choices: list[tuple[str, str]],
        zone: str,
        may_end: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._talk, self._level, self._kind, self._zone = talk, level, kind, ZoneInfo(zone)
        self._add_subject(choices)
        self._add_amount()
        self._add_period()
        if talk in COUNSEL and kind not in QUOTAS and kind is not Kind.UNRECORDED:
            self.fields["attorneys"] = forms.BooleanField(label=COUNSEL[talk], required=False)
        self._add_words()
        if talk is Talk.CALLS and kind is Kind.CLOSED and may_end:
            self.fields["end_now"] = forms.BooleanField(
                label=_("End calls that go on now"),
                required=False,
                help_text=_("Only where it begins now. Open lines are never ended."),
            )

    def _add_subject(self, choices: list[tuple[str, str]]) -> None:
        if self._level in (Level.UNIT, Level.STATION):
            self.fields["subject"] = forms.ChoiceField(
                label=str(LEVELS[self._level]), choices=choices
            )
        elif self._level is Level.PERSON:
            self.fields["subject"] = forms.CharField(label=_("ID number"), max_length=20)
        elif self._level is Level.NUMBER:
            self.fields["subject"] = forms.CharField(
                label=_("Telephone number"), max_length=30, widget=forms.TextInput({"type": "tel"})
            )

        elif self._level is Level.CONTACT:
            self.fields["subject"] = forms.CharField(
                label=_("Telephone number or e-mail of the contact"),
                max_length=254,
                help_text=_("Somebody who is linked with, called by or visits a person here."),
            )

    def _add_amount(self) -> None:
        label = str(KINDS_ON[self._talk][self._kind])
        if self._kind in COUNTED:
            self.fields["amount"] = forms.IntegerField(
                label=label, min_value=1, max_value=_MOST_CALLS
            )
        elif self._kind in TIMED:
            field = Minutes(label=_("Minutes"), required=True)
            field.max_value = _A_WEEK_OF_MINUTES
            self.fields["amount"] = field
        elif self._kind is Kind.HOURS:
            self._add_days(_("For example 9:00-11:30, 1 PM-9 PM. Empty: closed on this day."))

    def _add_period(self) -> None:
        on_the_clock = _("On the facility’s clock.")
        self.fields["from_at"] = forms.DateTimeField(
            label=_("From"),
            required=False,
            widget=MomentInput,
            input_formats=MOMENT,
            help_text=_("Empty: at once."),
        )
        self.fields["until_at"] = forms.DateTimeField(
            label=_("Until"),
            required=False,
            widget=MomentInput,
            input_formats=MOMENT,
            help_text=on_the_clock,
        )

    def _add_words(self) -> None:
        self.fields["why"] = forms.CharField(
            label=_("Why, for whoever it stops"),
            max_length=200,
            required=self._kind is Kind.CLOSED,
            help_text=_("They read it. Use plain words, and nothing that is nobody’s business."),
        )
        self.fields["note"] = forms.CharField(
            label=_("Note for staff"), max_length=200, required=False
        )

    def clean_from_at(self) -> datetime | None:
        return self._at_home("from_at")

    def clean_until_at(self) -> datetime | None:
        return self._at_home("until_at")

    def _at_home(self, name: str) -> datetime | None:
        wall: datetime | None = self.cleaned_data[name]
        return None if wall is None else wall.replace(tzinfo=self._zone)

    def wanted(self) -> NewControl:
        """What the form says, once it is valid."""
        given = self.cleaned_data
        return NewControl(
            level=self._level,
            kind=self._kind,
            subject=given.get("subject", ""),
            amount=given.get("amount"),
            hours=self.hours(),
            attorneys=given.get("attorneys", False),
            why=given["why"],
            note=given["note"],
            from_at=given["from_at"],
            until_at=given["until_at"],
            talk=self._talk,
        )


class ConfirmControl(forms.Form):
    """A second person's word."""

    why = forms.CharField(
        label=_("Why is less than before the law needed?"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It goes to the audit log with your name."),
    )


class BaselineForm(_Week):
    """What calls were offered on the day that a law keeps."""

    longest_seconds = Minutes(label=_("Longest call, minutes"), help_text=_("Empty: no limit."))
    calls_day = forms.IntegerField(
        label=_("Calls a day"), min_value=1, max_value=_MOST_CALLS, required=False,
        help_text=_("Empty: no limit."),
    )  # fmt: skip
    minutes_day = Minutes(label=_("Minutes a day"), help_text=_("Empty: no limit."))
    source = forms.CharField(
        label=_("Where is this written down?"),
        max_length=200,
        help_text=_("For example the handbook of that year and the page."),
    )

    def __init__(self, *args: Any, hours: Iterable[WeekTime] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._add_days(_("All days empty: open all day."), hours)

    def wanted(self) -> NewBaseline:
        """What the form says, once it is valid."""
        given = self.cleaned_data
        return NewBaseline(
            longest_seconds=given["longest_seconds"],
            calls_day=given["calls_day"],
            minutes_day=given["minutes_day"],
            hours=self.hours(),
            source=given["source"],
        )
