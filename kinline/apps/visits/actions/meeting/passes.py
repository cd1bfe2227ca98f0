"""How a page comes to its visit: a signed pass for one seat, and the engine's address."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count

from kinline.apps import tickets
from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.rights import Right as StaffRight
from kinline.apps.text import typed
from kinline.apps.tickets import Ticket
from kinline.apps.visits.access import Asker, staff_visit
from kinline.apps.visits.actions.meeting.opening import LEASE
from kinline.apps.visits.models import Meeting
from kinline.apps.visits.queries.entry import Entry, may_enter
from kinline.core.call.states import Side
from kinline.core.link import By
from kinline.core.passes import Right


def contact(*, contact_id: UUID, language: str, visit_id: UUID, now: datetime) -> Ticket:
    """For a contact's page. Raises NotFound, and Refused with every reason (see may_enter)."""
    entry = may_enter(visit_id=visit_id, side=By.CONTACT, who=contact_id, now=now)
    return _seated(entry, Side.OUTSIDE, str(contact_id), language, now)


def inside(*, inside: Inside, visit_id: UUID, now: datetime) -> Ticket:
    """For a tablet or kiosk. Raises NotFound, and Refused with every reason (see may_enter)."""
    entry = may_enter(
        visit_id=visit_id, side=By.PERSON, who=inside.person, now=now, device=inside.station
    )
    return _seated(
        entry, Side.INSIDE, str(inside.person), inside.language, now, station=str(inside.station)
    )


def watch(*, staff: Staff, visit_id: UUID, purpose: str, now: datetime) -> Ticket:
    """For staff: see a visit without being seen. The purpose is audited with every pass.

    Raises NotFound (a private visit has nothing to watch), and Refused: watch.purpose_needed.
    """
    visit = staff_visit(staff, visit_id, StaffRight.WATCH_VISITS)
    purpose = typed(purpose)
    if not purpose:
        raise Refused(wrong("watch.purpose_needed", "purpose"))
    meeting = _live(visit.pk)
    if visit.private or meeting is None:
        raise NotFound
    audit.write(
        now=now,
        actor=audit.Named("account", str(staff.account)),
        act="visit.watched",
        subject=audit.Named("visit", str(visit.pk)),
        facility=visit.facility.place,
        purpose=purpose,
    )
    word = tickets.word(
        engine=meeting.engine,
        right=Right.WATCH,
        side=Side.OUTSIDE,
        subject=str(staff.account),
        visit=str(visit.pk),
        now=now,
    )
    return Ticket(tickets.url_of(meeting.engine), word)


def trial(*, by: Asker, language: str, now: datetime, station: str = "") -> Ticket:
    """For anybody who may visit or be visited: find out whether sound and picture get through."""
    engine = _fewest([one["id"] for one in settings.ENGINES], now)
    word = tickets.word(
        engine=engine,
        right=Right.TEST,
        side=Side.INSIDE if by.side is By.PERSON else Side.OUTSIDE,
        subject=str(by.id),
        station=station,
        language=language,
        now=now,
    )
    return Ticket(tickets.url_of(engine), word)


def _seated(
    entry: Entry, side: Side, subject: str, language: str, now: datetime, station: str = ""
) -> Ticket:
    engine = _engine_of(entry.visit, now)
    word = tickets.word(
        engine=engine,
        right=Right.VISIT,
        side=side,
        subject=subject,
        station=station,
        language=language,
        visit=str(entry.visit),
        seat=entry.seat,
        now=now,
    )
    return Ticket(tickets.url_of(engine), word)


def _engine_of(visit_id: UUID, now: datetime) -> str:
    """The engine that holds the visit, as long as it lives; else the one that holds the fewest."""
    names = [engine["id"] for engine in settings.ENGINES]
    held = _live(visit_id)
    if held is not None and held.alive_at > now - LEASE and held.engine in names:
        return held.engine
    silent = {held.engine} if held is not None else set()
    candidates = [name for name in names if name not in silent] or names
    return _fewest(candidates, now)


def _fewest(candidates: list[str], now: datetime) -> str:
    """The one that holds the fewest visits."""
    if len(candidates) == 1:
        return candidates[0]
    live = Meeting.objects.filter(ended_at=None, engine__in=candidates, alive_at__gt=now - LEASE)
    counts = dict(live.values_list("engine").annotate(visits=Count("pk")))
    return min(candidates, key=lambda name: counts.get(name, 0))


def _live(visit_id: UUID) -> Meeting | None:
    return Meeting.objects.filter(visit=visit_id, ended_at=None).first()
