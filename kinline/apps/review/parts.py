"""What the columns of an item mean, as values: its parts and its findings."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kinline.core.message.terms import PartKind
from kinline.core.review.terms import TEXT_PART, Finding, FindingKind


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message: TEXT_PART, or the id that the part has in its own room."""

    name: str
    kind: PartKind


TEXT = Part(TEXT_PART, PartKind.TEXT)


def stored_parts(parts: Iterable[Part]) -> list[list[str]]:
    """For the column."""
    return [[part.name, part.kind.value] for part in parts]


def parts_of(rows: Iterable[Iterable[str]]) -> tuple[Part, ...]:
    """From the column."""
    return tuple(Part(name, PartKind(kind)) for name, kind in rows)


def stored_findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """For the column."""
    return [asdict(finding) for finding in findings]


def findings_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """From the column."""
    return tuple(Finding(**{**row, "kind": FindingKind(row["kind"])}) for row in rows)
