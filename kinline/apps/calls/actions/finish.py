"""The end of a call: state, record, charge, recording, audit, notes, in one transaction."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import Q

from kinline.apps.audit import actions as audit
from kinline.apps.calls import paying
from kinline.apps.calls.actions import queue
from kinline.apps.calls.actions.progress import STEP, accepted, told
from kinline.apps.calls.models import Call, CallRecord, CallStep
from kinline.apps.calls.moves import ALWAYS, move
from kinline.apps.calls.queries.parts import ends_at
from kinline.apps.calls.stored import stored
from kinline.apps.charging import actions as charging
from kinline.apps.days import day_at
from kinline.apps.ids import as_uuid
from kinline.apps.notices import actions as notices
from kinline.apps.once import once
from kinline.apps.people.actions import blocks
from kinline.apps.prepared_writes import Insert
from kinline.apps.recordings.actions import grant as recording
from kinline.core.call.states import Effect, EndReason, Event
from kinline.core.control import Ack, Ended, TrackFact
from kinline.core.ids import PlaceCode
from kinline.core.rating.book import NoRuleInForce
from kinline.core.rating.rate import LONGEST_SECONDS, Usage
from kinline.core.rating.terms import Service
from kinline.laws.loader import places
from kinline.laws.numbering import NoSuchNumber, destination

log = logging.getLogger(__name__)
_RECORD = Insert(CallRecord)
OURS = "kinline"  # the "boot" of an end that we found out ourselves


@dataclass(frozen=True, slots=True)
class End:
    """An end as told, by an engine or by a lease. `tracks` None: nobody could tell them."""

    boot: str
    seq: int
    reason: EndReason
    at: datetime
    talk_seconds: int
    side: str = ""
    tracks: tuple[TrackFact, ...] | None = None
    by: audit.Named = audit.KINLINE


def ended(event: Ended, *, now: datetime) -> Ack:
    """Close the books of one call, exactly once by (call, boot, seq).

    An end that comes after the lease ended the call is stored and not obeyed; where it tells
    of more talk than was booked, the audit log and the list of late reports say so.
    """
    end = End(
        boot=event.boot,
        seq=event.seq,
        reason=event.reason,
        at=event.at,
        talk_seconds=event.talk_seconds,
        side=event.side or "",
        tracks=event.tracks,
        by=audit.Named("engine", event.engine),
    )
    call_id = as_uuid(event.call)
    return Ack(known=call_id is not None and close(call_id, end, now=now))


def lose(call: Call, *, now: datetime, only: Q = ALWAYS) -> bool:
    """End a call whose engine is gone, with the usage up to its last sign of life."""
    talk = 0
    if call.accepted_at is not None:
        # Two clocks told these: what lies past the cut was never talked, nor set aside for.
        last = min(call.alive_at, ends_at(call) or call.alive_at)
        talk = max(0, int((last - call.accepted_at).total_seconds()))
    end = End(OURS, 0, EndReason.ENGINE_LOST, at=call.alive_at, talk_seconds=talk)
    return close(call.pk, end, now=now, only=only)


def close(call_id: UUID, end: End, *, now: datetime, only: Q = ALWAYS) -> bool:
    """Store the end and everything that follows from it. False for a call nobody knows."""
    is_told = partial(told, call_id, end.boot, end.seq)

    def store() -> bool:
        call = stored(call_id)
        if call is not None and not is_told():
            _close(call, end, now, only)
        return call is not None

    return once(store, told=is_told)


def _close(call: Call, end: End, now: datetime, only: Q) -> None:
    columns: dict[str, object] = {"end_reason": end.reason, "ended_at": end.at}
    if call.accepted_at is None and end.talk_seconds:
        # They talked, so it was accepted, even if nobody lived to tell us when.
        columns["accepted_at"] = end.at - timedelta(seconds=end.talk_seconds)
    moved = move(call, Event.ENDED, reason=end.reason, only=only, columns=columns)
    if end.boot == OURS and not moved.obeyed:
        return  # it ended, or its engine came back, while we looked: nothing was told
    _store(call, end, now, moved.obeyed)
    if not moved.obeyed:
        _late(call, end, now)
        return
    if call.accepted_at and (call.courtesy_id or "accepted_at" in columns):
        accepted(call, call.accepted_at, now)
    _write_books(call, end, now)
    if Effect.NOTE_MISSED in moved.effects:
        _missed(call, now)
    if Effect.ADD_BLOCK in moved.effects:
        _block(call, now)
    queue.freed(station_id=call.station_id, now=now)


def _store(call: Call, end: End, now: datetime, obeyed: bool) -> None:
    step = CallStep(
        call=call,
        boot=end.boot,
        seq=end.seq,
        kind="ended",
        side=end.side,
        reason=end.reason,
        talk_seconds=end.talk_seconds,
        at=end.at,
        told_at=now,
        obeyed=obeyed,
    )
    STEP(step)


def _write_books(call: Call, end: End, now: datetime) -> None:
    charge = _charge(call, end, now)
    record = CallRecord(
        call=call,
        place=call.facility.place,
        number=call.number,
        accepted_at=call.accepted_at,
        ended_at=end.at,
        talk_seconds=end.talk_seconds,
        end_reason=end.reason,
        private=call.private,
        charge=charge,
        written_at=now,
    )
    _RECORD(record)
    keep = timedelta(days=call.facility.keep_recordings_days)
    recording.book(
        call_id=call.pk,
        tracks=end.tracks,
        ended_at=end.at,
        keep_until=day_at(call.facility.zone, end.at) + keep,
    )
    facts = {"reason": end.reason, "talk_seconds": end.talk_seconds}
    _tell(call, end.by, "call.ended", facts, now)


def _charge(call: Call, end: End, now: datetime) -> UUID | None:
    """The charge of a call that was accepted, paid from what was set aside for it.

    A call nobody accepted has no usage, and all that was set aside is free again.
    """
    if call.accepted_at is None:
        paying.let_go(call, now=now)
        return None
    place = places().get(PlaceCode(call.facility.place))
    try:
        if place is not None and call.line_id:
            return charging.charge_open_line(
                key=f"call:{call.pk}",
                place=place,
                began_at=call.accepted_at,
                seconds=end.talk_seconds,
                now=now,
            )
        if place is not None:
            usage = Usage(
                service=Service.CALL,
                place=place,
                began_at=call.accepted_at,
                seconds=min(end.talk_seconds, LONGEST_SECONDS),
                to=destination(call.number),
            )
            key = f"call:{call.pk}"
            person, holds = str(call.person_id or ""), paying.hold_keys(call)
            made = charging.charge(key=key, usage=usage, person=person, now=now, holds=holds)
            paying.note_taken(call, charge_key=key)
            return made
    except (NoRuleInForce, NoSuchNumber):
        pass  # told below
    # Authorize refuses where no price is known, so the book changed while they talked. The end
    # must be kept all the same; what is missing is written down, and nothing is called free.
    log.error("call without a price", extra={"call": str(call.pk)})
    paying.let_go(call, now=now)
    _tell(call, audit.KINLINE, "call.not_charged", {"seconds": end.talk_seconds}, now)
    return None


def _block(call: Call, now: datetime) -> None:
    """A line blocks nobody, and where nobody signed in there is nobody to block."""
    if call.contact_id and call.person_id and not call.line_id:
        blocks.block_person(
            contact_id=call.contact_id, person_id=call.person_id, now=now, called=True
        )


def _late(call: Call, end: End, now: datetime) -> None:
    booked = CallRecord.objects.filter(call=call).values_list("talk_seconds", flat=True).first()
    if booked is not None and end.talk_seconds > booked:
        facts = {"booked_seconds": booked, "told_seconds": end.talk_seconds}
        _tell(call, end.by, "call.late_report", facts, now)


def _missed(call: Call, now: datetime) -> None:
    """A note on the contact's page, and one to be sent after commit where there is an address."""
    if call.contact is None:
        return
    key = f"call.missed:{call.pk}"
    facts = {
        "call": str(call.pk),
        "person": str(call.person_id or ""),
        "person_name": call.person.full_name if call.person else "",
        "facility_name": call.facility.name,
        "place": call.facility.place,
    }
    notices.note(
        key=key,
        owner_kind="contact",
        owner=call.contact.pk,
        kind="call.missed",
        facts=facts,
        now=now,
    )
    if call.contact.account is not None and call.contact.account.email:
        to = {"email": call.contact.account.email, "language": call.contact.language}
        notices.post(key=key, kind="call.missed", facts={**facts, **to}, now=now)


def _tell(
    call: Call, by: audit.Named, act: str, facts: Mapping[str, object], now: datetime
) -> None:
    audit.write(
        now=now,
        actor=by,
        act=act,
        subject=audit.Named("call", str(call.pk)),
        facility=call.facility.place,
        facts=facts,
    )
