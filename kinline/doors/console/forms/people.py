"""Forms of people inside, their numbers and their contacts."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kinline.doors.inputs import DayInput, Minutes, MomentInput

PIN_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class FindPeople(forms.Form):
    text = forms.CharField(label=_("Name or ID"), max_length=60, required=False)
    which = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("People here now")), ("all", _("Also people who left"))],
    )


class PersonForm(forms.Form):
    """A person's own facts, as staff write them down."""

    given_name = forms.CharField(label=_("First name"), max_length=60)
    family_name = forms.CharField(label=_("Last name"), max_length=60)
    unit_id = forms.ChoiceField(label=_("Unit"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, units: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("No unit")), *((str(unit.id), unit.name) for unit in units)]
        self.fields["unit_id"].choices = choices  # type: ignore[attr-defined]

    def clean_unit_id(self) -> UUID | None:
        chosen = self.cleaned_data["unit_id"]
        return UUID(chosen) if chosen else None


class NewPerson(PersonForm):
    number = forms.CharField(
        label=_("ID number"),
        max_length=20,
        help_text=_("The number the agency gave, as people say it."),
    )
    pin = forms.CharField(
        label=_("First PIN"),
        max_length=12,
        widget=forms.PasswordInput(attrs=PIN_DIGITS),
        help_text=_("6 digits. Give it to the person on paper; nobody can read it later."),
    )
    field_order = ("number", "given_name", "family_name", "unit_id", "language", "pin")


class ChangePerson(PersonForm):
    max_call_seconds = Minutes(
        label=_("Longest call, minutes"), help_text=_("Empty: the facility’s own limit counts.")
    )
    do_not_record = forms.BooleanField(
        label=_("Do not record"),
        required=False,
        help_text=_("Every call of this person is private from now on."),
    )
    active = forms.BooleanField(
        label=_("May use Kinline here"),
        required=False,
        help_text=_("Off: cannot sign in and cannot call, for example after leaving."),
    )


class NewPin(forms.Form):
    pin = forms.CharField(
        label=_("New PIN"),
        max_length=12,
        widget=forms.PasswordInput(attrs=PIN_DIGITS),
        help_text=_("6 digits. The old PIN stops working at once."),
    )


class NewNumber(forms.Form):
    number = forms.CharField(
        label=_("Telephone number"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    name = forms.CharField(label=_("Whose number is it?"), max_length=120)
    label = forms.CharField(
        label=_("What the person calls them"),
        max_length=60,
        required=False,
        help_text=_("For example Mama. Shown on the tablet."),
    )
    max_call_seconds = Minutes(
        label=_("Longest call, minutes"), help_text=_("Empty: no limit of its own.")
    )


class SignIn(forms.Form):
    """A contact's own sign-in, so that their browser can ring."""

    email = forms.EmailField(label=_("Email"))
    password = forms.CharField(
        label=_("First password"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. Tell it to them; they can change it."),
    )


class NewPassword(forms.Form):
    """A new first password for a contact who forgot theirs."""

    password = forms.CharField(
        label=_("New first password"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. Tell it to them; they can change it."),
    )


class ChangeNumber(forms.Form):
    label = forms.CharField(label=_("What the person calls them"), max_length=60, required=False)
    max_call_seconds = Minutes(
        label=_("Longest call, minutes"), help_text=_("Empty: no limit of its own.")
    )


class Attorney(forms.Form):
    bar_number = forms.CharField(
        label=_("Bar number"), max_length=40, help_text=_("Checked by you with the bar, today.")
    )
    from_on = forms.DateField(label=_("Private from"), widget=DayInput)
    until_on = forms.DateField(
        label=_("Check again on"),
        required=False,
        widget=DayInput,
        help_text=_("On this day calls are recorded again, unless checked anew."),
    )


class CourtesyForm(forms.Form):
    """One call that staff grant."""

    until = forms.DateTimeField(
        label=_("Can be made until"),
        widget=MomentInput,
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=_("On the facility’s clock."),
    )
    max_call_seconds = Minutes(label=_("Longest call, minutes"), required=True)
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("It stands beside the grant, for staff.")
    )


class Keyed(forms.Form):
    """A form that is sent once: what it asks for is done once however often it comes."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)


class Transfer(Keyed):
    """Where somebody goes. What changes with it stands on the page."""

    to = forms.ChoiceField(label=_("To which facility"))
    number = forms.CharField(
        label=_("ID number there"),
        max_length=20,
        help_text=_("Often the agency gives a new one. They sign in with it there."),
    )

    def __init__(self, *args: Any, places: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose a facility")), *((one.place, one.name) for one in places)]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class Release(Keyed):
    """That somebody leaves custody."""

    sure = forms.BooleanField(label=_("They leave custody. Their sign-in and their calls end now."))
