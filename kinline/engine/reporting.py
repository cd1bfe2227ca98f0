"""What the engine tells web by itself: a call's steps, its signs of life; and asking for orders."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Protocol

from kinline.core.call.signs import SignKind
from kinline.core.call.states import EndReason, Side
from kinline.core.control import (
    Alive,
    Command,
    CommandsRequest,
    Control,
    ControlUnavailable,
    Ended,
    Progress,
    SignSeen,
    Step,
    TelephonesRequest,
    TrackFact,
    TrialCall,
    TrialDone,
    VisitCommand,
    VisitEnded,
    VisitProgress,
    VisitStep,
    VisitTrack,
)
from kinline.core.ids import CallId, ContactId, EngineId, VisitId
from kinline.core.visit.states import EndReason as VisitEndReason
from kinline.core.visit.terms import Seat
from kinline.engine.control_client import ControlRefused
from kinline.engine.settings import Times
from kinline.engine.signalling.sip.telephony import Telephony
from kinline.engine.teller import Teller

log = logging.getLogger(__name__)


class Reporting:
    """Who reports: this engine, in this boot."""

    def __init__(self, engine: EngineId, boot: str, teller: Teller) -> None:
        self.engine, self.boot, self.teller = engine, boot, teller


class CallReporter:
    """The steps of one call, numbered, so that web stores each once."""

    def __init__(self, reporting: Reporting, call: CallId) -> None:
        self._by, self._call = reporting, call
        self._numbers = count(1)

    def step(self, step: Step, side: Side | None = None) -> None:
        self._by.teller.tell(
            Progress(
                call=self._call,
                seq=next(self._numbers),
                engine=self._by.engine,
                boot=self._by.boot,
                step=step,
                at=datetime.now(UTC),
                side=side,
            )
        )

    def sign(
        self, kind: SignKind, side: Side | None, evidence: dict[str, str], *, cut: bool
    ) -> None:
        self._by.teller.tell(
            SignSeen(
                call=self._call,
                seq=next(self._numbers),
                engine=self._by.engine,
                boot=self._by.boot,
                kind=kind,
                at=datetime.now(UTC),
                side=side,
                cut=cut,
                evidence=evidence,
            )
        )

    def ended(
        self,
        reason: EndReason,
        side: Side | None,
        talk_seconds: int,
        tracks: tuple[TrackFact, ...],
    ) -> None:
        self._by.teller.tell(
            Ended(
                call=self._call,
                seq=next(self._numbers),
                engine=self._by.engine,
                boot=self._by.boot,
                reason=reason,
                at=datetime.now(UTC),
                side=side,
                talk_seconds=talk_seconds,
                tracks=tracks,
            )
        )


class VisitReporter:
    """The steps of one visit, numbered, so that web stores each once."""

    def __init__(self, reporting: Reporting, visit: VisitId) -> None:
        self._by, self._visit = reporting, visit
        self._numbers = count(1)

    def step(self, step: VisitStep, seat: Seat | None = None, *, minutes: int = 0) -> None:
        self._by.teller.tell(
            VisitProgress(
                visit=self._visit,
                seq=next(self._numbers),
                engine=self._by.engine,
                boot=self._by.boot,
                step=step,
                at=datetime.now(UTC),
                seat=seat,
                minutes=minutes,
            )
        )

    def ended(
        self,
        reason: VisitEndReason,
        seat: Seat | None,
        seconds: int,
        tracks: tuple[VisitTrack, ...],
    ) -> None:
        self._by.teller.tell(
            VisitEnded(
                visit=self._visit,
                seq=next(self._numbers),
                engine=self._by.engine,
                boot=self._by.boot,
                reason=reason,
                at=datetime.now(UTC),
                seat=seat,
                seconds=seconds,
                tracks=tracks,
            )
        )


class Calls(Protocol):
    """What a sign of life tells of, and who carries out orders."""

    @property
    def calls(self) -> tuple[CallId, ...]: ...
    @property
    def waiting(self) -> tuple[ContactId, ...]: ...
    async def obey(self, command: Command) -> None: ...


class Visits(Protocol):
    """The visits of this engine, for its sign of life, and who carries out orders for them."""

    @property
    def visits(self) -> tuple[VisitId, ...]: ...
    def obey(self, command: VisitCommand) -> None: ...


class Tries(Protocol):
    """Who makes the test calls that web wants."""

    def done(self) -> tuple[TrialDone, ...]: ...
    def told(self, told: tuple[TrialDone, ...]) -> None: ...
    def take(self, trials: tuple[TrialCall, ...]) -> None: ...


class Directory:
    """The endless loop that asks web which telephones there are, and tells what was seen."""

    def __init__(
        self,
        control: Control,
        reporting: Reporting,
        telephony: Telephony,
        tries: Tries,
        times: Times,
    ) -> None:
        self._control, self._by, self._tries = control, reporting, tries
        self._telephony, self._times = telephony, times

    async def run(self) -> None:
        """Never ends. While web is away the telephones stay as they were."""
        while True:
            request = TelephonesRequest(
                engine=self._by.engine,
                handsets=self._telephony.handsets_seen(),
                trunks=self._telephony.trunks_seen(),
                tried=self._tries.done(),
            )
            try:
                found = await self._control.telephones(request)
                self._tries.told(request.tried)
                self._telephony.use(replace(found, trials=()))
                self._tries.take(found.trials)
            except (ControlUnavailable, ControlRefused):
                log.info("directory of telephones not read")
            except Exception:
                log.exception("directory of telephones failed")
            await asyncio.sleep(self._times.telephones_every)


class Lifeline:
    """The two endless loops towards web: signs of life, and orders."""

    def __init__(
        self, control: Control, reporting: Reporting, board: Calls, hall: Visits, times: Times
    ) -> None:
        self._control, self._by, self._board, self._times = control, reporting, board, times
        self._hall = hall
        self._done = 0
        self._visit_orders: set[int] = set()
        self._away = False

    async def run(self) -> None:
        """Never ends. The journal of earlier boots goes before the first sign of life."""
        await self._by.teller.replay()
        await asyncio.gather(
            self._every(self._times.alive_every, self._give_sign),
            self._every(self._times.commands_every, self._fetch_orders),
        )

    async def _every(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await act()
                self._web_is(away=False)
            except (ControlUnavailable, ControlRefused):
                self._web_is(away=True)
            except Exception:
                log.exception("lifeline failed")
            await asyncio.sleep(max(0.0, began + seconds - loop.time()))

    async def _give_sign(self) -> None:
        await self._control.alive(
            Alive(
                engine=self._by.engine,
                boot=self._by.boot,
                at=datetime.now(UTC),
                calls=self._board.calls,
                waiting=self._board.waiting,
                visits=self._hall.visits,
            )
        )

    async def _fetch_orders(self) -> None:
        request = CommandsRequest(
            engine=self._by.engine,
            boot=self._by.boot,
            after=self._done,
            visit_orders_done=tuple(sorted(self._visit_orders)),
        )
        found = await self._control.commands(request)
        for command in found.commands:
            if command.id > self._done:
                await self._board.obey(command)
                self._done = command.id
        self._obey_for_visits(found.visits)

    def _obey_for_visits(self, commands: tuple[VisitCommand, ...]) -> None:
        """Each once. What web sends no longer, it knows to be done."""
        for command in commands:
            if command.id not in self._visit_orders:
                self._hall.obey(command)
        self._visit_orders = {command.id for command in commands}

    def _web_is(self, *, away: bool) -> None:
        if away != self._away:
            log.warning("web is away" if away else "web is back")
        self._away = away
