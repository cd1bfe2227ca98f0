"""Engines of a day: they carry calls, tell web of them through a journal, and may die."""

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Protocol

from kinline.core.call.states import EndReason, Side
from kinline.core.control import (
    Alive,
    CommandsRequest,
    ControlUnavailable,
    Ended,
    Order,
    Permit,
    Progress,
    Step,
    TelephonesRequest,
    TrackFact,
    TrunkSeen,
)
from kinline.core.ids import CallId, ContactId, EngineId
from tests.day.county import Device
from tests.day.plan import Try
from tests.day.web import Clock, Web

Message = Progress | Ended
_STAGES = (Step.RANG, Step.ANSWERED, Step.ACCEPTED)


@dataclass(slots=True)
class Live:
    """A call as the world knows it, and what web can know of it by now.

    `stage` counts the steps that web has obeyed, `alive_at` is its last sign of life there.
    """

    want: Try
    permit: Permit
    engine: "Engine"
    boot: str
    device: Device
    number: str
    alive_at: datetime
    accepted_at: datetime | None = None
    talked: int = 0
    over: bool = False
    stage: int = 0
    holds_number: bool = False
    kept_back: list[Message] = field(default_factory=list)
    seq: count = field(default_factory=lambda: count(1))

    @property
    def call(self) -> CallId:
        return self.permit.call

    @property
    def talking_known(self) -> bool:
        """Whether web has obeyed the acceptance."""
        return self.stage == len(_STAGES)

    def obeyed(self, step: Step) -> None:
        """The state table in short: each step follows the one before it, or nothing follows."""
        if not self.talking_known and step is _STAGES[self.stage]:
            self.stage += 1


class Listener(Protocol):
    """Who is told what web has been told, so that it knows what the books must say."""

    twice: float  # how often a message is told twice, of 1

    def progressed(self, live: Live, event: Progress) -> None: ...
    def ended(self, live: Live, event: Ended) -> None: ...
    def gave_sign(self, engine: "Engine", calls: tuple[CallId, ...]) -> None: ...
    def hung_up(self, live: Live) -> None: ...
    def waiting(self, engine: "Engine") -> tuple[ContactId, ...]: ...


class Engine:
    """One engine. A message is told when it happens, or when web can be reached again."""

    def __init__(self, name: str, trunk: str, clock: Clock, web: Web, told: Listener) -> None:
        self.id, self._trunk = EngineId(name), trunk
        self._clock, self._web, self._told = clock, web, told
        self._chance = random.Random(name)
        self._life, self._done = 0, 0
        self._journal: deque[tuple[Message, Live]] = deque()
        self.up, self.stuck = False, False
        self.calls: dict[CallId, Live] = {}
        self.orders = 0
        self.seen_at = clock.now

    @property
    def boot(self) -> str:
        return f"{self.id}-life-{self._life}"

    @property
    def reaches_web(self) -> bool:
        return self.up and not self.stuck and self._web.up

    @property
    def backlog(self) -> int:
        return len(self._journal)

    # --- living and dying -------------------------------------------------------------

    def start(self) -> None:
        """A new life. What the one before had to tell goes before its first sign (beat)."""
        self._life, self._done = self._life + 1, 0
        self.up, self.stuck = True, False
        seen = (TrunkSeen(self._trunk, True),)
        self._web.ask("telephones", TelephonesRequest(self.id, trunks=seen))
        self.beat()

    def sticks(self) -> None:
        self.stuck = True

    def dies(self) -> None:
        """As by kill -9: nobody is told, and every receiver is dead."""
        self.up = False
        for live in list(self.calls.values()):
            self._hang_up(live)

    def beat(self) -> None:
        """What it does every few seconds: tell, show itself, fetch orders."""
        if not self.reaches_web:
            return
        self._flush()
        calls = tuple(self.calls)
        sign = Alive(self.id, self.boot, self._clock.now, calls, self._told.waiting(self))
        self._ask("alive", sign)
        self.seen_at = self._clock.now
        self._told.gave_sign(self, calls)
        asked = CommandsRequest(self.id, self.boot, after=self._done)
        for order in self._web.ask("commands", asked).commands:
            self._done = max(self._done, order.id)
            self.orders += 1
            live = self.calls.get(order.call)
            if order.order is Order.END and live is not None:
                self.end(live, EndReason.STAFF)

    def _ask(self, verb: str, message: object) -> object:
        """Ask; now and then twice, as when an answer was lost. Both answers are the same."""
        answer = self._web.ask(verb, message)
        if self._chance.random() < self._told.twice:
            assert self._web.ask(verb, message) == answer
        return answer

    # --- calls ------------------------------------------------------------------------

    def later(self, live: Live, seconds: float, act: Callable[[], object]) -> None:
        """Do it then, unless the call is over."""
        self._clock.after(seconds, lambda: None if live.over else act())

    def step(self, live: Live, step: Step, side: Side | None = None) -> None:
        """Tell one step, or keep it back where the network would."""
        event = Progress(live.call, next(live.seq), self.id, live.boot, step, self._clock.now, side)
        if self._overtaken(live, step):
            live.kept_back.append(event)
            return
        self._tell(event, live)
        if not live.want.late:
            self._tell_kept(live)

    def _overtaken(self, live: Live, step: Step) -> bool:
        if live.want.swapped:
            return step is (Step.RANG if live.want.number % 2 else Step.ANSWERED)
        return live.want.late and step in {Step.WARNED, Step.LINE_BACK}

    def accepted(self, live: Live) -> None:
        live.accepted_at = self._clock.now
        self.step(live, Step.ACCEPTED)

    def end(self, live: Live, reason: EndReason, side: Side | None = None) -> None:
        """The call is over: freed here, told with all that was said, late words after it."""
        now = self._clock.now
        if live.accepted_at is not None:
            live.talked = int((now - live.accepted_at).total_seconds())
        self._hang_up(live)
        event = Ended(
            live.call,
            next(live.seq),
            self.id,
            live.boot,
            reason,
            now,
            side,
            live.talked,
            _tracks(live),
        )
        self._tell(event, live)
        self._tell_kept(live)

    def _hang_up(self, live: Live) -> None:
        live.over = True
        self.calls.pop(live.call, None)
        self._told.hung_up(live)

    def _tell_kept(self, live: Live) -> None:
        for event in live.kept_back:
            self._tell(event, live)
        live.kept_back.clear()

    def _tell(self, event: Message, live: Live) -> None:
        self._journal.append((event, live))
        self._flush()

    def _flush(self) -> None:
        while self._journal and self.reaches_web:
            event, live = self._journal[0]
            try:
                if isinstance(event, Ended):
                    answer = self._ask("ended", event)
                else:
                    answer = self._ask("progress", event)
            except ControlUnavailable:
                return
            assert answer.known  # type: ignore[attr-defined]
            self._journal.popleft()
            if isinstance(event, Ended):
                self._told.ended(live, event)
            else:
                self._told.progressed(live, event)


def _tracks(live: Live) -> tuple[TrackFact, ...]:
    """What was recorded: nothing before acceptance, and nothing where there is no grant."""
    grant = live.permit.recording
    if grant is None or not live.talked:
        return ()
    return tuple(
        TrackFact(side, f"{grant.folder}/{side}.0.ktrack", live.talked, live.talked, "0" * 64)
        for side in Side
    )
