"""A ZIP that is made for one answer and then gone: it never lies in a folder under a name."""

from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import IO

from django.http import FileResponse

# Up to here it stays in memory; what is larger goes into a file that no folder names.
IN_MEMORY = 16 * 1024 * 1024


def zipped(fill: Callable[[IO[bytes]], object], name: str) -> FileResponse:
    """What `fill` writes, as a download. Whatever it raises, nothing of it is left."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    try:
        fill(file)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
