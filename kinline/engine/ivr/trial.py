"""Calls of Kinline's own: ring, say what web wants said, tell what happened.

A test of a carrier that staff asked for, or a code or a check that an attorney asked for. Nobody
inside is in such a call, no call is in the books, nothing is recorded.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby

from kinline.core.call.announcement import PLACE
from kinline.core.call.rings import OTHER_PLACES
from kinline.core.control import TrialCall, TrialDone
from kinline.engine.ivr.prompts import Prompts, silence
from kinline.engine.media.port import Clip, MediaEngine
from kinline.engine.settings import Times
from kinline.engine.signalling.sip.telephony import (
    NO_ENGINE,
    Phone,
    PhoneAnswered,
    PhoneEvent,
    PhoneGone,
    Telephony,
)
from kinline.sealed.codec import Codec
from kinline.sealed.opus import FRAME_MS

log = logging.getLogger(__name__)

ANSWERED, NO_ANSWER = 200, 408  # as SIP says it (RFC 3261, section 21)
RING_SECONDS = 30
_GRACE = 5.0
_TIMES = 2  # whoever lifts a receiver misses the first words


class Trials:
    """The test calls of this engine. Each is made once, however often web names it."""

    def __init__(
        self, telephony: Telephony, media: MediaEngine, prompts: Prompts, times: Times
    ) -> None:
        self._telephony, self._media = telephony, media
        self._prompts, self._times = prompts, times
        self._taken: set[str] = set()
        self._done: list[TrialDone] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def done(self) -> tuple[TrialDone, ...]:
        """What web has not been told yet."""
        return tuple(self._done)

    def told(self, told: Iterable[TrialDone]) -> None:
        """Web has these."""
        for one in told:
            self._done.remove(one)

    def take(self, trials: Iterable[TrialCall]) -> None:
        for trial in trials:
            if trial.trial not in self._taken:
                self._taken.add(trial.trial)
                task = asyncio.create_task(self._make(trial))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _make(self, trial: TrialCall) -> None:
        try:
            code = await self._ring(trial)
        except OSError as error:
            log.error("test call not opened", extra={"error": type(error).__name__})
            code = NO_ENGINE
        except Exception:
            log.exception("test call failed", extra={"trunk": trial.trunk})
            code = NO_ENGINE
        log.info("test call over", extra={"trunk": trial.trunk, "code": code})
        self._done.append(TrialDone(trial.trial, code))

    async def _ring(self, trial: TrialCall) -> int:
        events: asyncio.Queue[PhoneEvent] = asyncio.Queue()
        phone = self._telephony.dial(
            trunk=trial.trunk,
            number=trial.number,
            line=await self._media.open_line(Codec.PCMU),
            codec=Codec.PCMU,
            ring_seconds=RING_SECONDS,
            tell=events.put_nowait,
        )
        try:
            async with asyncio.timeout(RING_SECONDS + _GRACE):
                while True:
                    match await events.get():
                        case PhoneAnswered():
                            break
                        case PhoneGone(_, code):
                            return code or NO_ANSWER
            await self._say(phone, trial, events)
        except TimeoutError:
            return NO_ANSWER
        finally:
            phone.hang_up()
        return ANSWERED

    async def _say(self, phone: Phone, trial: TrialCall, events: asyncio.Queue[PhoneEvent]) -> None:
        """What is to be said, or until they hang up. That it was answered is known by now."""
        said = asyncio.Event()
        booth = self._media.open_booth(
            on_silence=lambda: None,
            on_digit=lambda _: None,
            silent_after=self._times.silent_after,
            codec=phone.codec,
        )
        booth.connect(phone.line)
        clips = self._clips(trial, phone.codec)
        booth.play(clips, done=said.set)
        gone = asyncio.ensure_future(_gone(events))
        ends = asyncio.ensure_future(said.wait())
        try:
            seconds = sum(map(len, clips)) * FRAME_MS / 1000
            await asyncio.wait(
                (gone, ends), timeout=seconds + _GRACE, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            gone.cancel()
            ends.cancel()
            await booth.close()

    def _clips(self, trial: TrialCall, codec: Codec) -> list[Clip]:
        names = sayable(trial.says, partial(self._prompts.has, language=trial.language))
        once = self._prompts.announcement(names, trial.language, None, codec)
        return [silence(0.5, codec), *once] * _TIMES


def sayable(names: Sequence[str], has: Callable[[str], bool]) -> list[str]:
    """The names with places nobody recorded a prompt for said as other places, once in a run."""
    said = list[str]()
    for of_places, run in groupby(names, key=lambda name: name.startswith(PLACE)):
        each = list(run)
        known = [name for name in each if not of_places or has(name)]
        said += [*known, *([OTHER_PLACES] if len(known) < len(each) else [])]
    twice = [at for at, name in enumerate(said) if name == OTHER_PLACES == said[at - 1] and at]
    return [name for at, name in enumerate(said) if at not in twice]


async def _gone(events: asyncio.Queue[PhoneEvent]) -> None:
    while not isinstance(await events.get(), PhoneGone):
        pass
