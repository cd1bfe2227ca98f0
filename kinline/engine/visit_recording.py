"""A visit's recording: each seat's sound and picture on a track of its own.

One file for both would lose all sound while a camera is off, since a muxer waits for pictures;
and a file that is sealed as it is written needs no muxer.
"""

import base64
from collections.abc import Callable, Iterable

from kinline.core.visit.kept import MediaKind, VisitGrant, VisitTrack
from kinline.core.visit.terms import Seat
from kinline.engine.recorder import Recorder, Written, inner_folder
from kinline.engine.track_file import TrackFile
from kinline.sealed.codec import Codec
from kinline.sealed.track import Sealer

_CODECS = {MediaKind.AUDIO: Codec.OPUS, MediaKind.VIDEO: Codec.VP8}

Key = tuple[Seat, MediaKind]


class VisitRecording(Written[VisitTrack]):
    """Tracks on one clock that starts when the recording does. Begin one with `record_visit`.

    A seat nobody sits in has no file, nor has a camera that was never on.
    """

    def __init__(
        self, recorder: Recorder, grant: VisitGrant, on_failure: Callable[[], None]
    ) -> None:
        super().__init__(recorder, grant.recording, on_failure)
        self._root = recorder.folder
        self._folder = self._root / inner_folder(grant.folder)
        data_key = base64.b64decode(grant.data_key)
        self._tracks = {
            (seat, kind): self._track(grant, seat, kind, data_key)
            for seat in Seat
            for kind in MediaKind
        }

    def take(self, seat: Seat, kind: MediaKind, packet: bytes, at: float) -> None:
        """A packet of sound, or a picture; the first picture of a track stands for itself."""
        self._tracks[seat, kind].take(packet, at)

    def files(self) -> Iterable[TrackFile]:
        return (track for track in self._tracks.values() if track.used)

    def facts(self) -> tuple[VisitTrack, ...]:
        return tuple(
            VisitTrack(
                seat=seat,
                kind=kind,
                path=str(track.path.relative_to(self._root)),
                seconds=-(-(track.end_ms - (track.start_ms or 0)) // 1000),
                chunks=track.chunks,
                sha256=track.sha256,
                starts_ms=track.start_ms or 0,
            )
            for (seat, kind), track in self._tracks.items()
            if track.path is not None
        )

    def _track(self, grant: VisitGrant, seat: Seat, kind: MediaKind, key: bytes) -> TrackFile:
        name, codec = track_name(seat, kind), _CODECS[kind]
        sealer = Sealer(recording=grant.recording, side=name, key=key, codec=codec)
        return TrackFile(self._folder, name, sealer, self.began, codec)


def track_name(seat: Seat, kind: MediaKind) -> str:
    """What a track's header and its file are called: "home-1-video"."""
    return f"{seat}-{kind}"


def record_visit(
    recorder: Recorder, grant: VisitGrant, on_failure: Callable[[], None]
) -> VisitRecording:
    """Begin a recording under a grant. `on_failure` is called on the loop, at most once.

    Raises TypeError without a grant: what carries no key is not recorded.
    """
    if not isinstance(grant, VisitGrant):
        raise TypeError("a recording of a visit needs its grant")
    recording = VisitRecording(recorder, grant, on_failure)
    recorder.add(recording)
    return recording


def check(grant: VisitGrant) -> None:
    """Raises TypeError and ValueError now rather than in the visit, if the grant is no use."""
    if not isinstance(grant, VisitGrant):
        raise TypeError("a recording of a visit needs its grant")
    inner_folder(grant.folder)
    key = base64.b64decode(grant.data_key)
    Sealer(recording=grant.recording, side=track_name(Seat.INSIDE, MediaKind.AUDIO), key=key)
