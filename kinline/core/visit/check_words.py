"""Three words by which two people hear that nobody sits between them (docs/private.md).

In a private visit the browsers talk to each other, encrypted under keys that each made for itself
(DTLS-SRTP, RFC 5763). Each learns the other's fingerprint from us. Whoever gave both a false one
could listen; then the two would see different words. They read theirs aloud, and compare.

Each browser works them out for itself, from its own key and from the one that it is really
connected to. Words that a server worked out would prove nothing.

Thirty bits are few for who may try many keys until the words agree by chance. So each end gives a
commitment first, and shows what it committed to only when it has the other's: whoever sits
between has to choose before seeing (the way of ZRTP, RFC 6189, section 4.4.1.1).
"""

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from kinline.core.ids import VisitId
from kinline.core.visit.word_lists import ENGLISH, SPANISH

FINGERPRINT_BYTES = 32
NONCE_BYTES = 16
BITS = 10  # that one word says
_COMMITS, _WORDS = b"kinline visit commitment 1", b"kinline visit words 1"


class Language(StrEnum):
    """Languages that have a list of words. Two people compare words of one of them."""

    ENGLISH = "en"
    SPANISH = "es"


LISTS = {Language.ENGLISH: ENGLISH, Language.SPANISH: SPANISH}


class Words(NamedTuple):
    """Read aloud in this order."""

    first: str
    second: str
    third: str


@dataclass(frozen=True, slots=True)
class End:
    """One browser: the SHA-256 fingerprint of its DTLS certificate, and sixteen random bytes.

    Both are new for each visit. Raises ValueError for another number of bytes.
    """

    fingerprint: bytes
    nonce: bytes

    def __post_init__(self) -> None:
        if len(self.fingerprint) != FINGERPRINT_BYTES:
            raise ValueError(f"a fingerprint has {FINGERPRINT_BYTES} bytes")
        if len(self.nonce) != NONCE_BYTES:
            raise ValueError(f"a nonce has {NONCE_BYTES} bytes")


def fingerprint(told: str) -> bytes:
    """The bytes of a fingerprint as SDP writes it: "sha-256 4A:AD:B9:..." (RFC 8122).

    Raises ValueError for another hash than SHA-256, which would have to be trusted less.
    """
    name, _, pairs = told.strip().partition(" ")
    octets = pairs.strip().split(":")
    if name.lower() != "sha-256" or any(len(one) != 2 for one in octets):
        raise ValueError("a fingerprint reads like sha-256 4A:AD:B9:...")
    found = bytes.fromhex("".join(octets))
    if len(found) != FINGERPRINT_BYTES:
        raise ValueError(f"a fingerprint has {FINGERPRINT_BYTES} bytes")
    return found


def commitment(visit: VisitId, end: End) -> bytes:
    """What an end gives first: it binds the end to its key and nonce and shows neither's nonce."""
    return hashlib.sha256(_told(_COMMITS, visit, end)).digest()


def keeps(given: bytes, visit: VisitId, end: End) -> bool:
    """Whether an end is the one that it committed to be. If not, the visit is cut."""
    return hmac.compare_digest(given, commitment(visit, end))


def check_words(visit: VisitId, one: End, two: End, language: Language) -> Words:
    """The three words of a visit; the same whichever of the two ends works them out.

    Raises ValueError where both ends have one fingerprint: nobody is connected to themselves.
    """
    if one.fingerprint == two.fingerprint:
        raise ValueError("both ends have the same fingerprint")
    low, high = sorted((one, two), key=lambda end: end.fingerprint)
    digest = hashlib.sha256(_told(_WORDS, visit, low, high)).digest()
    number = int.from_bytes(digest[:4], "big") >> 2  # the first thirty bits
    words = LISTS[language]
    mask = (1 << BITS) - 1
    return Words(
        words[number >> 2 * BITS],
        words[number >> BITS & mask],
        words[number & mask],
    )


def _told(tag: bytes, visit: VisitId, *ends: End) -> bytes:
    """What is hashed. Each part has its length before it, so that no two tellings are alike."""
    parts = [tag, visit.encode()]
    for end in ends:
        parts += [end.fingerprint, end.nonce]
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)
