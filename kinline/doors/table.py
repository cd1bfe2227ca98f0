"""Tables as files: CSV that a spreadsheet opens without doing anything."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from django.http import HttpResponse

# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A file for download: comma-separated, UTF-8, a heading line first."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    _write(csv.writer(answer), head, rows)
    return answer


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The same as text, to go into an archive."""
    out = StringIO()
    _write(csv.writer(out), head, rows)
    return out.getvalue()


def _write(written: Any, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    written.writerow(head)
    for row in rows:
        written.writerow([_harmless(cell) for cell in row])


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def dollars(cents: int) -> str:
    """84821.51: an amount that a spreadsheet can add up."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
