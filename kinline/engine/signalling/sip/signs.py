"""What in a SIP message gives a third party away; nothing here obeys anything.

Diversion (RFC 5806) and History-Info (RFC 7044) say that a call was forwarded, 3xx wants us to
call somewhere else, REFER (RFC 3515) to transfer. Read before the SIP stack has the message,
so that none is missed that the stack would answer by itself.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kinline.core.call.signs import SignKind, evidence

_WORTH_A_LOOK = re.compile(
    rb"SIP/2\.0 [123]\d\d|(?:INVITE|REFER|UPDATE) "
    rb"|.*?\r\n(?:diversion|history-info)[ \t]*:",
    re.IGNORECASE | re.DOTALL,
)
_SHORT = {"i": "call-id", "m": "contact", "r": "refer-to", "b": "referred-by"}
_URI = re.compile(r"(?:sips?|tel):(?:([^@<>;\s]*)@)?(\[[0-9a-fA-F:.]+\]|[^:;?<>\s@,\[\]]+)", re.I)
_ENTRY = re.compile(r'(?:[^,"<]|"(?:[^"\\]|\\.)*"|<[^>]*>)+')
_CAUSE = re.compile(r"cause(?:=|%3d)", re.I)
_ROUTINE, _RETARGETED = re.compile(r";\s*(?:rc|np)\b", re.I), re.compile(r";\s*mp\b", re.I)
_MOVING = ("INVITE", "UPDATE")
_FORWARDED = 181
_SAME_DIGITS = 10

Evidence = dict[str, str]
Sign = tuple[SignKind, Evidence]


@dataclass(frozen=True, slots=True)
class Glance:
    """One message: `what` it is in its own words, `hosts` where it wants sound or answers sent."""

    call: str
    what: str
    code: int = 0
    hosts: tuple[str, ...] = ()
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return "" if self.code else self.what


def glanced(data: bytes) -> Glance | None:
    """A look at a message whose frame is whole; None where there can be nothing to see."""
    if _WORTH_A_LOOK.match(data) is None:
        return None
    head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
    first, *rows = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
    headers = _headers(rows)
    calls = headers.get("call-id", ("",))
    code = int(first[8:11]) if first.startswith("SIP/2.0 ") else 0
    what = first.removeprefix("SIP/2.0 ") if code else first.partition(" ")[0]
    contacts = [found[2] for one in headers.get("contact", ()) for found in _URI.finditer(one)]
    hosts = tuple(dict.fromkeys([*(_plain(one) for one in contacts), *_addresses(body)]))
    return Glance(calls[0], what, code, hosts, headers)


def shown(glance: Glance, dialled: str) -> Iterator[Sign]:
    """The signs this message shows by itself; `dialled` is the number we called, if known."""
    for value in glance.headers.get("diversion", ()):
        yield _diverted(glance, "Diversion", value)
    for value in glance.headers.get("history-info", ()):
        if any(_is_forwarding(entry, dialled) for entry in _ENTRY.findall(value)):
            yield _diverted(glance, "History-Info", value)
    if glance.code == _FORWARDED:
        yield SignKind.DIVERTED, evidence({"status": glance.what})
    if 300 <= glance.code < 400:
        facts = {"status": glance.what, "contact": ", ".join(glance.headers.get("contact", ()))}
        yield SignKind.REDIRECTED, evidence(facts)
    if glance.method == "REFER":
        names = {"refer_to": "refer-to", "referred_by": "referred-by"}
        said = {name: ", ".join(glance.headers.get(row, ())) for name, row in names.items()}
        yield SignKind.REFERRED, evidence(said)


def moved(glance: Glance, known: set[str]) -> Iterator[Sign]:
    """A host that a standing call is to be moved to, and that was not in it before."""
    for host in glance.hosts if glance.method in _MOVING else ():
        if host not in known:
            before = ", ".join(sorted(known))
            facts = {"host": host, "hosts_before": before, "in": glance.what}
            yield SignKind.THIRD_HOST, evidence(facts)


def host_of(uri: str) -> str:
    """The host in a SIP address, empty when there is none."""
    found = _URI.search(uri)
    return _plain(found[2]) if found else ""


def _diverted(glance: Glance, header: str, value: str) -> Sign:
    return SignKind.DIVERTED, evidence({"header": header, "value": value, "in": glance.what})


def _is_forwarding(entry: str, dialled: str) -> bool:
    """Whether an entry tells of a new target, not of the way to who was called."""
    if _CAUSE.search(entry) or _RETARGETED.search(entry):
        return True
    if _ROUTINE.search(entry):
        return False
    found = _URI.search(entry)
    if found is None:
        return False
    user = found[1] if found[1] is not None else found[2]
    return not _same_number(user, dialled)


def _same_number(one: str, other: str) -> bool:
    """Whether two ways of writing a number mean the same: +1 617..., 1617..., 617..."""
    first, second = ("".join(c for c in text if c.isdigit()) for text in (one, other))
    return not second or first[-_SAME_DIGITS:] == second[-_SAME_DIGITS:]


def _headers(rows: list[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        name, _, value = row.partition(":")
        key = name.strip().lower()
        key = _SHORT.get(key, key)
        found[key] = (*found.get(key, ()), value.strip())
    return found


def _addresses(body: str) -> Iterator[str]:
    """Where a description wants its sound; an address of zeros is hold, and no host."""
    for row in body.splitlines():
        words = row.split()
        if len(words) == 3 and words[0] == "c=IN":
            try:
                address = ipaddress.ip_address(words[2].partition("/")[0])
            except ValueError:
                yield _plain(words[2])
                continue
            if not address.is_unspecified:
                yield str(address)


def _plain(host: str) -> str:
    return host.strip("[]").lower()
