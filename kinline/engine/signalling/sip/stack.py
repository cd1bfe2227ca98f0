"""sippy, held at arm's length: what it needs to be safe here.

sippy prints what it stumbles over, with the whole message; a message may carry a password's
digest or a number, and a stranger could fill a disk with it. So what it would print is counted
instead, and what is malformed is turned away before it reaches it (guard.py).
"""

import io
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

import sippy.Core.EventDispatcher
import sippy.Network_server
import sippy.SipTransactionManager
import sippy.Udp_server
from sippy.SipConf import SipConf
from sippy.SipRequest import SipRequest
from sippy.SipTransactionManager import SipTransactionManager
from sippy.Udp_server import Udp_server, Udp_server_opts

from kinline.engine.signalling.sip.guard import Guard, Verdict

log = logging.getLogger(__name__)

# Where sippy prints what it stumbles over.
_TALKERS = (
    sippy.Core.EventDispatcher,
    sippy.Network_server,
    sippy.SipTransactionManager,
    sippy.Udp_server,
)

_SAY_EVERY_SECONDS = 60.0
_ALLOWED = "INVITE, ACK, BYE, CANCEL, OPTIONS, REGISTER"


class Stumbles(io.TextIOBase):
    """Takes what sippy prints: counts it, and says the count once a minute at most."""

    def __init__(self) -> None:
        self.count, self._said_at = 0, 0.0

    def write(self, text: str) -> int:
        return len(text)

    def note(self, what: str, *_: Any, **__: Any) -> None:
        """In place of sippy's dump_exception."""
        self.count += 1
        now = time.monotonic()
        if now - self._said_at >= _SAY_EVERY_SECONDS:
            self._said_at = now
            kind = sys.exc_info()[0]
            name = kind.__name__ if kind else what[:40]
            log.warning("sip stack stumbled", extra={"times": self.count, "error": name})


STUMBLES = Stumbles()


class _Silent:
    """In place of sippy's log of whole messages."""

    level = 0

    def write(self, *_: Any, **__: Any) -> None: ...
    def reopen(self, *_: Any) -> None: ...


class InOrder(Udp_server_opts):  # type: ignore[misc]
    """One thread reads the socket and one writes it: of several, a hold and its end might change
    places on the way to the loop, and the later one would win."""

    nworkers = 1


class Gate(SipTransactionManager):  # type: ignore[misc]
    """sippy's transactions behind our guard. `watch` sees what is let in, before sippy does."""

    guard: Guard
    watch: "staticmethod[[bytes, str], None]"
    model_udp_server = (Udp_server, InOrder)

    @property
    def standing(self) -> tuple[int, int]:
        """How many transactions are open, and how many user agents wait for messages."""
        agents = sum(len(consumers) for consumers in self.req_consumers.values())
        return len(self.tclient) + len(self.tserver), agents

    def handleIncoming(self, data: bytes, sender: Any, server: Any, at: Any) -> None:
        address = sender.address[0].strip("[]")
        verdict = self.guard.judge(data, address, time.monotonic())
        if verdict in (Verdict.PASS, Verdict.METHOD):
            try:
                self.watch(data, address)
            except Exception:
                STUMBLES.note("watching")
        if verdict is Verdict.PASS:
            try:
                super().handleIncoming(data, sender, server, at)
            except Exception:
                STUMBLES.note("incoming")
        elif verdict is Verdict.METHOD:
            self._not_allowed(data, sender, server)

    def incomingResponse(self, msg: Any, t: Any, checksum: Any) -> None:
        if msg.getSCode()[0] >= 300:
            # The ACK of a refusal goes where the INVITE went (RFC 3261, section 17.1.1.3). sippy
            # would send it to the Contact: with 302 to a third host, after asking for its name.
            msg.delHFs("contact")
            msg.delHFs("record-route")
        super().incomingResponse(msg, t, checksum)

    def _not_allowed(self, data: bytes, sender: Any, server: Any) -> None:
        try:
            request = SipRequest(data.decode())
            answer = request.genResponse(405, "Method Not Allowed")
            # It goes where it came from: nobody is made to receive what they did not ask for.
            server.send_to(answer.localStr(server.getSIPaddr()), sender.address)
        except Exception:
            STUMBLES.note("method")


def start(
    address: str,
    port: int,
    guard: Guard,
    on_request: Callable[..., Any],
    watch: Callable[[bytes, str], None],
) -> dict[str, Any]:
    """Listen. Returns sippy's configuration, which its user agents want.

    `watch` is given each message the guard let in, and the address it came from.
    """
    for module in _TALKERS:
        if not hasattr(module, "dump_exception"):
            raise RuntimeError("another sippy than the one this was written for")
        module.dump_exception = STUMBLES.note
    sys.stdout = STUMBLES
    SipConf.my_uaname = "Kinline"
    SipConf.my_address, SipConf.my_port = address, port
    config = {"_sip_address": address, "_sip_port": port, "_sip_logger": _Silent()}
    Gate.guard, Gate.watch = guard, staticmethod(watch)
    config["_sip_tm"] = Gate(config, on_request)
    return config
