"""Passes signed for pages, and the engines' addresses as pages see them."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from kinline.apps import keys
from kinline.core.call.states import Side
from kinline.core.passes import LIFE_SECONDS, Pass, Right, seal


@dataclass(frozen=True, slots=True)
class Ticket:
    """Where a page goes, and the word that lets it in there, once, within a minute."""

    url: str
    word: str = field(repr=False)


def url_of(engine: str) -> str:
    """The engine's WebSocket address. Raises KeyError for an engine nobody set up."""
    return {known["id"]: known["url"] for known in settings.ENGINES}[engine]


def word(
    *,
    engine: str,
    right: Right,
    side: Side,
    subject: str,
    now: datetime,
    call: str = "",
    station: str = "",
    language: str = "en",
    line: str = "",
    visit: str = "",
    seat: str = "",
) -> str:
    """A pass, signed with the key that engines hold too (not SECRET_KEY)."""
    ticket = Pass(
        engine=engine,
        right=right,
        side=side,
        subject=subject,
        nonce=secrets.token_urlsafe(16),
        expires_at=int(now.timestamp()) + LIFE_SECONDS,
        call=call,
        station=station,
        language=language,
        line=line,
        visit=visit,
        seat=seat,
    )
    return seal(ticket, keys.key("pass"))
