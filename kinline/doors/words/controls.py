"""Controls in words: what each says, on what it is set, and why a call did not go out by it. Why a
visit or a message did not, stands in words/controlled.py."""

from collections.abc import Mapping
from datetime import datetime, time
from itertools import groupby

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kinline.core.policy.baseline import Baseline
from kinline.core.policy.controls import COUNTED, Kind, Level, Talk
from kinline.core.schedule.rules import WeekTime
from kinline.doors.words.clock import hours as day_hours
from kinline.doors.words.clock import span
from kinline.doors.words.said import Said

Text = str | Promise

NOT_OUT = _("This call did not go out")
SPARED = _("Calls to your attorney and the open lines work all the same.")
ON_ITS_OWN = _("Until the facility changes it.")

TALKS: dict[Talk, Text] = {
    Talk.CALLS: _("Calls"),
    Talk.VISITS: _("Visits"),
    Talk.MESSAGES: _("Messages"),
}
# As calls have them; what is said of others stands in KINDS_ON.
KINDS: dict[Kind, Text] = {
    Kind.CLOSED: _("Closed"),
    Kind.HOURS: _("Open at set hours"),
    Kind.LONGEST: _("Longest call"),
    Kind.CALLS_DAY: _("Calls a day"),
    Kind.CALLS_WEEK: _("Calls a week"),
    Kind.VISITS_DAY: _("Visits a day"),
    Kind.VISITS_WEEK: _("Visits a week"),
    Kind.MESSAGES_DAY: _("Messages a day"),
    Kind.MESSAGES_WEEK: _("Messages a week"),
    Kind.MINUTES_DAY: _("Minutes a day"),
    Kind.MINUTES_WEEK: _("Minutes a week"),
    Kind.GAP: _("Time between calls"),
    Kind.UNRECORDED: _("Do not record"),
}
KINDS_ON: dict[Talk, dict[Kind, Text]] = {
    Talk.CALLS: KINDS,
    Talk.VISITS: {
        **KINDS,
        Kind.LONGEST: _("Longest visit"),
        Kind.GAP: _("Time between visits"),
    },
    Talk.MESSAGES: {**KINDS, Kind.GAP: _("Time between messages")},
}
# Where it is not chosen yet on what it is set.
ANY_KIND: dict[Kind, Text] = {
    **KINDS,
    Kind.LONGEST: _("Longest call or visit"),
    Kind.GAP: _("Time between two"),
}
LEVELS: dict[Level, Text] = {
    Level.AGENCY: _("Whole agency"),
    Level.FACILITY: _("Whole facility"),
    Level.UNIT: _("Unit"),
    Level.STATION: _("Device"),
    Level.PERSON: _("Person"),
    Level.NUMBER: _("Number"),
    Level.CONTACT: _("Contact"),
}
# As whoever it stops reads it, at the end of a sentence.
FOR: dict[Level, Text] = {
    Level.AGENCY: _("for everyone in this agency"),
    Level.FACILITY: _("for everyone here"),
    Level.UNIT: _("for this unit"),
    Level.STATION: _("for this device"),
    Level.PERSON: _("for you"),
    Level.NUMBER: _("for this number"),
    Level.CONTACT: _("for this contact"),
}
# The same for whoever is called, and for staff.
FOR_ANYONE: dict[Level, Text] = {**FOR, Level.PERSON: _("for this person")}

# And for a contact who reads it themselves.
FOR_CONTACT: dict[Level, Text] = {**FOR_ANYONE, Level.CONTACT: _("for you")}

# Of the facility's own rules for visits.
QUOTAS: dict[str, Text] = {
    "facility": _("visits a week for a person, rule of %(facility)s"),
    "visitor": _("visits a week for a visitor, rule of %(facility)s"),
}
FOR_ONE = _("for one unit")  # where a unit is not named

_WHOSE = _("The facility’s: it set this %(level)s on %(since)s. Any officer can ask for a change.")

