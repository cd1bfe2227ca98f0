"""Words only staff read: acts in the audit log, rights and roles, steps of a call.

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
from kinline.core.call.signs import SignKind
from kinline.core.call.states import State
from kinline.core.control import Step
from kinline.core.link import By
from kinline.core.link import State as LinkState
from kinline.core.policy.listing import State as ListState
from kinline.core.policy.trunk import TrunkLimit
from kinline.core.refusal import Refusal, Whose
from kinline.doors.console import attorney_words, vetting
from kinline.doors.console.acts import ACTS
from kinline.doors.console.mistakes import MISTAKES
from kinline.doors.words import calls, controls, files, listing, money, refusals, unbooked
from kinline.doors.words.places import JURISDICTIONS

Text = str | Promise
Given = ParamSpec("Given")

# Why an attempt did not go out, as a list for staff says it; the five rows stand on its page.
REFUSED: dict[str, Text] = {
    "call.person_inactive": _("Person turned off"),
    "call.station_off": _("Tablet turned off"),
    "call.already_on_a_call": _("On another call"),
    "call.phone_held": _("Phone held for another"),
    "call.number_not_valid": _("Not a full number"),
    "call.not_on_list": _("Not on the list"),
    "call.no_contact": _("No-contact order"),
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
    "call.quiet_hours": _("Quiet hours of the contact"),
    "call.not_offered": _("Calls not offered"),
    "call.outside_hours": _("Phones closed"),
    **{f"control.{kind}": words for kind, words in controls.KINDS.items()},
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

SIGNS: dict[str, Text] = {
    SignKind.DIVERTED: _("The call was forwarded to another number"),
    SignKind.REDIRECTED: _("The called line wanted us to call another number. We did not"),
    SignKind.REFERRED: _("Somebody asked us to transfer the call. We did not"),
    SignKind.THIRD_HOST: _("The call was moved to another place in the network"),
    SignKind.RINGBACK: _("Another phone was heard ringing in the line"),
    SignKind.SPECIAL_TONE: _("The three tones of a number that can’t be reached were heard"),
}

EVIDENCE: dict[str, Text] = {
    "header": _("Header"),
    "value": _("It says"),
    "in": _("Came with"),
    "status": _("Answer"),
    "contact": _("Another address"),
    "refer_to": _("Transfer to"),
    "referred_by": _("Asked by"),
    "host": _("Moved to"),
    "hosts_before": _("Before"),
    "tones": _("Tones"),
    "level": _("How loud"),
    "seconds": _("Seconds"),
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
    Right.LISTEN_LIVE: _("Listen to calls under way"),
    Right.WATCH_CALLS: _("Be told when a person or a number is on the phone"),
    Right.SEE_PEOPLE: _("See people"),
    Right.CHANGE_PEOPLE: _("Change people and their lists"),
    Right.NO_CONTACT: _("Make and lift no-contact orders"),
    Right.SEE_FACILITY: _("See the facility’s rules"),
    Right.SEE_MONEY: _("See payments and refunds"),
    Right.CHANGE_MONEY: _("Decide about refunds, write checks, put payments right"),
    Right.SET_UP_MONEY: _("Set up how cards are taken"),
    Right.CHANGE_FACILITY: _("Change the facility’s rules"),
    Right.CHANGE_STATIONS: _("Change tablets"),
    Right.SET_CONTROLS: _("Set and confirm controls on calls, visits and messages"),
    Right.CHANGE_STAFF: _("Give and end rights of staff"),
    Right.SEE_AUDIT: _("Read the audit log"),
    Right.SEE_REPORTS: _("Read reports"),
    Right.READ_MESSAGES: _("Read messages to review them"),
    Right.DECIDE_MESSAGES: _("Decide about messages"),
    Right.DECIDE_APPEALS: _("Decide appeals about messages"),
    Right.SET_REVIEW: _("Set what is looked at, and stop writing"),
    Right.SEE_REVIEW: _("See figures of review"),
    Right.KEEP_MESSAGES: _("Keep messages for the law"),
    Right.HAND_OUT: _("Hand people their own messages"),
    Right.SEE_PRIVATE_MAIL: _("See that private mail took place"),
    Right.SEE_VISITS: _("See video visits"),
    Right.WATCH_VISITS: _("Watch video visits"),
    Right.DECIDE_VISITS: _("Approve, refuse and cancel video visits"),
    Right.SET_VISITS: _("Set when visits are held, and close them"),
    Right.KEEP_SHOP: _("Keep the tablets’ shop"),
    Right.PAY_BACK: _("See purchases and pay them back"),
    Right.SEE_VISITORS: _("See who may visit"),
    Right.DECIDE_VISITORS: _("Look at IDs and decide who may visit"),
    Right.VISITOR_APPEALS: _("Decide appeals about visits"),
    Right.VERIFY_ATTORNEYS: _("Verify attorneys for the whole state"),
    Right.ATTORNEY_APPEALS: _("Decide appeals of attorneys"),
    Right.QUARANTINE: _("Lock away and destroy recordings of private numbers"),
}

ROLES: dict[str, Text] = {
    "officer": _("Officer"),
    "investigator": _("Investigator"),
    "reviewer": _("Reviewer of messages"),
    "appeals": _("Decides appeals"),
    "visitor_desk": _("Visitor desk"),
    "captain": _("Captain, for controls"),
    "attorney_desk": _("Attorney desk"),
    "privilege_officer": _("Keeper of attorney privilege"),
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
LIST_REQUESTS: dict[str, Text] = {
    ListState.ASKED: _("Waits"),
    ListState.APPROVED: _("On the list"),
    ListState.REFUSED: _("Refused"),
    ListState.WITHDRAWN: _("Taken back"),
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
    "watch": _("a watch"),
    "message": _("a message"),
    "visitor": _("a request to visit"),
    "attorney_request": _("an attorney’s request"),
    "network": _("a network"),
    "trunk": _("a phone company"),
    "control": _("a control"),
    "item": _("something in the shop"),
    "purchase": _("a purchase"),
}

TRUNK_LIMITS: dict[str, Text] = {
    TrunkLimit.AT_ONCE: _("Calls at once"),
    TrunkLimit.A_MINUTE: _("New calls in a minute"),
    TrunkLimit.ABROAD: _("Minutes abroad in a day"),
}

CONTROL_STATES: dict[str, Text] = {
    "waits": _("waits for a second person"),
    "coming": _("coming"),
    "now": _("in force"),
    "over": _("over"),
}

KINDS: dict[str, Mapping[str, Text]] = {
    "state": {str(key): words for key, words in calls.STATES.items()},
    "short_state": SHORT_STATES,
    "private": calls.PRIVATE_BECAUSE,
    "step": STEPS,
    "sign": SIGNS,
    "evidence": EVIDENCE,
    "side": SIDES,
    "whose": WHOSE,
    "right": RIGHTS,
    "role": ROLES,
    "scope": SCOPES,
    "act": ACTS,
    "link": LINKS,
    "link_by": LINKED_BY,
    "list_request": LIST_REQUESTS,
    "relation": listing.RELATIONS,
    "trunk_limit": TRUNK_LIMITS,
    "kind": THINGS,
    "visitor": vetting.STATES,
    "control": {str(key): words for key, words in controls.KINDS.items()},
    "talk": {str(key): words for key, words in controls.TALKS.items()},
    "level": {str(key): words for key, words in controls.LEVELS.items()},
    "control_state": CONTROL_STATES,
    "attorney": attorney_words.STATES,
    "attorney_reason": attorney_words.REASONS,
    "jurisdiction": JURISDICTIONS,
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
    if refusal.code in files.SENTENCES:
        return files.sentence(refusal.code, refusal.facts)
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
