"""The sip process: handsets register and call, carriers are called, the engine decides.

Two threads: sippy's own, in which everything happens, and one that reads what the engine says.
When the engine goes, every call is hung up, since nobody carries its sound any more; when this
process goes, its successor takes up the dialogs that the engine remembers.
"""

import logging
import socket
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec import structs
from sippy.Core.EventDispatcher import ED2
from sippy.SipAddress import SipAddress
from sippy.SipCallId import SipCallId
from sippy.SipFrom import SipFrom
from sippy.SipRequest import SipRequest
from sippy.SipURL import SipURL
from sippy.Time.Timeout import Timeout

from kinline.engine.signalling.sip import registrar, signs, stack
from kinline.engine.signalling.sip.dialogs import Dialog, contact, new_name
from kinline.engine.signalling.sip.guard import Guard
from kinline.engine.signalling.sip.messages import (
    Accept,
    Adopt,
    Dial,
    FromSip,
    Gone,
    HandsetLine,
    HangUp,
    Lines,
    Refuse,
    Registered,
    Setup,
    Standing,
    ToSip,
    TrunkIs,
    TrunkLine,
    to_sip,
    written,
)
from kinline.engine.signalling.sip.proxy import Proxy, sender

log = logging.getLogger(__name__)

PING_SECONDS = 20.0
_COUNT_SECONDS = 5.0
_AGAIN_SECONDS = 0.5
_LOOPS_A_SECOND = 100.0


