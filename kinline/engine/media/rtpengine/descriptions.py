"""Session descriptions (RFC 8866) for rtpengine: of telephones, of pages, and of nobody.

A page's own description comes from a stranger: what rtpengine gets is written anew from the few
lines it needs.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kinline.engine.media.port import OfferRefused, PhoneMedia
from kinline.engine.media.rtpengine.bencode import Value
from kinline.sealed.codec import Codec

KINDS = {Codec.PCMU: 0, Codec.PCMA: 8}  # RFC 3551
NAMES = {Codec.PCMU: "PCMU", Codec.PCMA: "PCMA"}
KEYS_KIND = 101
# Where nobody listens. Not an address of zeros: towards that rtpengine looks at nothing, keys
# included.
_DISCARD = ("127.0.0.1", 9)
_ZEROS = ("0.0.0.0", "::")
_KEPT = ("a=candidate:", "a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:", "a=setup:", "a=mid:")
_LINE = "m=audio "
PHONE, PAGE = "RTP/AVP", "UDP/TLS/RTP/SAVPF"
# In the answer, the page's second line stands still: prompts come over the first.
_FIRST_ONLY = ("a=candidate:", "a=end-of-candidates", "a=ssrc")
_DIRECTIONS = ("a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive")


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits at one end of a call. `lines` are what a page said of itself; a telephone has
    an address and a port. `keys` is its payload type for keys, None if it knows none."""

    codec: Codec
    address: str
    port: int
    keys: int | None = KEYS_KIND
    held: bool = False
    lines: tuple[str, ...] = ()
    taken: bool = True

    @property
    def page(self) -> bool:
        return bool(self.lines)

    def moved_from(self, before: "Seat") -> bool:
        """Whether rtpengine has to be told: of a hold it knows nothing."""
        return replace(self, held=False) != replace(before, held=False)

    def text(self, keys: Iterable[int], *, answers: bool = False) -> str:
        """The description. `keys` are the payload types for keys of everybody in the call: each
        sends under its own number, and rtpengine looks out for none it was not told of.

        `answers`: rtpengine began to speak to this page before, and goes on doing so.
        """
        family = "IP6" if ":" in self.address else "IP4"
        where = f"{family} {self.address}"
        kind, transport = KINDS[self.codec], PAGE if self.page else PHONE
        kinds = " ".join(map(str, (kind, *keys)))
        rows = ["v=0", f"o=- 1 1 IN {where}", "s=-", f"c=IN {where}", "t=0 0"]
        rows.append(f"{_LINE}{self.port} {transport} {kinds}")
        rows.append(f"a=rtpmap:{kind} {NAMES[self.codec]}/8000")
        for number in keys:
            rows += [f"a=rtpmap:{number} telephone-event/8000", f"a=fmtp:{number} 0-15"]
        rows += ["a=ptime:20", "a=sendrecv"]
        said = "".join(row + "\r\n" for row in (*rows, *self.lines))
        return said.replace("a=setup:actpass", "a=setup:passive") if answers else said


def nobody(codec: Codec) -> Seat:
    """An end where nobody sits: nothing is sent there and nothing comes from there."""
    return Seat(codec, *_DISCARD, taken=False)


def telephone(media: PhoneMedia, before: Seat) -> Seat:
    """A telephone where it says it is. One that holds by naming no address stays where it was."""
    held = not (media.sends and media.hears)
    if media.address in _ZEROS and before.taken and not before.page:
        return replace(before, held=True)
    return Seat(media.codec, media.address, media.port, media.digits, held)


