"""One's own privileged mail as a ZIP, for either of the two people; like `messaging.export`."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import translation

from kinline.apps import stored
from kinline.apps.messaging import export
from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.models import Message, Thread
from kinline.apps.messaging.privileged.reading import opened


def add(archive: export.Folder, *, by: Writer, now: datetime) -> int:
    """Put all privileged mail of `by`, opened, into a ZIP; returns how many letters there are."""
    count = 0
    with translation.override(by.language):
        rows = Thread.objects.filter(by.mine, privileged=True).order_by("begun_at")
        threads = list(rows.select_related("person__facility", "contact"))
        names = [(export.name_of(one, by), export.folder_of(one)) for one in threads]
        export.add_index(archive, names, now)
        for thread in threads:
            count += export.add_thread(archive, thread, by, _letters(archive, thread, by))
    return count


def _letters(archive: export.Folder, thread: Thread, by: Writer) -> Iterator[export.Letter]:
    rows = Message.objects.filter(thread=thread, erased_at=None).select_related("facility__agency")
    for row in rows.order_by("sent_at", "pk").iterator(chunk_size=export.IN_ONE_QUERY):
        letter = export.Letter(
            id=str(row.pk),
            mine=row.direction == by.direction,
            sent_at=row.sent_at,
            state=row.state,
            service=row.service,
            text=opened(row),
        )
        for part in row.parts.filter(erased_at=None).order_by("place"):
            name = f"{part.pk.hex}.jpg"
            chunks = stored.read(
                blob=part.blob, wrapped_key=part.wrapped_key, agency=part.agency, privileged=True
            )
            archive.file(f"{export.folder_of(thread)}/{name}", chunks)
            letter.files.append({"name": name, "shows": "", "type": part.media_type})
        yield letter
