"""What staff say about attorneys: yes until when, no and why, and only here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.core import attorney as core
from kinline.doors.console.attorney_words import REASONS
from kinline.doors.console.forms.against import Against
from kinline.doors.inputs import DayInput

NOTE = _("The attorney reads this.")


class Approve(forms.Form):
    """Yes, until the day on which it is asked again."""

    until_on = forms.DateField(
        label=_("Must ask again by"),
        widget=DayInput,
        help_text=_("At most two years from now. On this day it no longer holds."),
    )


class _Against(Against):
    read_by = NOTE


class Refuse(_Against):
    """No, and why."""

    listed = tuple((one.value, REASONS[one]) for one in core.TO_REFUSE)


class End(_Against):
    """No longer, and why: for the state, or for one's own agency alone."""

    listed = tuple((one.value, REASONS[one]) for one in core.TO_END)
