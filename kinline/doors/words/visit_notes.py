"""Notes about a visit in words: when it is by the facility's clock, what happened, what to do."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from kinline.apps.notices import kinds
from kinline.apps.notices.queries import NoteView
from kinline.apps.visits.actions.closing import ClosureKind
from kinline.apps.visits.actions.deciding import RefusedFor
from kinline.core.visit.states import By
from kinline.doors.words import clock, visits, zones

KINDS = (
    kinds.VISIT_BOOKED,
    kinds.VISIT_REQUESTED,
    kinds.VISIT_APPROVED,
    kinds.VISIT_REFUSED,
    kinds.VISIT_CANCELLED,
    kinds.VISIT_CHANGED,
    kinds.VISIT_REMINDER,
    kinds.VISIT_OFFERED,
    kinds.VISIT_MISSED,
)
# What a visit fell for where another time is looked for.
LOOKED_FOR = frozenset(str(kind) for kind in ClosureKind)
Said = tuple[str, tuple[str, ...]]


def told(note: NoteView, *, inside: bool) -> Said:
    """Title and sentences of a note about a visit; who reads is `inside` or outside. No blame."""
    facts = {"name": note.facts["name"], "when": _when(note.facts["starts_at"], note)}
    said = {
        kinds.VISIT_BOOKED: (
            _("Video visit with %(name)s") % facts,
            (facts["when"], _("Be there 15 minutes before. It ends on time.")),
        ),
        kinds.VISIT_REQUESTED: (
            _("You asked for a video visit with %(name)s")
            if not inside
            else _("A video visit with %(name)s was asked for"),
            (facts["when"], _("The facility decides. We tell you when there is an answer.")),
        ),
        kinds.VISIT_APPROVED: (
            _("The video visit with %(name)s was approved"),
            (facts["when"], _("Be there 15 minutes before. It ends on time.")),
        ),
        kinds.VISIT_REMINDER: (
            _("Soon: video visit with %(name)s"),
            (facts["when"], _("Be there 15 minutes before. It ends on time.")),
        ),
        kinds.VISIT_MISSED: (
            _("The video visit with %(name)s did not take place"),
            (facts["when"], _("Not everybody was there at the time. You can book another.")),
        ),
    }
    if note.kind in said:
        title, sentences = said[note.kind]
        return title % facts, sentences
    if note.kind == kinds.VISIT_REFUSED:
        return _refused(note, facts)
    if note.kind == kinds.VISIT_CHANGED:
        before = {"before": _when(note.facts["before"], note)}
        moved = _("It was: %(before)s") % before
        return _("New time: video visit with %(name)s") % facts, (facts["when"], moved)
    if note.kind == kinds.VISIT_OFFERED:
        until = {"until": _when(note.facts["until"], note)}
        held = _("It is held for you until %(until)s. Take it under Visits, or let it go.") % until
        return _("A time came free for a video visit with %(name)s") % facts, (facts["when"], held)
    return _cancelled(note, facts, inside=inside)


def _refused(note: NoteView, facts: dict[str, str]) -> Said:
    why = str(visits.REFUSED_FOR[RefusedFor(note.facts["why"])]) if note.facts["why"] else ""
    sentences = (facts["when"], why, _quoted(note), _("You can ask for another time."))
    title = _("The video visit with %(name)s was not approved") % facts
    return title, tuple(one for one in sentences if one)


def _cancelled(note: NoteView, facts: dict[str, str], *, inside: bool) -> Said:
    title = _("The video visit with %(name)s is canceled") % facts
    by = note.facts.get("by", "")
    if by in (By.PERSON, By.VISITOR):
        mine = (by == By.PERSON) is inside
        who = _("It was canceled from your side.") if mine else _("The other side canceled it.")
        return title, (facts["when"], who)
    again = ""
    if by == By.FACILITY and note.facts.get("why") in LOOKED_FOR:
        again = _("We look for another time, and tell you when one is free.")
    why = note.facts.get("why", "")
    if why in visits.FELL:
        back = _("All of it is given back.")
        fell = (facts["when"], str(visits.FELL[why]), _quoted(note), back)
        return title, tuple(one for one in fell if one)
    place = {"place": note.facts["facility"]}
    who = _("%(place)s could not hold it. All of it is given back.") % place
    return title, tuple(one for one in (facts["when"], who, _quoted(note), again) if one)


def _quoted(note: NoteView) -> str:
    """What staff wrote, if they wrote something."""
    said = note.facts.get("note", "")
    return _("The facility says why: “%(reason)s”") % {"reason": said} if said else ""


def _when(moment: str, note: NoteView) -> str:
    """Friday, March 14, 10:00 AM, Eastern time."""
    at, zone = datetime.fromisoformat(moment), note.facts["zone"]
    on = at.astimezone(ZoneInfo(zone)).date()
    return _("%(day)s, %(clock)s, %(zone)s") % {
        "day": visits.day_words(on),
        "clock": clock.clock(at, zone),
        "zone": zones.name(zone),
    }
