"""Word lists: made, filled, emptied and ended by staff who may set what is looked at.

Every change renews the facility's mark in the same transaction, so that each process sees at its
next message that what it has compiled is old.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import Refused, wrong
from kinline.apps.people.access import Staff, access_facility
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.review.access import access_list
from kinline.apps.review.lists import GRAVEST, Kind, Word, WordList, WordsVersion
from kinline.apps.text import typed
from kinline.core.refusal import Refusal
from kinline.core.review.lists import Listed

MOST_WORDS_HERE = 5_000  # of all lists of one facility; what triage is measured with
LONGEST_NAME = 80
MOST_FILE_BYTES = 1_000_000
COLUMNS = ("words", "severity")
HARMLESS = "'"  # what our own files put before a cell that a spreadsheet takes for a formula


@dataclass(frozen=True, slots=True)
class Added:
    """How many words came to a list, and how many stood there already."""

    added: int
    there: int


@transaction.atomic
def make_list(
    *, staff: Staff, place: str, name: str, kind: Kind, language: str, now: datetime
) -> UUID:
    """Make an empty list. Raises NotFound, and Refused: words.name_needed, words.name_taken."""
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    named = typed(name, LONGEST_NAME)
    if not named:
        raise Refused(wrong("words.name_needed", "name"))
    row = WordList(
        facility_id=here.facility,
        name=named,
        kind=kind,
        language=typed(language, 10),
        made_by=str(staff.account),
        made_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused(wrong("words.name_taken", "name")) from None
    _tell(staff, "review.words_list_made", row, place, now)
    return row.pk


@transaction.atomic
def end_list(*, staff: Staff, place: str, list_id: UUID, now: datetime) -> None:
    """End a list: nothing is looked at for its words any more. Raises NotFound."""
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    row = access_list(staff=staff, facility=here.facility, list_id=list_id)
    still = WordList.objects.filter(pk=row.pk, ended_at=None)
    if still.update(ended_at=now, ended_by=str(staff.account)) == 1:
        _renew(here.facility)
        _tell(staff, "review.words_list_ended", row, place, now)


@transaction.atomic
def add(
    *, staff: Staff, place: str, list_id: UUID, lines: str, severity: int, now: datetime
) -> Added:
    """Put words and phrases on a list, one on each line; all of them or, with a mistake, none.

    Raises NotFound, and Refused: words.none, words.line_wrong (facts: line, words),
    words.too_many, words.severity_wrong.
    """
    told = [(number, line, severity) for number, line in enumerate(lines.splitlines(), start=1)]
    return _put(staff, place, list_id, told, "lines", now)


@transaction.atomic
def bring_in(*, staff: Staff, place: str, list_id: UUID, content: bytes, now: datetime) -> Added:
    """Put the words of a CSV file on a list: columns words and severity, UTF-8.

    Raises NotFound, and Refused as `add` does, or words.file_wrong.
    """
    return _put(staff, place, list_id, _read(content), "file", now)


@transaction.atomic
def remove(*, staff: Staff, place: str, list_id: UUID, words: Sequence[UUID], now: datetime) -> int:
    """Take words off a list; how many were on it. Raises NotFound."""
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    row = access_list(staff=staff, facility=here.facility, list_id=list_id)
    still = Word.objects.filter(list=row, pk__in=words, removed_at=None)
    gone = still.update(removed_at=now, removed_by=str(staff.account))
    if gone:
        _renew(here.facility)
        _tell(staff, "review.words_removed", row, place, now, {"count": gone})
    return gone


def _put(
    staff: Staff,
    place: str,
    list_id: UUID,
    told: Iterable[tuple[int, str, int]],
    field: str,
    now: datetime,
) -> Added:
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    row = access_list(staff=staff, facility=here.facility, list_id=list_id)
    made = _entries(told, field)
    known = set(Word.objects.filter(list=row, removed_at=None).values_list("folded", flat=True))
    new = {folded: entry for folded, entry in made.items() if folded not in known}
    in_use = Word.objects.filter(
        list__facility=here.facility, list__ended_at=None, removed_at=None
    ).count()
    if in_use + len(new) > MOST_WORDS_HERE:
        raise Refused(wrong("words.too_many", field, {"most": str(MOST_WORDS_HERE)}))
    if new:
        Word.objects.bulk_create(
            Word(
                list=row,
                words=entry.words,
                folded=folded,
                severity=entry.severity,
                added_by=str(staff.account),
                added_at=now,
            )
            for folded, entry in new.items()
        )
        _renew(here.facility)
        _tell(staff, "review.words_added", row, place, now, {"count": len(new)})
    return Added(len(new), len(made) - len(new))


def _entries(told: Iterable[tuple[int, str, int]], field: str) -> dict[str, Listed]:
    """The entries by what they are compared as. Raises Refused with every line that is wrong."""
    made: dict[str, Listed] = {}
    mistakes: list[Refusal] = []
    for number, line, severity in told:
        words = " ".join(typed(line, MOST_FILE_BYTES).split())
        if not words:
            continue
        if not 1 <= severity <= GRAVEST:
            mistakes.append(wrong("words.severity_wrong", "severity", {"line": str(number)}))
            continue
        try:
            entry = Listed(words, severity)
        except ValueError:
            facts = {"line": str(number), "words": words[:40]}
            mistakes.append(wrong("words.line_wrong", field, facts))
            continue
        made.setdefault(" ".join(entry.folded), entry)
    if not mistakes and not made:
        mistakes.append(wrong("words.none", field))
    if mistakes:
        raise Refused(*mistakes[:10])
    return made


def _read(content: bytes) -> list[tuple[int, str, int]]:
    """The lines of a file. Raises Refused."""
    if len(content) > MOST_FILE_BYTES:
        raise Refused(wrong("words.file_wrong", "file"))
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True)
        if not {COLUMNS[0]} <= set(reader.fieldnames or ()):
            raise Refused(wrong("words.file_wrong", "file"))
        return [
            (reader.line_num, _bare(row["words"]), _severity(row.get("severity"))) for row in reader
        ]
    except (csv.Error, UnicodeDecodeError):
        raise Refused(wrong("words.file_wrong", "file")) from None


def _bare(cell: str | None) -> str:
    words = cell or ""
    return words[1:] if words.startswith(HARMLESS) else words


def _severity(cell: str | None) -> int:
    """1 where the file says nothing, 0 (a mistake) for what is no number."""
    told = (cell or "1").strip()
    return int(told) if told.isascii() and told.isdecimal() and len(told) < len("999") else 0


def _renew(facility: UUID) -> None:
    WordsVersion.objects.update_or_create(facility_id=facility, defaults={"mark": uuid4()})


def _tell(
    staff: Staff,
    act: str,
    row: WordList,
    place: str,
    now: datetime,
    facts: "dict[str, object] | None" = None,
) -> None:
    named = Named("facility", str(row.facility_id))
    tell(staff, act, named, place, now, {"list": str(row.pk), **(facts or {})})
