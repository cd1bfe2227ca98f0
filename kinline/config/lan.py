"""`kinline up --lan`: trying it from a phone on the same network.

Browsers give the microphone to HTTPS pages only, so the pages get a certificate made here
(certificate.py). No authority vouches for it: the browser warns once, and we say so.
"""

import io
import socket
from ipaddress import IPv4Address

# RFC 5737, never routed: connecting a datagram socket sends nothing, it only picks an interface.
NOWHERE = ("192.0.2.1", 9)


def address() -> str | None:
    """This machine's IPv4 address on its network, or None when it has only itself."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(NOWHERE)
        except OSError:
            return None
        found: str = probe.getsockname()[0]
    return None if IPv4Address(found).is_loopback else found


def picture(url: str) -> str:
    """The address as a QR code for a terminal, to be read by a phone's camera."""
    import segno

    drawn = io.StringIO()
    segno.make(url, error="l").terminal(out=drawn, compact=True, border=2)
    return drawn.getvalue()
