"""Short names of a call's states, of what limits it, and of what makes it private."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.core.call.caller import Caller
from kinline.core.call.states import State
from kinline.core.policy.controls import CONTROL
from kinline.doors.words import controls
from kinline.doors.words.clock import span

STATES: dict[State, str | Promise] = {
    State.REFUSED: _("Did not go out"),
    State.AUTHORIZED: _("Starting"),
    State.RINGING: _("Ringing"),
    State.ANNOUNCING: _("Listening to the announcement"),
    State.TALKING: _("Talking"),
    State.ENDED: _("Ended"),
}

LIMITS: dict[str, str | Promise] = {
    "closing": _("phones close then"),
    "facility": _("rule of %(facility)s"),
    "person": _("limit for this person, set by %(facility)s"),
    "number": _("limit for this number, set by %(facility)s"),
    "intake": _("limit for calls without sign-in, set by %(facility)s"),
    "money": _("as long as the money for it lasts"),
    "control": _("control of %(facility)s"),
    "courtesy": _("limit of this one call, set by staff of %(facility)s"),
}

PRIVATE_BECAUSE: dict[str, str | Promise] = {
    "line": _("This line is private, whoever calls it."),
    "attorney": _("A verified attorney is on the call."),
    "person": _("The person inside is marked “do not record”."),
    "number": _("This number is marked “do not record”."),
    "station": _("This device is marked “do not record”."),
    "control": _("A control of the facility says “do not record”."),
}

# Who calls, where nobody signed in or nobody may be named.
CALLERS: dict[Caller, str | Promise] = {
    Caller.NOBODY: _("Nobody signed in"),
    Caller.INTAKE: _("Nobody signed in"),
    Caller.ANONYMOUS: _("Anonymous by rule"),
}


def limit_by(code: str, *, facility: str, facts: Mapping[str, str] | None = None) -> str:
    """Who set the limit that counts."""
    if code == CONTROL and facts:
        return controls.limit(facts)
    return str(LIMITS[code]) % {"facility": facility}


def limit(seconds: int, code: str, *, facility: str) -> str:
    """20 minutes, rule of Bristol County."""
    return f"{span(seconds)}, {limit_by(code, facility=facility)}"
