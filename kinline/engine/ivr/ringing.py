"""Ringing: every page of the contact that waits is rung, and told when it is over.

A page is rung by one call at a time, since its `answer` names no call: a second call is
shown when the first stops ringing. The caller of the second hears it ring all the while.
"""

from typing import TYPE_CHECKING

from kinline.core.call.states import EndReason
from kinline.engine.signalling.page import Page
from kinline.engine.signalling.protocol import Cancelled, Ring, Taken

if TYPE_CHECKING:
    from kinline.engine.ivr.call import Conversation


class Ringing:
    """One call's ringing pages."""

    def __init__(self, call: "Conversation") -> None:
        self._call = call
        self._pages: list[Page] = []

    def ring(self, page: Page) -> None:
        """Ring this page, now or when another call has stopped ringing it."""
        if page not in self._pages:
            self._pages.append(page)
            page.rung_by.append(self._call)
        if self.rings(page):
            page.send(Ring(call=self._call.id))

    def rings(self, page: Page) -> bool:
        """Whether this page shows this call, so that an answer means it."""
        return page in self._pages and page.call is None and page.rung_by[0] is self._call

    def forget(self, page: Page) -> None:
        """This page is gone."""
        if page in self._pages:
            self._pages.remove(page)
            self._let_go(page)

    def taken_by(self, taker: Page | None) -> None:
        """Somebody has the call: one of these pages, or a telephone (None)."""
        for page in self._all():
            if page is not taker and self._shown(page):
                page.send(Taken(call=self._call.id))
            self._let_go(page)

    def end(self, reason: EndReason) -> None:
        for page in self._all():
            if self._shown(page):
                page.send(Cancelled(call=self._call.id, reason=reason))
            self._let_go(page)

    def _all(self) -> list[Page]:
        pages, self._pages = self._pages, []
        return pages

    def _shown(self, page: Page) -> bool:
        return page.call is None and page.rung_by[:1] == [self._call]

    def _let_go(self, page: Page) -> None:
        """Take this call from the page's list, and show it the next one if this was shown."""
        shown = self._shown(page)
        if self._call in page.rung_by:
            page.rung_by.remove(self._call)
        if shown and page.rung_by and page.here:
            page.send(Ring(call=page.rung_by[0].id))
