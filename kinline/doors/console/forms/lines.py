"""Forms of lines that are always open, and of calls without sign-in."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kinline.doors.inputs import DayInput, Minutes
from kinline.doors.words import lines


class NewLine(forms.Form):
    """A line that is always open. What a rule demands of its kind is checked by the room."""

    kind = forms.ChoiceField(label=_("What it is for"))
    number = forms.CharField(
        label=_("Telephone number"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("As the organisation gave it to you. We know no number and guess none."),
    )
    from_on = forms.DateField(label=_("Open from"), widget=DayInput)
    with_pin = forms.BooleanField(
        label=_("Ask for a sign-in"),
        required=False,
        help_text=_("Only for relay services and the like. Help lines work without."),
    )
    anonymous = forms.BooleanField(
        label=_("Anonymous"),
        required=False,
        help_text=_("Neither the person nor the tablet is kept. By rule for abuse and tip lines."),
    )
    private = forms.BooleanField(
        label=_("Private"),
        required=False,
        help_text=_("Never recorded. By rule for abuse, tip and legal lines."),
    )
    direct = forms.BooleanField(
        label=_("Answers directly"),
        required=False,
        help_text=_("For an organisation: no key to press after the announcement."),
    )
    digits = forms.CharField(
        label=_("Short number on wall phones"),
        max_length=6,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("Pressed in the place of an ID number, so choose one that is nobody’s ID."),
    )
    note = forms.CharField(
        label=_("Where you have it from"),
        max_length=200,
        required=False,
        help_text=_("Shown to staff beside the line."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(str(kind), words) for kind, words in lines.KINDS.items()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        for code, language in settings.LANGUAGES:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name in %(language)s") % {"language": language},
                max_length=60,
                required=code == settings.LANGUAGE_CODE,
            )
        self.order_fields(["kind", *(f"name_{code}" for code, _language in settings.LANGUAGES)])

    def names(self) -> dict[str, str]:
        """The names that were typed, by language."""
        typed = self.cleaned_data
        return {code: typed[f"name_{code}"] for code, _language in settings.LANGUAGES}


class EndLine(forms.Form):
    until_on = forms.DateField(
        label=_("Ends on"), widget=DayInput, help_text=_("From this day on it is there no more.")
    )


class IntakeForm(forms.Form):
    """Calls without sign-in from intake tablets."""

    calls_an_hour = forms.IntegerField(
        label=_("Calls an hour from each tablet"),
        min_value=0,
        max_value=60,
        help_text=_("0: none are offered."),
    )
    max_call_seconds = Minutes(label=_("Longest call, minutes"), required=True)
    note = forms.CharField(label=_("Why"), max_length=200, required=False)
