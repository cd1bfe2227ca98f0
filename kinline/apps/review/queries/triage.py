"""What stands out in a message, by the lists of its facility.

Each process keeps what it compiled, by the facility's mark; a change renews the mark, and the next
message in every process sees it. Compiling reads the mark first: what was added in between is
found again under the newer one, and nothing old is ever taken for new.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet

from kinline.apps.prepared import Prepared
from kinline.apps.review.lists import Kind, Word, WordsVersion
from kinline.core.review.lists import NOTHING, Compiled, Listed, compiled
from kinline.core.review.terms import Finding
from kinline.core.review.triage import Context
from kinline.core.review.triage import triage as look

UNASKED = UUID(int=0)  # no mark, but a wish to ask for it
MOST_KEPT = 64  # facilities of one process; each has some megabytes at most

_kept: "OrderedDict[UUID, tuple[UUID, Compiled]]" = OrderedDict()
_lock = Lock()


def mark_of(facility: Any) -> "QuerySet[WordsVersion, Any]":
    """The mark of a facility's lists as they are now, if it has any; `facility` is an id, or the
    path to one: for whoever asks other things at once, since each message asks it."""
    where = OuterRef(facility) if isinstance(facility, str) else facility
    return WordsVersion.objects.filter(facility=where).values_list("mark")


_MARK = Prepared(mark_of, facility=UUID)


def triage(
    *, facility_id: UUID, context: Context, mark: UUID | None = UNASKED
) -> tuple[Finding, ...]:
    """Findings of one message: words of the facility's lists, links, numbers, and the rest.

    One short query where nothing changed, and none with the `mark` that `mark_of` gave. Never
    raises for what a text holds.
    """
    return look(lists_of(facility_id, mark), context)


def lists_of(facility_id: UUID, mark: UUID | None = UNASKED) -> Compiled:
    """The facility's lists as they are now, compiled. `mark` is what `mark_of` gave."""
    if mark == UNASKED:
        mark = next((row[0] for row in _MARK(facility=facility_id)), None)
    if mark is None:
        return NOTHING
    with _lock:
        found = _kept.get(facility_id)
        if found is not None and found[0] == mark:
            _kept.move_to_end(facility_id)
            return found[1]
    made = _compile(facility_id)
    with _lock:
        _kept[facility_id] = mark, made
        _kept.move_to_end(facility_id)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _compile(facility_id: UUID) -> Compiled:
    rows = Word.objects.filter(
        list__facility=facility_id, list__ended_at=None, removed_at=None
    ).values_list("list__kind", "words", "severity")
    look_for = [Listed(words, severity) for kind, words, severity in rows if kind == Kind.LOOK]
    return compiled(look_for, [words for kind, words, _ in rows if kind == Kind.FINE])
