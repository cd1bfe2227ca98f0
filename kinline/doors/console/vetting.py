"""Words only staff read about visitors: how far a request is, and what was done wrongly."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.core.visitor import State

STATES: dict[str, str | Promise] = {
    State.PENDING: _("Waits"),
    State.APPROVED: _("May visit"),
    State.REFUSED: _("Refused"),
    State.WITHDRAWN: _("Withdrawn"),
    State.EXPIRED: _("Over"),
}
MISTAKES: dict[str, str | Promise] = {
    "visitor.reason_needed": _("Choose a reason of the list."),
    "visitor.note_needed": _("Write it in words: the visitor reads them."),
    "visitor.id_expired": _("This day is over. An ID that has expired is not taken."),
    "visitor.decided_meanwhile": _("A colleague has just decided this one."),
    "visitor.not_there": _("The person is not at this facility now."),
    "visitor.bar_number_needed": _("Type the bar number you checked."),
    "visitor.attorney_right": _(
        "The agency has not verified this attorney. Somebody who may change people must do it."
    ),
    "visitor.own_decision": _("You decided this before. Somebody else must look at the appeal."),
    "visitor.no_open_appeal": _("A colleague has just answered this appeal."),
    "visitor.purpose_needed": _("Say why you look."),
}
