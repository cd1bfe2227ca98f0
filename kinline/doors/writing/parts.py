"""Photos, films and their small pictures: sent through the gate only, as what we made them."""

from uuid import UUID

from django.http.response import HttpResponseBase

from kinline.apps.errors import NotFound
from kinline.apps.messaging.queries.files import File, part_file
from kinline.doors import ranges
from kinline.doors.writing.desk import Desk

# A file is a file and nothing else, also where somebody opens its address by itself.
BARE = "default-src 'none'; sandbox"
# What the room makes of files. Nothing else is ever told to a browser, whatever a row says.
ENDINGS = {"image/jpeg": "jpg", "video/mp4": "mp4"}


def whole(desk: Desk, part_id: UUID) -> HttpResponseBase:
    """A photo, or a film in the ranges a player asks for."""
    return sent(desk, part_file(by=desk.by, part_id=part_id), "")


def small(desk: Desk, part_id: UUID) -> HttpResponseBase:
    """The small picture of a photo, or a still of a film."""
    return sent(desk, part_file(by=desk.by, part_id=part_id, small=True), "-small")


def sent(desk: Desk, file: File, mark: str) -> HttpResponseBase:
    """An opened file as a picture or film and nothing else. On a tablet it is shown, not saved."""
    if file.media_type not in ENDINGS:
        file.opened.close()
        raise NotFound
    answer = ranges.send_opened(
        desk.request, file.opened, media_type=file.media_type, etag=f"{file.part.hex}{mark}"
    )
    saving = (
        "attachment" if desk.request.GET.get("save") == "1" and not desk.is_inside else "inline"
    )
    name = f"kinline-{file.part.hex[:8]}{mark}.{ENDINGS[file.media_type]}"
    answer["Content-Disposition"] = f'{saving}; filename="{name}"'
    answer["Content-Security-Policy"] = BARE
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
