"""The conversation of a call: ringing, announcement, acceptance, talk, warning, cut.

One coroutine for each call. It reads from top to bottom in `run`: each part returns the
ending, or None when the next part follows. Everything that happens comes through one inbox,
so that nothing happens at once. The cut itself does not wait for the inbox: the room makes
it when its deadline comes, and tells.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from kinline.core.call.states import EndReason, Side
from kinline.core.control import Permit, Step, TrackFact
from kinline.engine.ivr.events import (
    Answered,
    CallEvent,
    Declined,
    HungUp,
    Offered,
    PageCame,
    PageDropped,
    PageLeft,
    Stopped,
    Waiting,
)
from kinline.engine.ivr.lines import Ending, Lines, Phase, hung_up
from kinline.engine.ivr.prompts import Prompts, silence
from kinline.engine.ivr.ringing import Ringing
from kinline.engine.media.port import (
    CallRoom,
    Clip,
    Flowing,
    OfferRefused,
    Pressed,
    RecordingFailed,
    Silent,
    TimeIsUp,
)
from kinline.engine.settings import Times
from kinline.engine.signalling.page import Page
from kinline.engine.signalling.protocol import EndedIs, Renew, Sdp, StateIs, Taken
from kinline.engine.timers import earliest

log = logging.getLogger(__name__)

ACCEPT, REFUSE, BLOCK = "1", "2", "9"
# A limit hardly longer than the warning needs none: the warning would come at once.
_WARN_FACTOR = 1.5
_BAD_OFFERS_BORNE = 3

Event = CallEvent
StateName = Literal["ringing", "announcing", "talking", "minute", "waiting"]


class Reporter(Protocol):
    """Where a call's steps are told; returns at once."""

    def step(self, step: Step, side: Side | None = None) -> None: ...

    def ended(
        self,
        reason: EndReason,
        side: Side | None,
        talk_seconds: int,
        tracks: tuple[TrackFact, ...],
    ) -> None: ...


class RecordedRoom(CallRoom, Protocol):
    """What a conversation needs of a room opened under a recording grant."""

    def attach_recorder(self) -> None: ...
    async def tracks(self) -> tuple[TrackFact, ...]: ...


@dataclass(slots=True)
class Talk:
    """The part after acceptance. Moments are the loop's clock, `ends_at_ms` Unix milliseconds."""

    began: float
    ends_at_ms: int | None
    warn_at: float | None
    warned: bool = False


