"""How a page comes to its engine: a signed pass and an address. Nothing is written."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count

from kinline.apps import tickets
from kinline.apps.calls.access import (
    access_contact_call,
    access_inside_call,
    access_nobodys_call,
)
from kinline.apps.calls.models import LIVE, LIVE_STATES, Call, Engine, Waiting
from kinline.apps.days import day_at
from kinline.apps.errors import NotFound
from kinline.apps.facilities import lines
from kinline.apps.facilities.queries import Device
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.models import Contact
from kinline.apps.tickets import Ticket as Ticket
from kinline.core.call.states import Side
from kinline.core.passes import Right

PRESENCE = timedelta(seconds=10)


def dial(*, inside: Inside, now: datetime) -> Ticket:
    """For a tablet: start one call, on the engine with the fewest."""
    return _inside(inside, Right.DIAL, _least_busy(now), now)


def dial_nobody(*, device: Device, line_id: UUID | None, language: str, now: datetime) -> Ticket:
    """For a tablet: start one call without a person, to an open line or at intake.

    Raises NotFound for a line that is not open here or that asks for a sign-in, and for a call
    without a line on a tablet that is no intake station.
    """
    if line_id is None:
        may = device.intake
    else:
        today = day_at(device.zone, now)
        line = lines.line(facility_id=device.facility, line_id=line_id, today=today)
        may = line is not None and not line.with_pin
    if not may:
        raise NotFound
    return _nobody(device, Right.DIAL, _least_busy(now), language, now, line=str(line_id or ""))


def join_nobody(*, device: Device, key: str, call_id: UUID, language: str, now: datetime) -> Ticket:
    """For a tablet: come back to the call without a person that it made. Raises NotFound."""
    call = _live(access_nobodys_call(facility_id=device.facility, key=key, call_id=call_id))
    return _nobody(device, Right.JOIN, call.engine, language, now, call=str(call.pk))


def name(*, inside: Inside, now: datetime) -> Ticket:
    """For a tablet: record one's own spoken name."""
    return _inside(inside, Right.NAME, _least_busy(now), now)


def join_inside(*, inside: Inside, call_id: UUID, now: datetime) -> Ticket:
    """For a tablet: come back to one's own call under way. Raises NotFound."""
    call = _live(access_inside_call(inside=inside, call_id=call_id))
    return _inside(inside, Right.JOIN, call.engine, now, call=str(call.pk))


def wait(*, contact_id: UUID, now: datetime) -> Ticket:
    """For a contact's page: wait for calls. Raises NotFound."""
    return _outside(contact_id, Right.WAIT, _waits_already(contact_id, now), now)


def join_contact(*, contact_id: UUID, call_id: UUID, now: datetime) -> Ticket:
    """For a contact's page: come (back) to a call to this contact. Raises NotFound."""
    call = _live(access_contact_call(contact_id=contact_id, call_id=call_id))
    return _outside(contact_id, Right.JOIN, call.engine, now, call=str(call.pk))


def _live(call: Call) -> Call:
    if call.state not in LIVE_STATES:
        raise NotFound  # nothing to come back to, and the call's own page says what happened
    return call


def _inside(inside: Inside, right: Right, engine: str, now: datetime, call: str = "") -> Ticket:
    word = tickets.word(
        engine=engine,
        right=right,
        side=Side.INSIDE,
        subject=str(inside.person),
        station=str(inside.station),
        language=inside.language,
        call=call,
        now=now,
    )
    return Ticket(tickets.url_of(engine), word)


def _nobody(
    device: Device,
    right: Right,
    engine: str,
    language: str,
    now: datetime,
    *,
    call: str = "",
    line: str = "",
) -> Ticket:
    word = tickets.word(
        engine=engine,
        right=right,
        side=Side.INSIDE,
        subject="",
        station=str(device.station),
        language=language,
        call=call,
        line=line,
        now=now,
    )
    return Ticket(tickets.url_of(engine), word)


def _outside(contact_id: UUID, right: Right, engine: str, now: datetime, call: str = "") -> Ticket:
    language = Contact.objects.filter(pk=contact_id).values_list("language", flat=True).first()
    if language is None:
        raise NotFound
    word = tickets.word(
        engine=engine,
        right=right,
        side=Side.OUTSIDE,
        subject=str(contact_id),
        language=language,
        call=call,
        now=now,
    )
    return Ticket(tickets.url_of(engine), word)


def _waits_already(contact_id: UUID, now: datetime) -> str:
    """All pages of one contact on one engine, as long as it lives."""
    here = Waiting.objects.filter(contact=contact_id, engine__seen_at__gt=now - PRESENCE)
    known = {engine["id"] for engine in settings.ENGINES}
    found = here.filter(engine__in=known).values_list("engine", flat=True).first()
    return found or _least_busy(now)


def _least_busy(now: datetime) -> str:
    """The engine seen lately that holds the fewest calls; the first one set up if none was."""
    names = [engine["id"] for engine in settings.ENGINES]
    if len(names) == 1:
        return names[0]
    awake = Engine.objects.filter(pk__in=names, seen_at__gt=now - PRESENCE)
    seen = set(awake.values_list("pk", flat=True))
    live = Call.objects.filter(LIVE, engine__in=names)
    counts = dict(live.values_list("engine").annotate(calls=Count("pk")))
    candidates = [name for name in names if name in seen] or names[:1]
    return min(candidates, key=lambda name: counts.get(name, 0))
