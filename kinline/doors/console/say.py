"""Words only staff read: acts in the audit log, rights and roles, steps of a call, mistakes.

What both ends read (why a call ended, why one did not go out) is in kinline.doors.words.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ParamSpec
from zoneinfo import ZoneInfo

from django import forms
from django.utils.dateformat import format as dateformat
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from kinline.apps.errors import Refused
from kinline.apps.people.rights import Right
from kinline.core.call.states import State
from kinline.core.control import Step
from kinline.core.link import By
from kinline.core.link import State as LinkState
from kinline.core.policy.trunk import TrunkLimit
from kinline.core.refusal import Refusal, Whose
from kinline.doors.console import vetting
from kinline.doors.console.acts import ACTS
from kinline.doors.words import calls, money, refusals, unbooked

Text = str | Promise
Given = ParamSpec("Given")

# Why an attempt did not go out, as a list for staff says it; the five rows stand on its page.
REFUSED: dict[str, Text] = {
    "call.person_inactive": _("Person turned off"),
    "call.station_off": _("Tablet turned off"),
    "call.already_on_a_call": _("On another call"),
    "call.number_not_valid": _("Not a full number"),
    "call.not_on_list": _("Not on the list"),
    "call.number_emergency": _("Emergency number"),
    "call.number_crisis": _("Crisis number, not a line"),
    "call.number_directory": _("Directory assistance"),
    "call.number_premium": _("Number that charges extra"),
    "call.number_short": _("Short number"),
    "call.number_special": _("Pager or the like"),
    "call.number_relay": _("No relay line is set"),
    "call.number_toll_free": _("Toll-free numbers closed"),
    "call.country_closed": _("Country closed"),
    "call.blocked": _("Blocked by the contact"),
    "call.not_offered": _("Calls not offered"),
    "call.outside_hours": _("Phones closed"),
    "call.line_ended": _("Line ended"),
    "call.line_needs_sign_in": _("Not signed in"),
    "call.sign_in_first": _("Not signed in"),
    "call.intake_not_offered": _("No calls without sign-in"),
    "call.intake_too_many": _("Too many calls in the hour"),
    "call.trunk_busy": _("All lines in use"),
    "call.trunk_abroad": _("Minutes abroad used up"),
    "call.no_price": _("No price in the law book"),
    "call.no_money": _("No money for a minute"),
}

# On the wallboard every word costs width.
SHORT_STATES: dict[str, Text] = {
    State.AUTHORIZED: _("Starting"),
    State.RINGING: _("Ringing"),
    State.ANNOUNCING: _("Announced"),
    State.TALKING: _("Talking"),
}

STEPS: dict[str, Text] = {
    Step.RANG: _("It rang"),
    Step.ANSWERED: _("Answered, the announcement began"),
    Step.ACCEPTED: _("Accepted, they could talk"),
    Step.WARNED: _("Both were told that one minute is left"),
    Step.LINE_LOST: _("A line was lost"),
    Step.LINE_BACK: _("The line came back"),
    Step.RECORDING_FAILED: _("The recording failed"),
    "ended": _("Ended"),
}

SIDES: dict[str, Text] = {"inside": _("the side inside"), "outside": _("the called side")}

WHOSE: dict[str, Text] = {
    Whose.CONTACT: _("the contact’s"),
    Whose.PERSON: _("the person’s own"),
    Whose.FACILITY: _("the facility’s"),
    Whose.LAW: _("the law’s"),
    Whose.KINLINE: _("Kinline’s"),
}

RIGHTS: dict[str, Text] = {
    Right.SEE_CALLS: _("See calls"),
    Right.END_CALLS: _("End calls"),
    Right.LISTEN: _("Listen to recordings"),
    Right.SEE_PEOPLE: _("See people"),
    Right.CHANGE_PEOPLE: _("Change people and their lists"),
    Right.NO_CONTACT: _("Make and lift no-contact orders"),
    Right.SEE_FACILITY: _("See the facility’s rules"),
    Right.SEE_MONEY: _("See payments and refunds"),
    Right.CHANGE_MONEY: _("Decide about refunds, write checks, put payments right"),
    Right.SET_UP_MONEY: _("Set up how cards are taken"),
    Right.CHANGE_FACILITY: _("Change the facility’s rules"),
    Right.CHANGE_STATIONS: _("Change tablets"),
    Right.CHANGE_STAFF: _("Give and end rights of staff"),
    Right.SEE_AUDIT: _("Read the audit log"),
    Right.SEE_REPORTS: _("Read reports"),
    Right.READ_MESSAGES: _("Read messages to review them"),
    Right.DECIDE_MESSAGES: _("Decide about messages"),
    Right.DECIDE_APPEALS: _("Decide appeals about messages"),
    Right.SET_REVIEW: _("Set what is looked at, and stop writing"),
    Right.SEE_REVIEW: _("See figures of review"),
    Right.SEE_VISITS: _("See video visits"),
    Right.WATCH_VISITS: _("Watch video visits"),
    Right.DECIDE_VISITS: _("Approve, refuse and cancel video visits"),
    Right.SET_VISITS: _("Set when visits are held, and close them"),
    Right.KEEP_SHOP: _("Keep the tablets’ shop"),
    Right.PAY_BACK: _("See purchases and pay them back"),
    Right.SEE_VISITORS: _("See who may visit"),
    Right.DECIDE_VISITORS: _("Look at IDs and decide who may visit"),
    Right.VISITOR_APPEALS: _("Decide appeals about visits"),
}

ROLES: dict[str, Text] = {
    "officer": _("Officer"),
    "investigator": _("Investigator"),
    "reviewer": _("Reviewer of messages"),
    "appeals": _("Decides appeals"),
    "visitor_desk": _("Visitor desk"),
    "supervisor": _("Supervisor"),
    "facility_admin": _("Facility administrator"),
    "agency_admin": _("Agency administrator"),
    "finance": _("Finance clerk"),
    "auditor": _("Auditor"),
}

LINKS: dict[str, Text] = {
    LinkState.ASKED: _("Asked"),
    LinkState.LINKED: _("Linked"),
    LinkState.DECLINED: _("Not agreed"),
    LinkState.ENDED: _("Ended"),
}
LINKED_BY: dict[str, Text] = {
    By.CONTACT: _("by the contact"),
    By.PERSON: _("by the person"),
    By.STAFF: _("by staff"),
}
SCOPES: dict[str, Text] = {"facility": _("this facility"), "agency": _("the whole agency")}


THINGS: dict[str, Text] = {
    "kinline": _("Kinline"),
    "nobody": _("someone inside"),
    "line": _("an open line"),
    "engine": _("an engine"),
    "account": _("an account"),
    "person": _("a person"),
    "refund": _("a refund"),
    "payment": _("a payment"),
    "agency": _("an agency"),
    "contact": _("a contact"),
    "station": _("a tablet"),
    "unit": _("a unit"),
    "facility": _("the facility"),
    "call": _("a call"),
    "recording": _("a recording"),
    "message": _("a message"),
    "visitor": _("a request to visit"),
    "network": _("a network"),
    "trunk": _("a phone company"),
    "item": _("something in the shop"),
    "purchase": _("a purchase"),
}

MISTAKES: dict[str, Text] = {
    "attorney.bar_number_missing": _("Type the bar number you checked."),
    "attorney.ends_before_it_begins": _("This day must be after the first day."),
    "attorney.verified_already": _("This contact is verified already for these days."),
    "call.engine_silent": _("The engine that carries this call does not answer. Try once more."),
    "call.over_already": _("The call was over already."),
    "contact.too_long": _("Use at most 200 letters."),
    "call.line_stays_open": _("A line that is always open is not ended by staff."),
    "contact.email_taken": _("This email belongs to another account."),
    "contact.has_account": _("This contact can sign in already."),
    "contact.is_staff": _("Staff sign in with this account too. Its password can’t be set here."),
    "contact.known_elsewhere": _(
        "Another facility knows this contact too, so their sign-in can’t be changed from here. "
        "Whoever runs Kinline can do it."
    ),
    "contact.no_account": _("This contact has no sign-in yet. Open one first."),
    "contact.password_too_weak": _("Use at least 10 characters that are hard to guess."),
    "country.closed_already": _("This country is closed already."),
    "country.unknown": _("Choose a country of the list."),
    "country.why_needed": _("Say why: whoever is refused reads it."),
    "country.why_too_long": _("Use at most 200 letters."),
    "courtesy.over": _("Choose a later moment: this one is over, or the call was used."),
    "courtesy.reason_needed": _("Say why."),
    "courtesy.too_long": _("Choose a moment within %(days)s days."),
    "visit.over": _("The visit is over."),
    "visit.say_what": _("Write what you want to say."),
    "visit.say_shorter": _("Say it shorter: at most 200 letters."),
    "end.reason_needed": _("Say why you end the call."),
    "languages.one_to_four": _("Choose one to four languages."),
    "law.not_here": _("No such law makes anything free here."),
    "limit.too_short": _("Give at least 1 minute, or leave it empty."),
    "intake.too_many": _("Give at most %(most)s calls an hour."),
    "line.anonymous_has_no_pin": _("An anonymous line can’t ask for a sign-in."),
    "line.anonymous_is_private": _("An anonymous line must be private: a voice can be known."),
    "line.digits_only": _("Use digits only."),
    "line.digits_taken": _("Another open line has these digits. End it first."),
    "line.digits_too_many": _("Use at most %(digits)s digits."),
    "line.ended_already": _("An end is set for this line already."),
    "line.ends_in_the_past": _("Choose today or a later day, and not one before the line began."),
    "line.must_be_anonymous": _("Lines for abuse reports and tips are anonymous by rule."),
    "line.must_be_private": _("Such a line is private by rule."),
    "line.must_be_signed_in": _("A relay service needs to know who calls: ask for a sign-in."),
    "line.no_such_number": _("A line needs an ordinary or a toll-free number, not one like this."),
    "line.number_taken": _("This number is an open line here already. End it first."),
    "listen.purpose_needed": _("Say why you listen."),
    "export.why_needed": _("Say for what the messages are handed out."),
    "keep.why_needed": _("Say why the messages are kept, or no longer kept."),
    "rule.limit_wrong": _("Type a number from %(least)s to %(most)s."),
    "name.missing": _("Type a name."),
    "name.taken": _("This name is taken here. Choose another."),
    "name.too_long": _("Use at most 60 letters."),
    "network.too_wide": _("This network is too large. Name the network of the wall phones alone."),
    "network.unknown": _("Type a network such as 10.20.30.0/24."),
    "number.listed_already": _("This number is on the list already."),
    "number.not_a_number": _("This is not a full number. Type the area code and seven digits."),
    "person.left_already": _("They were released already."),
    "person.place_unknown": _("Choose a facility of the list."),
    "person.there_already": _("They are at this facility now. Choose another one."),
    "person.number_missing": _("Type the ID number."),
    "person.number_taken": _("Someone here has this ID number already."),
    "person.number_too_long": _("Use at most 20 letters and digits."),
    "person.pin_not_digits": _("Use digits only."),
    "person.pin_too_long": _("Use at most %(digits)s digits."),
    "person.pin_too_short": _("Use at least %(digits)s digits."),
    "person.pin_too_simple": _("Not the same digit over and over: it is guessed first."),
    "recording.deleted": _("This recording was deleted."),
    "policy.end_in_the_past": _("Choose a later moment."),
    "policy.end_needed": _("Say until when."),
    "policy.percent_wrong": _("Give a number from 1 to 100."),
    "policy.reason_needed": _("Say why."),
    "policy.target_wrong": _("Give a goal from 1 minute to 14 days."),
    "review.answer_needed": _("Write your answer."),
    "review.asked": _("A second opinion is awaited. It is decided after that."),
    "review.claimed": _("A colleague has this one open now. What you typed is still here."),
    "review.decided": _("This one is decided, or its sender took it back."),
    "review.free": _("Nobody has it any more. Open it to have it."),
    "review.no_open_appeal": _("A colleague has just answered this appeal."),
    "review.no_question": _("This question was answered or taken back."),
    "review.note_needed": _("Say what exactly you saw. Both people read it."),
    "review.own_decision": _("You took part in this before. Somebody else must look at it."),
    "review.part_unknown": _("Mark only parts that are there."),
    "review.question_needed": _("Write your question."),
    "review.reason_needed": _("Choose the rule."),
    "review.reason_not_here": _("This facility has no such rule. Choose another one."),
    "review.too_late": _("The 30 seconds are over. It has taken effect."),
    "rule.in_the_past": _("This day is over. Choose today or a later day."),
    "rule.limit_too_short": _("Give at least 1 minute, or leave it empty."),
    "rule.note_too_long": _("Use at most 200 letters."),
    "rule.opens_after_closing": _("Phones must close later than they open."),
    "shop.bundle_broken": _("This is no ZIP, or it is damaged."),
    "shop.bundle_kind": _(
        "The file “%(name)s” in it is not what its name says, or is of a kind that is not taken."
    ),
    "shop.bundle_name": _(
        "The file “%(name)s” in it can’t be taken. Use plain names of letters, digits, - and _, "
        "each once, without links and passwords."
    ),
    "shop.bundle_no_start": _("There is no index.html at the top of this ZIP."),
    "shop.bundle_too_large": _("Unpacked it is too large, or has too many files."),
    "shop.file_codec": _("Tablets can’t play this file. Convert it to a kind named below."),
    "shop.file_too_large": _("This file is too large: at most %(most)s MB."),
    "shop.file_unknown": _("This file is not of a kind named below, whatever its name says."),
    "shop.half_of_the_hours": _("Give both hours, or leave both empty."),
    "shop.opens_after_closing": _("The end must be later than the beginning."),
    "shop.pieces_spent": _("Some of the stamps or texts were used, so it can’t be paid back."),
    "shop.pieces_wrong": _("Give a number from 1 to %(most)s."),
    "shop.price_in_the_past": _("This day is over. Choose today or a later day."),
    "shop.price_wrong": _("Give a price from 0 to %(most)s dollars."),
    "shop.too_long": _("Use at most %(most)s letters."),
    "shop.why_needed": _("Say why."),
    "order.against": _("Type an email, or a telephone number with its area code."),
    "order.over": _("This day is over already."),
    "order.reason_needed": _("Say why."),
    "contact.own_sign_in": _(
        "They signed up themselves. They get a code at “Password forgotten?” on the sign-in page."
    ),
    "staff.account_outside": _(
        "Somebody outside signed up with this email. Give staff another one."
    ),
    "staff.account_unknown": _(
        "No account has this email yet. Give a name and a first password of 10 characters, "
        "and one is made."
    ),
    "staff.agency_needs_agency": _(
        "Only someone with this right for the whole agency may do that."
    ),
    "staff.no_second_step": _(
        "They have no second step. They set one up when they sign in the next time."
    ),
    "staff.not_oneself": _("Nobody changes their own rights. Ask someone else who may."),
    "staff.not_own_second_step": _(
        "Nobody resets their own second step. Ask someone else who may."
    ),
    "staff.reason_needed": _("Say why."),
    "staff.rights_elsewhere": _(
        "They also have rights where you may not change staff. Ask someone who may do so in "
        "every place where they have rights."
    ),
    "staff.role_unknown": _("Choose a role of the list."),
    "stop.end_in_the_past": _("Choose a later moment."),
    "stop.end_needed": _("Say until when."),
    "stop.reason_needed": _("Say why."),
    "stop.whom_needed": _("Begin from a message or a person: say who is stopped."),
    "trial.at_home": _("Test with an ordinary number in this country."),
    "trial.goes_on": _("A test call goes on. Wait for its end."),
    "trial.off": _("This phone company is turned off. Turn it on first."),
    "trial.too_many": _("At most %(most)s test calls an hour. Wait a while."),
    "trunk.caller": _("Type a full number with a plus sign, such as +15085550100."),
    "trunk.host": _("Type a name or an address, without http:// or sip:."),
    "trunk.limit": _("Give a number from %(least)s to %(most)s."),
    "trunk.port": _("Type a number from 1 to 65535; most use 5060."),
    "trunk.secret": _("Give both a user name and a password, or neither."),
    "visit.closure_has_no_time": _("The end must be later than the beginning."),
    "visit.not_waiting": _("It was decided or canceled in the meantime."),
    "visit.note_needed": _("Say in your own words why: both sides read it."),
    "visit.same_person": _("These are one person. Type two ID numbers."),
    "visit.station_name_taken": _("This name is taken here. Choose another."),
    "visit.why_needed": _("Say why."),
    "words.file_wrong": _("This is no CSV file with a column “words”, or it is larger than 1 MB."),
    "words.line_wrong": _(
        "Line %(line)s can’t be looked for: %(words)s. A word needs a letter, a phrase has at most "
        "12 words."
    ),
    "words.name_needed": _("Give the list a name."),
    "words.name_taken": _("Another list here has this name."),
    "words.none": _("Write at least one word."),
    "words.severity_wrong": _("Line %(line)s: say 1, 2 or 3."),
    "words.too_many": _("A facility can have %(most)s words in all its lists."),
    **vetting.MISTAKES,
}

TRUNK_LIMITS: dict[str, Text] = {
    TrunkLimit.AT_ONCE: _("Calls at once"),
    TrunkLimit.A_MINUTE: _("New calls in a minute"),
    TrunkLimit.ABROAD: _("Minutes abroad in a day"),
}

KINDS: dict[str, Mapping[str, Text]] = {
    "state": {str(key): words for key, words in calls.STATES.items()},
    "short_state": SHORT_STATES,
    "private": calls.PRIVATE_BECAUSE,
    "step": STEPS,
    "side": SIDES,
    "whose": WHOSE,
    "right": RIGHTS,
    "role": ROLES,
    "scope": SCOPES,
    "act": ACTS,
    "link": LINKS,
    "link_by": LINKED_BY,
    "trunk_limit": TRUNK_LIMITS,
    "kind": THINGS,
    "visitor": vetting.STATES,
}


def word(kind: str, code: str) -> str:
    """The words of a code. An act that has none yet shows its code: a log hides nothing."""
    words = KINDS[kind].get(code)
    return code if words is None else str(words)


def clock_with_seconds(moment: datetime, zone: str) -> str:
    """6:12:04 PM."""
    at_home = moment.astimezone(ZoneInfo(zone))
    # Translators: Django date format of a clock time with seconds, such as 6:12:04 PM.
    return dateformat(at_home, pgettext("clock time with seconds", "g:i:s A"))


def refused(refusal: Refusal) -> str:
    """Why not, in two or three words; a code without words shows itself."""
    return str(REFUSED.get(refusal.code, refusal.code))


def precisely(refusal: Refusal) -> str:
    """What staff may know beyond the five rows; empty where there is no more to it."""
    limit = refusal.facts.get("limit")
    if limit is None:
        return ""
    facts = {"limit": word("trunk_limit", limit), "most": refusal.facts["most"]}
    return gettext("Limit of the phone company: %(limit)s, %(most)s.") % facts


def what_was_tried(person: str, outside: str) -> str:
    """The first row of a refusal, for staff."""
    return gettext("A call of %(person)s to %(outside)s") % {"person": person, "outside": outside}


def mistake(refusal: Refusal) -> str:
    """What was typed wrongly and how to put it right."""
    if refusal.code in refusals.CALL or refusal.code in refusals.SHOP:
        return refusals.short(refusal)  # a number that would be refused at every call
    if refusal.code in unbooked.VISIT:
        return unbooked.short(refusal)
    if refusal.code in money.AGAINST:
        return money.against(refusal)
    words = MISTAKES.get(refusal.code)
    return gettext("This can’t be done now.") if words is None else str(words) % refusal.facts


def done(
    form: forms.Form, action: Callable[Given, object], *args: Given.args, **facts: Given.kwargs
) -> bool:
    """Do it, or put what the room refuses beside the fields; whether it was done."""
    try:
        action(*args, **facts)
    except Refused as no:
        blame(form, no.refusals)
        return False
    return True


def blame(form: forms.Form, refusals: tuple[Refusal, ...]) -> None:
    """Put each refusal of an action beside the field where it can be put right."""
    for refusal in refusals:
        named = str(refusal.facts.get("field", ""))
        form.add_error(named if named in form.fields else None, mistake(refusal))
