"""Lines that are always open: what is asked before such a call, and what never is.

Not asked, on purpose: hours, PIN lockouts, the allowed list, blocks, whether the station is
turned off, whether anybody is on a call, how long it lasts, what it costs. Staff turn a station
off to stop ordinary calls; a help line that could be turned off with it would be closed to the
very person who needs it against staff (28 CFR 115.51(b): a way to report to an outside entity,
anonymously upon request). A device that staff removed is no station any more and opens nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kinline.core.policy.call import Allowed, Refused
from kinline.core.refusal import Refusal, Whose


class LineKind(StrEnum):
    """What a line is for. OTHER is what a facility adds of its own."""

    PREA = "prea"
    CRISIS = "crisis"
    TIP = "tip"
    CONSULATE = "consulate"
    PUBLIC_DEFENDER = "public_defender"
    LEGAL_SERVICES = "legal_services"
    RELAY = "relay"
    OTHER = "other"


# No person and no station is kept with such a call, whoever is signed in.
ANONYMOUS_BY_RULE = frozenset({LineKind.PREA, LineKind.TIP})
# A voice on a recording has a name; and what is said to a lawyer is not the facility's.
PRIVATE_BY_RULE = ANONYMOUS_BY_RULE | {LineKind.PUBLIC_DEFENDER, LineKind.LEGAL_SERVICES}
# Who uses a relay service is signed in like every other caller: the call is their own.
SIGNED_IN_BY_RULE = frozenset({LineKind.RELAY})


@dataclass(frozen=True, slots=True)
class LineRule:
    """How a line is called. `direct`: it answers without pressing a key.

    Raises ValueError for a combination that a rule forbids: see `mistakes`.
    """

    kind: LineKind
    with_pin: bool
    private: bool
    anonymous: bool
    direct: bool

    def __post_init__(self) -> None:
        if found := mistakes(
            self.kind, with_pin=self.with_pin, private=self.private, anonymous=self.anonymous
        ):
            raise ValueError(", ".join(found))


def mistakes(kind: LineKind, *, with_pin: bool, private: bool, anonymous: bool) -> tuple[str, ...]:
    """Codes of what does not go together; empty when all is well."""
    return tuple(_mistakes(kind, with_pin, private, anonymous))


def _mistakes(kind: LineKind, with_pin: bool, private: bool, anonymous: bool) -> Iterator[str]:
    if kind in ANONYMOUS_BY_RULE and not anonymous:
        yield "line.must_be_anonymous"
    if kind in PRIVATE_BY_RULE and not private:
        yield "line.must_be_private"
    if kind in SIGNED_IN_BY_RULE and not with_pin:
        yield "line.must_be_signed_in"
    if anonymous and with_pin:
        yield "line.anonymous_has_no_pin"
    if anonymous and not private:
        yield "line.anonymous_is_private"


@dataclass(frozen=True, slots=True)
class LineFacts:
    """All that a call to an open line rests on.

    `in_force`: the line is there on this day. `signed_in`: a person is known, which only a line
    with PIN asks. The marks count for recorded lines as for every call: one is enough.
    """

    rule: LineRule
    in_force: bool = True
    signed_in: bool = False
    person_unrecorded: bool = False
    number_unrecorded: bool = False
    station_unrecorded: bool = False
    control_unrecorded: bool = False


def decide(facts: LineFacts) -> Allowed | Refused:
    """The verdict on a call to an open line. It has no limit, and depends on no clock."""
    reasons = tuple(_reasons(facts))
    if reasons:
        return Refused(reasons)
    return Allowed(limits=(), private_because=private_because(facts))


def private_because(facts: LineFacts) -> str | None:
    """What makes the call private, None if nothing does."""
    marks = (
        ("line", facts.rule.private),
        ("person", facts.person_unrecorded),
        ("number", facts.number_unrecorded),
        ("station", facts.station_unrecorded),
        ("control", facts.control_unrecorded),
    )
    return next((name for name, marked in marks if marked), None)


def _reasons(facts: LineFacts) -> Iterator[Refusal]:
    if not facts.in_force:
        yield Refusal("call.line_ended", Whose.FACILITY)
    if facts.rule.with_pin and not facts.signed_in:
        yield Refusal("call.line_needs_sign_in", Whose.FACILITY)
