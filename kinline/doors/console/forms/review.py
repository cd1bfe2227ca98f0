"""Forms of review: a decision, a question, an answer, a policy, a stop."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from kinline.apps.review.actions import opinions, stops
from kinline.apps.review.actions.decide import LONGEST_NOTE, Said
from kinline.apps.review.actions.policies import MOST_TARGET_MINUTES, Wish
from kinline.apps.review.actions.stops import Halt
from kinline.core.message.terms import WRITTEN, Direction, Service
from kinline.core.review.terms import Mode, Reason
from kinline.doors.inputs import MomentInput
from kinline.doors.words import reviewing

MINUTES_OF_HOUR = 60


class Decide(forms.Form):
    """Deliver it, or mark parts and say by which rule and what exactly was seen.

    The buttons say what to do: `do` is "deliver" or "reject". Kept as typed when it is refused.
    """

    rejected = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    reason = forms.ChoiceField(
        label=_("Not delivered: by which rule?"),
        required=False,
        widget=forms.Select(attrs={"data-key": "r"}),
    )
    note = forms.CharField(
        label=_("What exactly did you see?"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-key": "w"}),
        help_text=_("Both people read this. What somebody thinks or believes is never a reason."),
    )

    def __init__(
        self, *args: Any, parts: Sequence[str], reasons: Iterable[Reason], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.parts = parts
        self.choice("rejected").choices = [(name, name) for name in parts]
        named = [(reason.value, reviewing.word("reason", reason)) for reason in reasons]
        self.choice("reason").choices = [("", _("Choose a rule")), *named]

    def choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    @property
    def marked(self) -> frozenset[str]:
        """The parts that are marked in what was typed."""
        return frozenset(self["rejected"].data or [])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        chosen = data.get("rejected") or []
        if self.data.get("do") == "deliver":
            if chosen:
                self.add_error(
                    None, _("You marked a part. Take the mark off, or don’t deliver it.")
                )
        elif not chosen and len(self.parts) == 1:
            data["rejected"] = list(self.parts)
        elif not chosen:
            self.add_error(None, _("Mark the parts that are not to be delivered."))
        return data

    def said(self) -> Said:
        """What it comes to. Only of a valid form."""
        data = self.cleaned_data
        if self.data.get("do") == "deliver":
            return Said(note=data["note"])
        reason = Reason(data["reason"]) if data["reason"] else None
        return Said(frozenset(data["rejected"]), reason, data["note"])


class DecideAppeal(Decide):
    """The same on appeal: with nothing marked all of it goes out after all; a note always."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super(Decide, self).clean() or {}
        if self.data.get("do") == "uphold":
            data["rejected"] = list(self.parts)
        elif self.data.get("do") == "reverse":
            data["rejected"] = []
        elif not data.get("rejected"):
            self.add_error(None, _("Mark the parts that are not to be delivered."))
        return data


class Question(forms.Form):
    question = forms.CharField(
        label=_("Your question to a colleague"),
        max_length=opinions.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Answer(forms.Form):
    words = forms.CharField(
        label=_("Your answer"),
        max_length=opinions.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _services() -> list[tuple[str, Any]]:
    named = [(service.value, reviewing.word("service", service)) for service in WRITTEN]
    return [("", _("Every one")), *named]


def _moment(typed: datetime | None, zone: str) -> datetime | None:
    """What was typed as a moment on the facility's wall."""
    if typed is None:
        return None
    return make_aware(typed.replace(tzinfo=None), ZoneInfo(zone))


class PolicyForm(forms.Form):
    """What is looked at from now on. `about`: of one person or contact, with reason and end."""

    mode = forms.ChoiceField(label=_("What is looked at"))
    sample_percent = forms.IntegerField(
        label=_("If a part: how many of a hundred"), required=False, min_value=1, max_value=100
    )
    service = forms.ChoiceField(label=_("Service"), required=False)
    direction = forms.ChoiceField(label=_("Which way"), required=False)
    target_minutes = forms.IntegerField(
        label=_("Goal: minutes until it is decided"),
        min_value=1,
        max_value=MOST_TARGET_MINUTES,
        initial=2 * MINUTES_OF_HOUR,
    )
    reason = forms.CharField(
        label=_("Why"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    until = forms.DateTimeField(label=_("Until"), required=False, widget=MomentInput())

    def __init__(self, *args: Any, about: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        modes = [(mode.value, reviewing.word("mode", mode)) for mode in Mode]
        self._choose("mode", modes)
        self._choose("service", _services())
        ways = [(way.value, reviewing.word("direction", way)) for way in Direction]
        self._choose("direction", [("", _("Both ways")), *ways])
        self.fields["reason"].required = self.fields["until"].required = about

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def wish(self, zone: str) -> Wish:
        data = self.cleaned_data
        return Wish(
            mode=Mode(data["mode"]),
            target_minutes=data["target_minutes"],
            sample_percent=data["sample_percent"],
            service=Service(data["service"]) if data["service"] else None,
            direction=Direction(data["direction"]) if data["direction"] else None,
            reason=data["reason"],
            until=_moment(data["until"], zone),
        )


class StopForm(forms.Form):
    """Stop writing, with a reason that both sides read, until a moment."""

    service = forms.ChoiceField(label=_("Service"), required=False)
    reason = forms.CharField(
        label=_("Why"),
        max_length=stops.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody it is about reads this."),
    )
    until = forms.DateTimeField(label=_("Until"), widget=MomentInput())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _services()

    def halt(self, zone: str) -> Halt:
        data = self.cleaned_data
        service = Service(data["service"]) if data["service"] else None
        return Halt(data["reason"], _moment(data["until"], zone), service)


class WhyEnd(forms.Form):
    why = forms.CharField(label=_("Why it ends"), max_length=stops.LONGEST_REASON)
