"""A SIP proxy in front, such as Kamailio: everything comes from its address and goes to it.

Then the proxy knows who may speak with us and which carriers there are; passwords stay ours.
"""

from dataclasses import dataclass
from typing import Any

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where it is, as an address and not a name: packets are judged by where they come from."""

    host: str
    port: int

    @classmethod
    def named(cls, word: str) -> "Proxy":
        """Read ADDRESS:PORT. Raises ValueError."""
        host, _, port = word.rpartition(":")
        if not host:
            raise ValueError(f"{word!r} is not ADDRESS:PORT")
        return cls(host, int(port))

    @property
    def address(self) -> Address:
        return self.host, self.port


def sender(request: Any, proxy: Proxy | None) -> Address:
    """Whence a request came. A proxy notes it in the sender's own Via, the one below its own
    (RFC 3261, section 18.2.1; RFC 3581)."""
    if proxy is not None:
        # As it came: the stack's reading of it keeps the last of two words of one name.
        vias = [str(header.body.body) for header in request.getHFs("via")]
        if len(vias) > 1:
            return _noted(vias[1])
    host, port = request.getSource()
    return str(host), int(port)


def _noted(via: str) -> Address:
    """The address in a Via. The first word counts: what the sender claims comes after it."""
    where, *words = (word.strip() for word in via.split(";"))
    host, _, port = where.rsplit(None, 1)[-1].partition(":")
    noted: dict[str, str] = {}
    for word in words:
        name, _, value = word.partition("=")
        noted.setdefault(name.lower(), value)
    port = noted.get("rport") or port
    return noted.get("received") or host, int(port) if port.isascii() and port.isdigit() else 0
