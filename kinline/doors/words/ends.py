"""Why a call ended: one sentence for each side and one for staff, for every EndReason."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.core.call.states import EndReason, Side

Text = str | Promise


ENDED = _("Call ended")
NO_CALL = _("No call this time")
LINE_WENT = _("The line was lost")


@dataclass(frozen=True, slots=True)
class End:
    """Sentences for one reason. `%(inside)s` and `%(outside)s` are the two people's names.

    `title` heads the page ("Call ended"); an end nobody wished has a title of its own.
    """

    inside: Text
    outside: Text
    staff: Text
    title: Text = ENDED


ENDS: dict[EndReason, End] = {
    EndReason.HUNG_UP_INSIDE: End(
        inside=_("You ended the call."),
        outside=_("%(inside)s ended the call."),
        staff=_("The caller hung up."),
    ),
    EndReason.HUNG_UP_OUTSIDE: End(
        inside=_("%(outside)s ended the call."),
        outside=_("You ended the call."),
        staff=_("The called side hung up."),
    ),
    EndReason.TIME_UP: End(
        inside=_("Time was up."),
        outside=_("Time was up."),
        staff=_("The time limit was reached."),
    ),
    EndReason.MONEY_UP: End(
        inside=_("The money for this call was used up."),
        outside=_(
            "The money for this call was used up. Add money to your account, and you can go on "
            "talking."
        ),
        staff=_("The money for it was used up."),
    ),
    EndReason.DECLINED: End(
        inside=_("%(outside)s can’t talk now."),
        outside=_("You said “not now”. %(inside)s can call again."),
        staff=_("The called side refused this call."),
        title=NO_CALL,
    ),
    EndReason.BLOCKED: End(
        inside=_("%(outside)s does not want these calls. Staff did not do this."),
        outside=_("You blocked these calls. You can take it back at any time."),
        staff=_("The called side blocked these calls."),
        title=NO_CALL,
    ),
    EndReason.NO_ANSWER: End(
        inside=_("Nobody answered."),
        outside=_("You missed a call from %(inside)s."),
        staff=_("Nobody answered."),
        title=NO_CALL,
    ),
    EndReason.BUSY: End(
        inside=_("The line was busy."),
        outside=_("Your phone was busy when %(inside)s called."),
        staff=_("The called line was busy."),
        title=NO_CALL,
    ),
    EndReason.NOT_CONNECTED: End(
        inside=_("The phone company could not connect this call."),
        outside=_("The phone company could not connect a call from %(inside)s."),
        staff=_("The carrier could not connect the call."),
        title=NO_CALL,
    ),
    EndReason.NOT_ACCEPTED: End(
        inside=_("The phone was answered, but the call was not accepted in time."),
        outside=_("The call was not accepted in time. %(inside)s can call again."),
        staff=_("Answered, but not accepted in time."),
        title=NO_CALL,
    ),
    EndReason.LINE_LOST_INSIDE: End(
        inside=_("This tablet lost its connection and did not come back in 20 seconds."),
        outside=_("The connection on %(inside)s’s side was lost. Nobody hung up."),
        staff=_("The caller’s connection was lost."),
        title=LINE_WENT,
    ),
    EndReason.LINE_LOST_OUTSIDE: End(
        inside=_("The connection on %(outside)s’s side was lost. Nobody hung up."),
        outside=_("Your connection was lost and did not come back in 20 seconds."),
        staff=_("The called side’s connection was lost."),
        title=LINE_WENT,
    ),
    EndReason.PAGE_CLOSED_INSIDE: End(
        inside=_("The page with the call was closed."),
        outside=_("%(inside)s’s page was closed."),
        staff=_("The caller’s page was closed."),
    ),
    EndReason.PAGE_CLOSED_OUTSIDE: End(
        inside=_("%(outside)s’s page was closed."),
        outside=_("The page with the call was closed."),
        staff=_("The called side’s page was closed."),
    ),
    EndReason.STAFF: End(
        inside=_("Staff of the facility ended the call."),
        outside=_("Staff of the facility ended the call."),
        staff=_("Staff ended the call."),
    ),
    EndReason.THIRD_PARTY: End(
        inside=_(
            "It seemed that somebody else was being added to the call, so it ended by itself. "
            "Only the two of you may be on it."
        ),
        outside=_(
            "It seemed that somebody else was being added to the call, so it ended by itself. "
            "Only the two of you may be on it. Forwarding on your phone can look like this, too."
        ),
        staff=_("A sign of a third person ended the call, by the facility’s rule."),
    ),
    EndReason.ENGINE_LOST: End(
        inside=_("Our equipment failed. It was our fault, nobody hung up."),
        outside=_("Our equipment failed. It was our fault, nobody hung up."),
        staff=_("The engine was lost; booked up to its last sign of life."),
        title=LINE_WENT,
    ),
    EndReason.FAULT: End(
        inside=_("The call could not go on. It was our fault, nobody hung up."),
        outside=_("The call could not go on. It was our fault, nobody hung up."),
        staff=_("A fault on our side ended the call."),
        title=LINE_WENT,
    ),
}

# What an incarcerated person can do next; who was called decides the rest.
AGAIN_INSIDE: dict[EndReason, Text] = {
    EndReason.BLOCKED: _("Call someone else on your list."),
    EndReason.STAFF: _("Ask an officer why."),
    EndReason.THIRD_PARTY: _("You can call again."),
    EndReason.MONEY_UP: _(
        "Ask your family to add money to their account or to yours. Then call again."
    ),
}


def sentence(reason: EndReason | str, viewer: Side | None, *, inside: str, outside: str) -> str:
    """Why the call ended, for one side (None: staff). Raises ValueError for no known reason."""
    end = ENDS[EndReason(reason)]
    by_viewer = {Side.INSIDE: end.inside, Side.OUTSIDE: end.outside, None: end.staff}
    return str(by_viewer[viewer]) % {"inside": inside, "outside": outside}


def title(reason: EndReason | str) -> str:
    """The heading over a call that ended for `reason`."""
    return str(ENDS[EndReason(reason)].title)


def next_inside(reason: EndReason | str) -> str:
    """What the caller can do now."""
    return str(AGAIN_INSIDE.get(EndReason(reason), _("You can call again.")))
