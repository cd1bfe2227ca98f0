"""Whether people of a unit wait in line for its phones, and for what wait to reckon."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.apps.calls.actions.queue_rules import USUAL_OFFER
from kinline.apps.calls.queries.queue_figures import QueueRuleView
from kinline.apps.calls.queuing import HANDSET, TABLET

LONGEST_WAIT_MINUTES = 240
USUAL_WAIT_MINUTES = 10


class QueueForm(forms.Form):
    """One rule. Which devices count: a box for each kind."""

    on = forms.BooleanField(label=_("People wait in line for the phones"), required=False)
    handset = forms.BooleanField(label=_("Wall phones count"), required=False)
    tablet = forms.BooleanField(label=_("Tablets count"), required=False)
    offer_seconds = forms.IntegerField(
        label=_("A phone is held for so many seconds"), min_value=1, max_value=9_999
    )
    note = forms.CharField(label=_("Why"), max_length=200, required=False)

    @classmethod
    def of(cls, rule: QueueRuleView | None) -> "QueueForm":
        """With what holds now in its boxes."""
        if rule is None:
            return cls(initial={HANDSET: True, "offer_seconds": USUAL_OFFER})
        kinds = {kind: kind in rule.devices for kind in (HANDSET, TABLET)}
        return cls(initial={"on": rule.on, "offer_seconds": rule.offer_seconds, **kinds})

    def devices(self) -> list[str]:
        """The kinds that were ticked."""
        return [kind for kind in (HANDSET, TABLET) if self.cleaned_data[kind]]


class WithinForm(forms.Form):
    """How long nine of ten people may wait."""

    within = forms.IntegerField(
        label=_("Nine of ten wait no longer than (minutes)"),
        min_value=1,
        max_value=LONGEST_WAIT_MINUTES,
    )

    @classmethod
    def asked(cls, data: Any) -> "WithinForm":
        return cls({"within": data.get("within", USUAL_WAIT_MINUTES)})

    def minutes(self) -> int:
        """What was asked, or the usual where that was none."""
        return self.cleaned_data["within"] if self.is_valid() else USUAL_WAIT_MINUTES
