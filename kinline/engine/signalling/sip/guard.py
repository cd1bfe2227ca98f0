"""Who may speak SIP with us at all, how often, and in what form.

Everything here happens before a message reaches the SIP stack. Strangers and scanners get
nothing back: a port that never answers is not worth a second look. Moments are seconds of any
clock, passed in.
"""

import ipaddress
import re
from collections import Counter, OrderedDict
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

MAX_BYTES = 8_000
METHODS = frozenset({"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "INFO"})
# A telephone says little; a carrier's one address speaks for hundreds of calls.
HANDSET_RATE, HANDSET_BURST = 20.0, 120.0
TRUNK_RATE, TRUNK_BURST = 2_000.0, 4_000.0
WRONG_BORNE, WRONG_SECONDS = 10, 60.0
_REMEMBERED = 10_000
Key = TypeVar("Key")
Value = TypeVar("Value")

_REQUEST = re.compile(r"([A-Z]{3,12}) (sips?:[^\s]{1,400}|tel:[^\s]{1,100}) SIP/2\.0")
_RESPONSE = re.compile(r"SIP/2\.0 [1-6]\d\d( [^\r\n]{0,200})?")
_HEADER = re.compile(r"([A-Za-z0-9.!%*_+`'~-]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_SHORT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}
_ONCE = ("from", "to", "call-id", "cseq")
_TAGGED = re.compile(r"<?sips?:[^<>\s]+|<?tel:[^<>\s]+", re.IGNORECASE)


class Verdict(StrEnum):
    """What becomes of a message."""

    PASS = "pass"
    STRANGER = "stranger"
    TOO_MANY = "too_many"
    MALFORMED = "malformed"
    METHOD = "method"


class Guard:
    """Set up with `allow`; `counts` says how many messages had which verdict."""

    def __init__(self) -> None:
        self._networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
        self._trunks: frozenset[str] = frozenset()
        self._near = OrderedDict[str, bool]()
        self._buckets = OrderedDict[str, tuple[float, float]]()
        self._wrong = OrderedDict[tuple[str, str], list[float]]()
        self.counts = Counter[Verdict]()

    def allow(self, networks: Iterable[str], trunks: Iterable[str]) -> None:
        """Handsets come from these networks (CIDR), carriers from these addresses.

        Raises ValueError for what is no network.
        """
        self._networks = tuple(ipaddress.ip_network(one, strict=False) for one in networks)
        self._trunks = frozenset(trunks)
        self._near.clear()

    def is_trunk(self, address: str) -> bool:
        return address in self._trunks

    def judge(self, data: bytes, address: str, now: float) -> Verdict:
        """The verdict on one datagram."""
        verdict = self._judged(data, address, now)
        self.counts[verdict] += 1
        return verdict

    def _judged(self, data: bytes, address: str, now: float) -> Verdict:
        if not self.knows(address):
            return Verdict.STRANGER
        if not self._spend(address, now):
            return Verdict.TOO_MANY
        return form_of(data)

    def knows(self, address: str) -> bool:
        known = self._near.get(address)
        if known is None:
            known = self.is_trunk(address) or self._listed(address)
            _remember(self._near, address, known)
        return known

    # --- passwords --------------------------------------------------------------------

    def guesses(self, address: str, user: str, now: float) -> bool:
        """Whether this source has tried too many wrong passwords for this name of late."""
        return len(self._recent(address, user, now)) >= WRONG_BORNE

    def note_wrong(self, address: str, user: str, now: float) -> None:
        _remember(self._wrong, (address, user), [*self._recent(address, user, now), now])

    def note_right(self, address: str, user: str) -> None:
        self._wrong.pop((address, user), None)

    def _recent(self, address: str, user: str, now: float) -> list[float]:
        return [at for at in self._wrong.get((address, user), []) if now - at < WRONG_SECONDS]

    def _listed(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._networks)

    def _spend(self, address: str, now: float) -> bool:
        rate, burst = (
            (TRUNK_RATE, TRUNK_BURST) if self.is_trunk(address) else (HANDSET_RATE, HANDSET_BURST)
        )
        left, at = self._buckets.get(address, (burst, now))
        left = min(burst, left + (now - at) * rate)
        _remember(self._buckets, address, (max(0.0, left - 1), now))
        return left >= 1


def form_of(data: bytes) -> Verdict:
    """Whether this is a SIP message whose frame is whole (RFC 3261, sections 7 and 8.1.1).

    Only the frame: what a header's own grammar allows is the stack's business, which answers
    400 to it or drops it.
    """
    if len(data) > MAX_BYTES:
        return Verdict.MALFORMED
    try:
        head, _, body = data.decode("utf-8").partition("\r\n\r\n")
    except UnicodeDecodeError:
        return Verdict.MALFORMED
    if "\0" in head:
        return Verdict.MALFORMED
    first, *rows = _unfolded(head).split("\r\n")
    method = _method(first)
    if method is None:
        return Verdict.MALFORMED
    headers = _headers(rows)
    if headers is None or not _whole(headers, method, len(body.encode())):
        return Verdict.MALFORMED
    return Verdict.PASS if method in METHODS else Verdict.METHOD


def _method(first: str) -> str | None:
    """The method of a request, "ACK" standing for any response; None for neither."""
    if _RESPONSE.fullmatch(first):
        return "ACK"
    request = _REQUEST.fullmatch(first)
    return request[1] if request else None


def _unfolded(head: str) -> str:
    return re.sub(r"\r\n[ \t]+", " ", head)


def _headers(rows: list[str]) -> dict[str, list[str]] | None:
    found: dict[str, list[str]] = {}
    for row in rows:
        header = _HEADER.fullmatch(row)
        if header is None:
            return None
        name = header[1].lower()
        found.setdefault(_SHORT.get(name, name), []).append(header[2].strip())
    return found


def _whole(headers: dict[str, list[str]], method: str, body_bytes: int) -> bool:
    if any(len(headers.get(name, [])) != 1 for name in _ONCE) or "via" not in headers:
        return False
    number, _, named = headers["cseq"][0].partition(" ")
    if not (number.isascii() and number.isdigit() and len(number) <= 10 and int(number) < 2**31):
        return False
    # A response's CSeq names the method it answers; ACK stands for all of them here.
    if method != "ACK" and named.strip() != method:
        return False
    if not all(_TAGGED.search(headers[name][0]) for name in ("from", "to")):
        return False
    length = headers.get("content-length", [str(body_bytes)])
    return len(length) == 1 and length[0].isdigit() and int(length[0][:10]) <= body_bytes


def _remember(table: "OrderedDict[Key, Value]", key: Key, value: Value) -> None:
    table[key] = value
    table.move_to_end(key)
    while len(table) > _REMEMBERED:
        table.popitem(last=False)
