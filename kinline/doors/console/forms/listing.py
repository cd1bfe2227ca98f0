"""How lists are kept at a facility, and why a number that was asked for is refused."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.apps.people.actions.list_desk import NewListRule
from kinline.doors.console.forms.against import Against
from kinline.doors.words.listing import REASONS

ANY = _("Empty: no limit.")


class RefuseNumber(Against):
    """No, and why."""

    read_by = _("The person inside reads this.")
    listed = tuple(REASONS.items())


class ListRuleForm(forms.Form):
    """How people keep their own lists, from now on."""

    self_kept = forms.BooleanField(
        label=_("People ask for numbers on the tablet"),
        required=False,
        help_text=_("Off: only staff put numbers on lists and take them off."),
    )
    most = forms.IntegerField(label=_("Numbers on a list, at most"), required=False, help_text=ANY)
    changes = forms.IntegerField(
        label=_("Numbers that can be added"),
        required=False,
        help_text=_("In the days below. Taking a number off is always possible. Empty: no limit."),
    )
    within_days = forms.IntegerField(label=_("In days"), required=False)
    days = forms.CharField(
        label=_("Only on these days of the month"),
        max_length=100,
        required=False,
        help_text=_("For example 1, 15. Empty: on every day."),
    )
    approval = forms.BooleanField(
        label=_("Staff look at each number first"),
        required=False,
        help_text=_("A verified attorney’s number waits for nobody."),
    )
    owner_key = forms.BooleanField(
        label=_("Whoever answers must press 1 first"),
        required=False,
        help_text=_("Until then a number is for calls only: no link and no visit."),
    )
    note = forms.CharField(
        label=_("What people should know"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They read it beside their list."),
    )

    def said(self) -> NewListRule:
        """For the room."""
        return NewListRule(**self.cleaned_data)
