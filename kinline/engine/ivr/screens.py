"""What the parties' pages are told of their call."""

from collections.abc import Callable
from typing import Literal

from kinline.core.call.states import EndReason, Side
from kinline.core.ids import CallId
from kinline.engine.ivr.lines import Phase, other
from kinline.engine.signalling.page import Page
from kinline.engine.signalling.protocol import EndedIs, StateIs, Taken

StateName = Literal["ringing", "announcing", "talking", "minute", "waiting"]


class Screens:
    """The page of each side, if it has one, and the state it shows.

    The conversation sets the attributes.
    """

    def __init__(
        self,
        call: CallId,
        caller: Page | None,
        limit_seconds: int | None,
        epoch_ms: Callable[[], int],
    ) -> None:
        self._call, self._limit_seconds, self._epoch_ms = call, limit_seconds, epoch_ms
        self._pages: dict[Side, Page | None] = {Side.INSIDE: caller, Side.OUTSIDE: None}
        self.recorded = False
        self.phase = Phase.RINGING
        self.ends_at_ms: int | None = None
        self.warned = False
        self.waiting_for: set[Side] = set()

    def page(self, side: Side) -> Page | None:
        return self._pages[side]

    def side_of(self, page: Page) -> Side | None:
        """The side this page speaks for, if it is a party of the call now."""
        return next((side for side, one in self._pages.items() if one is page), None)

    def seat(self, side: Side, page: Page) -> None:
        """This page speaks for a side from now on; one that did before is told so."""
        before, self._pages[side] = self._pages[side], page
        if before is not None and before is not page:
            before.call = None
            before.send(Taken(call=self._call))

    def talk_begins(self, ends_in_seconds: int | None) -> None:
        self.phase = Phase.TALKING
        if ends_in_seconds is not None:
            self.ends_at_ms = self._epoch_ms() + ends_in_seconds * 1000
        self.show()

    def show(self, *sides: Side) -> None:
        """Tell these sides, or both, where the call stands for them."""
        for side in sides or tuple(Side):
            page = self._pages[side]
            if page is not None:
                page.send(self._view_of(side))

    def end(self, reason: EndReason, talk_seconds: int) -> EndedIs:
        """Tell both sides that it is over; who is away hears it when it comes back."""
        ended = EndedIs(call=self._call, reason=reason, talk_seconds=talk_seconds)
        for page in self._pages.values():
            if page is not None:
                page.leave_call(ended)
        return ended

    def seen_from_aside(self) -> StateIs:
        """Where the call stands, for who is no part of it."""
        return self._view_of(Side.OUTSIDE)

    def _view_of(self, side: Side) -> StateIs:
        """One's own lost line is shown to oneself only if the other side is there."""
        waited_for = next((s for s in (other(side), side) if s in self.waiting_for), None)
        return StateIs(
            call=self._call,
            state=self._state_name(waited_for),
            now=self._epoch_ms(),
            recorded=self.recorded,
            side=waited_for,
            ends_at=self.ends_at_ms,
            limit_seconds=self._limit_seconds,
        )

    def _state_name(self, waited_for: Side | None) -> StateName:
        if self.phase is Phase.RINGING:
            return "ringing"
        if self.phase is Phase.ANNOUNCING:
            return "announcing"
        if waited_for is not None:
            return "waiting"
        return "minute" if self.warned else "talking"
