"""A visit under way and its end, as the engine tells them. The same message again changes nothing.

A visit ends once: told by its engine, or found out by the sweep when its time is over and nobody
holds it any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import Q

from kinline.apps.audit import actions as audit
from kinline.apps.days import day_at
from kinline.apps.ids import as_uuid
from kinline.apps.once import once
from kinline.apps.recordings.actions import visits as recording
from kinline.apps.visits.access import full
from kinline.apps.visits.actions.meeting.opening import LEASE, seconds_so_far
from kinline.apps.visits.models import Meeting, MeetingOrder, MeetingStep, Visit
from kinline.apps.visits.moving import Happened, move
from kinline.core import control
from kinline.core.control import (
    Ack,
    Alive,
    CommandsRequest,
    VisitCommand,
    VisitEnded,
    VisitProgress,
    VisitStep,
)
from kinline.core.ids import VisitId
from kinline.core.visit.kept import VisitTrack
from kinline.core.visit.states import EndReason, Event, State
from kinline.core.visit.terms import Seat, Side, side_of

OURS = "kinline"  # the "boot" of an end that we found out ourselves
STALE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class End:
    """An end as told, by an engine or by the sweep. `tracks` None: nobody could tell them."""

    boot: str
    seq: int
    reason: EndReason
    at: datetime
    seconds: int
    seat: str = ""
    tracks: tuple[VisitTrack, ...] | None = None
    by: audit.Named = audit.KINLINE


def progress(event: VisitProgress, *, now: datetime) -> Ack:
    """Store one step, once by (visit, boot, seq); the first meeting moves the visit to HELD."""
    visit_id = as_uuid(event.visit)
    if visit_id is None:
        return Ack(known=False)
    is_told = partial(_told, visit_id, event.boot, event.seq)

    def store() -> bool:
        meeting = Meeting.objects.filter(visit=visit_id).first()
        if meeting is not None and not is_told():
            _store(meeting, event, now)
        return meeting is not None

    return Ack(known=once(store, told=is_told))


def ended(event: VisitEnded, *, now: datetime) -> Ack:
    """Close the books of one visit, exactly once."""
    end = End(
        boot=event.boot,
        seq=event.seq,
        reason=event.reason,
        at=event.at,
        seconds=event.seconds,
        seat=event.seat or "",
        tracks=event.tracks,
        by=audit.Named("engine", event.engine),
    )
    visit_id = as_uuid(event.visit)
    return Ack(known=visit_id is not None and close(visit_id, end, now=now))


def close(visit_id: UUID, end: End, *, now: datetime) -> bool:
    """Store the end and everything that follows from it. False for a visit nobody held."""
    is_told = partial(_told, visit_id, end.boot, end.seq)

    def store() -> bool:
        meeting = Meeting.objects.filter(visit=visit_id).first()
        if meeting is not None and not is_told():
            _close(meeting, end, now)
        return meeting is not None

    return once(store, told=is_told)


def alive(sign: Alive, *, now: datetime) -> None:
    """Renew the lease of every visit named, in one query. An earlier life's are not renewed."""
    held = [found for word in sign.visits if (found := as_uuid(word))]
    if held:
        mine = Meeting.objects.filter(engine=sign.engine, boot=sign.boot, ended_at=None)
        mine.filter(visit__in=held).update(alive_at=now)


def commands(request: CommandsRequest, *, now: datetime) -> tuple[VisitCommand, ...]:
    """What this engine has not done yet. What it names as done is sent no more."""
    if request.visit_orders_done:
        mine = MeetingOrder.objects.filter(engine=request.engine, done_at=None)
        mine.filter(pk__in=request.visit_orders_done).update(done_at=now)
    rows = MeetingOrder.objects.filter(
        engine=request.engine, done_at=None, made_at__gt=now - STALE
    ).order_by("pk")[:100]
    return tuple(
        VisitCommand(
            id=row.pk,
            order=control.VisitOrder(row.order),
            visit=VisitId(str(row.visit_id)),
            reason=EndReason(row.reason) if row.reason else None,
            text=row.text,
        )
        for row in rows
    )


def sweep(*, now: datetime) -> int:
    """End the visits whose time is over and which no engine holds; returns how many were ended.

    Only to be called while web has answered without a break for at least LEASE.
    """
    over = {"visit__ends_at__lt": now - LEASE, "alive_at__lt": now - LEASE}
    left = list(Meeting.objects.filter(ended_at=None, **over).select_related("visit")[:200])
    for meeting in left:
        _lose(meeting, now)
    return len(left)


