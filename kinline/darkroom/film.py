"""A stranger's short film made safe: WebM, MP4 or MOV in, one kind of MP4 out."""

from pathlib import Path

from kinline.darkroom import room
from kinline.darkroom.photo import is_jpeg
from kinline.darkroom.terms import Film, FilmLimits

LIMITS = FilmLimits()
FILM, POSTER = "film.mp4", "poster.jpg"
# A recorder stops a moment late; nobody loses a whole VideoGram for that.
SLACK_SECONDS = 2


def made_safe(source: Path, folder: Path, limits: FilmLimits = LIMITS) -> Film:
    """The film in `source`, opened next door and written anew into `folder`.

    H.264 and AAC, upright, at most 720p and 30 pictures a second, without metadata. Takes some
    seconds: never within a transaction. Raises Unfit, Busy or NoRoom; then nothing of it is left.
    """
    asked = {
        "seconds": limits.seconds,
        "slack_seconds": SLACK_SECONDS,
        "long_edge": limits.long_edge,
        "short_edge": limits.short_edge,
        "widest": limits.widest,
    }
    told = {
        "seconds": limits.seconds + SLACK_SECONDS + 1,
        "width": limits.long_edge,
        "height": limits.long_edge,
        "tracks": 2,
    }
    found = room.develop(
        "film",
        source,
        folder,
        most_bytes=limits.most_bytes,
        bounds=limits.bounds,
        asked=asked,
        openings={FILM: is_mp4, POSTER: is_jpeg},
        told=told,
    )
    return Film(
        path=folder / FILM,
        seconds=found["seconds"],
        width=int(found["width"]),
        height=int(found["height"]),
        poster=folder / POSTER,
        has_sound=found["tracks"] == 2,
    )


def is_mp4(opening: bytes) -> bool:
    """Whether a file that opens so seems to be an MP4."""
    return opening[4:8] == b"ftyp"
