"""Files that come in through a form: counted as they come, and no further than they may."""

import tempfile
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from kinline.apps import stored

REST_BYTES = 100_000  # what the other fields of a form may weigh


class InWorkroom(TemporaryUploadedFile):
    """A file on its way in, where all lies that is still clear: what a kill leaves is swept there,
    and an operator may have put it into memory."""

    def __init__(self) -> None:
        # Closed, and so gone, by whoever reads it; see `file_complete` and `upload_interrupted`.
        file = tempfile.NamedTemporaryFile(suffix=".upload", dir=stored.work())  # noqa: SIM115
        # The name that came along is not used for anything, not even an ending.
        UploadedFile.__init__(self, file, "upload", "", 0, None, None)


class Limited(FileUploadHandler):
    """Keeps one file in the workroom, and stops reading when it is larger than `most`."""

    def __init__(self, request: HttpRequest, *, most: int) -> None:
        super().__init__(request)
        self.most = most
        self.too_large = False
        self._files = 0
        self._size = 0
        self._over = self._endless = False
        self._file: TemporaryUploadedFile | None = None

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any
    ) -> None:
        # Not stopped here yet: the fields before the file tell whose form it is.
        self._over = content_length > self.most + REST_BYTES
        self._endless = content_length > 2 * self.most

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._files += 1
        if self._files > 1 or self._over:
            self._stop()
        self._file = InWorkroom()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self._file is not None
        self._size += len(raw_data)
        if self._size > self.most:
            self._stop()
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> TemporaryUploadedFile | None:
        assert self._file is not None
        self._file.seek(0)
        self._file.size = file_size
        return self._file

    def upload_interrupted(self) -> None:
        if self._file is not None:
            self._file.close()

    def _stop(self) -> None:
        self.too_large = True
        # A little too much is read to its end, so that the browser sees the answer.
        raise StopUpload(connection_reset=self._endless)


def limit(request: HttpRequest, *, most: int) -> Limited:
    """Let `request` carry one file of at most so many bytes. Before anybody reads its form:
    so the view is exempt from the early CSRF check, and must make its own (`csrf_protect`)."""
    handler = Limited(request, most=most)
    request.upload_handlers = [handler]
    return handler
