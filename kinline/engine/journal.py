"""The journal: what web has not acknowledged yet, on disk before it counts as told.

One folder for an engine, a few files for each boot, one line for each message: its CRC, a
space, and JSON. An acknowledgement is a line too. A file goes when everything in it has been
acknowledged. A torn last line, as a crash leaves it, is dropped: it was never promised.
"""

import json
import logging
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

SUFFIX = ".journal"
# A file that holds nothing unacknowledged is left behind when it has grown to this.
ROTATE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One message: `verb` of core.control, `about` the call it belongs to, `body` as JSON data."""

    number: int
    verb: str
    about: str
    body: dict[str, Any]


class Journal:
    """Lines of this boot, and what earlier boots left. All methods block on the disk."""

    def __init__(self, folder: Path, boot: str) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder, self._boot = folder, boot
        self._number = self._part = 0
        self._open: set[int] = set()
        self._size = 0
        self._handle: int | None = None

    @property
    def backlog(self) -> int:
        """How many lines of this boot wait for their acknowledgement."""
        return len(self._open)

    def append(self, verb: str, about: str, body: dict[str, Any]) -> Line:
        """Write one message and sync it to disk. Raises OSError."""
        return self.append_all([(verb, about, body)])[0]

    def append_all(self, messages: Sequence[tuple[str, str, dict[str, Any]]]) -> list[Line]:
        """Write messages, then sync them to disk at once. Raises OSError: then none counts."""
        lines = []
        for verb, about, body in messages:
            self._number += 1
            lines.append(Line(self._number, verb, about, body))
            self._write({"n": self._number, "verb": verb, "about": about, "body": body})
        assert self._handle is not None
        os.fdatasync(self._handle)
        self._open.update(line.number for line in lines)
        return lines

    def acknowledge(self, line: Line) -> None:
        """Web has it. Not synced: to tell web a second time does no harm. Raises OSError."""
        self._open.discard(line.number)
        self._write({"ack": line.number})
        if not self._open and self._size >= ROTATE_BYTES:
            self._leave_file()

    def earlier(self) -> list[Path]:
        """The files of earlier boots, oldest first."""
        files = sorted(self._folder.glob(f"*{SUFFIX}"))
        return [path for path in files if not path.name.startswith(self._boot)]

    def close(self) -> None:
        """Close; leave no file if nothing waits."""
        if self._handle is None:
            return
        if self._open:
            os.close(self._handle)
            self._handle = None
        else:
            self._leave_file()

    def _write(self, record: dict[str, Any]) -> None:
        if self._handle is None:
            self._handle = self._new_file()
        data = encoded(record)
        os.write(self._handle, data)
        self._size += len(data)

    def _path(self) -> Path:
        return self._folder / f"{self._boot}.{self._part:04d}{SUFFIX}"

    def _new_file(self) -> int:
        self._size = 0
        handle = os.open(self._path(), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        # A file whose name is not on disk is no file after a power cut.
        sync_folder(self._folder)
        return handle

    def _leave_file(self) -> None:
        assert self._handle is not None
        os.close(self._handle)
        self._handle = None
        self._path().unlink()
        self._part += 1


def encoded(record: dict[str, Any]) -> bytes:
    """A record as its line: CRC-32 in hexadecimal, a space, JSON, a line feed."""
    text = json.dumps(record, separators=(",", ":"), sort_keys=True).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def unacknowledged(path: Path) -> list[Line]:
    """The messages of a file that web has not acknowledged, in order.

    Damage ends the reading at a torn last line; elsewhere the line is left out and logged.
    """
    lines: dict[int, Line] = {}
    for record in _records(path):
        if "ack" in record:
            lines.pop(record["ack"], None)
        else:
            line = Line(record["n"], record["verb"], record["about"], record["body"])
            lines[line.number] = line
    return list(lines.values())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _records(path: Path) -> Iterator[dict[str, Any]]:
    rows = path.read_bytes().split(b"\n")
    whole, torn = rows[:-1], rows[-1]
    if torn:
        log.warning("torn journal line dropped", extra={"file": path.name, "bytes": len(torn)})
    for number, row in enumerate(whole, start=1):
        record = _decoded(row)
        if record is None:
            log.error("damaged journal line", extra={"file": path.name, "line": number})
        else:
            yield record


def _decoded(row: bytes) -> dict[str, Any] | None:
    try:
        crc, _, text = row.partition(b" ")
        if int(crc, 16) != zlib.crc32(text):
            return None
        record = json.loads(text)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None
