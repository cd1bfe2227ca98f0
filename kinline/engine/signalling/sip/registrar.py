"""Who may come in: digest for handsets, and what is answered to everybody else.

A wrong password and an unknown name are answered alike, and after ten of them within a minute
not at all. RFC 3261, sections 10.3 and 22; RFC 8760.
"""

import logging
import time
from typing import Any

from sippy.SipHeader import SipHeader

from kinline.engine.signalling.sip.guard import Guard
from kinline.engine.signalling.sip.messages import HandsetLine
from kinline.engine.signalling.sip.proxy import Proxy, sender

log = logging.getLogger(__name__)

REALM = "kinline"
SHORTEST_SECONDS, LONGEST_SECONDS = 60, 300
_NEVER = HandsetLine(station="", user="", secret="")


class Registrar:
    """The handsets there are. `set_up` replaces them all."""

    def __init__(self, guard: Guard, proxy: Proxy | None = None) -> None:
        self._guard, self._proxy = guard, proxy
        self._handsets: dict[str, HandsetLine] = {}

    def set_up(self, handsets: tuple[HandsetLine, ...]) -> None:
        self._handsets = {one.user: one for one in handsets}

    def who(self, request: Any) -> HandsetLine | Any | None:
        """The handset this request proves to be from, else the answer to give, or None for none."""
        # Behind a proxy too: who guesses from one place shuts nobody out at another.
        address, _ = sender(request, self._proxy)
        given = _credentials(request)
        if given is None:
            return challenge(request)
        user, now = given.username or "", time.monotonic()
        if self._guard.guesses(address, user, now):
            return None
        found = self._handsets.get(user, _NEVER)
        if found is _NEVER or given.realm != REALM or not _fits(given, found, request):
            self._guard.note_wrong(address, user, now)
            log.info("sip password wrong", extra={"source": address})
            return challenge(request)
        self._guard.note_right(address, user)
        return found


def challenge(request: Any) -> Any:
    """401 with a fresh nonce."""
    header = SipHeader(name="www-authenticate")
    header.getBody().realm = REALM
    answer = request.genResponse(401, "Unauthorized")
    answer.appendHeader(header)
    return answer


def registered(request: Any) -> tuple[Any, int]:
    """The answer to a REGISTER that proved itself, and for how many seconds it holds."""
    seconds = min(LONGEST_SECONDS, _wanted(request))
    if 0 < seconds < SHORTEST_SECONDS:
        seconds = SHORTEST_SECONDS
    answer = request.genResponse(200, "OK")
    if request.countHFs("contact"):
        contact = request.getHFBody("contact")
        if not contact.asterisk and seconds:
            kept = contact.getCopy()
            kept.getUri().setParam("expires", str(seconds))
            answer.appendHeader(SipHeader(name="contact", body=kept))
    return answer, seconds


def _credentials(request: Any) -> Any:
    if request.countHFs("authorization") == 0:
        return None
    given = request.getHFBody("authorization")
    if not given.parsed:
        try:
            given.parse()
        except (ValueError, IndexError):
            return None
    return given


def _fits(given: Any, handset: HandsetLine, request: Any) -> bool:
    try:
        return bool(given.verify(handset.secret, request.getMethod()))
    except (ValueError, TypeError, AttributeError):
        return False


def _wanted(request: Any) -> int:
    """The seconds asked for; a number that is none asks for the longest."""
    words = []
    if request.countHFs("contact"):
        contact = request.getHFBody("contact")
        if not contact.asterisk:
            words.append(str(contact.getUri().params.get("expires") or ""))
    if request.countHFs("expires"):
        words.append(str(request.getHFBody("expires").getNum()))
    number = next((word for word in words if word.isascii() and word.isdigit()), "")
    return int(number[:9]) if number else LONGEST_SECONDS
