"""Forms of staff and their rights."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.doors.console import say


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
