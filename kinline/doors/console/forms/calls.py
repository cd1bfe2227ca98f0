"""Forms over calls, their recordings and the audit log."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.apps.calls.queries.search import UnitChoice
from kinline.core.call.states import EndReason
from kinline.doors.console.acts import ACTS
from kinline.doors.console.forms.ending import Ending
from kinline.doors.inputs import DayInput, MomentInput
from kinline.doors.words import ends

SHORTEST = 3  # digits of a number such as 911, which is found whole


class FindCalls(forms.Form):
    """The filter over finished calls; whatever is left empty counts as "any"."""

    person = forms.CharField(label=_("Person"), max_length=60, required=False)
    number = forms.CharField(label=_("Number, or its last 4 digits"), max_length=30, required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Through"), required=False, widget=DayInput)
    unit = forms.TypedChoiceField(label=_("Unit"), required=False, coerce=UUID, empty_value=None)
    outcome = forms.ChoiceField(label=_("How it ended"), required=False)
    kept = forms.ChoiceField(
        label=_("Recording"),
        required=False,
        choices=[("", _("Any")), ("recorded", _("Recorded")), ("private", _("Private"))],
    )
    signs = forms.BooleanField(label=_("Only with signs of a third person"), required=False)

    def __init__(self, *args: Any, units: Sequence[UnitChoice] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        several = len({one.facility_name for one in units}) > 1
        named = [
            (str(one.id), f"{one.facility_name}, {one.name}" if several else one.name)
            for one in units
        ]
        self.fields["unit"].choices = [("", _("Any")), *named]  # type: ignore[attr-defined]
        endings = [
            (str(reason), ends.sentence(reason, None, inside="", outside=""))
            for reason in EndReason
        ]
        refused = ("refused", _("Did not go out"))
        self.fields["outcome"].choices = [("", _("Any")), refused, *endings]  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        """One or two digits are neither a number nor the end of one."""
        number: str = self.cleaned_data["number"]
        if 0 < sum(letter.isdigit() for letter in number) < SHORTEST:
            raise forms.ValidationError(_("Type at least the last 4 digits."))
        return number

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day must not be before the first one."))
        return given


class EndCall(Ending):
    """Why staff end a call."""

    REASONS = (
        ("safety", _("Someone’s safety")),
        ("disorder", _("Disorder in the unit")),
        ("emergency", _("Emergency in the building")),
        ("misuse", _("The call breaks a rule")),
        ("other", _("Something else")),
    )


class Purpose(forms.Form):
    """Why a recording is played. Asked before any sound."""

    purpose = forms.CharField(
        label=_("Why do you listen?"),
        max_length=400,
        min_length=3,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "For example a case number and who asked. It goes to the audit log with "
            "your name and the seconds you play."
        ),
    )


class TryCall(forms.Form):
    """Ask the rules before someone is refused."""

    person = forms.CharField(label=_("Person: ID number or name"), max_length=60)
    number = forms.CharField(label=_("Number"), max_length=30)
    at = forms.DateTimeField(
        label=_("When"),
        widget=MomentInput,
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=_("On the facility’s clock."),
    )


class FindLines(forms.Form):
    """The filter over the audit log."""

    act = forms.ChoiceField(label=_("Did what"), required=False)
    day = forms.DateField(label=_("Day"), required=False, widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        acts = sorted(((code, str(words)) for code, words in ACTS.items()), key=lambda act: act[1])
        self.fields["act"].choices = [("", _("Anything")), *acts]  # type: ignore[attr-defined]


class LockAway(forms.Form):
    """Why a recording should never have been made."""

    why = forms.CharField(
        label=_("Why it was private then"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The attorney reads this."),
    )
