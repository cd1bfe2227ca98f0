"""The dialogs of one sip process: sippy's user agents, and what happens to each of them.

Runs in sippy's thread alone. A dialog that stands can be written down and taken up by another
sip process, so that one that dies takes no call with it.
"""

import logging
import secrets
from collections.abc import Callable
from typing import Any

import sippy.CCEvents as events
from sippy.MsgBody import MsgBody
from sippy.SipAddress import SipAddress
from sippy.SipCallId import SipCallId
from sippy.SipContact import SipContact
from sippy.SipFrom import SipFrom
from sippy.SipRoute import SipRoute
from sippy.SipTo import SipTo
from sippy.SipURL import SipURL
from sippy.UA import UA
from sippy.UaStateConnected import UaStateConnected

from kinline.engine.signalling.sip import sdp, signs
from kinline.engine.signalling.sip.messages import (
    Answered,
    Confirmed,
    FromSip,
    Gone,
    Invite,
    Local,
    Moved,
    Noticed,
    Ringing,
    TrunkLine,
)
from kinline.engine.signalling.sip.proxy import Address
from kinline.engine.signalling.sip.sdp import SdpRefused

log = logging.getLogger(__name__)

Tell = Callable[[FromSip], None]
_REASONS = {
    403: "Forbidden",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    488: "Not Acceptable Here",
    503: "Service Unavailable",
}
_FAILED = 500
_MOST_TOLD = 30
_UNAUTHORIZED, _FORBIDDEN = (401, 407), 403


