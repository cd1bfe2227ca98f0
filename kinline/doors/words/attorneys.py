"""Attorneys in words: how far a request is, why not, what helps, what is told."""

from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kinline.apps.notices.kinds import (
    ATTORNEY_APPEAL_DECIDED,
    ATTORNEY_APPROVED,
    ATTORNEY_ENDED,
    ATTORNEY_ENDED_HERE,
    ATTORNEY_ENDING,
    ATTORNEY_TAPE_DESTROYED,
    ATTORNEY_TAPE_FOUND,
)
from kinline.apps.notices.queries import NoteView
from kinline.core.attorney import KEEP, NotPrivate, Reason
from kinline.core.refusal import Refusal
from kinline.core.visitor import State
from kinline.doors.words import clock, files, places, visitors

Text = str | Promise
KEEP_DAYS = KEEP.days

STATES: dict[str, Text] = {
    State.PENDING: _("Staff look at it"),
    State.APPROVED: _("Verified"),
    State.REFUSED: _("Not agreed"),
    State.WITHDRAWN: _("Ended"),
    State.EXPIRED: _("Over"),
}
REASONS: dict[str, Text] = {
    Reason.UNREADABLE: _("The photo can’t be read well."),
    Reason.NOT_LISTED: _("The bar’s list does not show this number as active."),
    Reason.NAME_DIFFERS: _("The name on the card is not the name of the account."),
    Reason.ELSEWHERE: _("The card is of another state."),
    Reason.LEFT_THE_BAR: _("The bar’s list no longer shows you as active."),
    Reason.MISUSED: _("Somebody else spoke on a private line."),
    Reason.OTHER: _("Another reason. Read the note."),
}
HELPS: dict[str, Text] = {
    Reason.UNREADABLE: _("Take it again in good light, without flash, and ask again."),
    Reason.NOT_LISTED: _("Check the number with the bar, and ask again."),
    Reason.NAME_DIFFERS: _("Change the name of your account, or send the card with this name."),
    Reason.ELSEWHERE: _("Send what shows that you may practice in this state."),
    Reason.LEFT_THE_BAR: _("Ask the bar. You can appeal, or ask again."),
    Reason.MISUSED: _("Read the note. You can appeal."),
    Reason.OTHER: _("You can appeal, or put it right and ask again."),
}
WHY_NOT: dict[str, Text] = {
    "attorney.no_such_state": _("Choose a state."),
    "attorney.bar_number_missing": _("Type your bar number."),
    "attorney.asked_already": _("You asked already. You hear from us when there is an answer."),
    "attorney.too_many": _("You asked many times this week. You can ask again in a few days."),
    "attorney.nothing_to_appeal": _("There is nothing here to appeal."),
    "attorney.appealed_already": _("You appealed already. The answer stands."),
    "attorney.appeal_too_late": _("The time to appeal is over. You can ask anew."),
    "attorney.words_needed": _("Write why you think it is wrong."),
    "attorney.decided_meanwhile": _("It was decided just now. Look again."),
    "attorney.numbers_full": _("You can name %(most)s numbers. Remove one first."),
    "attorney.no_texts": _("No text messages go out here. Ask the desk to call you back."),
    "attorney.code_again": _("A code is on its way. You can ask for another in two minutes."),
    "attorney.no_calls": _("Kinline cannot call you from here now. Ask the desk to call you back."),
    "attorney.ring_at_home": _("Kinline calls only ordinary numbers in this country."),
    "attorney.ring_ask_first": _("Ask first to be verified in a state."),
    "attorney.ring_goes_on": _("A call to this number goes on. Wait for its end."),
    "attorney.ring_again": _("This number was just called. Ask again in two minutes."),
    "attorney.ring_too_many": _("At most %(most)s calls a day. Ask again tomorrow."),
    "attorney.ring_busy": _("All lines are in use. Ask again in a few minutes."),
    "attorney.wrong_code": _("This code is wrong or too old. Ask for a new one."),
    "attorney.number_of_another": _("Somebody else has proven this number. Tell the facility."),
    "number.not_valid": _("This is not a full phone number."),
}
NOT_PRIVATE: dict[str, Text] = {
    NotPrivate.NUMBER_NOT_PROVEN: _("This number is not proven yet."),
    NotPrivate.NOT_VERIFIED: _("You are not verified here now."),
    NotPrivate.ENDED_HERE: _("This agency ended it for itself. Ask the agency."),
}


