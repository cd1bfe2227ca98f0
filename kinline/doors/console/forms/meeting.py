"""Forms over visits under way: why one watches, what one says to all, why one ends it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.apps.visits.actions.meeting.staff import LONGEST_MESSAGE
from kinline.doors.console.forms.calls import Purpose
from kinline.doors.console.forms.ending import Ending


class WatchVisit(forms.Form):
    """Why a visit is watched. Asked before any picture."""

    purpose = forms.CharField(
        label=_("Why do you watch?"),
        max_length=400,
        min_length=3,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "For example a case number and who asked. It goes to the audit log with your name."
        ),
    )


class WatchRecording(Purpose):
    """Why a recorded visit is played. Asked before any picture."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["purpose"].label = _("Why do you watch?")


class SayToVisit(forms.Form):
    """A sentence that everybody in the visit reads."""

    text = forms.CharField(
        label=_("Message to everybody"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody in the visit reads it. It goes to the audit log."),
    )


class EndVisit(Ending):
    """Why staff end a visit."""

    REASONS = (
        ("stranger", _("Somebody who is not on the visit list")),
        ("rules", _("The visit breaks a rule")),
        ("safety", _("Someone’s safety")),
        ("emergency", _("Emergency in the building")),
        ("other", _("Something else")),
    )
