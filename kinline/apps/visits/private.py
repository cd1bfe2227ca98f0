"""What a private visit needs instead of a room: where its two pages meet.

Each seat gets a name and a word for the TURN servers, as coturn's `use-auth-secret` has it: the
name begins with the moment until which it is good, the word is its HMAC-SHA1 under a secret that
web and coturn share. It is good until the visit's end and not longer: who is let go at the end
must not come back.
"""

import base64
import hashlib
import hmac
import math
from datetime import datetime
from uuid import uuid4

from django.conf import settings

from kinline.apps import keys
from kinline.apps.visits.models import Visit
from kinline.core.control import TurnServer
from kinline.core.visit.terms import Seat

_TRY_SECONDS = 120


def ready() -> bool:
    """Whether this house holds private visits."""
    return settings.PRIVATE_VISITS != "off"


def relayed() -> bool:
    """Whether they go through TURN servers of ours, and nothing past them."""
    return settings.PRIVATE_VISITS == "relay"


def servers(visit: Visit, seats: tuple[Seat, ...]) -> dict[Seat, tuple[TurnServer, ...]]:
    """For each seat, the servers with its own name and word; nothing where none are used."""
    if not relayed():
        return {}
    until = math.ceil(visit.ends_at.timestamp())
    return {seat: _of(f"{until}:{visit.pk}.{seat}") for seat in seats}


def to_try(now: datetime) -> tuple[TurnServer, ...]:
    """The servers with a word that is good for two minutes, to find out who can reach them."""
    if not relayed():
        return ()
    return _of(f"{int(now.timestamp()) + _TRY_SECONDS}:{uuid4()}.try")


def _of(name: str) -> tuple[TurnServer, ...]:
    secret = keys.key("turn").hex().encode()
    word = base64.b64encode(hmac.new(secret, name.encode(), hashlib.sha1).digest()).decode()
    return tuple(TurnServer(tuple(one.urls), name, word) for one in settings.TURN_SERVERS)
