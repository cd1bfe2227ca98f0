"""What both call screens need, whoever looks: every way a call may end, the limit, the bill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kinline.apps.calls.paying import Part
from kinline.core.call.states import EndReason, Side
from kinline.core.policy.paying import MONEY
from kinline.core.rating.terms import Payer
from kinline.doors.words import calls, ends, paying, price

NOBODY = {"inside": "", "outside": ""}


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
    """What a call cost, line by line: `due` from the people, `borne` by the agency.

    `paid` says which account paid how much, empty where none did; `yours` is what the viewer's
    own accounts paid, or all that is due where none was there to pay.
    """

    free: bool
    due: str
    borne: str
    lines: tuple[BillLine, ...]
    citation: str
    paid: tuple[str, ...] = ()
    yours: str = ""


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
    return calls.limit_by(winner.source, facility=facility, facts=winner.facts) if winner else ""


def money_wins(limits: Any) -> bool:
    """Whether it is the money that ends this call, if nobody does before."""
    return any(limit.wins and limit.source == MONEY for limit in limits)


def bill(
    charge: Any,
    *,
    for_staff: bool = False,
    parts: Sequence[Part] = (),
    viewer: Side | None = None,
    names: Mapping[str, str] = NOBODY,
) -> Bill | None:
    """A ChargeView in words, None while there is none. `parts`: which accounts paid it, told with
    the `names` of whoever is "inside" and "outside".

    Staff see what the agency pays. The people see their own lines, and a line that costs them
    nothing for what the agency pays whole.
    """
    if charge is None:
        return None
    own = sum(part.taken or 0 for part in paying.mine(parts, viewer)) if viewer else 0
    shared = {line.began_at for line in charge.lines if line.payer == Payer.CONSUMER}
    lines = []
    for line in charge.lines:
        if line.payer == Payer.CONSUMER or for_staff:
            lines.append(BillLine(price.sum_of(line), price.why(line)))
        elif line.began_at not in shared:
            nothing = replace(line, price_hundredths=0, cents=0)
            lines.append(BillLine(price.sum_of(nothing), price.why(line)))
    return Bill(
        free=charge.free,
        due=price.dollars(charge.consumer_cents),
        borne=price.dollars(charge.agency_cents),
        lines=tuple(lines),
        citation=", ".join(dict.fromkeys(line.citation for line in charge.lines)),
        paid=paying.bill_lines(parts, charge.consumer_cents, viewer, **names),
        yours=price.dollars(own if parts else charge.consumer_cents),
    )
