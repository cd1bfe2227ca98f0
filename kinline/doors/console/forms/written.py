"""Forms about what people wrote: holds by law, and copies handed out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.apps.ids import as_uuid


class Hold(forms.Form):
    """A legal hold, on everything or on what two people wrote each other."""

    contact_id = forms.TypedChoiceField(
        label=_("Which messages"), required=False, empty_value=None, coerce=as_uuid
    )
    why = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("For example the court and the number of the case. Only staff read it."),
    )

    def __init__(self, *args: Any, contacts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("Everything they wrote and were written"))
        self.fields["contact_id"].choices = [everything, *contacts]  # type: ignore[attr-defined]


class Lift(forms.Form):
    """The end of a hold."""

    why = forms.CharField(
        label=_("Why it ends"),
        max_length=200,
        help_text=_("It goes to the audit log with your name."),
    )


class HandOut(forms.Form):
    """For what somebody's messages are handed out."""

    why = forms.CharField(
        label=_("What for"),
        max_length=200,
        help_text=_("For example that they asked for it. It goes to the audit log with your name."),
    )
