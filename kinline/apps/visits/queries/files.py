"""The calendar file of a visit (iCalendar, RFC 5545): the same UID always, SEQUENCE grows.

Times stand in UTC, so that every calendar shows them right through daylight saving without having
to trust zone data of ours.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from icalendar import Alarm, Calendar, Event

from kinline.apps.visits.access import Asker, visit_of
from kinline.apps.visits.models import Visit
from kinline.core.link import By
from kinline.core.visit.states import OVER, State

# What will not be held. Who has had it keeps it in their calendar.
CALLED_OFF = OVER - {State.ENDED, State.MISSED}
REMINDER = timedelta(hours=1)


def calendar_file(*, by: Asker, visit_id: UUID) -> bytes:
    """An .ics of one visit of theirs: the visit, or its cancellation once it will not be held.

    In general words: a calendar is read by others too. Raises NotFound.
    """
    visit = visit_of(by, visit_id)
    off = visit.state in CALLED_OFF
    with translation.override(by.language):
        event = _event(visit, by, off=off)
    whole = Calendar()
    whole.add("prodid", "-//Kinline//Visits//EN")
    whole.add("version", "2.0")
    whole.add("method", "CANCEL" if off else "PUBLISH")
    whole.add_component(event)
    return whole.to_ical()


def _event(visit: Visit, by: Asker, *, off: bool) -> Event:
    event = Event()
    event.add("uid", f"visit-{visit.pk}@kinline")
    # A cancellation counts as one more change of what a calendar has.
    event.add("sequence", visit.sequence + 1 if off else visit.sequence)
    event.add("dtstamp", _utc(visit.changed_at))
    event.add("dtstart", _utc(visit.starts_at))
    event.add("dtend", _utc(visit.ends_at))
    event.add("summary", gettext("Video visit"))
    event.add("description", gettext("Be there 15 minutes before. It ends on time."))
    event.add("status", _status(visit, off=off))
    if by.side is By.CONTACT:
        event.add("url", f"{settings.WEB_URL.rstrip('/')}/portal/visits/{visit.pk}/")
    if not off:
        event.add_component(_alarm())
    return event


def _status(visit: Visit, *, off: bool) -> str:
    if off:
        return "CANCELLED"
    return "TENTATIVE" if visit.state == State.REQUESTED else "CONFIRMED"


def _alarm() -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", gettext("Video visit"))
    alarm.add("trigger", -REMINDER)
    return alarm


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
