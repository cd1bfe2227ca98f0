"""Words only staff read: acts in the audit log, rights and roles, steps of a call, mistakes.

What both ends read (why a call ended, why one did not go out) is in kinline.doors.words.
"""

from collections.abc import Mapping

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kinline.apps.people.rights import Right
from kinline.core.control import Step
from kinline.core.refusal import Refusal, Whose
from kinline.doors.words import calls

Text = str | Promise

STEPS: dict[str, Text] = {
    Step.RANG: _("It rang"),
    Step.ANSWERED: _("Answered, the announcement began"),
    Step.ACCEPTED: _("Accepted, they could talk"),
    Step.WARNED: _("Both were told that one minute is left"),
    Step.LINE_LOST: _("A line was lost"),
    Step.LINE_BACK: _("The line came back"),
    Step.RECORDING_FAILED: _("The recording failed"),
    "ended": _("Ended"),
}

SIDES: dict[str, Text] = {"inside": _("the side inside"), "outside": _("the called side")}

WHOSE: dict[str, Text] = {
    Whose.CONTACT: _("the contact’s"),
    Whose.PERSON: _("the person’s own"),
    Whose.FACILITY: _("the facility’s"),
    Whose.LAW: _("the law’s"),
    Whose.KINLINE: _("Kinline’s"),
}

RIGHTS: dict[str, Text] = {
    Right.SEE_CALLS: _("See calls"),
    Right.END_CALLS: _("End calls"),
    Right.LISTEN: _("Listen to recordings"),
    Right.SEE_PEOPLE: _("See people"),
    Right.CHANGE_PEOPLE: _("Change people and their lists"),
    Right.SEE_FACILITY: _("See the facility’s rules"),
    Right.CHANGE_FACILITY: _("Change the facility’s rules"),
    Right.CHANGE_STATIONS: _("Change tablets"),
    Right.CHANGE_STAFF: _("Give and end rights of staff"),
    Right.SEE_AUDIT: _("Read the audit log"),
}

ROLES: dict[str, Text] = {
    "officer": _("Officer"),
    "investigator": _("Investigator"),
    "supervisor": _("Supervisor"),
    "facility_admin": _("Facility administrator"),
    "agency_admin": _("Agency administrator"),
    "auditor": _("Auditor"),
}

SCOPES: dict[str, Text] = {"facility": _("this facility"), "agency": _("the whole agency")}

ACTS: dict[str, Text] = {
    "facility.rule_set": _("Set a calling rule"),
    "facility.rule_dropped": _("Took back a calling rule"),
    "unit.added": _("Added a unit"),
    "station.added": _("Added a tablet"),
    "station.changed": _("Changed a tablet"),
    "station.code_made": _("Made an enrolment code"),
    "station.enrolled": _("Enrolled a device"),
    "station.device_forgotten": _("Removed a device"),
}

MISTAKES: dict[str, Text] = {
    "name.missing": _("Type a name."),
    "name.too_long": _("Use at most 60 letters."),
    "name.taken": _("This name is taken here. Choose another."),
    "rule.in_the_past": _("This day is over. Choose today or a later day."),
    "rule.opens_after_closing": _("Phones must close later than they open."),
    "rule.limit_too_short": _("Give at least 1 minute, or leave it empty."),
    "rule.note_too_long": _("Use at most 200 letters."),
}

KINDS: dict[str, Mapping[str, Text]] = {
    "state": {str(key): words for key, words in calls.STATES.items()},
    "private": calls.PRIVATE_BECAUSE,
    "step": STEPS,
    "side": SIDES,
    "whose": WHOSE,
    "right": RIGHTS,
    "role": ROLES,
    "scope": SCOPES,
    "act": ACTS,
}


def word(kind: str, code: str) -> str:
    """The words of a code. An act that has none yet shows its code: a log hides nothing."""
    words = KINDS[kind].get(code)
    return code if words is None else str(words)


def blame(form: forms.Form, refusals: tuple[Refusal, ...]) -> None:
    """Put each refusal of an action beside the field where it can be put right."""
    for refusal in refusals:
        named = str(refusal.facts.get("field", ""))
        field = named if named in form.fields else None
        words = MISTAKES.get(refusal.code)
        form.add_error(field, str(words) if words is not None else _now("This can’t be done now."))


def sentence(refusals: tuple[Refusal, ...]) -> str:
    """The first mistake in words, for a note at the top of a page."""
    words = MISTAKES.get(refusals[0].code)
    return str(words) if words is not None else _now("This can’t be done now.")
