"""Why one cannot come into a visit now, and why a visit ended: one sentence for each side."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.core.visit.states import EndReason

Text = str | Promise

NOT_NOW = _("You can’t come in now. Look at your visits.")
WHY_NOT: dict[str, Text] = {
    "visit.too_early": _("The waiting room opens 15 minutes before the visit."),
    "visit.over": _("This visit is over."),
    "visit.not_agreed_yet": _("The facility has not agreed to this visit yet."),
    "visit.booked_for_others": _("You booked this visit for others. You are not on its list."),
    "visit.person_elsewhere": _("The person you visit is not at this facility now."),
    "visit.lockdown": _("The facility is locked down. No visits are held now."),
    "control.closed": _("The facility has closed visits for now. Your visits say why."),
    "visit.visitor_not_approved": _("The facility has not approved you for this visit."),
    "visit.private": _("Private video visits are not set up here."),
}


@dataclass(frozen=True, slots=True)
class End:
    """Sentences for one reason: for whoever takes part, and for staff."""

    title: Text
    told: Text
    staff: Text


OVER = _("The visit is over")
ENDS: dict[str, End] = {
    EndReason.TIME_UP: End(
        OVER, _("Time was up. The visit ended as planned."), _("Its time was up.")
    ),
    EndReason.LEFT: End(
        OVER,
        _("One side left and did not come back, so the visit ended."),
        _("One side left."),
    ),
    EndReason.STAFF: End(
        _("Staff ended the visit"),
        _("The staff of the facility ended this visit. You can ask them why."),
        _("Staff ended it."),
    ),
    EndReason.LOCKDOWN: End(
        _("The visit was stopped"),
        _("The facility was locked down, so the visit ended. You did nothing wrong."),
        _("The facility was locked down."),
    ),
    EndReason.ENGINE_LOST: End(
        _("The visit broke off"),
        _("Our equipment failed. You did nothing wrong. What you paid comes back."),
        _("The engine was lost."),
    ),
    EndReason.FAULT: End(
        _("The visit broke off"),
        _("Something failed on our side. You did nothing wrong. What you paid comes back."),
        _("A fault of ours."),
    ),
}
# What only a page knows.
HERE: dict[str, tuple[Text, Text]] = {
    "left_me": (
        _("You left the visit"),
        _("The visit goes on. You can come back until it ends."),
    ),
    "elsewhere": (
        _("You are in this visit on another page"),
        _("Somebody opened the visit in another window or on another device."),
    ),
    "signed_out": (_("You are signed out"), _("Sign in again to come back to the visit.")),
    "betrayed": (
        _("Cut: somebody may be between you"),
        _(
            "The other screen did not show the key that it had promised. So we closed the "
            "connection before anything could be heard. Come back in once more. If it happens "
            "again, meet in person."
        ),
    ),
    "not_yours": (OVER, _("You can’t come in now. Look at your visits.")),
}
STEPS: dict[str, Text] = {
    "came": _("came in"),
    "began": _("The visit began."),
    "met": _("Both sides were there."),
    "lost": _("lost the connection"),
    "back": _("came back"),
    "left": _("left"),
    "warned": _("A warning was shown."),
    "told": _("A message of staff was shown."),
    "recording_failed": _("The recording failed."),
    "ended": _("The visit ended."),
}
SEATS: dict[str, Text] = {
    "inside": _("Inside"),
    "home-1": _("Home 1"),
    "home-2": _("Home 2"),
    "home-3": _("Home 3"),
    "home-4": _("Home 4"),
}


def why_not(code: str) -> Text:
    """Why one cannot come in, in one sentence."""
    return WHY_NOT.get(code, NOT_NOW)
