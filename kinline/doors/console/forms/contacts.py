"""Forms of no-contact orders."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kinline.core.order import MOST_BYTES
from kinline.doors.inputs import DayInput


class KeepApartFrom(forms.Form):
    """An order against somebody who is known from a link."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("For example the court and the number of the order. Only staff read it."),
    )
    until = forms.DateField(
        label=_("Through which day"),
        required=False,
        widget=DayInput,
        help_text=_("Empty: until it is lifted."),
    )


class KeepApart(KeepApartFrom):
    """An order against an e-mail or a telephone number."""

    against = forms.CharField(
        label=_("Email or telephone number"),
        max_length=254,
        help_text=_("It also holds if somebody signs up with it later."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("against", "reason", "until")


class Paper(forms.Form):
    """A photo or a PDF of an order."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # what is in it is looked at further in
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/*"}),
        error_messages={"required": _("Choose a file.")},
        help_text=format_lazy(
            _("A PDF, or a photo of the paper. At most {most} MB."), most=MOST_BYTES // 1_000_000
        ),
    )
