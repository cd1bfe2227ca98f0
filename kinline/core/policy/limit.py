"""One limit on how long something lasts, or how many there may be. The strictest wins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kinline.core.refusal import Whose


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit that was weighed: `source` says what set it, `whose` who can change it.

    A `fixed` one is a moment, and holds however late the other side accepts. A talk that lasts
    until `free_from` is not cut by it: from there on nothing is to be paid. `facts` name the
    control that set it, as plain text.
    """

    seconds: int
    source: str
    whose: Whose
    free_from: datetime | None = None
    fixed: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """What one quota leaves: `left` of `most`, by day or week as `kind` says. `source` and `facts`
    as of a Limit. Below nothing it is nothing.
    """

    kind: str
    left: int
    most: int
    source: str
    facts: Mapping[str, str] = field(default_factory=dict)
