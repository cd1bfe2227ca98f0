"""The sealed file of a photo or film, opened for whoever may look at it."""

from dataclasses import dataclass
from uuid import UUID

from kinline.apps import stored
from kinline.apps.errors import NotFound
from kinline.apps.messaging.access import Writer, part_of
from kinline.apps.messaging.models import Attachment
from kinline.apps.messaging.queries.reading import part_for_review
from kinline.apps.people.access import Staff


@dataclass(frozen=True, slots=True)
class File:
    """An open file: `opened.size` bytes, read in ranges; close it."""

    part: UUID
    media_type: str
    opened: stored.Opened


def part_file(*, by: Writer, part_id: UUID, small: bool = False) -> File:
    """A part's file, or its thumbnail or poster, for one of the two people. Raises NotFound."""
    row = part_of(by, part_id)
    return open_file(row, small=small)


def part_file_for_review(*, part_id: UUID, viewer: Staff, small: bool = False) -> File:
    """The same for a reviewer where it was sent. Raises NotFound."""
    row = part_for_review(part_id=part_id, viewer=viewer)
    return open_file(row, small=small)


def open_file(row: Attachment, *, small: bool = False) -> File:
    """The file itself. Raises NotFound where it has none, or it does not open any more."""
    blob, key = (row.thumb, row.thumb_key) if small else (row.blob, row.wrapped_key)
    if not blob or not key:
        raise NotFound
    try:
        opened = stored.opened(blob=blob, wrapped_key=key, agency=row.agency)
    except stored.Gone:
        raise NotFound from None
    kind = "image/jpeg" if small else row.media_type
    return File(row.pk, kind, opened)
