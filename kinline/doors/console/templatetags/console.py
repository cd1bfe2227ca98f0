"""Small turns of phrase the console's templates need."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import get_language, get_language_info, gettext

from kinline.apps.facilities.lines import name_in
from kinline.apps.ids import as_uuid
from kinline.core.call.caller import Caller
from kinline.core.refusal import Refusal
from kinline.doors.console import say, trials
from kinline.doors.words import calls, controls, countries, ends, refusals
from kinline.doors.words import clock as clocks
from kinline.doors.words.numbers import shown

register = template.Library()


@register.filter
def minutes(seconds: int) -> int:
    """Whole minutes of a number of seconds."""
    return int(seconds) // 60


@register.filter
def running(seconds: float | None) -> str:
    """A length as a running clock shows it: 4:07, 1:02:09."""
    if seconds is None:
        return ""
    hours, rest = divmod(max(0, int(seconds)), 3600)
    if hours:
        return f"{hours}:{rest // 60:02}:{rest % 60:02}"
    return f"{rest // 60}:{rest % 60:02}"


@register.filter
def short_name(name: str) -> str:
    """A person as a list shows them: Marrow, J."""
    given, _space, family = name.rpartition(" ")
    return f"{family}, {given[:1]}." if given else name


@register.filter
def caller(call: Any) -> str:
    """Who calls, as a list shows them; where nobody may be named or nobody signed in, just that."""
    return short_name(call.person_name) or str(calls.CALLERS[Caller(call.caller)])


@register.filter
def called(call: Any) -> str:
    """Who is called: an open line by its name, a contact by theirs, else the number; of a private
    call nobody."""
    if call.lines:
        return name_in(call.lines, get_language() or "en")
    if call.private:
        return gettext("Private number")
    return str(call.contact_name or call.number)


@register.filter
def asked_when(call: Any) -> str:
    """When a call was asked for. Of an anonymous one only the day is told."""
    on = clocks.day(call.asked_at, call.zone)
    if call.caller == Caller.ANONYMOUS:
        return on
    return f"{on}, {clocks.clock(call.asked_at, call.zone)}"


@register.filter
def said(code: Any, kind: str) -> str:
    """The words of a code of one kind: state, limit, private, step, right, scope, act."""
    return say.word(kind, str(code))


@register.filter
def short_seal(seal: str) -> str:
    """A seal as one can compare it by eye: its first and last letters."""
    return f"{seal[:4]}…{seal[-2:]}" if seal else ""


@register.filter
def clock_s(moment: datetime | None, zone: str) -> str:
    """Clock time with seconds, for steps and logs: 6:12:04 PM."""
    return "" if moment is None else say.clock_with_seconds(moment, zone)


@register.filter
def hour_words(hour: int) -> str:
    """An hour of the day as a clock shows it: 3:00 PM."""
    return clocks.wall(time(hour))


@register.filter
def percent(share: float) -> str:
    """A share from 0 to 1 in whole hundredths, never rounded up to all: 0.998 is 99%."""
    return f"{int(share * 100)}%"


@register.simple_tag
def hours_of(rule: Any) -> str:
    """The hours of a calling rule: 7:20 AM to 10:15 PM, or all day."""
    return clocks.hours(rule.opens_at, rule.closes_at)


@register.filter
def spaced(code: str) -> str:
    """A code in groups of four, easier to type over."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


@register.filter
def language_name(code: str) -> str:
    """The language's own name."""
    return str(get_language_info(code)["name_local"]).capitalize()


@register.filter
def country(code: str) -> str:
    """The name of a country: Jamaica."""
    return countries.name(code)


@register.filter
def not_now(refusals_now: Any) -> str:
    """Why no call goes to a listed number now, in a few words; empty where one does."""
    return "; ".join(say.refused(one) for one in refusals_now)


@register.simple_tag
def trial_words(trial: Any) -> str:
    """What became of a test call."""
    return trials.words(trial)


@register.simple_tag
def rule_of(refusal: Refusal) -> str:
    """The rule behind one refusal, as a sentence."""
    return refusals.short(refusal)


@register.simple_tag
def outcome(call: Any) -> str:
    """How a call ended, or why it did not go out, in a few words."""
    if call.state == "refused":
        return "; ".join(say.refused(one) for one in call.refusals)
    return end_words(call.end_reason) if call.end_reason else ""


