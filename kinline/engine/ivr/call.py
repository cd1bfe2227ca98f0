"""The conversation of a call: ringing, announcement, acceptance, talk, warning, cut.

One coroutine for each call. It reads from top to bottom in `run`: each part returns the
ending, or None when the next part follows. Everything that happens comes through one inbox,
so that nothing happens at once. The cut itself does not wait for the inbox: the room makes
it when its deadline comes, and tells.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from kinline.core.call.announcement import Acceptance
from kinline.core.call.states import EndReason, Side
from kinline.core.control import Permit, Step, TrackFact
from kinline.engine.ivr.connections import Connections
from kinline.engine.ivr.events import (
    Answered,
    CallEvent,
    Declined,
    HungUp,
    Keyed,
    ListenerCame,
    ListenerHeard,
    ListenerWent,
    Offered,
    PageCame,
    PageDropped,
    PageLeft,
    Stopped,
    Waiting,
)
from kinline.engine.ivr.lines import Ending, Lines, Phase, hung_up
from kinline.engine.ivr.listeners import Listeners
from kinline.engine.ivr.phones import Dialler, Phones, not_connected
from kinline.engine.ivr.prompts import Prompts
from kinline.engine.ivr.ringing import Ringing
from kinline.engine.ivr.screens import Screens
from kinline.engine.ivr.signs import Signs
from kinline.engine.ivr.talk import Talk
from kinline.engine.ivr.voices import Voices
from kinline.engine.ivr.watch import LineWatch, Reporter
from kinline.engine.media.port import (
    CallRoom,
    Clip,
    Flowing,
    Pressed,
    RecordableRoom,
    RecordingFailed,
    RoomLost,
    Silent,
    TimeIsUp,
    ToneHeard,
)
from kinline.engine.settings import Times
from kinline.engine.signalling.page import Page
from kinline.engine.signalling.protocol import EndedIs, Taken
from kinline.engine.signalling.sip.telephony import (
    Phone,
    PhoneAnswered,
    PhoneGone,
    PhoneHeld,
    PhoneSign,
)
from kinline.engine.timers import earliest

log = logging.getLogger(__name__)

ACCEPT = "1"
# Who cannot be named cannot be blocked, and a line that answers directly hears no key.
TURNED_DOWN: dict[Acceptance, dict[str, EndReason]] = {
    Acceptance.KEYS: {"2": EndReason.DECLINED, "9": EndReason.BLOCKED},
    Acceptance.TWO_KEYS: {"2": EndReason.DECLINED},
    Acceptance.DIRECT: {},
}
_TRACKS_SECONDS = 5.0


class Conversation:
    """One call. Make it, give it a room with `use`, and `run` it."""

    def __init__(
        self,
        *,
        permit: Permit,
        subject: str,
        caller: Page | None,
        handset: Phone | None,
        dial: Dialler | None,
        times: Times,
        prompts: Prompts,
        reporter: Reporter,
        who: Clip | None,
        epoch_ms: Callable[[], int],
    ) -> None:
        self.id = permit.call
        self.permit = permit
        self.subject = subject
        self.over: EndedIs | None = None
        self.done = asyncio.Event()
        self._times, self._prompts, self._reporter, self._who = times, prompts, reporter, who
        self._inbox: asyncio.Queue[CallEvent] = asyncio.Queue()
        self._lines = Lines(times)
        self._screens = Screens(permit.call, caller, permit.limit_seconds, epoch_ms)
        self._ringing = Ringing(self)
        self._handset, self._dial = handset, dial
        self._talk: Talk | None = None
        self._hurry = asyncio.Event()
        self._room: CallRoom
        self._recorded: RecordableRoom | None = None
        self._listeners: Listeners | None = None
        self._voices: Voices
        self._connections: Connections
        self._phones: Phones
        self._watch: LineWatch
        self._signs: Signs

    # --- from outside -----------------------------------------------------------------

    def use(self, room: CallRoom, recorded: RecordableRoom | None) -> None:
        """Talk in this room; `recorded` is the same room again, unless the call is private."""
        times = self._times
        self._room, self._recorded = room, recorded
        self._screens.recorded = recorded is not None
        if recorded is not None:
            self._listeners = Listeners(recorded, self._screens.seen_from_aside)
        self._voices = Voices(
            room, self._prompts, self.permit, self._who, times.between_announcements
        )
        self._phones = Phones(room, self._handset, self._dial, self.tell)
        self._signs = Signs(self.id, self.permit.signs, self._phones, self._reporter)
        connections = self._connections = Connections(
            room, self._screens, times.renew_every, lambda: self.tell(Stopped(EndReason.FAULT))
        )
        self._watch = LineWatch(
            self._lines, room, self._screens, connections, self._voices, self._reporter, times
        )

    def tell(self, event: CallEvent) -> None:
        """Something happened. Returns at once; what comes after the end is ignored."""
        self._inbox.put_nowait(event)

    def hurry(self) -> None:
        """Spare the last prompt: the engine is going."""
        self._hurry.set()

    def has_party(self, page: Page) -> bool:
        return self._screens.side_of(page) is not None

    @property
    def listenable(self) -> bool:
        """Whether there is anything in which a third party could be let hear: never if private."""
        return self._listeners is not None

    @property
    def rings(self) -> bool:
        return self._phase is Phase.RINGING and self.over is None

    # --- the conversation -------------------------------------------------------------

    async def run(self) -> Ending:
        """From ringing to the end. Never raises: a fault of ours ends the call as one."""
        try:
            ending = await self._ring() or await self._announce() or await self._talk_until_end()
        except Exception:
            log.exception("conversation failed", extra={"call": self.id})
            ending = Ending(EndReason.FAULT)
        try:
            await self._finish(ending)
        finally:
            self.done.set()
        return ending

    async def _ring(self) -> Ending | None:
        self._reporter.step(Step.RANG)
        self._screens.show(Side.INSIDE)
        self._voices.ringing(handset=self._handset is not None)
        until = self._now() + self.permit.ring_seconds
        if not self._phones.ring():
            return Ending(EndReason.FAULT)
        while True:
            match await self._next(until):
                case None:
                    return Ending(EndReason.NO_ANSWER)
                case Ending() as ending:
                    return ending
                case PhoneAnswered(phone) if self._phones.rings(phone):
                    self._take_phone(phone)
                    return None
                case PhoneGone(phone, code) if self._phones.rings(phone):
                    return not_connected(code)
                case Waiting(page):
                    self._ringing.ring(page)
                case Declined(page) if self._ringing.rings(page):
                    return Ending(EndReason.DECLINED, Side.OUTSIDE)
                case Answered(page) if self._ringing.rings(page):
                    self._take(page)
                    return None
                case event:
                    self._out_of_order(event)

    async def _announce(self) -> Ending | None:
        """Until a key: 1 goes on, 2 and 9 end it. A key counts before the sound is there, too.

        A line set to answer directly is put through once the announcement has been said.
        """
        self._screens.phase = Phase.ANNOUNCING
        if self._phones.has(Side.INSIDE):  # a handset has no screen
            self._voices.they_hear()
        else:
            self._voices.hush(Side.INSIDE)
        self._screens.show()
        until, accepted = self._now() + self.permit.accept_seconds, False
        direct = self.permit.acceptance is Acceptance.DIRECT
        turned_down = TURNED_DOWN[self.permit.acceptance]
        if announced := self._phones.has(Side.OUTSIDE):
            until = self._announced(until)
        while not (accepted and announced):
            match await self._next(until):
                case None if announced and direct:
                    return None
                case None:
                    return Ending(EndReason.NOT_ACCEPTED)
                case Ending() as ending:
                    return ending
                case Flowing(Side.OUTSIDE) if not announced:
                    announced, until = True, self._announced(until)
                case Pressed(Side.OUTSIDE, digit) if digit in turned_down:
                    return Ending(turned_down[digit], Side.OUTSIDE)
                case Pressed(Side.OUTSIDE, digit):
                    accepted = accepted or (digit == ACCEPT and not direct)
                case event:
                    self._out_of_order(event)
        return None

    async def _talk_until_end(self) -> Ending:
        talk = self._talk = self._begin_talk()
        while True:
            match await self._next(talk.warn_at):
                case None:
                    self._warn(talk)
                case Ending() as ending:
                    return ending
                case Pressed(Side.INSIDE, digit):
                    # For a switchboard at the other end; a page's keys go no further.
                    self._room.press(Side.OUTSIDE, digit)
                case event:
                    self._out_of_order(event)

    async def _finish(self, ending: Ending) -> None:
        """Cut, tell everyone, close. The pages know before the disk has its last chunk."""
        seconds = self._talk.seconds(ending.reason, self._now()) if self._talk else 0
        self._room.part()
        self._voices.hush()
        self.over = self._screens.end(ending.reason, seconds)
        self._ringing.end(ending.reason)
        if self._listeners is not None:
            self._listeners.end(self.over)
        tracks = await self._tracks()
        self._reporter.ended(ending.reason, ending.side, seconds, tracks)
        if self._talk is None:
            self._phones.close()
        goodbye = self._voices.goodbye(ending.reason, talked=self._talk is not None)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(goodbye):
                await self._hurry.wait()
        self._phones.close()
        if self._listeners is not None:
            await self._listeners.close()
        await self._connections.close()

    # --- steps ------------------------------------------------------------------------

    def _take(self, page: Page) -> None:
        """This page has the call; the others stop ringing."""
        page.call = self
        self._screens.seat(Side.OUTSIDE, page)
        self._ringing.taken_by(page)
        self._phones.stop_ringing()
        self._lines.outside.came()

    def _take_phone(self, phone: Phone) -> None:
        """The telephone was answered; pages stop ringing."""
        self._ringing.taken_by(None)
        self._phones.take(phone)

    def _announced(self, until: float) -> float:
        """The called side is there: say who calls. Until when that waits for a key."""
        self._reporter.step(Step.ANSWERED)
        said = self._voices.announce()
        return self._now() + said if self.permit.acceptance is Acceptance.DIRECT else until

    def _begin_talk(self) -> Talk:
        """Recorder first, then the bridge: not a word passes unrecorded."""
        talk = Talk.of(self.permit, datetime.now(UTC), self._now())
        self._voices.hush()
        for side in Side:
            self._lines.of(side).silent_at = None if self._room.flowing(side) else talk.began
        if self._recorded is not None:
            self._recorded.attach_recorder()
        self._signs.listen(self._recorded)
        self._room.bridge(talk.until)
        self._reporter.step(Step.ACCEPTED)
        self._screens.talk_begins(talk.limit)
        if self._listeners is not None:
            self._listeners.talk_begins()
        self._watch.review()
        return talk

    def _warn(self, talk: Talk) -> None:
        """Over what they say: they go on hearing each other."""
        talk.warn_at = None
        self._screens.warned = True
        for side in Side:
            self._voices.say(side, "one_minute")
        self._reporter.step(Step.WARNED)
        self._screens.show()

    async def _tracks(self) -> tuple[TrackFact, ...]:
        """What was recorded. A disk that hangs must not keep the call's end from the books."""
        if self._recorded is None:
            return ()
        try:
            async with asyncio.timeout(_TRACKS_SECONDS):
                return await self._recorded.tracks()
        except Exception:
            log.exception("recording not closed", extra={"call": self.id})
            return ()

    # --- what concerns every part -----------------------------------------------------

    async def _next(self, until: float | None) -> CallEvent | Ending | None:
        """The next event of this part; an ending that any part would have; None at `until`."""
        while True:
            now = self._now()
            self._connections.ask_again(now)
            if (overdue := self._lines.overdue(now, self._phase)) is not None:
                return overdue
            if until is not None and now >= until:
                return None
            wake_at = earliest(
                until, self._connections.ask_next_at, self._lines.patience_ends(self._phase)
            )
            try:
                async with asyncio.timeout_at(wake_at):
                    event = await self._inbox.get()
            except TimeoutError:
                continue
            if (left := self._common(event)) is not True:
                return left

    def _common(self, event: CallEvent) -> CallEvent | Ending | Literal[True]:
        """Handle what means the same in every part; True when there is no more to it."""
        match event:
            case HungUp(page) if (side := self._screens.side_of(page)) is not None:
                return hung_up(side)
            case Keyed(page, digit) if (side := self._screens.side_of(page)) is not None:
                return Pressed(side, digit)
            case PhoneGone(phone, _) if (side := self._phones.side_of(phone)) is not None:
                return hung_up(side)
            case Stopped(reason):
                return Ending(reason)
            case TimeIsUp():
                return Ending(self._talk.time_up if self._talk else EndReason.TIME_UP)
            case RoomLost():
                return Ending(EndReason.FAULT)
            case PhoneSign() | ToneHeard():
                return self._signs.came(event) or True
            case Flowing() | Silent():
                self._watch.sound_moved(event, self._now())
                # The announcement waits for the first sound; nothing waits for silence.
                return event if isinstance(event, Flowing) else True
            case _:
                return self._aside(event)

    def _aside(self, event: CallEvent) -> CallEvent | Literal[True]:
        """What changes nothing about where the call stands; True when there is no more to it."""
        match event:
            case Offered(page, sdp):
                self._connections.offered(page, sdp)
            case PageCame(page, side):
                page.call = self
                self._watch.came(page, side, self._now())
            case PageLeft(page) | PageDropped(page):
                if self._screens.side_of(page) is None:
                    self._ringing.forget(page)
                else:
                    self._watch.gone(page, self._now(), left=isinstance(event, PageLeft))
            case PhoneHeld(_, held):
                # Whoever is on hold may be put together with somebody else.
                log.info("held" if held else "taken up again", extra={"call": self.id})
            case ListenerCame() | ListenerWent() | ListenerHeard():
                if self._listeners is not None:
                    self._listeners.heed(event)
            case RecordingFailed():
                self._reporter.step(Step.RECORDING_FAILED)
            case _:
                return event
        return True

    def _out_of_order(self, event: CallEvent | Ending | None) -> None:
        """Late and doubled events are normal; whoever asked for something gets an answer."""
        match event:
            case Answered(page) | Waiting(page) if not self.has_party(page):
                page.send(Taken(call=self.id))
            case Flowing():
                pass  # sound comes and goes in every part; only some wait for it
            case _:
                kind = type(event).__name__
                log.info("event out of order", extra={"call": self.id, "kind": kind})

    @property
    def _phase(self) -> Phase:
        return self._screens.phase

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
