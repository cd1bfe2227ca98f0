"""Signs that a third party was brought into a call: forwarding, transfer, a second ringing.

A sign is what a telephone network or a line itself gave away. It is no proof: a law office
forwards to a mobile every day, and a carrier may move a call's sound without asking anyone. So
a sign is kept with its evidence for staff to judge, and cuts a call only where the facility said
so beforehand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class SignKind(StrEnum):
    """What was noticed.

    DIVERTED: a Diversion or History-Info header, or 181 (RFC 5806, RFC 7044, RFC 3261 21.1.3).
    REDIRECTED: the called side sends us elsewhere (3xx); we do not go. REFERRED: somebody asks
    us to transfer the call (REFER, RFC 3515); it is refused. THIRD_HOST: a call that stands is
    moved to a host not seen in it before. RINGBACK and SPECIAL_TONE: while they talk, the
    outside telephone's line carries the sound of another one ringing, or of a number that
    cannot be reached (ITU-T E.180).
    """

    DIVERTED = "diverted"
    REDIRECTED = "redirected"
    REFERRED = "referred"
    THIRD_HOST = "third_host"
    RINGBACK = "ringback"
    SPECIAL_TONE = "special_tone"


class Response(StrEnum):
    """What follows from a sign: it is kept in any case."""

    FLAG = "flag"
    CUT = "cut"


# The first few tell everything; whoever floods us with the same fills no table.
MOST_OF_A_KIND = 5
MOST_FACTS, LONGEST_NAME, LONGEST_FACT = 12, 40, 200


@dataclass(frozen=True, slots=True)
class SignPolicy:
    """What a facility wants done; a kind that is not in `cuts` is flagged."""

    cuts: frozenset[SignKind] = frozenset()

    def response(self, kind: SignKind) -> Response:
        return Response.CUT if kind in self.cuts else Response.FLAG


def worth_keeping(kind: SignKind, so_far: Iterable[SignKind]) -> bool:
    """Whether one more sign of this kind is kept, after those of the same call so far."""
    return sum(one is kind for one in so_far) < MOST_OF_A_KIND


def evidence(facts: Mapping[str, str]) -> dict[str, str]:
    """Facts fit to be kept: printable, trimmed, few. They came from strangers."""
    cleaned = {
        _clean(name, LONGEST_NAME): _clean(text, LONGEST_FACT) for name, text in facts.items()
    }
    kept = [(name, text) for name, text in cleaned.items() if text]
    return dict(kept[:MOST_FACTS])


def _clean(text: str, longest: int) -> str:
    """One line of printable characters; what is cut off ends in three dots."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    plain = " ".join(plain.split())
    return plain if len(plain) <= longest else plain[: longest - 3] + "..."
