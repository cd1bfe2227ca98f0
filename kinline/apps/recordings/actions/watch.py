"""Playing a recorded visit: a purpose first, then pictures, and every second in the audit log."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from threading import Lock
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from kinline.apps.errors import NotFound
from kinline.apps.people.access import Staff
from kinline.apps.recordings import visit_files
from kinline.apps.recordings.access import access_playing, access_visit_recording
from kinline.apps.recordings.actions.visits import data_key
from kinline.apps.recordings.models import VisitPlaying
from kinline.apps.recordings.opened import LONGEST_REPORT_SECONDS as LONGEST_REPORT_SECONDS
from kinline.apps.recordings.opened import checked, purpose_of, still_open, tell
from kinline.core.visit.kept import MediaKind
from kinline.core.visit.terms import Seat
from kinline.sealed.film import Film


class Played:
    """One seat's film, opened. Several answers may read it at once, a cluster at a time."""

    media_type = Film.media_type

    def __init__(self, paths: dict[MediaKind, Path], key: bytes) -> None:
        self._lock, self._files = Lock(), ExitStack()
        try:
            opened = {
                kind: self._files.enter_context(path.open("rb")) for kind, path in paths.items()
            }
            self._film = Film(opened.get(MediaKind.AUDIO), opened.get(MediaKind.VIDEO), key=key)
        except BaseException:
            self._files.close()
            raise

    @property
    def size(self) -> int:
        return self._film.size

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The file's bytes in `[start, stop)`."""
        pieces = self._film.read(start, stop)
        while True:
            with self._lock:
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def close(self) -> None:
        """It stays open for the next range: see _Shelf."""


class _Shelf:
    """The films opened last: to open one reads all of it, and a player asks for many ranges."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._films: OrderedDict[tuple[object, ...], Played] = OrderedDict()

    def take(self, name: tuple[object, ...], make: Callable[[], Played]) -> Played:
        with self._lock:
            if name in self._films:
                self._films.move_to_end(name)
                return self._films[name]
        made = make()
        with self._lock:
            film = self._films.setdefault(name, made)
            while len(self._films) > self._most:
                self._films.popitem(last=False)  # its files close with its last reader
        return film


_shelf = _Shelf(most=10)


@transaction.atomic
def watch(*, staff: Staff, recording_id: UUID, purpose: str, now: datetime) -> UUID:
    """Open a playing and write its purpose to the audit log, before any picture.

    Raises Refused (watch.purpose_needed, recording.deleted) and NotFound.
    """
    recording = access_visit_recording(staff=staff, recording_id=recording_id)
    purpose = purpose_of(purpose, recording, needed="watch.purpose_needed")
    opened = VisitPlaying.objects.create(
        recording=recording, account=staff.account, purpose=purpose, began_at=now
    )
    tell(staff, "recording.opened", recording, now, purpose)
    return opened.pk


@transaction.atomic
def played(*, staff: Staff, playing_id: UUID, seconds: int, now: datetime) -> None:
    """Add seconds that were played. Raises ValueError for a senseless figure, and NotFound."""
    playing = access_playing(staff=staff, playing_id=playing_id)
    more = F("played_seconds") + checked(seconds)
    VisitPlaying.objects.filter(pk=playing.pk).update(played_seconds=more)
    facts = {"seconds": seconds, "playing": str(playing.pk)}
    tell(staff, "recording.heard", playing.recording, now, playing.purpose, facts)


def film(*, staff: Staff, playing_id: UUID, seat: str, part: int, now: datetime) -> Played:
    """One seat's sound and picture of one part, joined but not decoded.

    Raises NotFound when the playing is not the viewer's, too old, the recording deleted, or
    nothing was kept of that seat.
    """
    playing = access_playing(staff=staff, playing_id=playing_id)
    still_open(playing, now)
    recording = playing.recording
    told = recording.tracks.filter(seat=seat)
    paths = {}
    for row in told:  # a seat that is none has no rows
        found = visit_files.named(settings.RECORDINGS / row.path)
        if found is not None and found.part == part and found.seat is Seat(seat):
            paths[found.kind] = found.path
    if not paths:
        raise NotFound
    key = data_key(recording)
    return _shelf.take((playing.pk, seat, part), lambda: Played(paths, key))