class Conversation:
    """One call. `recorded` is its room again if it may be recorded, else None.

    `opened` (an epoch clock in milliseconds) is passed in as a function, for the pages only;
    every decision is made on the loop's clock.
    """

    def __init__(
        self,
        *,
        permit: Permit,
        caller: Page,
        times: Times,
        prompts: Prompts,
        reporter: Reporter,
        who: Clip | None,
        epoch_ms: Callable[[], int],
    ) -> None:
        self.id = permit.call
        self.permit = permit
        self.subject = caller.subject
        self.over = False
        self._times, self._prompts, self._reporter = times, prompts, reporter
        self._who, self._epoch_ms = who, epoch_ms
        self._inbox: asyncio.Queue[Event] = asyncio.Queue()
        self._lines = Lines(times)
        self._pages: dict[Side, Page | None] = {Side.INSIDE: caller, Side.OUTSIDE: None}
        self._ringing = Ringing(self)
        self._phase = Phase.RINGING
        self._talk: Talk | None = None
        self._waiting_for: set[Side] = set()
        self._renewed_at: dict[Side, float] = {}
        self._bad_offers: dict[Side, int] = dict.fromkeys(Side, 0)
        self._errands: set[asyncio.Task[None]] = set()
        self._room: CallRoom
        self._recorded: RecordedRoom | None = None

    # --- from outside -----------------------------------------------------------------

    def use(self, room: CallRoom, recorded: RecordedRoom | None) -> None:
        """Talk in this room. A private one is given without `recorded`."""
        self._room, self._recorded = room, recorded

    def tell(self, event: Event) -> None:
        """Something happened. Returns at once; what comes after the end is ignored."""
        self._inbox.put_nowait(event)

    def side_of(self, page: Page) -> Side | None:
        """The side this page speaks for, if it is a party of this call now."""
        return next((side for side, one in self._pages.items() if one is page), None)

    @property
    def is_ringing(self) -> bool:
        return self._phase is Phase.RINGING and not self.over

    @property
    def phase(self) -> Phase:
        return self._phase

    # --- the conversation -------------------------------------------------------------

    async def run(self) -> Ending:
        """From ringing to the end. Never raises: a fault of ours ends the call as one."""
        try:
            ending = await self._ring() or await self._announce() or await self._talk_until_end()
        except Exception:
            log.exception("conversation failed", extra={"call": self.id})
            ending = Ending(EndReason.FAULT)
        await self._finish(ending)
        return ending

    async def _ring(self) -> Ending | None:
        self._reporter.step(Step.RANG)
        self._show("ringing", Side.INSIDE)
        self._play(Side.INSIDE, "ringing", again=True)
        until = self._now() + self.permit.ring_seconds
        while True:
            event = await self._next(until)
            match event:
                case None:
                    return Ending(EndReason.NO_ANSWER)
                case Ending():
                    return event
                case Waiting(page):
                    self._ringing.ring(page)
                case Declined(page) if self._ringing.rings(page):
                    return Ending(EndReason.DECLINED, Side.OUTSIDE)
                case Answered(page) if self._ringing.rings(page):
                    self._take(page)
                    return None
                case _:
                    self._ignore(event)

    async def _announce(self) -> Ending | None:
        """Who calls, from where, at what price, recorded or not; and which key does what."""
        self._phase = Phase.ANNOUNCING
        self._room.stop(Side.INSIDE)
        self._show("announcing")
        until, accepted, announced = self._now() + self.permit.accept_seconds, False, False
        while not (accepted and announced):
            event = await self._next(until)
            match event:
                case None:
                    return Ending(EndReason.NOT_ACCEPTED)
                case Ending():
                    return event
                case Flowing(Side.OUTSIDE) if not announced:
                    announced = True
                    self._reporter.step(Step.ANSWERED)
                    self._room.play(Side.OUTSIDE, self._announcement(), again=True)
                case Pressed(Side.OUTSIDE, digit):
                    # A key counts at once, also before the sound is there.
                    if digit in (REFUSE, BLOCK):
                        return self._turned_down(digit)
                    accepted = accepted or digit == ACCEPT
                case _:
                    self._ignore(event)
        return None

    async def _talk_until_end(self) -> Ending:
        talk = self._begin_talk()
        while True:
            event = await self._next(talk.warn_at)
            match event:
                case None:
                    self._warn(talk)
                case Ending():
                    return event
                case _:
                    self._ignore(event)

    # --- steps ------------------------------------------------------------------------

    def _take(self, page: Page) -> None:
        """This page has the call; the others stop ringing."""
        self._pages[Side.OUTSIDE] = page
        page.call = self
        self._ringing.taken_by(page)
        self._lines.outside.came()

    def _begin_talk(self) -> Talk:
        """Recorder first, then the bridge: not a word is missed, and not one passes unrecorded."""
        self._phase = Phase.TALKING
        began, limit = self._now(), self.permit.limit_seconds
        for side in Side:
            self._room.stop(side)
            self._lines.of(side).silent_at = None if self._room.flowing(side) else began
        if self._recorded is not None:
            self._recorded.attach_recorder()
        until = None if limit is None else began + limit
        self._room.bridge(until)
        self._reporter.step(Step.ACCEPTED)
        talk = Talk(
            began=began,
            ends_at_ms=None if limit is None else self._epoch_ms() + limit * 1000,
            warn_at=_warn_at(until, limit, self.permit.warn_seconds),
        )
        self._talk = talk
        self._show("talking")
        self._review_lines()
        return talk

    def _warn(self, talk: Talk) -> None:
        talk.warn_at, talk.warned = None, True
        for side in Side:
            self._play(side, "one_minute")
        self._reporter.step(Step.WARNED)
        self._show_talk()

    def _turned_down(self, digit: str) -> Ending:
        reason = EndReason.BLOCKED if digit == BLOCK else EndReason.DECLINED
        return Ending(reason, Side.OUTSIDE)

    async def _finish(self, ending: Ending) -> None:
        """Cut, tell everyone, close. The pages know before the disk has its last chunk."""
        ended_at = self._now()
        self._room.part()
        for side in Side:
            self._room.stop(side)
        self.over = True
        seconds = self._talk_seconds(ending, ended_at)
        self._ringing.end(ending.reason)
        parties = [page for page in self._pages.values() if page is not None]
        for page in parties:
            page.send(EndedIs(call=self.id, reason=ending.reason, talk_seconds=seconds))
            page.call = None
        tracks = await self._recorded.tracks() if self._recorded is not None else ()
        self._reporter.ended(ending.reason, ending.side, seconds, tracks)
        await self._say_goodbye(ending)
        for errand in list(self._errands):
            errand.cancel()
        await self._room.close()

    async def _say_goodbye(self, ending: Ending) -> None:
        """A last prompt to whoever still listens; a page that is gone costs nothing."""
        turned_down = self._talk is None and ending.reason is not EndReason.HUNG_UP_INSIDE
        names = {Side.INSIDE: "not_accepted" if turned_down else "call_ended"}
        if self._talk is not None:
            names[Side.OUTSIDE] = "call_ended"
        longest = 0.0
        for side, name in names.items():
            if self._room.flowing(side):
                longest = max(longest, self._play(side, name))
        await asyncio.sleep(longest)

    # --- what concerns every part -----------------------------------------------------

    async def _next(self, until: float | None) -> Event | Ending | None:
        """The next event of this part; an ending that any part would have; None at `until`."""
        while True:
            now = self._now()
            if (overdue := self._lines.overdue(now, self._phase)) is not None:
                return overdue
            if until is not None and now >= until:
                return None
            try:
                async with asyncio.timeout_at(self._wake_at(until)):
                    event = await self._inbox.get()
            except TimeoutError:
                self._renew_lost()
                continue
            if (handled := self._common(event)) is not True:
                return handled

    def _wake_at(self, until: float | None) -> float | None:
        renew = min(self._renewed_at.values(), default=None)
        again = None if renew is None else renew + self._times.renew_every
        return earliest(until, again, self._lines.patience_ends(self._phase))

    def _common(self, event: Event) -> Event | Ending | Literal[True]:
        """Handle what means the same in every part; True when there is no more to it."""
        match event:
            case HungUp(page) if (side := self.side_of(page)) is not None:
                return hung_up(side)
            case Stopped(reason):
                return Ending(reason)
            case TimeIsUp():
                return Ending(EndReason.TIME_UP)
            case Offered(page, sdp):
                return self._offered(page, sdp)
            case PageLeft() | PageDropped() | PageCame():
                self._page_moved(event)
            case RecordingFailed():
                self._reporter.step(Step.RECORDING_FAILED)
            case Flowing(side):
                self._lines.of(side).silent_at = None
                self._renewed_at.pop(side, None)
                self._review_lines()
                return event
            case Silent(side):
                self._lines.of(side).silent_at = self._now() - self._times.silent_after
                self._ask_to_renew(side)
                self._review_lines()
            case _:
                return event
        return True

    def _ignore(self, event: Event) -> None:
        """Late and doubled events are normal; whoever asked for something gets an answer."""
        match event:
            case Answered(page) | Waiting(page) if self.side_of(page) is None:
                page.send(Taken(call=self.id))
            case Answered() | Declined() | Pressed() | Waiting() | Flowing() | HungUp():
                log.info("event out of order", extra={"call": self.id, "phase": self._phase.value})
            case _:
                log.warning("event without a meaning", extra={"call": self.id})

    # --- connections ------------------------------------------------------------------

    def _offered(self, page: Page, sdp: str) -> Ending | Literal[True]:
        side = self.side_of(page)
        if side is None:
            page.refuse("offer.early")
        elif self._bad_offers[side] >= _BAD_OFFERS_BORNE:
            return Ending(EndReason.FAULT, side)
        else:
            self._errand(self._publish(side, page, sdp))
        return True

    async def _publish(self, side: Side, page: Page, sdp: str) -> None:
        try:
            page.send(Sdp(await self._room.publish(side, sdp)))
        except OfferRefused as no:
            log.info("offer refused", extra={"call": self.id, "code": no.code})
            page.refuse(no.code)
            self._bad_offers[side] += 1
            if self._bad_offers[side] >= _BAD_OFFERS_BORNE:
                self.tell(Stopped(EndReason.FAULT))

    def _ask_to_renew(self, side: Side) -> None:
        page = self._pages[side]
        if page is not None and page.here:
            page.send(Renew())
        self._renewed_at[side] = self._now()

    def _renew_lost(self) -> None:
        for side, asked_at in list(self._renewed_at.items()):
            if self._now() >= asked_at + self._times.renew_every:
                self._ask_to_renew(side)

    # --- lines ------------------------------------------------------------------------

    def _page_moved(self, event: PageLeft | PageDropped | PageCame) -> None:
        match event:
            case PageCame(page, side):
                self._came(page, side)
            case PageLeft(page) if (side := self.side_of(page)) is not None:  # type: ignore[assignment]
                self._lines.of(side).left(self._now())
            case PageDropped(page) if (side := self.side_of(page)) is not None:  # type: ignore[assignment]
                self._lines.of(side).dropped(self._now())
            case PageLeft(page) | PageDropped(page):
                self._ringing.forget(page)
        self._review_lines()

    def _came(self, page: Page, side: Side) -> None:
        before = self._pages[side]
        if before is not None and before is not page:
            before.call = None
            before.send(Taken(call=self.id))
        self._pages[side] = page
        page.call = self
        line = self._lines.of(side)
        line.came()
        self._show_where_we_are(page)
        if self._room.flowing(side):
            return
        if self._phase is not Phase.RINGING or side is Side.INSIDE:
            self._ask_to_renew(side)

    def _review_lines(self) -> None:
        """Tell the other side, and web, when a line is lost in a talk, and when it is back."""
        if self._talk is None:
            return
        lost = {side for side in Side if self._lines.of(side).lost(self._phase)}
        for side in lost - self._waiting_for:
            self._reporter.step(Step.LINE_LOST, side)
            self._play(_other(side), "waiting_for_line")
        for side in self._waiting_for - lost:
            self._reporter.step(Step.LINE_BACK, side)
            self._room.stop(_other(side))
        changed, self._waiting_for = lost != self._waiting_for, lost
        if changed:
            self._show_talk()

    # --- telling ----------------------------------------------------------------------

    def _show(self, state: StateName, *sides: Side, waited_for: Side | None = None) -> None:
        for side in sides or tuple(Side):
            page = self._pages[side]
            if page is not None:
                page.send(self._state(state, waited_for))

    def _show_talk(self) -> None:
        """To each side its own view: one waits for the other, or both talk."""
        for side in Side:
            page = self._pages[side]
            if page is not None:
                self._show_where_we_are(page)

    def _show_where_we_are(self, page: Page) -> None:
        side = self.side_of(page)
        if self._talk is None or side is None:
            ringing = self._phase is Phase.RINGING
            page.send(self._state("ringing" if ringing else "announcing", None))
            return
        waited_for = next((one for one in (_other(side), side) if one in self._waiting_for), None)
        if waited_for is not None:
            page.send(self._state("waiting", waited_for))
        else:
            page.send(self._state("minute" if self._talk.warned else "talking", None))

    def _state(self, state: StateName, waited_for: Side | None) -> StateIs:
        return StateIs(
            call=self.id,
            state=state,
            now=self._epoch_ms(),
            recorded=self._recorded is not None,
            side=waited_for,
            ends_at=self._talk.ends_at_ms if self._talk else None,
            limit_seconds=self.permit.limit_seconds,
        )

    def _play(self, side: Side, prompt: str, *, again: bool = False) -> float:
        """Play one prompt in the language of that side; returns its seconds."""
        inside = side is Side.INSIDE
        language = self.permit.caller_language if inside else self.permit.language
        clip = self._prompts.clip(prompt, language)
        self._room.play(side, [clip], again=again)
        return len(clip) * 0.02

    def _announcement(self) -> list[Clip]:
        names, language = self.permit.announcement, self.permit.language
        pause = silence(self._times.between_announcements)
        return [*self._prompts.announcement(names, language, self._who), pause]

    def _talk_seconds(self, ending: Ending, ended_at: float) -> int:
        """Whole seconds from acceptance, cut off: what was not talked is not counted."""
        if self._talk is None:
            return 0
        if ending.reason is EndReason.TIME_UP and self.permit.limit_seconds is not None:
            return self.permit.limit_seconds
        return int(ended_at - self._talk.began)

    def _errand(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _other(side: Side) -> Side:
    return Side.OUTSIDE if side is Side.INSIDE else Side.INSIDE


def _warn_at(until: float | None, limit: int | None, warn_seconds: int) -> float | None:
    if until is None or limit is None or limit < warn_seconds * _WARN_FACTOR:
        return None
    return until - warn_seconds
