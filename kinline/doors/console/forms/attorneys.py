"""What staff say about attorneys: yes until when, no and why, and only here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.core import attorney as core
from kinline.core.attorney import Reason
from kinline.doors.console.attorney_words import REASONS
from kinline.doors.inputs import DayInput

NOTE = _("The attorney reads this.")


class Approve(forms.Form):
    """Yes, until the day on which it is asked again."""

    until_on = forms.DateField(
        label=_("Must ask again by"),
        widget=DayInput,
        help_text=_("At most two years from now. On this day it no longer holds."),
    )


class _Against(forms.Form):
    reason = forms.ChoiceField(label=_("Why"))
    note = forms.CharField(
        label=_("Note"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=NOTE,
    )
    allowed: tuple[Reason, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(one.value, REASONS[one]) for one in self.allowed]
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a reason")),
            *listed,
        ]


class Refuse(_Against):
    """No, and why."""

    allowed = core.TO_REFUSE


class End(_Against):
    """No longer, and why: for the state, or for one's own agency alone."""

    allowed = core.TO_END