class Exchange:
    """Everything in sippy's thread."""

    def __init__(
        self, address: str, port: int, send: Callable[[bytes], None], proxy: Proxy | None
    ) -> None:
        self._send, self._proxy = send, proxy
        self._guard = Guard()
        self._registrar = registrar.Registrar(self._guard, proxy)
        self._trunks: dict[str, TrunkLine] = {}
        self._up: dict[str, bool] = {}
        self._dialogs: dict[str, Dialog] = {}
        self._engine_here = False
        self._counted: Standing | None = None
        self._config = stack.start(address, port, self._guard, self._requested, self._watched)
        self._contact = contact(address, port)
        Timeout(self._ping, PING_SECONDS, -1)
        Timeout(self._count, _COUNT_SECONDS, -1)

    # --- the engine -------------------------------------------------------------------

    def obey(self, message: ToSip) -> None:
        match message:
            case Setup():
                self._set_up(message)
            case Dial():
                self._dial(message)
            case Accept(name, local, early) if name in self._dialogs:
                self._dialogs[name].accept(local, early=early)
            case Refuse(name, code) if name in self._dialogs:
                self._dialogs[name].refuse(code)
            case HangUp(name) if name in self._dialogs:
                self._dialogs[name].hang_up()
            case Adopt(name, state):
                self._adopt(name, state)
            case _:
                log.info("order for a dialog that is gone")

    def engine_is(self, *, here: bool) -> None:
        """The engine came or went. Nobody is left on a line that carries no sound."""
        self._engine_here = here
        if not here:
            for dialog in list(self._dialogs.values()):
                dialog.hang_up()

    def _set_up(self, setup: Setup) -> None:
        self._registrar.set_up(setup.handsets)
        self._trunks = {one.trunk: one for one in setup.trunks}
        if self._proxy is None:
            self._guard.allow(setup.networks, (one.host for one in setup.trunks))
        else:
            self._guard.allow((), (self._proxy.host,))
        fresh = self._trunks.keys() - self._up.keys()
        self._up = {trunk: up for trunk, up in self._up.items() if trunk in self._trunks}
        for trunk in fresh:
            self._ping_one(self._trunks[trunk])

    def _dial(self, order: Dial) -> None:
        trunk = self._trunks.get(order.trunk)
        if trunk is None:
            self.tell(Gone(order.dialog, 503))
            return
        dialog = self._dialogs[order.dialog] = self._new(order.dialog)
        hop = self._proxy.address if self._proxy else None
        dialog.dial(trunk, order.number, order.local, order.ring_seconds, hop)

    def _adopt(self, name: str, state: dict[str, str]) -> None:
        dialog = self._new(name)
        try:
            dialog.adopt(state)
        except Exception:
            log.exception("dialog not taken up", extra={"dialog": name})
            self.tell(Gone(name, 503))
            return
        self._dialogs[name] = dialog

    def tell(self, message: FromSip) -> None:
        if isinstance(message, Gone):
            self._dialogs.pop(message.dialog, None)
        self._send(written(message))

    def _new(self, name: str) -> Dialog:
        return Dialog(name, self._config, self._contact, self.tell)

    def _watched(self, data: bytes, address: str) -> None:
        """A message came: whether it gives away that a third party is brought into a call."""
        glance = signs.glanced(data)
        if glance is None or not glance.call:
            return
        for dialog in self._dialogs.values():
            if dialog.is_in(glance.call, address):
                dialog.watched(glance)
                return

    # --- requests outside any dialog --------------------------------------------------

    def _requested(self, request: Any, transaction: Any) -> Any:
        """sippy asks what becomes of a request: an answer, or None for no answer."""
        method = request.getMethod()
        if request.getHFBody("to").getTag() is not None:
            return request.genResponse(481, "Call/Transaction Does Not Exist"), None, None
        if method == "OPTIONS":
            # A proxy in front asks so: without its engine this process serves nobody.
            status = (200, "OK") if self._engine_here else (503, "Service Unavailable")
            return request.genResponse(*status), None, None
        if method not in ("INVITE", "REGISTER"):
            return request.genResponse(405, "Method Not Allowed"), None, None
        if method == "INVITE" and self._from_outside(request):
            # Nobody inside can be called: there are no incoming calls.
            return request.genResponse(403, "Forbidden"), None, None
        who = self._registrar.who(request)
        if not isinstance(who, HandsetLine):
            return None if who is None else (who, None, None)
        if method == "REGISTER":
            return self._register(request, who)
        return self._invite(request, transaction, who)

    def _from_outside(self, request: Any) -> bool:
        """A carrier's call: it comes from a trunk's own address and port."""
        source = request.getSource()
        return any((one.host, one.port) == tuple(source) for one in self._trunks.values())

    def _register(self, request: Any, handset: HandsetLine) -> Any:
        answer, seconds = registrar.registered(request)
        address, port = sender(request, self._proxy)
        self.tell(Registered(handset.station, f"{address}:{port}", seconds))
        return answer, None, None

    def _invite(self, request: Any, transaction: Any, handset: HandsetLine) -> Any:
        if not self._engine_here:
            return request.genResponse(503, "Service Unavailable"), None, None
        if any(one.station == handset.station for one in self._dialogs.values()):
            # One handset, one call: a second one is a transfer or a conference in the making.
            return request.genResponse(486, "Busy Here"), None, None
        dialog = self._new(new_name())
        self._dialogs[dialog.name] = dialog
        return dialog.invited(request, transaction, handset.station)

    # --- keep-alive -------------------------------------------------------------------

    def _ping(self) -> None:
        for trunk in self._trunks.values():
            self._ping_one(trunk)

    def _ping_one(self, trunk: TrunkLine) -> None:
        """OPTIONS: any answer at all means that the carrier is there."""
        url = SipURL(host=trunk.host, port=trunk.port)
        sender = SipFrom(address=SipAddress(url=SipURL(username="kinline"), hadbrace=True))
        sender.genTag()
        request = SipRequest(
            method="OPTIONS",
            ruri=url,
            fr0m=sender,
            cseq=1,
            callid=SipCallId(),
            target=(self._proxy.address if self._proxy else (trunk.host, trunk.port), "udp"),
        )

        def answered(response: Any) -> None:
            code = response.getSCode()[0]
            if code >= 200:
                self._trunk_is(trunk.trunk, up=code != 408)

        self._config["_sip_tm"].newTransaction(request, resp_cb=answered)

    def _count(self) -> None:
        """Tell what is held, if that has changed."""
        transactions, callers = self._config["_sip_tm"].standing
        held = Standing(len(self._dialogs), transactions, callers)
        if held != self._counted:
            self._counted = held
            self.tell(held)

    def _trunk_is(self, trunk: str, *, up: bool) -> None:
        if trunk in self._trunks and self._up.get(trunk) != up:
            self._up[trunk] = up
            self.tell(TrunkIs(trunk, up))


