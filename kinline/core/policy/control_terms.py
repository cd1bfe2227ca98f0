"""The words of controls: on what talk, at which level, and what each says."""

from enum import StrEnum


class Talk(StrEnum):
    """What a control holds on. Each has one; what is to hold on two is set twice."""

    CALLS = "calls"
    VISITS = "visits"
    MESSAGES = "messages"


class Level(StrEnum):
    """What a control is set on, from the widest to the narrowest.

    A call goes to a number; visits and messages are with a contact, whatever their numbers.
    """

    AGENCY = "agency"
    FACILITY = "facility"
    UNIT = "unit"
    STATION = "station"
    PERSON = "person"
    NUMBER = "number"
    CONTACT = "contact"


class Kind(StrEnum):
    """What a control says. Quotas count by days and weeks (from Monday) of the facility's clock."""

    CLOSED = "closed"
    HOURS = "hours"
    LONGEST = "longest"
    CALLS_DAY = "calls_day"
    CALLS_WEEK = "calls_week"
    VISITS_DAY = "visits_day"
    VISITS_WEEK = "visits_week"
    MESSAGES_DAY = "messages_day"
    MESSAGES_WEEK = "messages_week"
    MINUTES_DAY = "minutes_day"
    MINUTES_WEEK = "minutes_week"
    GAP = "gap"
    UNRECORDED = "unrecorded"


BY_DAY = frozenset({Kind.CALLS_DAY, Kind.VISITS_DAY, Kind.MESSAGES_DAY, Kind.MINUTES_DAY})
BY_WEEK = frozenset({Kind.CALLS_WEEK, Kind.VISITS_WEEK, Kind.MESSAGES_WEEK, Kind.MINUTES_WEEK})
QUOTAS = BY_DAY | BY_WEEK | {Kind.GAP}
# Amounts are seconds but for these, which are how many.
COUNTED = (BY_DAY | BY_WEEK) - {Kind.MINUTES_DAY, Kind.MINUTES_WEEK}
TIMED = frozenset({Kind.LONGEST, Kind.MINUTES_DAY, Kind.MINUTES_WEEK, Kind.GAP})
# Where only one is meant, quotas count what is with it; elsewhere all that is the person's.
THERE = frozenset({Level.NUMBER, Level.CONTACT})

# What makes sense on what. A visit has a set length, and a message has none and no recording.
KINDS = {
    Talk.CALLS: frozenset(Kind)
    - {Kind.VISITS_DAY, Kind.VISITS_WEEK, Kind.MESSAGES_DAY, Kind.MESSAGES_WEEK},
    Talk.VISITS: frozenset(
        {
            Kind.CLOSED,
            Kind.HOURS,
            Kind.LONGEST,
            Kind.VISITS_DAY,
            Kind.VISITS_WEEK,
            Kind.GAP,
            Kind.UNRECORDED,
        }
    ),
    Talk.MESSAGES: frozenset(
        {Kind.CLOSED, Kind.HOURS, Kind.MESSAGES_DAY, Kind.MESSAGES_WEEK, Kind.GAP}
    ),
}
LEVELS = {
    Talk.CALLS: frozenset(Level) - {Level.CONTACT},
    Talk.VISITS: frozenset(Level) - {Level.NUMBER},
    Talk.MESSAGES: frozenset(Level) - {Level.NUMBER, Level.STATION},
}
