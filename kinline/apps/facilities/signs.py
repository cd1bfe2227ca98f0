"""Reading which signs of a third party end a call. Facility ids come from a gate."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kinline.apps.facilities.models import SignRule
from kinline.core.call.signs import SignKind

SHOWN = 20


@dataclass(frozen=True, slots=True)
class SignRuleView:
    """One rule; it holds from `set_at` until the next one. `set_by` is an account id."""

    cuts: tuple[SignKind, ...]
    set_by: str
    set_at: datetime
    note: str


def rules(*, facility_id: UUID) -> list[SignRuleView]:
    """The newest rules, the one in force first; none where none was ever set."""
    rows = SignRule.objects.filter(facility=facility_id).order_by("-set_at")[:SHOWN]
    return [SignRuleView(kinds(row.cuts), row.set_by, row.set_at, row.note) for row in rows]


def kinds(cuts: str) -> tuple[SignKind, ...]:
    """What a rule's column says."""
    return tuple(SignKind(word) for word in cuts.split(",") if word)
