"""Words only staff read about attorneys: how far it is, why, and what was done wrongly."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.core.attorney import Reason
from kinline.core.visitor import State

STATES: dict[str, str | Promise] = {
    State.PENDING: _("Waits"),
    State.APPROVED: _("Verified"),
    State.REFUSED: _("Refused"),
    State.WITHDRAWN: _("Ended"),
    State.EXPIRED: _("Over"),
}
REASONS: dict[str, str | Promise] = {
    Reason.UNREADABLE: _("The photo can’t be read well"),
    Reason.NOT_LISTED: _("Not on the bar’s list, or not active there"),
    Reason.NAME_DIFFERS: _("The name on the card differs"),
    Reason.ELSEWHERE: _("A card of another state"),
    Reason.LEFT_THE_BAR: _("No longer active at the bar"),
    Reason.MISUSED: _("Somebody else spoke on a private line"),
    Reason.OTHER: _("Another reason"),
}
MISTAKES: dict[str, str | Promise] = {
    "attorney.reason_needed": _("Choose a reason of the list."),
    "attorney.note_needed": _("Write it in words: the attorney reads them."),
    "attorney.until_wrong": _("Choose a day after today, within %(days)s days."),
    "attorney.decided_meanwhile": _("A colleague has just decided this one."),
    "attorney.not_yours_to_end": _(
        "Another agency decided this. You can end it for your own agency."
    ),
    "attorney.ended_already": _("It does not hold at your agency any more."),
    "attorney.own_decision": _("You decided this before. Somebody else must look at the appeal."),
    "attorney.no_open_appeal": _("A colleague has just answered this appeal."),
    "attorney.purpose_needed": _("Say why you look."),
    "quarantine.why_needed": _("Say why this number was private then."),
    "quarantine.already": _("It is locked away already."),
    "quarantine.gone": _("It is destroyed already."),
    "quarantine.still_on": _("The call is still going on. End it first."),
    "quarantine.another_must": _("You locked it away. Somebody else must destroy it."),
}
