"""Visitors in words: how far a request is, why not, what helps, what is told."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kinline.apps.notices.kinds import (
    VISITOR_APPEAL_DECIDED,
    VISITOR_APPROVED,
    VISITOR_ENDING,
    VISITOR_REFUSED,
    VISITOR_WITHDRAWN,
)
from kinline.apps.notices.queries import NoteView
from kinline.core.refusal import Refusal
from kinline.core.visitor import Picture, Reason, State, VisitorKind
from kinline.doors.words import clock, files

Text = str | Promise
KINDS_OF_NOTES = (
    VISITOR_APPROVED,
    VISITOR_REFUSED,
    VISITOR_WITHDRAWN,
    VISITOR_ENDING,
    VISITOR_APPEAL_DECIDED,
)

STATES: dict[str, Text] = {
    State.DRAFT: _("Not sent yet"),
    State.PENDING: _("Staff look at it"),
    State.APPROVED: _("You may visit"),
    State.REFUSED: _("Not agreed"),
    State.WITHDRAWN: _("Ended"),
    State.EXPIRED: _("Over"),
}
# How a state looks: the tone of its chip.
TONES: dict[str, str] = {
    State.DRAFT: "is-plain",
    State.PENDING: "is-wait",
    State.APPROVED: "is-free",
    State.REFUSED: "is-plain",
    State.WITHDRAWN: "is-plain",
    State.EXPIRED: "is-plain",
}
KINDS: dict[str, Text] = {
    VisitorKind.ORDINARY: _("Family or friend"),
    VisitorKind.ATTORNEY: _("Attorney"),
    VisitorKind.CLERGY: _("Clergy"),
    VisitorKind.OTHER_VERIFIED: _("Other verified visitor"),
}
PICTURES: dict[str, Text] = {
    Picture.DOCUMENT: _("Photo of your ID"),
    Picture.SELFIE: _("Photo of your face"),
}
# What was seen, and what one can do: a refusal never says that somebody lied.
REASONS: dict[str, Text] = {
    Reason.UNREADABLE: _("A photo can’t be read well."),
    Reason.NO_MATCH: _("The face on the ID and in the other photo could not be matched."),
    Reason.EXPIRED: _("The ID has expired."),
    Reason.WRONG_KIND: _("This kind of ID is not taken."),
    Reason.NAME_DIFFERS: _("The name on the ID is not the name of the account."),
    Reason.MINOR_UNCLEAR: _("Something about a child is not clear."),
    Reason.NOT_WANTED: _("The person inside does not want this visit."),
    Reason.FACILITY_RULE: _("A rule of the facility."),
    Reason.BROKE_RULES: _("The rules of visits were broken."),
}
HELPS: dict[str, Text] = {
    Reason.UNREADABLE: _("Take it again in good light, near a window, without flash."),
    Reason.NO_MATCH: _("Take a new photo of your face: no hat, no sunglasses, looking ahead."),
    Reason.EXPIRED: _("Ask again with an ID that is still good."),
    Reason.WRONG_KIND: _(
        "Use a driver’s license, state ID, passport, military ID, tribal ID or consular ID."
    ),
    Reason.NAME_DIFFERS: _("Change the name of your account, or send an ID with this name."),
    Reason.MINOR_UNCLEAR: _("Read the note, put it right, and ask again."),
    Reason.NOT_WANTED: _("You can ask them, by call or letter."),
    Reason.FACILITY_RULE: _("Read the note. You can ask the facility."),
    Reason.BROKE_RULES: _("Read the note. You can appeal."),
}
WHY_NOT: dict[str, Text] = {
    "visitor.not_offered": _("This facility does not take requests to visit here now."),
    "visitor.asked_already": _("You asked already. You hear from us when there is an answer."),
    "visitor.not_there": _("The person is not at this facility now."),
    "visitor.too_many": _("You asked many times this week. You can ask again in a few days."),
    "visitor.document_missing": _("The photo of your ID is missing."),
    "visitor.selfie_missing": _("The photo of your face is missing."),
    "visitor.minor_name": _("Type the child’s name."),
    "visitor.not_a_minor": _("This is for children under 18. Adults ask for themselves."),
    "visitor.minors_full": _("You can name %(most)s children."),
    "visitor.nothing_to_appeal": _("There is nothing here to appeal."),
    "visitor.appealed_already": _("You appealed already. The answer stands."),
    "visitor.appeal_too_late": _("The time to appeal is over. You can ask anew."),
    "visitor.words_needed": _("Write why you think it is wrong."),
    "visitor.decided_meanwhile": _("It was decided just now. Look again."),
    # Also where an order is in the way: nobody learns of one by asking.
    "link.not_found": _("Nobody with this number can be asked for here. Check it and try again."),
    "link.look_ups": _("That was a lot of tries. You can look again in an hour."),
}


def why_not(refusal: Refusal) -> str:
    """A reason as a sentence; what a file did wrong has the sentences of files."""
    if refusal.code in WHY_NOT:
        return str(WHY_NOT[refusal.code]) % refusal.facts
    return files.sentence(refusal.code, refusal.facts)


def last_day(until: datetime, zone: str) -> str:
    """The last day on which something holds that ends at `until`: June 3, 2027."""
    before = until.astimezone(ZoneInfo(zone)) - timedelta(seconds=1)
    return clock.long_day(before.date())


def told(note: NoteView, zone: str) -> tuple[str, tuple[str, ...]]:
    """Title and sentences of a note about a request, for the visitor."""
    facts = note.facts
    place = {"place": facts.get("facility_name", "")}
    until = facts.get("until", "")
    day = {"day": last_day(datetime.fromisoformat(until), zone) if until else ""}
    if note.kind == VISITOR_APPROVED:
        said = gettext("It holds through %(day)s.") % day
        return gettext("You may visit at %(place)s") % place, (said,)
    if note.kind == VISITOR_ENDING:
        said = gettext("Your permission to visit ends after %(day)s. You can renew it now.") % day
        return gettext("Renew your permission to visit at %(place)s") % place, (said,)
    if note.kind == VISITOR_APPEAL_DECIDED:
        right = facts.get("right") == "yes"
        title = gettext("You may visit at %(place)s after all") if right else gettext(
            "The appeal about %(place)s changed nothing"
        )  # fmt: skip
        return title % place, (facts.get("note", ""),)
    why = str(REASONS.get(facts.get("reason", ""), ""))
    more = (facts["note"],) if facts.get("note") else ()
    appeal = (gettext("You can appeal through %(day)s.") % day,) if until else ()
    if note.kind == VISITOR_WITHDRAWN:
        title = gettext("Your permission to visit at %(place)s ended")
    else:
        title = gettext("Your request to visit at %(place)s was not agreed to")
    return title % place, (why, *more, *appeal)
