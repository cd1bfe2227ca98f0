"""Files in parts, as players ask for them (RFC 9110, section 14): one range, a piece at a time."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

# A film is read for an hour by a slow reader; in pieces no thread of web waits for it. A shorter
# piece than was asked for is a right answer: the player asks on from there.
PIECE_BYTES = 1 << 20
ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def send(
    request: HttpRequest, path: Path, *, media_type: str, size: int, etag: str
) -> HttpResponseBase:
    """The file, or the range that was asked for. `etag` names the content.

    An odd range, several ranges or a condition that does not hold: the whole file.
    """
    answer: HttpResponseBase
    asked = _asked(request, etag, size)
    if asked is None:
        answer = FileResponse(path.open("rb"), content_type=media_type)
    elif not asked:
        answer = HttpResponse(status=416, content_type=media_type)
        answer["Content-Range"] = f"bytes */{size}"
    else:
        first, last = asked.start, min(asked.stop, asked.start + PIECE_BYTES) - 1
        answer = HttpResponse(_piece(path, first, last), status=206, content_type=media_type)
        answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = f'"{etag}"'
    return answer


class Readable(Protocol):
    """Something opened whose bytes come in pieces: a sealed file."""

    @property
    def size(self) -> int: ...

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]: ...

    def close(self) -> None: ...


class _Pieces:
    """The bytes `[start, stop)` of something opened; closed when the answer is over or given up."""

    def __init__(self, opened: Readable, start: int, stop: int) -> None:
        self._opened, self._start, self._stop = opened, start, stop

    def __iter__(self) -> Iterator[bytes]:
        return self._opened.read(self._start, self._stop)

    def close(self) -> None:
        self._opened.close()


def send_opened(
    request: HttpRequest, opened: Readable, *, media_type: str, etag: str
) -> HttpResponseBase:
    """The same for what was opened already, and is closed here."""
    asked = _asked(request, etag, opened.size)
    if asked is not None and not asked:
        opened.close()
        answer: HttpResponseBase = HttpResponse(status=416, content_type=media_type)
        answer["Content-Range"] = f"bytes */{opened.size}"
        return answer
    start, stop = (0, opened.size) if asked is None else (asked.start, asked.stop)
    if asked is not None:
        stop = min(stop, start + PIECE_BYTES)
    status = 200 if asked is None else 206
    pieces = _Pieces(opened, start, stop)
    answer = StreamingHttpResponse(pieces, status=status, content_type=media_type)
    answer["Content-Length"] = str(stop - start)
    if asked is not None:
        answer["Content-Range"] = f"bytes {start}-{stop - 1}/{opened.size}"
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = f'"{etag}"'
    return answer


def _asked(request: HttpRequest, etag: str, size: int) -> range | None:
    """The bytes asked for; empty where there are none of them, None for the whole file."""
    found = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    condition = request.headers.get("If-Range")
    if found is None or (condition is not None and condition != f'"{etag}"'):
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        return range(max(0, size - int(last)), size) if int(last) else range(0)
    end = min(int(last) + 1, size) if last else size
    if last and int(last) < int(first):
        return None
    return range(int(first), end)


def _piece(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        yield file.read(last - first + 1)
