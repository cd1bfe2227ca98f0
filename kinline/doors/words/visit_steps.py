"""What happened to a visit, step by step, as staff read its history."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kinline.apps.visits.queries.staff import StepView
from kinline.doors.words import clock

Text = str | Promise

STEPS: dict[str, Text] = {
    "booked": gettext_lazy("Booked"),
    "requested": gettext_lazy("Asked for"),
    "approved": gettext_lazy("Approved"),
    "refused": gettext_lazy("Not approved"),
    "changed": gettext_lazy("Moved"),
    "cancelled": gettext_lazy("Canceled"),
    "reminded": gettext_lazy("Reminded"),
    "missed": gettext_lazy("Missed"),
    "lapsed": gettext_lazy("No answer came in time"),
    "failed": gettext_lazy("Could not be held"),
    "met": gettext_lazy("Both sides met"),
    "ended": gettext_lazy("Ended"),
}
SIDES: dict[str, Text] = {
    "contact": gettext_lazy("by the visitor"),
    "person": gettext_lazy("by the person inside"),
    "kinline": gettext_lazy("by rule"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One step."""

    when: str
    words: str
    who: str
    more: str


def line(step: StepView, zone: str, now: datetime) -> Line:
    """A step in words; one without words yet shows its code: a history hides nothing."""
    who = step.by_name if step.side == "staff" else str(SIDES.get(step.side, step.side))
    more = [step.facts.get("why", ""), step.facts.get("note", "")]
    if step.facts.get("late") in {"1", "true", "True"}:
        more.append(_("Late."))
    return Line(
        when=clock.when(step.at, zone, now),
        words=str(STEPS.get(step.what, step.what)),
        who=who,
        more=" ".join(part for part in more if part),
    )
