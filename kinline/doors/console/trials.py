"""What became of a test call, in words. Codes are SIP's (RFC 3261, section 21)."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kinline.apps.facilities.queries import TrialView

STATES: dict[str, str | Promise] = {
    "waiting": _("Waiting for an engine"),
    "ringing": _("Ringing"),
    "lost": _("No answer from our own engine. Is it running with telephones?"),
}
CODES: dict[int, str | Promise] = {
    200: _("Answered: it works"),
    401: _("Refused: the phone company wants a user name and password"),
    403: _("Refused: the phone company does not let us call"),
    404: _("Refused: the phone company knows no such number"),
    407: _("Refused: the user name or password is wrong"),
    408: _("Nobody answered"),
    480: _("Nobody answered: the telephone is not there now"),
    484: _("Refused: the phone company wants the number in another form"),
    486: _("Busy"),
    487: _("Nobody answered"),
    488: _("Refused: no common kind of sound. We speak G.711"),
    503: _("The phone company has no line for us now, or is not reached"),
    600: _("Busy"),
    603: _("The telephone turned the call down"),
}


def words(trial: TrialView) -> str:
    """What happened, with the code where staff may have to tell it to the phone company."""
    if trial.state != "done" or trial.code is None:
        return str(STATES[trial.state])
    if trial.code not in CODES:
        return gettext("Not connected: SIP %(code)s") % {"code": trial.code}
    told = str(CODES[trial.code])
    return told if trial.code == 200 else f"{told} (SIP {trial.code})"
