"""What becomes of a call when a line is lost or comes back, and who is told."""

from typing import Protocol

from kinline.core.call.signs import SignKind
from kinline.core.call.states import EndReason, Side
from kinline.core.control import Step, TrackFact
from kinline.engine.ivr.connections import Connections
from kinline.engine.ivr.lines import Lines, Phase, other
from kinline.engine.ivr.screens import Screens
from kinline.engine.ivr.voices import Voices
from kinline.engine.media.port import CallRoom, Flowing, Silent
from kinline.engine.settings import Times
from kinline.engine.signalling.page import Page


class Reporter(Protocol):
    """Where a call's steps are told; returns at once."""

    def step(self, step: Step, side: Side | None = None) -> None: ...

    def sign(
        self, kind: SignKind, side: Side | None, evidence: dict[str, str], *, cut: bool
    ) -> None: ...

    def ended(
        self,
        reason: EndReason,
        side: Side | None,
        talk_seconds: int,
        tracks: tuple[TrackFact, ...],
    ) -> None: ...


class LineWatch:
    """Keeps a call's Lines, and tells the other side and web when one is lost in a talk."""

    def __init__(
        self,
        lines: Lines,
        room: CallRoom,
        screens: Screens,
        connections: Connections,
        voices: Voices,
        reporter: Reporter,
        times: Times,
    ) -> None:
        self._lines, self._room, self._screens = lines, room, screens
        self._connections, self._voices = connections, voices
        self._reporter, self._times = reporter, times

    def sound_moved(self, event: Flowing | Silent, now: float) -> None:
        """Sound of a side comes, or comes no more."""
        line = self._lines.of(event.side)
        if isinstance(event, Flowing):
            line.silent_at = None
            self._connections.sound_arrives(event.side)
        else:
            line.silent_at = now - self._times.silent_after
            self._connections.ask_to_renew(event.side, now)
        self.review()

    def came(self, page: Page, side: Side, now: float) -> None:
        """A page is back, or another in its place; its sound may be there all the while."""
        self._screens.seat(side, page)
        self._lines.of(side).came()
        self.review()
        self._screens.show(side)
        if not self._room.flowing(side):
            self._connections.ask_to_renew(side, now)

    def gone(self, page: Page, now: float, *, left: bool) -> None:
        """A party's page went, of its own will or not."""
        side = self._screens.side_of(page)
        if side is None:
            return  # another page has taken its place already
        line = self._lines.of(side)
        if left:
            line.left(now)
        else:
            line.dropped(now)
        self.review()

    def review(self) -> None:
        """Tell the other side, and web, when a line is lost in a talk, and when it is back."""
        phase = self._screens.phase
        if phase is not Phase.TALKING:
            return
        before = self._screens.waiting_for
        lost = {side for side in Side if self._lines.of(side).lost(phase)}
        self._screens.waiting_for = lost
        for side in lost - before:
            self._reporter.step(Step.LINE_LOST, side)
            self._voices.say(other(side), "waiting_for_line")
        for side in before - lost:
            self._reporter.step(Step.LINE_BACK, side)
            self._voices.hush(other(side))
        if lost != before:
            self._screens.show()
