"""What both call screens need, whoever looks: every way a call may end, the limit, the bill."""

from dataclasses import dataclass
from typing import Any

from kinline.core.call.states import EndReason, Side
from kinline.doors.words import calls, ends, price


@dataclass(frozen=True, slots=True)
class Ending:
    """One way the call may end, in words; the page carries all of them, for web may be gone."""

    reason: str
    title: str
    sentence: str
    next: str


@dataclass(frozen=True, slots=True)
class BillLine:
    """One charge line as a sum and its rule."""

    sum: str
    why: str


@dataclass(frozen=True, slots=True)
class Bill:
    """What a call cost: nothing, or an amount with its due part, line by line."""

    free: bool
    total: str
    due: str
    lines: tuple[BillLine, ...]
    citation: str


def endings(viewer: Side, *, inside: str, outside: str) -> list[Ending]:
    """Every EndReason in words for one side."""
    return [ending(reason, viewer, inside=inside, outside=outside) for reason in EndReason]


def ending(reason: EndReason | str, viewer: Side, *, inside: str, outside: str) -> Ending:
    """One EndReason in words for one side."""
    return Ending(
        reason=str(reason),
        title=ends.title(reason),
        sentence=ends.sentence(reason, viewer, inside=inside, outside=outside),
        next=ends.next_inside(reason) if viewer is Side.INSIDE else "",
    )


def limit_note(limits: Any, *, facility: str) -> str:
    """Whose the winning limit is, empty when nothing limits the call."""
    winner = next((limit for limit in limits if limit.wins), None)
    return calls.limit_by(winner.source, facility=facility) if winner else ""


def bill(charge: Any) -> Bill | None:
    """A ChargeView in words, None while there is none."""
    if charge is None:
        return None
    lines = tuple(
        BillLine(price.sum_of(line.units, line.unit_price_cents, line.cents), price.why(line))
        for line in charge.lines
    )
    return Bill(
        free=charge.free,
        total=price.dollars(charge.total_cents),
        due=price.dollars(charge.due_cents),
        lines=lines,
        citation=", ".join(dict.fromkeys(line.citation for line in charge.lines)),
    )
