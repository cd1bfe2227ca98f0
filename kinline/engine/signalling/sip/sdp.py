"""Session descriptions of telephones: one line of G.711, with keys by RFC 4733.

RFC 8866 for the form, RFC 3264 for offer and answer. What telephones send besides (video, SRTP,
other codecs) is declined, line by line, in the answer.
"""

import ipaddress
from dataclasses import dataclass, field
from secrets import randbits

from kinline.engine.signalling.sip.messages import Law, Local, Media

MAX_CHARS = 8_000
KEYS_KIND = 101
_KINDS: dict[Law, int] = {"pcmu": 0, "pcma": 8}
_RATES: dict[Law, str] = {"pcmu": "PCMU/8000", "pcma": "PCMA/8000"}
_BOTH_WAYS, _NOBODY = "sendrecv", "inactive"
_MIRROR = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly"}


class SdpRefused(ValueError):
    """A description no telephone call can be made from."""


@dataclass(slots=True)
class _Line:
    """One m= line and what belongs to it."""

    kind: str
    port: int
    protocol: str
    formats: list[int]
    address: str
    direction: str
    names: dict[int, str] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        return self.kind == "audio" and self.protocol == "RTP/AVP" and self.port > 0


@dataclass(frozen=True, slots=True)
class Described:
    """What a telephone said: its media, and the other lines that an answer must decline."""

    media: Media
    declined: tuple[str, ...]
    place: int


def read(text: str, *, law: Law = "pcmu") -> Described:
    """The telephone's media; `law` is preferred where it offers both. Raises SdpRefused."""
    if len(text) > MAX_CHARS:
        raise SdpRefused("too long")
    lines = _lines(text)
    for place, line in enumerate(lines):
        if line.usable:
            others = tuple(
                f"m={one.kind} 0 {one.protocol} {one.formats[0] if one.formats else 0}"
                for one in lines
                if one is not line
            )
            return Described(_media(line, law), others, place)
    raise SdpRefused("no line of plain audio")


def _media(line: _Line, law: Law) -> Media:
    other: Law = "pcma" if law == "pcmu" else "pcmu"
    chosen = next((one for one in (law, other) if _KINDS[one] in line.formats), None)
    if chosen is None:
        raise SdpRefused("no G.711")
    digits = next(
        (n for n in line.formats if line.names.get(n, "").lower() == "telephone-event/8000"), None
    )
    sends = line.direction in (_BOTH_WAYS, "sendonly")
    # An address of zeros is how older telephones hold (RFC 2543).
    held = ipaddress.ip_address(line.address).is_unspecified
    hears = line.direction in (_BOTH_WAYS, "recvonly") and not held
    return Media(line.address, line.port, chosen, digits, sends=sends, hears=hears)


def written(local: Local, *, number: int, peer: Described | None = None) -> str:
    """Our description: an offer of both laws, or the answer to what `peer` said.

    `number` counts the versions of one dialog's description (RFC 3264, section 8).
    """
    family = "IP6" if ":" in local.address else "IP4"
    where = f"{family} {local.address}"
    ours = _audio(local, peer.media if peer else None)
    lines = [*peer.declined] if peer else []
    lines.insert(peer.place if peer else 0, ours)
    head = f"v=0\r\no=- {local.port} {number} IN {where}\r\ns=-\r\nc=IN {where}\r\nt=0 0\r\n"
    return head + "".join(line + "\r\n" for line in lines)


def _audio(local: Local, peer: Media | None) -> str:
    laws: list[Law]
    if peer is None:
        other: Law = "pcma" if local.law == "pcmu" else "pcmu"
        laws, digits, direction = [local.law, other], KEYS_KIND, _BOTH_WAYS
    else:
        laws, direction = [peer.law], _answered(peer)
        digits = peer.digits if peer.digits is not None else 0
    kinds = [_KINDS[law] for law in laws] + ([digits] if digits else [])
    rows = [f"m=audio {local.port} RTP/AVP {' '.join(map(str, kinds))}"]
    rows += [f"a=rtpmap:{_KINDS[law]} {_RATES[law]}" for law in laws]
    if digits:
        rows += [f"a=rtpmap:{digits} telephone-event/8000", f"a=fmtp:{digits} 0-15"]
    return "\r\n".join([*rows, "a=ptime:20", f"a={direction}"])


def _answered(peer: Media) -> str:
    """The other end's direction seen from ours."""
    if peer.sends and peer.hears:
        return _BOTH_WAYS
    if peer.sends:
        return "recvonly"
    return "sendonly" if peer.hears else _NOBODY


def first_number() -> int:
    return randbits(31)


def _lines(text: str) -> list[_Line]:
    """The m= lines. Raises SdpRefused for what is no description."""
    found = list[_Line]()
    address, direction = "", _BOTH_WAYS
    rows = text.replace("\r\n", "\n").split("\n")
    if rows[0] != "v=0":
        raise SdpRefused("no description")
    for row in rows:
        name, _, value = row.partition("=")
        if name == "m":
            found.append(_m_line(value, address, direction))
        elif name == "c":
            address = _address(value, found, address)
        elif name == "a" and value in (*_MIRROR, _NOBODY):
            if found:
                found[-1].direction = value
            else:
                direction = value
        elif name == "a" and value.startswith("rtpmap:") and found:
            _rtpmap(value, found[-1])
    if not found:
        raise SdpRefused("no media")
    return found


def _m_line(value: str, address: str, direction: str) -> _Line:
    words = value.split()
    if len(words) < 4 or not _is_number(words[1], 65_535):
        raise SdpRefused("a media line")
    formats = [int(word) for word in words[3:] if _is_number(word, 127)]
    return _Line(words[0], int(words[1]), words[2], formats, address, direction)


def _address(value: str, found: list[_Line], session: str) -> str:
    """The address of the session, or of the media line it stands under."""
    words = value.split()
    if len(words) != 3 or words[0] != "IN" or words[1] not in ("IP4", "IP6"):
        raise SdpRefused("a connection line")
    try:
        address = str(ipaddress.ip_address(words[2]))
    except ValueError:
        # A name would make us ask strangers' servers.
        raise SdpRefused("an address that is a name") from None
    if not found:
        return address
    found[-1].address = address
    return session


def _rtpmap(value: str, line: _Line) -> None:
    kind, _, name = value.removeprefix("rtpmap:").partition(" ")
    if _is_number(kind, 127):
        line.names[int(kind)] = name.strip().removesuffix("/1")


def _is_number(word: str, most: int) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 5 and int(word) <= most
