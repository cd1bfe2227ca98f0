"""Kinds of notes and letters, by the names under which they are kept; groups, ways to tell."""

from enum import StrEnum

CALL_MISSED = "call.missed"
UNUSED_MONEY = "money.idle"
PERSON_MOVED, PERSON_LEFT = "person.moved", "person.left"
CONTACT_MOVED, CONTACT_LEFT = "contact.person_moved", "contact.person_left"
LAW_BEGINS = "law.begins"
SERVICE_STOPPED = "service.stopped"
LINK_ASKED, LINK_ACCEPTED, LINK_DECLINED = "link.asked", "link.accepted", "link.declined"
LINK_ENDED = "link.ended"
# On the tablet alone: of somebody's own list nobody outside is told.
LIST_APPROVED, LIST_REFUSED, LIST_VERIFIED = "list.approved", "list.refused", "list.verified"
VISITOR_APPROVED, VISITOR_REFUSED = "visitor.approved", "visitor.refused"
VISITOR_WITHDRAWN, VISITOR_ENDING = "visitor.withdrawn", "visitor.ending"
VISITOR_APPEAL_DECIDED = "visitor.appeal_decided"
ATTORNEY_APPROVED, ATTORNEY_REFUSED = "attorney.approved", "attorney.refused"
ATTORNEY_ENDED, ATTORNEY_ENDED_HERE = "attorney.ended", "attorney.ended_here"
ATTORNEY_ENDING, ATTORNEY_APPEAL_DECIDED = "attorney.ending", "attorney.appeal_decided"
# A recording of a private number: found and locked away, then destroyed.
ATTORNEY_TAPE_FOUND, ATTORNEY_TAPE_DESTROYED = "attorney.tape_found", "attorney.tape_destroyed"
ABOUT_ATTORNEYS = (
    ATTORNEY_APPROVED,
    ATTORNEY_REFUSED,
    ATTORNEY_ENDED,
    ATTORNEY_ENDED_HERE,
    ATTORNEY_ENDING,
    ATTORNEY_APPEAL_DECIDED,
    ATTORNEY_TAPE_FOUND,
    ATTORNEY_TAPE_DESTROYED,
)

VISIT_BOOKED, VISIT_REQUESTED = "visit.booked", "visit.requested"
VISIT_APPROVED, VISIT_REFUSED = "visit.approved", "visit.refused"
VISIT_CANCELLED, VISIT_CHANGED = "visit.cancelled", "visit.changed"
VISIT_REMINDER, VISIT_OFFERED, VISIT_MISSED = "visit.reminder", "visit.offered", "visit.missed"


class Group(StrEnum):
    """What a contact chooses ways for: kinds of notes by what they are about."""

    CALLS = "calls"
    MESSAGES = "messages"
    VISITS = "visits"
    PEOPLE = "people"
    MONEY = "money"
    LAW = "law"


class Channel(StrEnum):
    """A way to be told besides one's own page, which is always there."""

    EMAIL = "email"
    PUSH = "push"
    SMS = "sms"


# By what stands before the first dot of a kind.
_GROUPS = {
    "call": Group.CALLS,
    "message": Group.MESSAGES,
    "appeal": Group.MESSAGES,
    "service": Group.MESSAGES,
    "visit": Group.VISITS,
    "link": Group.PEOPLE,
    "visitor": Group.PEOPLE,
    "attorney": Group.PEOPLE,
    "person": Group.PEOPLE,
    "contact": Group.PEOPLE,
    "refund": Group.MONEY,
    "payment": Group.MONEY,
    "money": Group.MONEY,
    "law": Group.LAW,
}

# What is told where nobody chose: letters as ever; a push where a device was let in, which is a
# choice of its own; an SMS of what is most missed, to a phone whose owner agreed.
DEFAULTS = {
    Channel.EMAIL: frozenset(Group),
    Channel.PUSH: frozenset(Group),
    Channel.SMS: frozenset({Group.CALLS, Group.MESSAGES, Group.VISITS}),
}


def group_of(kind: str) -> Group | None:
    """Which group a kind belongs to; None: it stays on the page alone."""
    return _GROUPS.get(kind.partition(".")[0])
