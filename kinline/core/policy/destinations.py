"""Where may a number lead? Kinds of numbers that are never called, and countries that are closed.

Asked of personal numbers only, when one is put on a list and again at every call. A line that
is always open is not asked (policy.lines): a crisis line is a line of the facility, never a
number that somebody typed. So is a relay service for deaf callers, also by 711 (which of them a
jail must offer since 2024: FCC, 87 FR 75496).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kinline.core.refusal import Refusal, Whose


class NumberKind(StrEnum):
    """What a number is for, apart from who has it.

    SPECIAL are the rest of what numbering plans keep apart: shared cost, follow-me numbers,
    pagers, mailboxes. SHORT are short codes and the operator. RELAY is 711 where the facility
    has no relay line yet; with one, 711 is a call to that line.
    """

    ORDINARY = "ordinary"
    TOLL_FREE = "toll_free"
    RELAY = "relay"
    EMERGENCY = "emergency"
    CRISIS = "crisis"
    DIRECTORY = "directory"
    PREMIUM = "premium"
    SHORT = "short"
    SPECIAL = "special"


# Nobody can have such a number on their list, so there is nothing else to say about it.
NEVER = frozenset(
    {
        NumberKind.EMERGENCY,
        NumberKind.CRISIS,
        NumberKind.DIRECTORY,
        NumberKind.PREMIUM,
        NumberKind.RELAY,
        NumberKind.SHORT,
        NumberKind.SPECIAL,
    }
)


@dataclass(frozen=True, slots=True)
class Closed:
    """A country that a facility closed, with what it told people of why."""

    why: str


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a number leads. `country` is the number's region ("JM"; "001": none, by satellite).

    `closed`: the facility closed this country. `toll_free_open`: it lets people call toll-free
    numbers.
    """

    kind: NumberKind = NumberKind.ORDINARY
    country: str = "US"
    closed: Closed | None = None
    toll_free_open: bool = False

    @property
    def never(self) -> bool:
        """Whether no facility can open it."""
        return self.kind in NEVER


def refusals(destination: Destination) -> Iterator[Refusal]:
    """Every reason why this number may not be called; none where it may."""
    kind = destination.kind
    if kind in NEVER:
        # A relay line is the facility's to set; the others nobody here can open.
        whose = Whose.FACILITY if kind is NumberKind.RELAY else Whose.KINLINE
        yield Refusal(f"call.number_{kind}", whose)
        return
    if kind is NumberKind.TOLL_FREE and not destination.toll_free_open:
        yield Refusal("call.number_toll_free", Whose.FACILITY)
    if destination.closed is not None:
        facts = {"country": destination.country, "why": destination.closed.why}
        yield Refusal("call.country_closed", Whose.FACILITY, facts=facts)
