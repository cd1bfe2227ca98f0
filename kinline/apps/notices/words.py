"""What a notice says where anybody may read it: that something is there, never who or what.

The lock screen of a telephone and somebody else's mailbox are such places. In the language that is
active.
"""

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from kinline.apps.notices.kinds import (
    ABOUT_ATTORNEYS,
    VISITOR_APPEAL_DECIDED,
    VISITOR_APPROVED,
    VISITOR_ENDING,
    VISITOR_REFUSED,
    VISITOR_WITHDRAWN,
    Group,
    group_of,
)

_ABOUT_VISITING = (
    VISITOR_APPROVED,
    VISITOR_REFUSED,
    VISITOR_WITHDRAWN,
    VISITOR_ENDING,
    VISITOR_APPEAL_DECIDED,
)


def line(kind: str) -> str:
    """One sentence for a kind of note: its own, or its group's."""
    own = {
        "call.missed": gettext("You missed a call."),
        "call.ringing": gettext("A call is waiting for you now. Open Kinline to answer it."),
        "message.arrived": gettext("You have a new message."),
        "message.rejected": gettext("There is news about a message of yours."),
        "message.part_rejected": gettext("There is news about a message of yours."),
        "appeal.decided": gettext("An appeal was decided."),
        "visit.reminder": gettext("You have a video visit soon."),
        "visit.offered": gettext("A time for a video visit came free. It is held for you."),
        "visit.cancelled": gettext("A video visit will not take place."),
        "visit.changed": gettext("A video visit was moved to another time."),
        "visit.booked": gettext("A video visit is booked."),
        "service.stopped": gettext("Something changed about your messages."),
        **dict.fromkeys(ABOUT_ATTORNEYS, gettext("There is news about your private calls.")),
        **dict.fromkeys(_ABOUT_VISITING, gettext("There is news about your request to visit.")),
    }.get(kind)
    return own or _of_group(group_of(kind))


def _of_group(group: Group | None) -> str:
    said = {
        Group.CALLS: gettext("There is news about your calls."),
        Group.MESSAGES: gettext("There is news about your messages."),
        Group.VISITS: gettext("There is news about a video visit."),
        Group.PEOPLE: gettext("There is news about somebody you are in touch with."),
        Group.MONEY: gettext("There is news about your money."),
        Group.LAW: gettext("There is news about what is free."),
    }
    return said[group] if group else gettext("There is something new for you.")


def page(kind: str) -> str:
    """The path of the page that says more: the group's, or the portal's first."""
    names = {Group.MESSAGES: "portal-messages", Group.MONEY: "portal-accounts"}
    names[Group.VISITS] = "portal-visits"
    group = group_of(kind)
    own = "portal-visitor" if kind in _ABOUT_VISITING else None
    if kind in ABOUT_ATTORNEYS:
        own = "portal-attorney"
    for name in (own or (names.get(group) if group else None), "portal"):
        try:
            if name:
                return reverse(name)
        except NoReverseMatch:
            continue  # a house without that page
    return "/"


def address(path: str) -> str:
    """A path as an address for a letter."""
    return f"{settings.WEB_URL.rstrip('/')}{path}"