class EngineLine:
    """The line to the engine, kept by a thread of its own."""

    def __init__(self, path: Path, address: str, port: int, proxy: Proxy | None) -> None:
        self._path, self._proxy = path, proxy
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._exchange = Exchange(address, port, self.send, proxy)

    def run(self) -> None:
        """Until the process ends: sippy's loop here, the engine's words in a thread."""
        threading.Thread(target=self._listen, name="engine", daemon=True).start()
        ED2.loop(freq=_LOOPS_A_SECOND)

    def send(self, line: bytes) -> None:
        """Tell the engine, if it is there: what it misses it asks for, or it is too late."""
        with self._lock:
            if self._socket is None:
                return
            try:
                self._socket.sendall(line)
            except OSError:
                log.warning("engine does not listen")

    def _listen(self) -> None:
        while True:
            try:
                self._serve()
            except (OSError, ValueError) as error:
                log.info("no line to the engine", extra={"error": type(error).__name__})
            time.sleep(_AGAIN_SECONDS)

    def _serve(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.connect(str(self._path))
            line.settimeout(None)
            with self._lock:
                self._socket = line
            ED2.callFromThread(self._here, True)
            log.info("engine is here")
            try:
                self._read(line)
            finally:
                with self._lock:
                    self._socket = None
                ED2.callFromThread(self._here, False)
                log.warning("engine is gone")

    def _read(self, line: socket.socket) -> None:
        lines = Lines()
        while data := line.recv(65_536):
            for one in lines.feed(data):
                message = to_sip.decode(one)
                if isinstance(message, Setup) and self._proxy is None:
                    message = _resolved(message)
                ED2.callFromThread(self._obey, message)

    def _here(self, here: bool) -> None:
        self._exchange.engine_is(here=here)

    def _obey(self, message: ToSip) -> None:
        try:
            self._exchange.obey(message)
        except Exception:
            log.exception("order failed", extra={"order": type(message).__name__})


def _resolved(setup: Setup) -> Setup:
    """With addresses for names, since packets are judged by the address they come from."""
    trunks = []
    for trunk in setup.trunks:
        try:
            host = socket.gethostbyname(trunk.host)
        except OSError:
            log.warning("trunk's name not found", extra={"trunk": trunk.trunk})
            continue
        trunks.append(structs.replace(trunk, host=host))
    return structs.replace(setup, trunks=tuple(trunks))


def main(argv: Sequence[str]) -> int:
    """The command `kinline sip`. Exit code 1 when it cannot listen."""
    parser = ArgumentParser(prog="kinline sip", description="Speak SIP to telephones.")
    parser.add_argument("--listen", required=True, metavar="HOST:PORT", help="an own address")
    parser.add_argument("--engine", type=Path, required=True, metavar="SOCKET")
    parser.add_argument(
        "--proxy", metavar="HOST:PORT", help="the SIP proxy in front: nobody else is heard"
    )
    given = parser.parse_args(argv)
    host, _, port = given.listen.rpartition(":")
    try:
        proxy = Proxy.named(given.proxy) if given.proxy else None
        EngineLine(given.engine, host, int(port), proxy).run()
    except (OSError, ValueError) as error:
        log.error("sip cannot start", extra={"error": f"{type(error).__name__}: {error}"})
        return 1
    return 0
