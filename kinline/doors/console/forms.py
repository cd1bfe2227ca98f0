"""What staff type in. The rooms decide whether it is right; forms only read it."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kinline.apps.facilities.topics import Topic
from kinline.core.call.states import EndReason
from kinline.doors.console import say
from kinline.doors.words import contact, ends, lines

MINUTE = 60
PIN_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class HourInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class Minutes(forms.IntegerField):
    """A limit typed in whole minutes and handed on in seconds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=24 * 60, required=False, **options)

    def clean(self, value: Any) -> int | None:
        minutes = super().clean(value)
        return None if minutes is None else minutes * MINUTE

    def prepare_value(self, value: Any) -> Any:
        return value


class FindCalls(forms.Form):
    """The filter over finished calls; whatever is left empty counts as "any"."""

    person = forms.CharField(label=_("Person"), max_length=60, required=False)
    number = forms.CharField(label=_("Number"), max_length=30, required=False)
    day = forms.DateField(label=_("Day"), required=False, widget=DayInput)
    outcome = forms.ChoiceField(label=_("How it ended"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        endings = [
            (str(reason), ends.sentence(reason, None, inside="", outside=""))
            for reason in EndReason
        ]
        refused = ("refused", _("Did not go out"))
        self.fields["outcome"].choices = [("", _("Any")), refused, *endings]  # type: ignore[attr-defined]


class EndCall(forms.Form):
    """Why staff end a call: one of a list, and their own words."""

    REASONS: ClassVar = [
        ("safety", _("Someone’s safety")),
        ("disorder", _("Disorder in the unit")),
        ("emergency", _("Emergency in the building")),
        ("misuse", _("The call breaks a rule")),
        ("other", _("Something else")),
    ]
    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your words"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It goes to the audit log with your name."),
    )

    def said(self) -> str:
        """The reason and the words as they go to the audit log."""
        return f"{self.cleaned_data['reason']}: {self.cleaned_data['words']}"


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
    max_call_seconds = Minutes(label=_("Longest call, minutes"))
    note = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["max_call_seconds"].required = True


class CourtesyForm(forms.Form):
    """One call that staff grant."""

    until = forms.DateTimeField(
        label=_("Can be made until"),
        widget=MomentInput,
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=_("On the facility’s clock."),
    )
    max_call_seconds = Minutes(label=_("Longest call, minutes"))
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("It stands beside the grant, for staff.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["max_call_seconds"].required = True


class NewNetwork(forms.Form):
    cidr = forms.CharField(
        label=_("Network"), max_length=50, help_text=_("For example 10.20.30.0/24.")
    )


class NewTrunk(forms.Form):
    """A phone company: where it is, and what it wants to know."""

    name = forms.CharField(label=_("Name"), max_length=60)
    host = forms.CharField(
        label=_("Address"), max_length=120, help_text=_("For example sip.carrier.example.")
    )
    port = forms.IntegerField(label=_("Port"), initial=5060)
    caller = forms.CharField(
        label=_("Number that phones show"), max_length=20, help_text=_("For example +15085550100.")
    )
    user = forms.CharField(
        label=_("User name"),
        max_length=60,
        required=False,
        help_text=_("Empty if the phone company knows us by our address."),
    )
    secret = forms.CharField(
        label=_("Password"),
        max_length=120,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class Languages(forms.Form):
    """What wall phones offer, one by one."""

    CHOICES = (
        ("", _("none")),
        ("en", _("English")),
        ("es", _("Spanish")),
        ("pt", _("Portuguese")),
        ("ht", _("Haitian Creole")),
    )
    first = forms.ChoiceField(label=_("Key 1"), choices=CHOICES[1:])
    second = forms.ChoiceField(label=_("Key 2"), choices=CHOICES, required=False)
    third = forms.ChoiceField(label=_("Key 3"), choices=CHOICES, required=False)
    fourth = forms.ChoiceField(label=_("Key 4"), choices=CHOICES, required=False)

    @classmethod
    def of(cls, languages: list[str]) -> "Languages":
        return cls(initial=dict(zip(cls.base_fields, languages, strict=False)))

    @property
    def chosen(self) -> list[str]:
        return [word for word in self.cleaned_data.values() if word]


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
        acts = sorted(
            ((code, str(words)) for code, words in say.ACTS.items()), key=lambda act: act[1]
        )
        self.fields["act"].choices = [("", _("Anything")), *acts]  # type: ignore[attr-defined]


class GiveRole(forms.Form):
    email = forms.EmailField(label=_("Email"), help_text=_("Staff sign in with it."))
    role = forms.ChoiceField(label=_("Role"), choices=list(say.ROLES.items()))
    whole_agency = forms.BooleanField(label=_("At every facility of the agency"), required=False)
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("Only if there is no account with this email yet."),
    )
    password = forms.CharField(
        label=_("First password"),
        max_length=128,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Only for a new account. They set up the second step when they sign in."),
    )


class ResetSecondStep(forms.Form):
    reason = forms.CharField(
        label=_("Why do you reset it?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "For example that the phone is lost, and how you know who asks. It goes to the audit "
            "log with your name."
        ),
    )
