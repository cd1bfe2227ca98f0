"""What staff say about visitors: yes until when, no and why, what they are, how a place does it."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.apps.people.visitor_desk import VisitorView
from kinline.core import visitor as core
from kinline.core.visitor import VisitorKind
from kinline.doors.console.forms.against import Against
from kinline.doors.inputs import DayInput
from kinline.doors.words.visitors import KINDS, REASONS

NOTE = _("The visitor reads this.")


class Mark(forms.Form):
    """What was verified of a visitor."""

    kind = forms.ChoiceField(label=_("Comes as"), choices=list(KINDS.items()))
    bar_number = forms.CharField(
        label=_("Bar number"),
        max_length=40,
        required=False,
        help_text=_("Only for an attorney whom the agency has not verified yet."),
    )

    def said(self) -> dict[str, Any]:
        """For the room."""
        typed = self.cleaned_data
        return {"kind": VisitorKind(typed["kind"]), "bar_number": typed["bar_number"]}


class Approve(Mark):
    """Yes: what the ID says of its end, which children may come, and as what they come."""

    id_expires_on = forms.DateField(
        label=_("The ID expires on"),
        required=False,
        widget=DayInput,
        help_text=_("As it stands on the ID. Empty: it has no such day."),
    )
    minors = forms.MultipleChoiceField(
        label=_("Children who may come"), required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("id_expires_on", "minors", "kind", "bar_number")

    def __init__(self, *args: Any, seen: VisitorView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.id), one.name) for one in seen.minors]
        self.fields["minors"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["minors"]

    def said(self) -> dict[str, Any]:
        ticked = self.cleaned_data.get("minors", [])
        return {
            **super().said(),
            "id_expires_on": self.cleaned_data["id_expires_on"],
            "minors": [UUID(one) for one in ticked],
        }


class _Against(Against):
    read_by = NOTE


class Refuse(_Against):
    """No, and why."""

    listed = tuple((one.value, REASONS[one]) for one in core.TO_REFUSE)


class Withdraw(_Against):
    """No longer, and why."""

    listed = tuple((one.value, REASONS[one]) for one in core.TO_WITHDRAW)


class Answer(forms.Form):
    """The answer to an appeal; the button says which."""

    note = forms.CharField(
        label=_("Your answer in words"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=NOTE,
    )


class Look(forms.Form):
    """Why somebody looks at the pictures of what is decided."""

    purpose = forms.CharField(
        label=_("Why do you look?"),
        max_length=200,
        help_text=_("It stands in the audit log with your name."),
    )


class VisitorRuleForm(forms.Form):
    """How a facility takes visitors."""

    offered = forms.BooleanField(label=_("Requests to visit can be sent"), required=False)
    good_days = forms.IntegerField(
        label=_("An approval holds for days, at most"),
        help_text=_("It ends before that with the day the ID expires."),
    )
    keep_days = forms.IntegerField(
        label=_("Photos are kept for days after the decision"),
        help_text=_("Then they are erased by themselves, with a line in the audit log."),
    )
    note = forms.CharField(
        label=_("What visitors should know before they ask"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