class Dialog:
    """One telephone's dialog, ours or theirs."""

    def __init__(self, name: str, config: dict[str, Any], contact: Any, tell: Tell) -> None:
        self.name = name
        self._config, self._contact, self._tell = config, contact, tell
        self.ua: Any = None
        self.station = ""
        self._trunk: TrunkLine | None = None
        self._local: Local | None = None
        self._peer: sdp.Described | None = None
        self._version = sdp.first_number()
        self._over = False
        self._code = 0
        # For the signs of a third party: where its messages come from, the hosts that were in
        # the call before it stood, and what was told already.
        self._hop = self._number = ""
        self._hosts = set[str]()
        self._stands = False
        self._told = list[signs.Sign]()

    # --- from the engine --------------------------------------------------------------

    def dial(
        self,
        trunk: TrunkLine,
        number: str,
        local: Local,
        ring_seconds: int,
        hop: Address | None = None,
    ) -> None:
        """Call out through a trunk, by way of `hop` where a proxy stands between."""
        self._trunk, self._local = trunk, local
        self._number, self._hop = number, (hop or (trunk.host, trunk.port))[0]
        self._hosts.add(trunk.host)
        self.ua = UA(
            self._config,
            event_cb=self._happened,
            nh_address=(trunk.host, trunk.port),
            username=trunk.user or None,
            password=trunk.secret or None,
            expire_time=ring_seconds,
        )
        self.ua.lContact = self._contact.getCopy()
        body = MsgBody(sdp.written(local, number=self._version))
        event = events.CCEventTry((SipCallId(), trunk.caller, number, body, None, None))
        if hop is not None:
            event.onUacSetupComplete = _by_way_of(hop)
        self.ua.recvEvent(event)

    def accept(self, local: Local, *, early: bool) -> None:
        self._local = local
        body = MsgBody(self._answer())
        event = events.CCEventRing if early else events.CCEventConnect
        status = (183, "Session Progress") if early else (200, "OK")
        self.ua.recvEvent(event((*status, body)))
        if not early:
            self._confirm()

    def refuse(self, code: int) -> None:
        self.ua.recvEvent(events.CCEventFail((code, _REASONS.get(code, "Refused"))))
        self._end(code)

    def hang_up(self) -> None:
        if self.ua is not None and not self.ua.isDead():
            self.ua.recvEvent(events.CCEventDisconnect())
        self._end(0)

    # --- from the telephone -----------------------------------------------------------

    def invited(self, request: Any, transaction: Any, station: str) -> Any:
        """A handset calls: sippy's answer for its transaction."""
        self.station = station
        self._hop = str(request.getSource()[0]).strip("[]")
        self._hosts |= {self._hop, signs.host_of(str(request.getHFBody("contact")))}
        self.ua = UA(self._config, event_cb=self._happened)
        self.ua.lContact = self._contact.getCopy()
        return self.ua.recvRequest(request, transaction)

    def _happened(self, event: Any, ua: Any) -> None:
        try:
            self._understood(event)
        except SdpRefused:
            self._mistaken()
        except Exception:
            log.exception("dialog failed", extra={"dialog": self.name})
            self.hang_up()

    def _understood(self, event: Any) -> None:
        data = event.getData()
        if isinstance(event, events.CCEventTry):
            _, _, number, body, _, _ = data
            self._peer = sdp.read(_text(body))
            self._hosts.add(self._peer.media.address)
            self._stands = True
            self._tell(Invite(self.name, self.station, str(number or ""), self._peer.media))
        elif isinstance(event, events.CCEventRing):
            self._rings(data)
        elif isinstance(event, events.CCEventConnect):
            self._answered(data)
        elif isinstance(event, events.CCEventUpdate):
            self._moved(data)
        elif isinstance(event, events.CCEventFail | events.CCEventRedirect):
            self._say_why(int(data[0]))
            self._end(int(data[0]))
        elif isinstance(event, events.CCEventDisconnect):
            self._end(0)

    def _say_why(self, code: int) -> None:
        """What only whoever set the trunk up can mend."""
        trunk = self._trunk
        if trunk is None or code not in (*_UNAUTHORIZED, _FORBIDDEN):
            return
        if code == _FORBIDDEN:
            why = "carrier refuses us"
        elif trunk.user:
            why = "carrier wants another user or password"
        else:
            why = "carrier wants a user and a password"
        log.warning(why, extra={"trunk": trunk.trunk, "code": code})

    def _rings(self, data: Any) -> None:
        body = _text(data[2]) if len(data) > 2 and data[2] else ""
        media = self._described(body).media if body else None
        self._tell(Ringing(self.name, media))

    def _answered(self, data: Any) -> None:
        if data[0] == "ACK":
            return
        peer = self._described(_text(data[2]))
        self._stands = True
        self._tell(Answered(self.name, peer.media))
        self._confirm()

    def _moved(self, body: Any) -> None:
        """A new description in the middle of the call: hold, resume, another port."""
        peer = self._described(_text(body))
        self._version += 1
        self.ua.recvEvent(events.CCEventConnect((200, "OK", MsgBody(self._answer()))))
        self._tell(Moved(self.name, peer.media))
        self._confirm()

    def _described(self, text: str) -> sdp.Described:
        law = self._local.law if self._local is not None else "pcmu"
        self._peer = sdp.read(text, law=law)
        return self._peer

    def _answer(self) -> str:
        assert self._local is not None
        return sdp.written(self._local, number=self._version, peer=self._peer)

    def _mistaken(self) -> None:
        """A description we cannot use: refused if that is still possible, else the end."""
        if self.ua.isConnected() and self._local is not None and self._peer is not None:
            # 488 keeps the call as it was (RFC 3261, section 14.2).
            self.ua.recvEvent(events.CCEventFail((488, _REASONS[488])))
            if self.ua.isConnected():
                return
        self.ua.recvEvent(events.CCEventFail((488, _REASONS[488])))
        self._end(488)

    def _end(self, code: int) -> None:
        if not self._over:
            self._over = True
            self._tell(Gone(self.name, code))

    # --- signs of a third party ---------------------------------------------------------

    def is_in(self, call: str, address: str) -> bool:
        """Whether a message with this Call-ID, from this address, is one of this dialog's."""
        return self.ua is not None and str(self.ua.cId) == call and self._hop == address

    def watched(self, glance: signs.Glance) -> None:
        """A message of this dialog: tell what it gives away, each thing once."""
        found = list(signs.shown(glance, self._number))
        if self._stands:
            found += signs.moved(glance, self._hosts)
        self._hosts.update(glance.hosts)
        for kind, facts in found:
            told = (kind, {name: text for name, text in facts.items() if name != "in"})
            if told not in self._told and len(self._told) < _MOST_TOLD:
                self._told.append(told)
                self._tell(Noticed(self.name, kind, facts))

    # --- surviving --------------------------------------------------------------------

    def _confirm(self) -> None:
        """Tell what another process would need to carry this dialog on (RFC 3261, section 12)."""
        ua = self.ua
        (host, port), _ = ua.rAddr
        state = {
            "call_id": str(ua.cId),
            "local": str(ua.lUri),
            "remote": str(ua.rUri),
            "target": str(ua.rTarget),
            "routes": "\n".join(str(route) for route in ua.routes),
            "address": f"{host} {port}",
            "number": str(ua.lCSeq),
            "their_number": str(ua.rCSeq if ua.rCSeq is not None else -1),
            "local_sdp": str(ua.lSDP or ""),
            "remote_sdp": str(ua.rSDP or ""),
            "port": str(self._local.port if self._local else 0),
            "listen": self._local.address if self._local else "",
            "law": self._local.law if self._local else "pcmu",
        }
        self._tell(Confirmed(self.name, state))

    def adopt(self, state: dict[str, str]) -> None:
        """Carry on what another process told in Confirmed."""
        law: Any = state["law"]
        self._local = Local(state["listen"], int(state["port"]), law)
        ua = self.ua = UA(self._config, event_cb=self._happened)
        ua.cId = SipCallId(state["call_id"])
        ua.lUri, ua.rUri = SipFrom(state["local"]), SipTo(state["remote"])
        ua.lUri.parse()
        ua.rUri.parse()
        ua.lTag = ua.lUri.getTag()
        ua.rTarget = SipURL(state["target"])
        ua.routes = [SipRoute(route) for route in state["routes"].split("\n") if route]
        host, _, port = state["address"].rpartition(" ")
        ua.rAddr = ua.rAddr0 = ((host, int(port)), "udp")
        # Some numbers may have been used and not told; a gap is allowed, a repetition is not.
        ua.lCSeq = int(state["number"]) + 10
        their = int(state["their_number"])
        ua.rCSeq = their if their >= 0 else None
        ua.lContact = self._contact.getCopy()
        ua.lSDP, ua.rSDP = MsgBody(state["local_sdp"]), MsgBody(state["remote_sdp"])
        ua.origin = "caller"
        self._peer = sdp.read(state["remote_sdp"], law=self._local.law)
        self._hop, self._stands = host, True
        self._hosts |= {host, signs.host_of(state["target"]), self._peer.media.address}
        ua.changeState((UaStateConnected,))
        self._config["_sip_tm"].regConsumer(ua, str(ua.cId))


def contact(address: str, port: int) -> Any:
    """Our Contact, plain: with a display name in it some telephones send their ACK nowhere."""
    return SipContact(address=SipAddress(url=SipURL(host=address, port=port)))


def _by_way_of(hop: Address) -> Callable[[Any], None]:
    """The request names the carrier, for its password's sake, and is sent to the next hop."""

    def set_up(ua: Any) -> None:
        ua.rAddr = (hop, "udp")

    return set_up


def new_name() -> str:
    return secrets.token_hex(8)


def _text(body: Any) -> str:
    if body is None:
        raise SdpRefused("no description")
    return str(body)
