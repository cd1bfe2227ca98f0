"""Forms of wall phones, the networks they speak from, and phone companies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.apps.facilities.actions.telephones import LIMITS
from kinline.core.policy.trunk import TrunkLimits


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


class Limits(forms.Form):
    """What a phone company may carry for the agency."""

    at_once = forms.IntegerField(
        label=_("Calls at once"),
        help_text=_("How many calls may go on through this phone company at the same time."),
    )
    a_minute = forms.IntegerField(
        label=_("New calls in a minute"),
        help_text=_("How many calls may begin within 60 seconds."),
    )
    abroad_minutes = forms.IntegerField(
        label=_("Minutes abroad in a day"),
        help_text=_("Talked to other countries, all calls together. 0: no calls abroad."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in LIMITS.items():
            field = self.fields[name]
            field.min_value, field.max_value = least, most  # type: ignore[attr-defined]
            field.widget.attrs |= {"min": least, "max": most}

    @property
    def limits(self) -> TrunkLimits:
        return TrunkLimits(**self.cleaned_data)


class TestCall(forms.Form):
    """A number to ring through a phone company."""

    number = forms.CharField(
        label=_("Number to ring"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("An ordinary number in this country, such as your own desk’s."),
    )
