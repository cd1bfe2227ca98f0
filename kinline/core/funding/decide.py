"""May this much be added? Only the holder's own wishes and a technical limit can say no.

No fee, no smallest amount, no smallest balance; and nothing refuses a deposit of $50 or more but
the holder's own limit. Legal source: 47 CFR 64.6100.
"""

from dataclasses import dataclass

from kinline.core.refusal import Refusal, Whose

# What the law says no cap may lie below.
NEVER_REFUSED_CENTS = 5_000
# Ours, against a slip of the finger: far above what the law protects.
MOST_CENTS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the holder chose. `monthly_cents` None: no limit of their own."""

    paused: bool = False
    monthly_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """An amount somebody wants to add. `added_cents` is what was added this month already.

    `needed`: calls to the holder still cost something somewhere; money that nothing needs is
    not taken. `can_take`: the agency there takes cards.
    """

    cents: int
    needed: bool
    can_take: bool
    wishes: Wishes = Wishes()
    added_cents: int = 0


def reasons_against(adding: Adding, *, most_cents: int = MOST_CENTS) -> tuple[Refusal, ...]:
    """Every reason against it. Raises ValueError for a limit that the law forbids."""
    if most_cents < NEVER_REFUSED_CENTS:
        raise ValueError("no limit may refuse a deposit of $50 (47 CFR 64.6100)")
    wishes, found = adding.wishes, []
    if not adding.needed:
        found.append(Refusal("funding.not_needed", Whose.LAW))
    elif not adding.can_take:
        found.append(Refusal("funding.no_cards", Whose.FACILITY))
    if adding.cents < 1:
        found.append(Refusal("funding.nothing", Whose.KINLINE))
    if adding.cents > most_cents:
        found.append(Refusal("funding.too_much", Whose.KINLINE, facts={"most": str(most_cents)}))
    if wishes.paused:
        found.append(Refusal("funding.paused", Whose.CONTACT))
    limit = wishes.monthly_cents
    if limit is not None and adding.added_cents + adding.cents > limit:
        left = max(0, limit - adding.added_cents)
        facts = {"limit": str(limit), "left": str(left)}
        found.append(Refusal("funding.own_limit", Whose.CONTACT, facts=facts))
    return tuple(found)
