"""Fast time, and web in it: the control door's own table of verbs, reached or not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any

import msgspec
from django.db import connections

from kinline.apps.audit import actions as audit
from kinline.apps.calls.actions import command, names, sweep
from kinline.apps.notices import actions as notices
from kinline.apps.people.actions import sign_in
from kinline.apps.recordings.actions import grant
from kinline.core.control import ControlUnavailable
from kinline.doors.control.views import VERBS
from kinline.laws import loader

LEASE = timedelta(seconds=sweep.LEASE_SECONDS)


class Clock:
    """Nothing sleeps: what is due next happens next, and `now` is its moment."""

    def __init__(self, begins: datetime) -> None:
        self.now = begins
        self._due: list[tuple[datetime, int, Callable[[], object]]] = []
        self._numbers = count()

    def at(self, when: datetime, act: Callable[[], object]) -> None:
        heappush(self._due, (max(when, self.now), next(self._numbers), act))

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        self.at(self.now + timedelta(seconds=seconds), act)

    def run(self) -> None:
        """Until nothing is due any more."""
        while self._due:
            self.now, _, act = heappop(self._due)
            act()


class Web:
    """What engines ask. `up_since` is what the worker's watch over web would know."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.up, self.up_since = True, clock.now - timedelta(hours=1)

    def ask(self, verb: str, message: object) -> Any:
        """The answer, after the message has been the door's JSON. Raises ControlUnavailable."""
        if not self.up:
            raise ControlUnavailable
        known = VERBS[verb]
        read = known.decoder.decode(msgspec.json.encode(message))
        return known.answer(read, now=self._clock.now)

    def goes(self) -> None:
        self.up = False

    def comes(self) -> None:
        """A new process: it has no connection, and has read no book yet."""
        connections.close_all()
        loader.book.cache_clear()
        loader.places.cache_clear()
        self.up, self.up_since = True, self._clock.now

    @property
    def may_sweep(self) -> bool:
        """Leases are judged only after web was there for a whole one (config/worker.py)."""
        return self.up and self._clock.now - self.up_since >= LEASE

    def work(self) -> None:
        """A turn of the worker, but for the lease and presence, which the world looks at."""
        now = self._clock.now
        while audit.seal() == audit.BATCH:
            pass
        notices.send_due(now=now)
        grant.measure_left()

    def clean_up(self) -> None:
        """What the worker does now and then."""
        command.clean_up(now=self._clock.now)
        sign_in.forget_tries(now=self._clock.now)
        names.forget_takes(now=self._clock.now)