@register.simple_tag
def end_words(reason: str) -> str:
    """Why a call ended, as staff read it."""
    return ends.sentence(reason, None, inside="", outside="")


@register.simple_tag
def limit_words(limit: Any, facility: str) -> str:
    """What set a limit, beginning with a capital letter."""
    words = calls.limit_by(limit.source, facility=facility, facts=limit.facts)
    return words[:1].upper() + words[1:]


@register.simple_tag
def quota_words(quota: Any, facility: str) -> str:
    """What counts, beginning with a capital letter: a control, or a rule for visits."""
    words = controls.quota(quota.source, quota.facts, facility)
    return words[:1].upper() + words[1:]


@register.filter
def at_least_none(left: int) -> int:
    """What is left of a quota; where more was used than is allowed now, nothing is."""
    return max(0, left)


@register.simple_tag
def control_words(talk: Any, kind: Any) -> str:
    """What a control says, as it is called on calls, visits or messages."""
    return str(controls.KINDS_ON[talk][kind])


@register.simple_tag
def allows(control: Any) -> str:
    """What a control allows: a length, how many calls, or hours; empty where it has none."""
    return controls.amount(control.kind, control.amount, control.hours)


@register.simple_tag
def baseline_words(kept: Any) -> list[tuple[str, str]]:
    """What a law keeps, line by line: what, and how much."""
    return controls.baseline(kept.baseline)


@register.simple_tag
def who(names: dict[tuple[str, str], str], kind: str, subject: str) -> str:
    """Whom an audit line names; a thing without a name of its own is named by its kind."""
    return names.get((kind, subject)) or say.word("kind", kind)


@register.inclusion_tag("doors/parts/refusal.html")
def refusal_frame(refusal: Refusal, call: Any, now: datetime) -> dict[str, Any]:
    """One reason why a call did not go out, in the five rows both ends read; and, for staff,
    which limit it was.
    """
    outside = shown(called(call))
    what = say.what_was_tried(call.person_name or caller(call), outside)
    rows = refusals.rows(refusal, what=what, outside=outside, zone=call.zone, now=now)
    if precisely := say.precisely(refusal):
        rows = replace(rows, rule=f"{rows.rule} {precisely}")
    return {"rows": rows}


@register.inclusion_tag("doors/parts/refusal.html")
def trial_frame(
    refusal: Refusal, person: Any, number: str, zone: str, now: datetime, setters: dict[str, str]
) -> dict[str, Any]:
    """The same frame for a call that was only tried out; of a control also who set it."""
    what = say.what_was_tried(person.name, shown(number))
    rows = refusals.rows(refusal, what=what, outside=shown(number), zone=zone, now=now)
    if by := set_by(refusal.facts, setters):
        rows = replace(rows, whose=f"{rows.whose} {by}")
    return {"rows": rows}


@register.simple_tag
def set_by(facts: Mapping[str, str], setters: dict[str, str]) -> str:
    """Who set the control that these facts name, empty where they name none."""
    name = setters.get(facts.get("control", ""), "")
    return gettext("Set by %(name)s.") % {"name": name} if name else ""


@register.simple_tag
def use_of(use: dict[Any, Any], line: Any) -> Any:
    """How much an open line was used, None if nobody used it."""
    return use.get(line)


@register.simple_tag
def of(names: dict[str, str], key: str) -> str:
    """The name of an id; what is no account's id (the demo, an import) stands for itself."""
    return names.get(key) or (say.word("kind", "account") if as_uuid(key) else key)


@register.filter
def moment(at: datetime, zone: str) -> str:
    """A moment with its year, on the facility's clock: March 12, 2025, 3:04 PM."""
    on = clocks.long_day(at.astimezone(ZoneInfo(zone)).date())
    return gettext("%(day)s, %(clock)s") % {"day": on, "clock": clocks.clock(at, zone)}


@register.filter
def longmoment(moment: datetime | None, zone: str) -> str:
    """The day of a moment on the facility's calendar, with its year."""
    return "" if moment is None else clocks.long_day(moment.astimezone(ZoneInfo(zone)).date())


@register.simple_tag
def place_name(staff: Any, place: str) -> str:
    """The name of one of the viewer's facilities."""
    return next((one.name for one in staff.places if one.place == place), place)
