"""Writing audit lines, and sealing them into a hash chain after commit."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from kinline.apps.audit.models import Line
from kinline.apps.prepared_writes import Insert

BEGINNING = "0" * 64
_LINE = Insert(Line)
BATCH = 100  # short transactions: on SQLite every writer waits while we hold the lock


@dataclass(frozen=True, slots=True)
class Named:
    """Who acts, or what is acted on: a kind ("account", "call") and its id as text."""

    kind: str
    id: str = ""


KINLINE = Named("kinline")
NOBODY = Named("nobody")  # someone inside whom nobody asked, or may know


def write(
    *,
    now: datetime,
    actor: Named,
    act: str,
    subject: Named,
    facility: str = "",
    purpose: str = "",
    facts: Mapping[str, object] | None = None,
) -> None:
    """Add one line, in the caller's transaction: no act without its line, no line without act.

    `facility` is the place's code; `facts` hold ids and figures, never names, digits or PINs.
    """
    line = Line(
        at=now,
        actor_kind=actor.kind,
        actor=actor.id,
        act=act,
        subject_kind=subject.kind,
        subject=subject.id,
        facility=facility,
        purpose=purpose,
        facts=dict(facts or {}),
    )
    _LINE(line)


def seal(*, batch: int = BATCH) -> int:
    """Add the oldest lines without a seal to the chain; returns how many.

    Only the worker calls this. Two at once do no harm: a position is unique, so the slower
    one's transaction fails as a whole.
    """
    with transaction.atomic():
        last = Line.objects.filter(position__isnull=False).order_by("-position").first()
        position = last.position if last and last.position is not None else 0
        previous = last.hash if last and last.hash else BEGINNING
        waiting = Line.objects.filter(position=None).order_by("id")[:batch]
        count = 0
        for count, line in enumerate(waiting, start=1):
            seal_hash = line_hash(line, position + count, previous)
            Line.objects.filter(pk=line.pk, position=None).update(
                position=position + count, previous_hash=previous, hash=seal_hash
            )
            previous = seal_hash
    return count


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the chain does not hold. `line` None: a line is missing."""

    position: int
    line: int | None


def verify() -> Broken | None:
    """Walk the whole chain; None when every line stands as it was sealed.

    A changed, removed, inserted or reordered line breaks it. Lines cut off at its very end
    leave no trace in the chain itself: keep the last hash elsewhere to notice that.
    """
    previous = BEGINNING
    sealed = Line.objects.filter(position__isnull=False).order_by("position")
    for expected, line in enumerate(sealed.iterator(chunk_size=500), start=1):
        if line.position != expected:
            return Broken(expected, None)
        if line.previous_hash != previous or line.hash != line_hash(line, expected, previous):
            return Broken(expected, line.pk)
        previous = line.hash
    return None


def line_hash(line: Line, position: int, previous: str) -> str:
    """SHA-256 over the line's canonical JSON, its position and the hash before it."""
    content = {
        "position": position,
        "previous": previous,
        "id": line.pk,
        "at": line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_kind": line.actor_kind,
        "actor": line.actor,
        "act": line.act,
        "subject_kind": line.subject_kind,
        "subject": line.subject,
        "facility": line.facility,
        "purpose": line.purpose,
        "facts": line.facts,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
