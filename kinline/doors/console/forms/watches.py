"""Forms over watches and hot numbers."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.apps.calls.actions.watches import LONGEST_DAYS
from kinline.doors.inputs import DayInput

HOT_DAYS = 30
LONGEST_PERIOD_DAYS = 366


class RenewWatch(forms.Form):
    """Until when a watch goes on, and why."""

    until_on = forms.DateField(
        label=_("Through"),
        widget=DayInput,
        help_text=_("At most 90 days from today. It can be renewed."),
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "For example a case number and who asked. It goes to the audit log with your name."
        ),
    )


class SetWatch(RenewWatch):
    """Who or what is watched: a person by ID number, or a number."""

    person = forms.CharField(label=_("Person: ID number"), max_length=20, required=False)
    number = forms.CharField(label=_("Or a phone number"), max_length=30, required=False)
    whole_agency = forms.BooleanField(label=_("At every facility of the agency"), required=False)
    field_order = ("person", "number", "until_on", "reason", "whole_agency")

    def __init__(self, *args: Any, wide: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not wide:
            del self.fields["whole_agency"]

    def clean(self) -> dict[str, Any]:
        return {"whole_agency": False} | (super().clean() or {})


class FindHot(forms.Form):
    """From when through when, and by more than how many people."""

    since = forms.DateField(label=_("From"), widget=DayInput)
    until = forms.DateField(label=_("Through"), widget=DayInput)
    more_than = forms.IntegerField(
        label=_("Called by more than"), min_value=1, max_value=1000, help_text=_("different people")
    )

    @classmethod
    def asked(cls, given: Any, today: date) -> "FindHot":
        """As it was asked; what was not asked for is the last 30 days and more than 2 people."""
        usual = {
            "since": (today - timedelta(days=HOT_DAYS - 1)).isoformat(),
            "until": today.isoformat(),
            "more_than": "2",
        }
        return cls(usual | {name: given[name] for name in usual if given.get(name)})

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day must not be before the first one."))
        elif since and until and (until - since).days >= LONGEST_PERIOD_DAYS:
            self.add_error("since", _("Choose at most a year."))
        return given


assert LONGEST_DAYS == 90, "the help text says so"
