"""Forms that ask the rules before somebody is refused a visit or a message."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.core.message.terms import Direction
from kinline.core.visit.terms import GRID_MINUTES
from kinline.doors.inputs import MomentInput

_LONGEST_MINUTES = 4 * 60


class _Two(forms.Form):
    """A person inside and a contact."""

    person = forms.CharField(label=_("Person: ID number or name"), max_length=60)
    contact = forms.CharField(
        label=_("Contact: telephone number or e-mail"),
        max_length=254,
        help_text=_("Somebody who is linked with, called by or visits a person here."),
    )
    at = forms.DateTimeField(
        label=_("When"),
        widget=MomentInput,
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=_("On the facility’s clock."),
    )


class TryVisit(_Two):
    """A visit that somebody would book now."""

    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=GRID_MINUTES, max_value=_LONGEST_MINUTES
    )

    def clean_minutes(self) -> int:
        """Visits are whole steps of the calendar."""
        minutes: int = self.cleaned_data["minutes"]
        if minutes % GRID_MINUTES:
            raise forms.ValidationError(_("Give a multiple of 5 minutes."))
        return minutes


class TryMessage(_Two):
    """A message that one of the two would send."""

    writer = forms.ChoiceField(
        label=_("Who writes"),
        choices=[(Direction.OUT, _("The person inside")), (Direction.IN, _("The contact"))],
    )
