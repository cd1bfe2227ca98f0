"""What the engine may keep of a visit, and what it kept."""

from dataclasses import dataclass, field
from enum import StrEnum

from kinline.core.ids import RecordingId
from kinline.core.visit.terms import Seat


class MediaKind(StrEnum):
    """What a track holds: one is recorded for each seat and kind."""

    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class VisitGrant:
    """The right to record one visit: without it no key exists, and without a key no recording.

    `data_key` is 32 bytes for AES-256-GCM, in base64, and never appears in a repr; `folder` is
    relative to the recordings folder that web and engine share.
    """

    recording: RecordingId
    folder: str
    data_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class VisitTrack:
    """One sealed file on disk: `path` relative to the recordings folder, hash of its bytes.

    `starts_ms` is when the first sound or picture in it came, in milliseconds since the
    recording began, which all tracks of a visit share; `seconds` is from there to its end.
    """

    seat: Seat
    kind: MediaKind
    path: str
    seconds: int
    chunks: int
    sha256: str
    starts_ms: int
