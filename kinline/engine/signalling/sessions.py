"""Sessions: who may open a socket, with a pass that is good once or with a page's own secret."""

from kinline.core.passes import Pass, PassRefused, unseal
from kinline.engine.signalling.page import Page


class Sessions:
    """Passes used, and pages that may come back. Times are Unix seconds, passed in."""

    def __init__(self, engine: str, key: bytes) -> None:
        self._engine, self._key = engine, key
        self._used: dict[str, int] = {}
        self._pages: dict[str, Page] = {}

    @property
    def pages(self) -> tuple[Page, ...]:
        return tuple(self._pages.values())

    def admit(self, word: str, *, now: int) -> Page:
        """A page for a pass. Raises PassRefused: malformed, forged, foreign, expired or used."""
        try:
            ticket = unseal(word, self._key, engine=self._engine, now=now)
            page = Page(ticket)
        except PassRefused:
            raise
        except (ValueError, TypeError, KeyError):
            # Signed by us, yet no pass this engine understands.
            raise PassRefused("malformed") from None
        self._use_up(ticket, now)
        self._pages[page.resume] = page
        return page

    def resume(self, secret: str) -> Page:
        """The page with this secret. Raises PassRefused("used") when it is gone."""
        page = self._pages.get(secret)
        if page is None:
            raise PassRefused("used")
        return page

    def forget(self, page: Page) -> None:
        self._pages.pop(page.resume, None)

    def _use_up(self, ticket: Pass, now: int) -> None:
        self._used = {nonce: until for nonce, until in self._used.items() if until > now}
        if ticket.nonce in self._used:
            raise PassRefused("used")
        self._used[ticket.nonce] = ticket.expires_at
