"""A visit as an engine holds it, told to web step by step."""

from datetime import datetime, timedelta
from itertools import count

from kinline.apps.visits.actions.meeting import opening, telling
from kinline.apps.visits.models import Meeting, Visit
from kinline.core.control import (
    Ack,
    VisitEnded,
    VisitOpen,
    VisitProgress,
    VisitReply,
    VisitStep,
)
from kinline.core.ids import EngineId, VisitId
from kinline.core.visit.kept import MediaKind, VisitTrack
from kinline.core.visit.states import EndReason
from kinline.core.visit.terms import Seat


class Engine:
    """One life of an engine; what it tells is numbered."""

    def __init__(self, visit: Visit, engine: str = "e1", boot: str = "boot-1") -> None:
        self.visit, self.engine, self.boot = visit, EngineId(engine), boot
        self._numbers = count(1)

    def opens(self, now: datetime) -> VisitReply:
        asked = VisitOpen(VisitId(str(self.visit.pk)), self.engine, self.boot)
        return opening.open_visit(asked, now=now)

    def tells(
        self, step: VisitStep, at: datetime, seat: Seat | None = None, seq: int | None = None
    ) -> Ack:
        event = VisitProgress(
            visit=VisitId(str(self.visit.pk)),
            seq=seq or next(self._numbers),
            engine=self.engine,
            boot=self.boot,
            step=step,
            at=at,
            seat=seat,
        )
        return telling.progress(event, now=at)

    def ends(
        self,
        at: datetime,
        reason: EndReason = EndReason.TIME_UP,
        seconds: int = 0,
        tracks: tuple[VisitTrack, ...] = (),
        seq: int | None = None,
    ) -> Ack:
        event = VisitEnded(
            visit=VisitId(str(self.visit.pk)),
            seq=seq or next(self._numbers),
            engine=self.engine,
            boot=self.boot,
            reason=reason,
            at=at,
            seconds=seconds,
            tracks=tracks,
        )
        return telling.ended(event, now=at)


def both_meet(engine: Engine, at: datetime) -> None:
    """Both came, and see each other at `at`."""
    assert engine.opens(at - timedelta(minutes=5)).permit is not None
    engine.tells(VisitStep.CAME, at - timedelta(minutes=4), Seat.HOME_1)
    engine.tells(VisitStep.CAME, at - timedelta(minutes=3), Seat.INSIDE)
    engine.tells(VisitStep.BEGAN, at)
    engine.tells(VisitStep.MET, at)


def meeting(visit: Visit) -> Meeting:
    return Meeting.objects.get(visit=visit)


def tracks(folder: str, part: int = 0) -> tuple[VisitTrack, ...]:
    """Sound and pictures of both, as an engine tells them."""
    return tuple(
        VisitTrack(seat, kind, f"{folder}/{seat}-{kind}.{part}.ktrack", 60, 60, "0" * 64, 5)
        for seat in (Seat.INSIDE, Seat.HOME_1)
        for kind in MediaKind
    )
