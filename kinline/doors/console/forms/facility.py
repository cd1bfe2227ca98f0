"""Forms of a facility: its stations, calling rules, where calls may go, how it is reached."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.apps.facilities.topics import Topic
from kinline.doors.inputs import DayInput, HourInput, Minutes
from kinline.doors.words import contact


class NewStation(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("For example Tablet 4."))
    unit_id = forms.ChoiceField(label=_("Unit"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("tablet", _("Tablet")), ("handset", _("Wall phone"))],
        required=False,
    )

    def __init__(self, *args: Any, units: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(unit.id), unit.name) for unit in units]
        self.fields["unit_id"].choices = choices  # type: ignore[attr-defined]

    def clean_unit_id(self) -> UUID:
        return UUID(self.cleaned_data["unit_id"])

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or "tablet"


class ChangeStation(NewStation):
    kind = None  # type: ignore[assignment]  # what it is, it stays
    active = forms.BooleanField(
        label=_("On"), required=False, help_text=_("Off: nobody can sign in on it or call from it.")
    )
    do_not_record = forms.BooleanField(
        label=_("Do not record"),
        required=False,
        help_text=_("Every call from it is private from now on."),
    )
    intake = forms.BooleanField(
        label=_("Intake"),
        required=False,
        help_text=_("People call from it without sign-in, by the facility’s rule for intake."),
    )


class NewUnit(forms.Form):
    name = forms.CharField(label=_("Name of the unit"), max_length=60)


class RuleForm(forms.Form):
    """A calling rule from a day on."""

    from_on = forms.DateField(label=_("From"), widget=DayInput)
    offered = forms.BooleanField(
        label=_("Calls are offered"),
        required=False,
        initial=True,
        help_text=_("Off: no calls from this day on, until another rule."),
    )
    opens_at = forms.TimeField(label=_("Phones open"), widget=HourInput)
    closes_at = forms.TimeField(
        label=_("Phones close"),
        widget=HourInput,
        help_text=_("Calls that go on then are ended."),
    )
    max_call_seconds = Minutes(
        label=_("Longest call, minutes"), help_text=_("Empty: no limit by the facility.")
    )
    note = forms.CharField(
        label=_("Why"),
        max_length=200,
        required=False,
        help_text=_("Shown to staff beside the rule."),
    )


class ContactForm(forms.Form):
    """How people outside reach the facility: shown to everyone, in the facility's own words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic in Topic:
            hint = _("Whom to ask about calls and prices.") if topic is Topic.QUESTIONS else ""
            self.fields[topic.value] = forms.CharField(
                label=str(contact.TOPICS[topic]), max_length=200, required=False, help_text=hint
            )


class FindCountry(forms.Form):
    text = forms.CharField(label=_("Country"), max_length=60, required=False)


class CloseCountry(forms.Form):
    why = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Whoever is refused reads this. Write it for them, in plain words."),
    )
