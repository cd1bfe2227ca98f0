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
        vias = request.getHFBodys("via")
        if len(vias) > 1:
            if not vias[1].parsed:
                vias[1].parse()
            host, port = vias[1].getTAddr()
            return str(host), int(port)
    host, port = request.getSource()
    return str(host), int(port)
