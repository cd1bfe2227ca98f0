"""Links in words: what one can do with them, and why one was not made. Both sides read the same."""

from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kinline.apps.notices.kinds import LINK_ACCEPTED, LINK_ASKED, LINK_DECLINED, LINK_ENDED
from kinline.apps.notices.queries import NoteView
from kinline.core.money import Money
from kinline.core.refusal import Refusal
from kinline.doors.words import clock

KINDS = (LINK_ASKED, LINK_ACCEPTED, LINK_DECLINED, LINK_ENDED)

WHY_NOT: dict[str, str | Promise] = {
    # One sentence for whoever is not there, not at this facility, or not to be reached by them.
    "link.not_found": _(
        "We can’t link you with anybody by this number here. Check the number and the facility "
        "with the person or with staff."
    ),
    "link.asked_already": _("You asked already. You hear from us when there is an answer."),
    "link.linked_already": _("You two are linked already."),
    "link.wait": _("You can ask again from %(day)s on."),
    "link.look_ups": _("That was a lot of tries. You can look again in an hour."),
    "link.name_needed": _("Type at least two letters of the name."),
    "link.no_search": _("This agency does not let people be found by name. Use the ID number."),
    "link.not_possible": _("This link is not possible. Staff of the facility can say more."),
    "link.over": _("This is over already."),
}

LEAVING: dict[str, str | Promise] = {
    "leave.money": _("There is %(amount)s on your account. Get it back first: it is yours."),
    "leave.refund_under_way": _(
        "A refund is on its way to you. When it is paid, you can close your account."
    ),
    "contact.is_staff": _(
        "Staff sign in with this account too. Ask whoever gives them their rights."
    ),
}


def why_not_leave(refusal: Refusal) -> str:
    """Why an account can’t be closed yet. Raises KeyError for a code without words."""
    amount = str(Money(int(refusal.facts.get("cents", "0"))))
    return str(LEAVING[refusal.code]) % {"amount": amount}


def why_not(refusal: Refusal, zone: str) -> str:
    """A reason as a sentence. Raises KeyError for a code without words."""
    day = refusal.until.astimezone(ZoneInfo(zone)).date() if refusal.until else None
    return str(WHY_NOT[refusal.code]) % {"day": clock.long_day(day) if day else ""}


def told(note: NoteView, *, inside: bool) -> tuple[str, tuple[str, ...]]:
    """Title and sentences of a note about a link; who reads is `inside` or outside. No blame."""
    facts = {"name": note.facts.get("name", ""), "place": note.facts.get("facility_name", "")}
    if note.kind == LINK_ASKED:
        where = gettext("Say yes or no under People.")
        return gettext("%(name)s asks to be linked with you") % facts, (where,)
    if note.kind == LINK_ACCEPTED:
        said = gettext("You can write to each other now.")
        return gettext("%(name)s said yes") % facts, (said,)
    if note.kind == LINK_DECLINED:
        said = gettext("They did not say yes this time. You can ask again in 30 days.")
        return gettext("No link with %(name)s") % facts, (said,)
    if note.facts.get("by") == "staff":
        said = gettext("Staff of %(place)s ended it. You can’t write to each other now.") % facts
        help_ = gettext("Ask an officer.") if inside else gettext("The facility can say more.")
        return gettext("Your link with %(name)s ended") % facts, (said, help_)
    said = gettext("You can’t write to each other now. What was written stays with both of you.")
    return gettext("Your link with %(name)s ended") % facts, (said,)
