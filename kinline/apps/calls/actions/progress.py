"""A call on its way, as the engine tells it. The same message again changes nothing."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from kinline.apps.calls.actions.command import order_ring
from kinline.apps.calls.models import LIVE_STATES, Call, CallStep, Engine, Waiting
from kinline.apps.calls.moves import move
from kinline.apps.calls.stored import stored
from kinline.apps.ids import as_uuid
from kinline.apps.notices.push import ringing
from kinline.apps.once import once
from kinline.apps.people.actions import courtesies, own_list
from kinline.apps.prepared import Prepared
from kinline.apps.prepared_writes import Insert, Update
from kinline.core.call.states import Event
from kinline.core.control import Ack, Progress, Step

MOVES = {
    Step.RANG: (Event.RANG, "rang_at"),
    Step.ANSWERED: (Event.ANSWERED, "answered_at"),
    Step.ACCEPTED: (Event.ACCEPTED, "accepted_at"),
}
PRESENCE = timedelta(seconds=10)
# A pass lets one page in. How many pages of a contact wait is the engine's to know: it gives
# one pass to each, and what is left over runs out unused.
PAGES_RUNG_ELSEWHERE = 4


def progress(event: Progress, *, now: datetime) -> Ack:
    """Store one step, once by (call, boot, seq); a step out of the table is kept, not obeyed."""
    call_id = as_uuid(event.call)
    if call_id is None:
        return Ack(known=False)
    is_told = partial(told, call_id, event.boot, event.seq)

    def store() -> bool:
        call = stored(call_id)
        if call is not None and not is_told():
            _store(call, event, now)
        return call is not None

    return Ack(known=once(store, told=is_told))


def told(call_id: UUID, boot: str, seq: int) -> bool:
    """Whether this message is stored already."""
    return bool(_TOLD(call=call_id, boot=boot, seq=seq))


def _told(call: UUID, boot: str, seq: int) -> QuerySet[CallStep, Any]:
    rows = CallStep.objects.filter(call=call, boot=boot, seq=seq).order_by()
    return rows.values_list("pk")[:1]


def _alive(call: UUID, at: datetime) -> tuple[QuerySet[Call, Any], dict[str, Any]]:
    return Call.objects.filter(pk=call, alive_at__lt=at), {"alive_at": at}


def _waits(contact: UUID, since: datetime) -> QuerySet[Waiting, Any]:
    awake = Engine.objects.filter(seen_at__gt=since)
    rows = Waiting.objects.filter(contact=contact, engine__in=awake)
    return rows.order_by().values_list("pk")[:1]


_WAITS = Prepared(_waits, contact=UUID, since=datetime)
_TOLD = Prepared(_told, call=UUID, boot=str, seq=int)
_ALIVE = Update(_alive, call=UUID, at=datetime)
STEP = Insert(CallStep)


def _store(call: Call, event: Progress, now: datetime) -> None:
    obeyed = _obey(call, event, now)
    step = CallStep(
        call=call,
        boot=event.boot,
        seq=event.seq,
        kind=event.step,
        side=event.side or "",
        at=event.at,
        told_at=now,
        obeyed=obeyed,
    )
    STEP(step)
    # A replayed message is a sign of life of its own moment, not of now.
    _ALIVE(call=call.pk, at=min(event.at, now))


def _obey(call: Call, event: Progress, now: datetime) -> bool:
    if event.step not in MOVES:
        return call.state in LIVE_STATES
    kind, column = MOVES[event.step]
    obeyed = move(call, kind, columns={column: event.at}).obeyed
    if obeyed and event.step is Step.RANG:
        _ring_elsewhere(call, now)
        _ring_devices(call, event.at, now)
    if obeyed and event.step is Step.ACCEPTED:
        accepted(call, event.at, now)
    return obeyed


def accepted(call: Call, at: datetime, now: datetime) -> None:
    """What else follows from a yes: a granted call is used, a number of a list is verified."""
    if call.courtesy_id:
        courtesies.use(grant_id=call.courtesy_id, at=at)
    if call.person_id and not call.line_id:
        own_list.said_yes(
            person_id=call.person_id, e164=call.number, call_id=call.pk, at=at, now=now
        )


def _ring_devices(call: Call, at: datetime, now: datetime) -> None:
    """Where no page of the contact waits anywhere, their devices are told that it rings.

    Whoever opens the page while it rings is rung there. A message that was replayed from a
    journal rings nobody: that call is long over.
    """
    if call.contact_id is None or now - at > ringing.WORTH:
        return
    if not _WAITS(contact=call.contact_id, since=now - PRESENCE):
        ringing.ring(call=call.pk, owner=call.contact_id, now=now)


def _ring_elsewhere(call: Call, now: datetime) -> None:
    """Pages of the contact that wait on other engines are asked to come to this call's."""
    if call.contact_id is None or len(settings.ENGINES) < 2:
        return
    elsewhere = Waiting.objects.filter(contact=call.contact_id, engine__seen_at__gt=now - PRESENCE)
    for waiting in elsewhere.exclude(engine=call.engine):
        for _ in range(PAGES_RUNG_ELSEWHERE):
            order_ring(call=call, engine=waiting.engine_id, now=now)