CALL: dict[str, Said] = {
    "control.closed": Said(
        title=NOT_OUT,
        rule=_("Calls are closed %(level)s. The facility says: %(why)s"),
        whose=_WHOSE,
        open_end=_("Until the facility opens them again."),
        you_can=_("Ask an officer about it. The open lines work all the same."),
    ),
    "control.hours": Said(
        title=_("Calls are closed at this hour"),
        rule=_("Calls are open %(level)s at these hours: %(week)s."),
        whose=_WHOSE,
        open_end=_("No more hours are set."),
        you_can=_("Call when calls are open. The open lines work all the same."),
    ),
    "control.calls_day": Said(
        title=_("No more calls today"),
        rule=_("Set %(level)s: %(calls)s calls a day. They are used."),
        whose=_WHOSE,
        open_end=ON_ITS_OWN,
        you_can=SPARED,
    ),
    "control.calls_week": Said(
        title=_("No more calls this week"),
        rule=_("Set %(level)s: %(calls)s calls a week. They are used."),
        whose=_WHOSE,
        open_end=ON_ITS_OWN,
        you_can=SPARED,
    ),
    "control.minutes_day": Said(
        title=_("Today’s minutes are used"),
        rule=_("Set %(level)s: %(length)s of calls a day. They are used."),
        whose=_WHOSE,
        open_end=ON_ITS_OWN,
        you_can=SPARED,
    ),
    "control.minutes_week": Said(
        title=_("This week’s minutes are used"),
        rule=_("Set %(level)s: %(length)s of calls a week. They are used."),
        whose=_WHOSE,
        open_end=ON_ITS_OWN,
        you_can=SPARED,
    ),
    "control.gap": Said(
        title=_("Wait before the next call"),
        rule=_("Set %(level)s: %(length)s between two calls."),
        whose=_WHOSE,
        open_end=ON_ITS_OWN,
        you_can=SPARED,
    ),
}


def for_whom(fact: str) -> str:
    """The level of a refusal, as somebody inside reads it; what is in words already stays so."""
    return str(FOR[Level(fact)]) if fact in set(Level) else fact


def read_as(facts: Mapping[str, str], words: Mapping[Level, Text]) -> dict[str, str]:
    """The facts of a refusal, with its level in the words for one kind of reader."""
    if facts.get("level") not in set(Level):
        return dict(facts)
    return {**facts, "level": str(words[Level(facts["level"])])}


def week(hours: tuple[WeekTime, ...]) -> str:
    """The hours of a week, days with the same hours together: "Monday to Friday 9:00 AM to 9:00
    PM; Sunday all day"."""
    each = [(day, _of_day(hours, day)) for day in range(7)]
    said = []
    for words, days in groupby(each, key=lambda one: one[1]):
        first, *rest = [day for day, _words in days]
        if words:
            said.append(
                gettext("%(days)s %(hours)s") % {"days": _span(first, rest), "hours": words}
            )
    return "; ".join(said)


def _of_day(hours: tuple[WeekTime, ...], day: int) -> str:
    mine = sorted((one for one in hours if one.weekday == day), key=lambda one: one.from_minute)
    if any(one.from_ == one.until == time() for one in mine):
        return gettext("all day")
    return ", ".join(day_hours(one.from_, one.until) for one in mine)


def _span(first: int, rest: list[int]) -> str:
    if not rest:
        return str(WEEKDAYS[first])
    return gettext("%(first)s to %(last)s") % {"first": WEEKDAYS[first], "last": WEEKDAYS[rest[-1]]}


def read_week(fact: str) -> tuple[WeekTime, ...]:
    """Hours as core.policy.controls writes them into facts: "0:09:00-21:00 1:..."."""
    found = []
    for one in fact.split():
        day, _colon, span_ = one.partition(":")
        opens, closes = span_.split("-")
        found.append(WeekTime(int(day), time.fromisoformat(opens), time.fromisoformat(closes)))
    return tuple(found)


def amount(kind: Kind, value: int | None, hours: tuple[WeekTime, ...]) -> str:
    """What a control allows: a length, how many calls, or hours; empty where it has none."""
    if kind is Kind.HOURS:
        return week(hours)
    if value is None:
        return ""
    return str(value) if kind in COUNTED else span(value)


def baseline(kept: Baseline) -> list[tuple[str, str]]:
    """What a law keeps, line by line: what, and how much."""
    if kept.floor_only:
        return [
            (str(KINDS[kind]), gettext("at least %(much)s") % {"much": amount(kind, least, ())})
            for kind, least in kept.least.items()
        ]
    shown = (Kind.LONGEST, Kind.CALLS_DAY, Kind.MINUTES_DAY)
    lines = [
        (str(KINDS[kind]), amount(kind, kept.amounts.get(kind), ()) or gettext("no limit"))
        for kind in shown
    ]
    hours = gettext("all day") if kept.hours is None else week(kept.hours)
    return [*lines, (gettext("Hours"), hours)]


def limit(facts: Mapping[str, str]) -> str:
    """What set a limit: "longest call, set for this unit"."""
    kind, level = Kind(facts["kind"]), Level(facts["level"])
    said = KINDS_ON[Talk(facts.get("talk", Talk.CALLS))][kind]
    words = {"kind": str(said).lower(), "level": FOR_ANYONE[level]}
    return gettext("%(kind)s, set %(level)s") % words


def quota(source: str, facts: Mapping[str, str], facility: str) -> str:
    """What counts how many there may be: a control, or the facility's own rules for visits."""
    if facts:
        return limit(facts)
    return str(QUOTAS[source]) % {"facility": facility}


def since(facts: Mapping[str, str]) -> datetime:
    """When the control of a refusal or limit began."""
    return datetime.fromisoformat(facts["since"])