RUNG: dict[str, Text] = {
    "waiting": _("The call goes out in a moment."),
    "ringing": _("It rings now."),
    "lost": _("The call did not go out. Try it again later."),
}
# By SIP status (RFC 3261, section 21): what its telephone did.
RUNG_CODES: dict[int, Text] = {
    200: _("Answered."),
    408: _("Nobody answered."),
    480: _("Nobody answered."),
    486: _("The line was busy."),
    487: _("Nobody answered."),
    600: _("The line was busy."),
    603: _("The call was turned down."),
}


def rung(state: str, code: int | None) -> str:
    """What became of a call that Kinline made to an attorney."""
    if state != "done" or code is None:
        return str(RUNG[state])
    return str(RUNG_CODES.get(code, _("The phone company could not connect the call.")))


def why_not(refusal: Refusal) -> str:
    """A reason as a sentence; what a file did wrong has the sentences of files."""
    if refusal.code in WHY_NOT:
        return str(WHY_NOT[refusal.code]) % refusal.facts
    return files.sentence(refusal.code, refusal.facts)


def told(note: NoteView, zone: str) -> tuple[str, tuple[str, ...]]:
    """Title and sentences of a note, for the attorney."""
    facts = note.facts
    if note.kind in (ATTORNEY_TAPE_FOUND, ATTORNEY_TAPE_DESTROYED):
        return _of_tape(note, zone)
    where = {"state": places.jurisdiction(facts.get("state", ""))}
    until = facts.get("until_on", "")
    day = {"day": clock.long_day(date.fromisoformat(until)) if until else ""}
    if note.kind == ATTORNEY_APPROVED:
        return gettext("You are verified as an attorney in %(state)s") % where, (
            gettext("Ask again before %(day)s.") % day,
            gettext("Calls are private on each number that you have proven with a code."),
        )
    if note.kind == ATTORNEY_ENDING:
        return gettext("Renew your verification in %(state)s") % where, (
            gettext("It ends on %(day)s. From then on your calls are recorded.") % day,
        )
    if note.kind == ATTORNEY_APPEAL_DECIDED:
        right = facts.get("right") == "yes"
        title = gettext("You are verified in %(state)s after all") if right else gettext(
            "Your appeal in %(state)s changed nothing"
        )  # fmt: skip
        return title % where, (facts.get("note", ""),)
    return _against(note, where, zone)


def _against(note: NoteView, where: dict[str, str], zone: str) -> tuple[str, tuple[str, ...]]:
    facts = note.facts
    why = str(REASONS.get(facts.get("reason", ""), ""))
    more = (facts["note"],) if facts.get("note") else ()
    if note.kind == ATTORNEY_ENDED_HERE:
        title = gettext("%(agency)s ended your verification there")
        from_now = gettext("Calls there are recorded from today on. Other agencies did not change.")
        return title % {"agency": facts.get("agency_name", "")}, (why, *more, from_now)
    until = facts.get("appeal_until", "")
    appeal: tuple[str, ...] = ()
    if until:
        last = visitors.last_day(datetime.fromisoformat(until), zone)
        appeal = (gettext("You can appeal through %(day)s.") % {"day": last},)
    if note.kind == ATTORNEY_ENDED:
        title = gettext("Your verification in %(state)s ended")
        return title % where, (gettext("Calls are recorded from today on."), why, *more, *appeal)
    title = gettext("Your request in %(state)s was not agreed to")
    return title % where, (why, *more, *appeal)


def _of_tape(note: NoteView, zone: str) -> tuple[str, tuple[str, ...]]:
    facts = note.facts
    at = datetime.fromisoformat(facts["at"])
    said = {
        "place": facts.get("facility_name", ""),
        "day": clock.day(at, zone),
        "time": clock.clock(at, zone),
    }
    if note.kind == ATTORNEY_TAPE_FOUND:
        return gettext("A private call was recorded by mistake"), (
            gettext("The call from %(place)s on %(day)s at %(time)s was recorded.") % said,
            gettext("It is locked away: nobody can play it now. It will be destroyed."),
            gettext("Your page of private calls shows how often somebody listened before."),
        )
    return gettext("The recording of your private call is destroyed"), (
        gettext("The call from %(place)s on %(day)s at %(time)s was recorded.") % said,
        gettext("Its key is destroyed. Your page of private calls shows the proof."),
    )