def page(offer: str, codec: Codec) -> Seat:
    """A page, from its offer: its first line alone. Raises OfferRefused if that lacks something."""
    rows = offer.replace("\r\n", "\n").split("\n")
    places = [at for at, row in enumerate(rows) if row.startswith("m=")]
    if not places:
        raise OfferRefused("sdp.lines")
    first = rows[: [*places, len(rows)][1]]
    kept = [row for row in first if row.startswith(_KEPT) and " tcp " not in row.lower()]
    # A name in place of an address is only known to the page; its own checks show the address.
    kept = [row for row in kept if ".local " not in row]
    if not all(any(row.startswith(name) for row in kept) for name in _KEPT[1:]):
        raise OfferRefused("sdp.not_acceptable")
    address, port = next(filter(None, map(_candidate, kept)), _DISCARD)
    return Seat(codec, address, port, lines=(*kept, "a=rtcp-mux"))


def towards(answerer: Seat, offerer: Seat) -> dict[str, Value]:
    """How rtpengine speaks to who answers. Only two laws of G.711 are ever translated."""
    found: dict[str, Value] = {"replace": ["origin"], "SDES": "off"}
    if answerer.page:
        found |= {"ICE": "force", "rtcp_mux": ["require"], "transport_protocol": PAGE}
    else:
        found |= {"ICE": "remove", "rtcp_mux": ["demux", "accept"], "transport_protocol": PHONE}
    if answerer.codec is not offerer.codec:
        found["codec"] = {"transcode": [NAMES[answerer.codec]]}
    return found


def for_page(answer: str, offer: str) -> str:
    """rtpengine's answer as the page wants it: two lines on one transport, the second still."""
    rows = [row for row in answer.replace("\r\n", "\n").split("\n") if row]
    number = {row.split(":")[1].split()[0] for row in rows if "telephone-event" in row}
    rows = [row for row in rows if not _of_keys(row, number)]
    at = next(at for at, row in enumerate(rows) if row.startswith(_LINE))
    head, first = rows[:at], [_without(row, number) for row in rows[at:]]
    mids = [row.split(":")[1].strip() for row in offer.splitlines() if row.startswith("a=mid:")]
    second = [_still(row, mids[-1]) for row in first if not row.startswith(_FIRST_ONLY)]
    bundle = f"a=group:BUNDLE {' '.join(mids)}"
    return "".join(row + "\r\n" for row in (*head, bundle, *first, *second))


def formats(text: str) -> tuple[Codec, list[int]]:
    """The law a description speaks, and its payload types for keys. Raises ValueError."""
    rows = text.replace("\r\n", "\n").split("\n")
    kinds = next((row for row in rows if row.startswith(_LINE)), "").split()[3:]
    laws = {str(kind): codec for codec, kind in KINDS.items()}
    law = next((laws[kind] for kind in kinds if kind in laws), None)
    if law is None:
        raise ValueError("a description without G.711")
    return law, [int(kind) for kind in kinds if f"a=rtpmap:{kind} telephone-event/8000" in rows]


def place(text: str) -> tuple[str, int]:
    """The address and port a description names. Raises ValueError."""
    rows = text.replace("\r\n", "\n").split("\n")
    try:
        address = next(row for row in rows if row.startswith("c=")).split()[2]
        port = int(next(row for row in rows if row.startswith(_LINE)).split()[1])
    except (StopIteration, IndexError):
        raise ValueError("a description without a place") from None
    return address, port


def _candidate(row: str) -> tuple[str, int] | None:
    """Where a candidate is (RFC 8839), if that is an address of IP version 4."""
    words = row.split()
    try:
        return str(ipaddress.IPv4Address(words[4])), int(words[5])
    except (IndexError, ValueError):
        return None


def _of_keys(row: str, numbers: set[str]) -> bool:
    return any(row.startswith((f"a=rtpmap:{n} ", f"a=fmtp:{n} ")) for n in numbers)


def _without(row: str, numbers: set[str]) -> str:
    if not row.startswith(_LINE):
        return row
    words = row.split()
    return " ".join(words[:3] + [word for word in words[3:] if word not in numbers])


def _still(row: str, mid: str) -> str:
    if row.startswith("a=mid:"):
        return f"a=mid:{mid}"
    return "a=inactive" if row in _DIRECTIONS else row
