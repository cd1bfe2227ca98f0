"""The note about a stop of writing, as both sides read it: why, until when, and that it is over."""

from datetime import datetime

from django.utils.translation import gettext as _

from kinline.apps.notices.queries import NoteView
from kinline.core.ids import PlaceCode
from kinline.core.message.terms import Service
from kinline.doors.words import clock, services
from kinline.laws.loader import places


def told(note: NoteView) -> tuple[str, tuple[str, ...]]:
    """Title and sentences."""
    facts = note.facts
    place = places()[PlaceCode(facts["place"])]
    what = {
        "what": _("Messages")
        if not facts["service"]
        else str(services.NAMES[Service(facts["service"])]),
        "place": place.name,
    }
    if facts["over"]:
        title = _("%(what)s at %(place)s: you can write again") % what
        return title, (_("The facility took the stop back before its time."),)
    until = datetime.fromisoformat(facts["until"])
    when = {
        "day": clock.long_day(until.astimezone(place.zone).date()),
        "clock": clock.clock(until, place.zone),
        "reason": facts["reason"],
        "place": place.name,
    }
    return _("%(what)s at %(place)s are stopped") % what, (
        _("The facility says why: “%(reason)s”") % when,
        _("It ends by itself on %(day)s at %(clock)s. Calls go on as before.") % when,
        _("If you think this is a mistake, write to %(place)s.") % when,
    )
