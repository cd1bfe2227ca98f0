"""Files on their way in, a piece at a time, so that a broken connection costs one piece.

An upload lies at <data>/uploads/<its person>/<its session>-<its id>/: the size it will have, and
its pieces, each under the place where it begins and sealed under a key made from the uploads' key,
the person, the session and the id. So an upload of another person, or of another sign-in of the
same one, is not there; and what is never finished opens for nobody and is swept.
"""

import hashlib
import hmac
import io
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from kinline.apps import keys, stored
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.sealed import blob as sealed
from kinline.sealed.blob import Blob

AT_ONCE = 3  # of one person; the one that rested longest makes room for a fourth
FORGOTTEN_AFTER = timedelta(hours=2)
PIECE_BYTES = 1 << 20
_ID = re.compile(r"[0-9a-f]{32}")
_PIECE = re.compile(r"[0-9]{12}")
_SIZE = "size"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose upload it is: a person's or contact's id, and the sign-in it was begun in."""

    person: str
    session: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How many bytes are here, and how many there will be."""

    offset: int
    size: int

    @property
    def done(self) -> bool:
        return self.offset == self.size


class WrongPlace(Exception):
    """A piece that does not begin where the last one ended; `offset` is where that was."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def begin(*, owner: Owner, size: int, most_bytes: int) -> str:
    """Make room for a file of `size` bytes: the upload's id, 32 hexadecimal digits.

    Raises Refused: file.empty, file.too_large; and stored.NoRoom.
    """
    if size <= 0:
        raise Refused(wrong("file.empty", "file"))
    if size > most_bytes:
        raise Refused(wrong("file.too_large", "file", {"most": str(most_bytes // 1_000_000)}))
    upload = secrets.token_hex(16)
    home = _home(owner)
    with stored.roomy():
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in sorted(home.iterdir(), key=_touched)[: 1 - AT_ONCE or None]:
            _remove(old)
        draft = home / f".{upload}"
        draft.mkdir(mode=0o700)
        (draft / _SIZE).write_text(str(size))
        draft.rename(_folder(owner, upload))
    return upload


def progress(*, owner: Owner, upload: str) -> Progress:
    """How far an upload has come. Raises NotFound."""
    folder = _there(owner, upload)
    try:
        size = int((folder / _SIZE).read_text())
        last = max(_pieces(folder), default=None)
        return Progress(0 if last is None else int(last.name) + _size_of(last), size)
    except FileNotFoundError:  # dropped or swept meanwhile
        raise NotFound from None


def add(*, owner: Owner, upload: str, offset: int, data: bytes) -> Progress:
    """Keep one piece, which begins at `offset`: all of it, on disk, or nothing.

    Raises NotFound, WrongPlace, Refused (file.too_large), and stored.NoRoom.
    """
    so_far = progress(owner=owner, upload=upload)
    if offset != so_far.offset:
        raise WrongPlace(so_far.offset)
    if len(data) > min(PIECE_BYTES, so_far.size - offset):
        raise Refused(wrong("file.too_large", "file", {"most": str(so_far.size // 1_000_000)}))
    if not data:
        return so_far
    folder = _there(owner, upload)
    name = _name(upload, offset)
    pieces = sealed.seal(io.BytesIO(data), name=name, size=len(data), key=_key(owner, upload))
    draft = folder / f"draft.{secrets.token_hex(8)}"
    with stored.roomy():
        try:
            _write(draft, pieces)
            os.link(draft, folder / f"{offset:012d}")  # fails where another was first
        except FileExistsError:
            raise WrongPlace(progress(owner=owner, upload=upload).offset) from None
        except FileNotFoundError:
            raise NotFound from None
        finally:
            draft.unlink(missing_ok=True)
    return Progress(offset + len(data), so_far.size)


@contextmanager
def collected(*, owner: Owner, upload: str) -> Iterator[Path]:
    """The whole file, clear, in a workroom while the block runs.

    The upload itself stays until `drop`, so that what failed for a passing reason can be tried
    again. Raises NotFound, also for an upload that is not whole; and stored.NoRoom.
    """
    if not progress(owner=owner, upload=upload).done:
        raise NotFound
    with stored.workroom() as room:
        path = room / "upload"
        with stored.roomy(), path.open("xb") as whole:
            for piece in sorted(_pieces(_there(owner, upload))):
                whole.writelines(_clear(owner, upload, piece))
        yield path


def drop(*, owner: Owner, upload: str) -> None:
    """Take an upload away, used or not wanted. Safe to repeat."""
    if _ID.fullmatch(upload):
        _remove(_folder(owner, upload))


def sweep(*, now: datetime) -> int:
    """Take away what nobody has touched for two hours. How many."""
    before, gone = (now - FORGOTTEN_AFTER).timestamp(), 0
    for home in _root().iterdir():
        for folder in home.iterdir():
            if _touched(folder) < before:
                _remove(folder)
                gone += 1
        if _touched(home) < before and not any(home.iterdir()):
            shutil.rmtree(home, ignore_errors=True)
    return gone


def _root() -> Path:
    root: Path = settings.UPLOADS
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    return root


def _home(owner: Owner) -> Path:
    return _root() / _hashed(owner.person)


def _folder(owner: Owner, upload: str) -> Path:
    return _home(owner) / f"{_hashed(owner.session)}-{upload}"


def _there(owner: Owner, upload: str) -> Path:
    if not _ID.fullmatch(upload):
        raise NotFound
    folder = _folder(owner, upload)
    if not folder.is_dir():
        raise NotFound
    return folder


def _hashed(word: str) -> str:
    # Keyed: a folder's name tells nobody who is uploading.
    return hmac.new(keys.key("uploads"), word.encode(), hashlib.sha256).hexdigest()[:32]


def _key(owner: Owner, upload: str) -> bytes:
    told = "\0".join(("upload", owner.person, owner.session, upload))
    return hmac.new(keys.key("uploads"), told.encode(), hashlib.sha256).digest()


def _name(upload: str, offset: int) -> str:
    return f"upload:{upload}:{offset}"


def _pieces(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if _PIECE.fullmatch(path.name)]


def _size_of(piece: Path) -> int:
    with piece.open("rb") as file:
        return sealed.read_header(file).size


def _clear(owner: Owner, upload: str, piece: Path) -> Iterator[bytes]:
    with piece.open("rb") as file:
        name = _name(upload, int(piece.name))
        yield from Blob(file, name=name, key=_key(owner, upload)).read()


def _write(draft: Path, pieces: Iterator[bytes]) -> None:
    with draft.open("xb") as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
