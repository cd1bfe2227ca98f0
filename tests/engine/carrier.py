"""A carrier made of a socket, for what a well-behaved program would not do."""

import asyncio
import re
import socket
from hashlib import md5

SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
    "m=audio 45000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na={way}\r\n"
)
_ECHOED = ("via", "from", "to", "call-id", "cseq")


def proves(credentials: str, method: str, user: str, secret: str, realm: str, nonce: str) -> bool:
    """Whether these credentials prove the secret (RFC 2617, section 3.2.2, by hand)."""
    given = dict(re.findall(r'(\w+)="?([^",]*)"?', credentials))
    one = _digest(user, realm, secret)
    two = _digest(method, given.get("uri", ""))
    middle = (given["nc"], given["cnonce"], given["qop"]) if "qop" in given else ()
    wanted = _digest(one, nonce, *middle, two)
    named = (given.get("username"), given.get("realm"), given.get("nonce"))
    return named == (user, realm, nonce) and given.get("response") == wanted


def _digest(*words: str) -> str:
    return md5(":".join(words).encode()).hexdigest()


class Message:
    """One SIP message, as its rows."""

    def __init__(self, data: bytes) -> None:
        head, _, self.body = data.decode().partition("\r\n\r\n")
        self.first, *self.rows = head.split("\r\n")

    def header(self, name: str) -> str:
        for row in self.rows:
            if row.lower().startswith(f"{name}:"):
                return row.partition(":")[2].strip()
        return ""

    @property
    def method(self) -> str:
        return self.header("cseq").rpartition(" ")[2]

    @property
    def is_answer(self) -> bool:
        return self.first.startswith("SIP/2.0")

    @property
    def code(self) -> int:
        return int(self.first.split()[1]) if self.is_answer else 0


class Carrier:
    """`async with Carrier() as carrier`. OPTIONS are answered while it is `awake`."""

    def __init__(self) -> None:
        self.awake = True
        self.pings = 0
        self._heard: asyncio.Queue[Message] = asyncio.Queue()
        self._aside: list[Message] = []
        self._invites: set[bytes] = set()
        self._number = 0
        self.invite: Message

    async def __aenter__(self) -> "Carrier":
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]
        asyncio.get_running_loop().add_reader(self._socket, self._readable)
        return self

    async def __aexit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def _readable(self) -> None:
        data, self._from = self._socket.recvfrom(9000)
        message = Message(data)
        if message.first.startswith("INVITE") and data in self._invites:
            return  # said again for want of an answer
        self._invites.add(data)
        if message.method != "OPTIONS":
            self._heard.put_nowait(message)
        elif self.awake:
            self.pings += 1
            self.answers(message, "200 OK")

    async def hears(self, method: str, *, answer: bool = False, patience: float = 5.0) -> Message:
        """The next such request, or the next answer to one; others are kept for later."""
        async with asyncio.timeout(patience):
            while True:
                for message in self._aside:
                    if message.method == method and message.is_answer == answer:
                        self._aside.remove(message)
                        if method == "INVITE" and not answer:
                            self.invite = message
                        return message
                self._aside.append(await self._heard.get())

    def answers(self, request: Message, status: str, way: str = "", more: str = "") -> None:
        rows = [row for row in request.rows if row.split(":")[0].lower() in _ECHOED]
        if not status.startswith("100"):
            tagged = "" if ";tag=" in request.header("to") else ";tag=carrier"
            rows = [row + tagged if row.lower().startswith("to:") else row for row in rows]
        body = SDP.format(way=way, host="127.0.0.1") if way else ""
        own = [] if more.startswith("Contact") else [self._contact]
        rows += [*own, *([more] if more else [])]
        rows += ["Content-Type: application/sdp"] if body else []
        self._send([f"SIP/2.0 {status}", *rows], body)

    @property
    def _contact(self) -> str:
        return f"Contact: <sip:carrier@127.0.0.1:{self.port}>"

    def asks(
        self,
        method: str,
        way: str = "",
        *,
        number: int = 0,
        host: str = "127.0.0.1",
        contact: str = "",
        more: str = "",
        call: str = "",
    ) -> None:
        """A request of its own within the call, or in one with another Call-ID.

        `host` is where it wants its sound.
        """
        invite = self.invite
        target = re.search(r"<(sip:[^>]+)>", invite.header("contact"))
        assert target is not None
        self._number = number or self._number + 1
        body = SDP.format(way=way, host=host) if way else ""
        rows = [
            f"{method} {target[1]} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{method}{self._number}",
            "Max-Forwards: 70",
            f"From: {invite.header('to')};tag=carrier",
            f"To: {invite.header('from')}",
            f"Call-ID: {call or invite.header('call-id')}",
            f"CSeq: {self._number} {method}",
            f"Contact: {contact}" if contact else self._contact,
            *([more] if more else []),
            *(["Content-Type: application/sdp"] if body else []),
        ]
        self._send(rows, body)

    def _send(self, rows: list[str], body: str) -> None:
        text = "\r\n".join([*rows, f"Content-Length: {len(body)}", "", body])
        self._socket.sendto(text.encode(), self._from)
