"""What may come in, what comes out, and why something does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Code(StrEnum):
    """Why a file is not taken. Stable, for machines; the doors have the words."""

    EMPTY = "file.empty"
    TOO_LARGE = "file.too_large"  # facts: most, in megabytes
    WRONG_KIND = "file.wrong_kind"
    BROKEN = "file.broken"
    TOO_HARD = "file.too_hard"  # it would take more memory or time than a file may
    TOO_MANY_PIXELS = "photo.too_many_pixels"  # facts: most, in millions
    MOVING = "photo.moving"
    TOO_LONG = "film.too_long"  # facts: most, in seconds
    TOO_WIDE = "film.too_wide"  # facts: most, as a picture's longer side
    NO_PICTURE = "film.no_picture"
    TOO_MANY_TRACKS = "film.too_many_tracks"
    INFECTED = "file.infected"


class Unfit(Exception):
    """The file is not taken, and nothing of it is left. `facts` are figures for the sentence."""

    def __init__(self, code: Code, facts: Mapping[str, str] | None = None) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts = dict(facts or {})


class Busy(Exception):
    """Our fault, not the file's: too many are being opened. Asking again soon will do."""


class NoRoom(Exception):
    """Our fault, not the file's: the disk is full."""


class Unable(Exception):
    """Our surprise: this installation lacks what it takes, an encoder for instance."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the process next door may use. Memory is address space, which C libraries share."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float
    output_bytes: int


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """`most_bytes` as sent, `most_pixels` as told by its header, `edge` of what comes out."""

    most_bytes: int = 10_000_000
    most_pixels: int = 64_000_000
    edge: int = 2560
    thumb_edge: int = 480
    bounds: Bounds = field(default=Bounds(1 << 30, 20, 60.0, 16_000_000))


@dataclass(frozen=True, slots=True)
class FilmLimits:
    """`seconds` as played; `long_edge` and `short_edge` of what comes out, in pixels."""

    most_bytes: int = 60_000_000
    seconds: int = 30
    long_edge: int = 1280
    short_edge: int = 720
    widest: int = 4096  # of what comes in
    bounds: Bounds = field(default=Bounds(3 << 29, 150, 240.0, 40_000_000))


@dataclass(frozen=True, slots=True)
class Photo:
    """A JPEG without metadata, sRGB, upright, and a small one of the same. Sizes in pixels."""

    path: Path
    width: int
    height: int
    thumb: Path
    media_type: str = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Film:
    """An MP4 (H.264, AAC) without metadata, and a still of it as a JPEG."""

    path: Path
    seconds: float
    width: int
    height: int
    poster: Path
    has_sound: bool
    media_type: str = "video/mp4"
