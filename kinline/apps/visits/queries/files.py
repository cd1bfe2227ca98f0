"""The calendar file of a visit (iCalendar, RFC 5545): the same UID always, SEQUENCE grows."""

from uuid import UUID

from kinline.apps.visits.access import Asker


def calendar_file(*, by: Asker, visit_id: UUID) -> bytes:
    """An .ics of one visit of theirs: a request, or a cancellation once it will not be held. In
    general words: a calendar is read by others too. Raises NotFound."""
    raise NotImplementedError
