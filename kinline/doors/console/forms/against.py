"""Saying no: a reason of a closed list, and a note that whoever asked reads."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Against(forms.Form):
    """`listed` are the reasons that may be given, by their codes; `read_by` says who reads it."""

    reason = forms.ChoiceField(label=_("Why"))
    note = forms.CharField(
        label=_("Note"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    listed: tuple[tuple[str, str | Promise], ...] = ()
    read_by: str | Promise = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = [("", _("Choose a reason"))]
        self.fields["reason"].choices = [*empty, *self.listed]  # type: ignore[attr-defined]
        self.fields["note"].help_text = str(self.read_by)
