"""A stranger's photo made safe: JPEG, PNG, WebP or HEIC in, a plain JPEG out."""

from pathlib import Path

from kinline.darkroom import room
from kinline.darkroom.terms import Photo, PhotoLimits

LIMITS = PhotoLimits()
PHOTO, THUMB = "photo.jpg", "thumb.jpg"


def made_safe(source: Path, folder: Path, limits: PhotoLimits = LIMITS) -> Photo:
    """The photo in `source`, opened next door and written anew into `folder`.

    Checked by content, never by name; upright; sRGB; without any metadata. Raises Unfit (its
    fault), Busy or NoRoom (ours); then nothing of it is left in `folder`.
    """
    asked = {
        "most_pixels": limits.most_pixels,
        "edge": limits.edge,
        "thumb_edge": limits.thumb_edge,
    }
    found = room.develop(
        "photo",
        source,
        folder,
        most_bytes=limits.most_bytes,
        bounds=limits.bounds,
        asked=asked,
        openings={PHOTO: is_jpeg, THUMB: is_jpeg},
        told={"width": limits.edge, "height": limits.edge},
    )
    width, height = int(found["width"]), int(found["height"])
    return Photo(folder / PHOTO, width, height, folder / THUMB)


def is_jpeg(opening: bytes) -> bool:
    """Whether a file that opens so seems to be a JPEG."""
    return opening.startswith(b"\xff\xd8\xff")