def _lose(meeting: Meeting, now: datetime) -> None:
    """Its engine died and nobody came back to another: it ended with the last sign of life."""
    longest = meeting.visit.ends_at - meeting.visit.starts_at
    seconds = min(seconds_so_far(meeting), int(longest.total_seconds()))
    end = End(OURS, 0, EndReason.ENGINE_LOST, at=meeting.alive_at, seconds=seconds)
    close(meeting.pk, end, now=now)


def _told(visit: UUID, boot: str, seq: int) -> bool:
    return MeetingStep.objects.filter(visit=visit, boot=boot, seq=seq).exists()


def _store(meeting: Meeting, event: VisitProgress, now: datetime) -> None:
    obeyed = meeting.ended_at is None
    if obeyed and event.step is VisitStep.MET:
        obeyed = _met(meeting, event.at)
    MeetingStep.objects.create(
        visit_id=meeting.pk,
        boot=event.boot,
        seq=event.seq,
        kind=event.step,
        seat=event.seat or "",
        minutes=event.minutes,
        at=event.at,
        told_at=now,
        obeyed=obeyed,
    )
    # A replayed message is a sign of life of its own moment, not of now.
    alive_at = min(event.at, now)
    Meeting.objects.filter(visit=meeting.pk, alive_at__lt=alive_at).update(alive_at=alive_at)


def _met(meeting: Meeting, at: datetime) -> bool:
    """Both sides are there. Those who met in an earlier life of the engine meet again."""
    Meeting.objects.filter(visit=meeting.pk, met_at=None).update(met_at=at)
    visit = full(Visit.objects.filter(pk=meeting.pk)).get()
    return move(visit, Happened(event=Event.MET, at=at)).obeyed or visit.state == State.HELD


def _close(meeting: Meeting, end: End, now: datetime) -> None:
    seconds = end.seconds + (0 if end.boot == OURS else meeting.earlier_seconds)
    mine = Meeting.objects.filter(Q(visit=meeting.pk), ended_at=None)
    if end.boot != OURS:
        # Another engine went on with it: what an earlier one tells late is kept, not obeyed.
        mine = mine.filter(boot=end.boot)
    else:
        mine = mine.filter(alive_at__lt=now - LEASE)
    stored = mine.update(ended_at=end.at, end_reason=end.reason, end_seat=end.seat, seconds=seconds)
    obeyed = stored == 1
    if end.boot == OURS and not obeyed:
        return  # it ended, or its engine came back, while we looked: nothing was told
    MeetingStep.objects.create(
        visit_id=meeting.pk,
        boot=end.boot,
        seq=end.seq,
        kind="ended",
        seat=end.seat,
        reason=end.reason,
        seconds=end.seconds,
        at=end.at,
        told_at=now,
        obeyed=obeyed,
    )
    if obeyed:
        _write_books(meeting, end, seconds, now)


def _write_books(meeting: Meeting, end: End, seconds: int, now: datetime) -> None:
    visit = full(Visit.objects.filter(pk=meeting.pk)).get()
    if meeting.met_at is None and seconds and visit.state == State.BOOKED:
        # They met, even if nobody lived to tell us when.
        move(visit, Happened(event=Event.MET, at=end.at - timedelta(seconds=seconds)))
    move(
        visit,
        Happened(
            event=Event.ENDED,
            at=end.at,
            reason=end.reason,
            came=_came(meeting.pk),
            held_seconds=seconds,
        ),
    )
    facts: dict[str, object] = {"reason": end.reason, "seconds": seconds, "lives": meeting.lives}
    if visit.private:
        # Nobody gave a key, nobody had a recorder: there is nothing to write down of it.
        facts["recorder"] = False
    else:
        keep = timedelta(days=visit.facility.keep_recordings_days)
        recording.book(
            visit_id=visit.pk,
            tracks=end.tracks,
            ended_at=end.at,
            until=day_at(visit.facility.zone, end.at) + keep,
        )
    audit.write(
        now=now,
        actor=end.by,
        act="visit.ended",
        subject=audit.Named("visit", str(visit.pk)),
        facility=visit.facility.place,
        facts=facts,
    )


def _came(visit: UUID) -> frozenset[Side]:
    seats = MeetingStep.objects.filter(visit=visit, kind=VisitStep.CAME)
    return frozenset(side_of(Seat(seat)) for seat in set(seats.values_list("seat", flat=True)))
