"""Files in parts, as players ask for them (RFC 9110, section 14): one range, a piece at a time."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse
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
