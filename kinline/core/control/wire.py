"""What every part of the sill is made of: the version, a refusal, an acknowledgement."""

from dataclasses import dataclass, field
from datetime import datetime

VERSION = 1


@dataclass(frozen=True, slots=True)
class RefusalFact:
    """A core Refusal on the wire: `facts` as pairs, words are the doors' business."""

    code: str
    whose: str
    until: datetime | None = None
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ack:
    """Web has it, durably. `known` is False when web has no such call."""

    known: bool = True
