"""Refusals as they are stored with a call and sent over the sill."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from kinline.core.control import RefusalFact
from kinline.core.refusal import Refusal, Whose


def stored(refusals: Iterable[Refusal]) -> list[dict[str, Any]]:
    """For a JSON column."""
    return [
        {
            "code": refusal.code,
            "whose": refusal.whose,
            "until": refusal.until.isoformat() if refusal.until else None,
            "facts": dict(refusal.facts),
        }
        for refusal in refusals
    ]


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[Refusal, ...]:
    """From a JSON column."""
    return tuple(
        Refusal(
            code=row["code"],
            whose=Whose(row["whose"]),
            until=datetime.fromisoformat(row["until"]) if row["until"] else None,
            facts=row["facts"],
        )
        for row in rows
    )


def sent(refusals: Iterable[Refusal]) -> tuple[RefusalFact, ...]:
    """For a reply to an engine."""
    return tuple(RefusalFact(r.code, r.whose, r.until, dict(r.facts)) for r in refusals)
