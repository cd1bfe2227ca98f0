"""The teller: brings journalled messages to web, in order for each call or visit, until told."""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kinline.core.control import (
    Ack,
    Control,
    ControlUnavailable,
    Ended,
    Progress,
    SignSeen,
    VisitEnded,
    VisitProgress,
)
from kinline.engine.control_client import ControlRefused, Told, about, journalled, plain
from kinline.engine.journal import Journal, Line, unacknowledged

log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_AT_ONCE = 8
_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class _Parcel:
    event: Told
    line: Line | None  # None when the disk would not take it


class Teller:
    """`tell` returns at once; what it was told is synced to disk and then sent, for ever if
    need be. `on_ended` is called when web has the end of a call or visit."""

    def __init__(
        self, control: Control, journal: Journal, on_ended: Callable[[str], None] = lambda _: None
    ) -> None:
        self._control, self._journal, self._on_ended = control, journal, on_ended
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._written: asyncio.Queue[Told] = asyncio.Queue()
        self._queues: dict[str, deque[_Parcel]] = {}
        self._couriers: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._writer = asyncio.create_task(self._write_down())
        self.unwritten = 0

    @property
    def backlog(self) -> int:
        """Messages web does not have yet."""
        return self._written.qsize() + sum(map(len, self._queues.values()))

    def tell(self, event: Told) -> None:
        self._written.put_nowait(event)

    async def replay(self) -> None:
        """Tell what earlier boots could not, oldest first; their files go as they are told."""
        loop = asyncio.get_running_loop()
        for path in await loop.run_in_executor(self._disk, self._journal.earlier):
            lines = await loop.run_in_executor(self._disk, unacknowledged, path)
            if lines:
                log.info("journal replayed", extra={"file": path.name, "messages": len(lines)})
            await self._replay_file(path, lines)

    async def drain(self, seconds: float) -> None:
        """Wait until everything is written, and told if that takes no longer than `seconds`."""
        await self._written.join()
        if self._couriers:
            await asyncio.wait(self._couriers, timeout=seconds)

    async def close(self) -> None:
        """Stop. What is untold stays in the journal for the next boot."""
        tasks = {self._writer, *self._couriers}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(self._disk, self._journal.close)
        self._disk.shutdown()

    async def _write_down(self) -> None:
        while True:
            events = [await self._written.get()]
            # What has gathered meanwhile shares one sync: a disk takes some hundred a second.
            while len(events) < _TOGETHER and not self._written.empty():
                events.append(self._written.get_nowait())
            for event, line in zip(events, await self._lines(events), strict=True):
                self._hand_over(_Parcel(event, line))
                self._written.task_done()

    async def _lines(self, events: Sequence[Told]) -> Sequence[Line | None]:
        """Their lines in the journal, None where the disk would not take them."""
        loop = asyncio.get_running_loop()
        messages = [(_verb(event), about(event), plain(event)) for event in events]
        try:
            return await loop.run_in_executor(self._disk, self._journal.append_all, messages)
        except OSError as error:
            # Better told without a net than not told at all.
            self.unwritten += len(events)
            log.error("journal cannot be written", extra={"errno": error.errno})
            return [None] * len(events)

    def _hand_over(self, parcel: _Parcel) -> None:
        call = about(parcel.event)
        if call in self._queues:
            self._queues[call].append(parcel)
            return
        self._queues[call] = deque([parcel])
        courier = asyncio.create_task(self._carry(call))
        self._couriers.add(courier)
        courier.add_done_callback(self._couriers.discard)

    async def _carry(self, call: str) -> None:
        queue = self._queues[call]
        while queue:
            parcel = queue[0]
            await self._until_told(parcel.event)
            await self._acknowledge(parcel)
            queue.popleft()
            if isinstance(parcel.event, Ended | VisitEnded):
                self._on_ended(call)
        del self._queues[call]

    async def _acknowledge(self, parcel: _Parcel) -> None:
        if parcel.line is None:
            return
        try:
            await asyncio.get_running_loop().run_in_executor(
                self._disk, self._journal.acknowledge, parcel.line
            )
        except OSError as error:
            log.error("journal cannot be written", extra={"errno": error.errno})

    async def _replay_file(self, path: Path, lines: list[Line]) -> None:
        for line in lines:
            try:
                event = journalled(line.verb, line.body)
            except ValueError:
                log.error("journalled message not understood", extra={"file": path.name})
                continue
            await self._until_told(event)
        await asyncio.get_running_loop().run_in_executor(self._disk, path.unlink)

    async def _until_told(self, event: Told) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                async with self._gate:
                    ack = await self._send(event)
            except ControlRefused:
                # Its like will be refused again, and others wait behind it.
                log.error("message given up", extra={"about": about(event), "seq": event.seq})
                return
            except ControlUnavailable:
                await asyncio.sleep(pause * (0.8 + 0.4 * random.random()))
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                if not ack.known:
                    log.warning("web knows no such call or visit", extra={"about": about(event)})
                return

    def _send(self, event: Told) -> Awaitable[Ack]:
        match event:
            case Ended():
                return self._control.ended(event)
            case SignSeen():
                return self._control.sign(event)
            case VisitProgress():
                return self._control.visit_progress(event)
            case VisitEnded():
                return self._control.visit_ended(event)
            case _:
                return self._control.progress(event)


_VERBS = {
    Progress: "progress",
    SignSeen: "sign",
    Ended: "ended",
    VisitProgress: "visit_progress",
    VisitEnded: "visit_ended",
}


def _verb(event: Told) -> str:
    return _VERBS[type(event)]
