"""Files of messages as they are kept: sealed, each under a data key of its own.

A file lies at <data>/stored/<first two digits>/<blob>.kblob, whole and on disk before a row names
it. Its data key is wrapped by the agency's key and stands in the row alone: destroying the row's
key is deletion, and a file that no row names opens for nobody until `sweep` takes it away.
What is still clear (an upload being opened) lies in a workroom, which is gone after its use, and
after a kill at the next sweep.
"""

import base64
import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from django.conf import settings

from kinline.apps import keys
from kinline.apps.parts import in_parts
from kinline.darkroom.terms import NoRoom
from kinline.sealed import blob as sealed
from kinline.sealed import keys as sealing

# A transaction that names a fresh file ends within seconds; nobody works in a workroom for so
# long. Until then nothing is taken for an orphan.
ORPHAN_AFTER = timedelta(hours=1)
_NAME = re.compile(r"[0-9a-f]{32}")
_DRAFTS, _WORK = "drafts", "work"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Gone(Exception):
    """The file is not there, or does not open: destroyed, torn, changed, or another key."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a row must remember of a file: its name, its wrapped key, its size in bytes."""

    blob: str
    wrapped_key: str
    size: int


def key_name(agency: str, *, privileged: bool = False) -> str:
    """The key file that wraps an agency's data keys; privileged mail has another."""
    return f"privileged-{agency}" if privileged else f"agency-{agency}"


def keep(source: Path, *, agency: str, privileged: bool = False) -> Kept:
    """Seal the file at `source` for this agency (its code). `source` stays as it is.

    Before the transaction that names it, or within: what is rolled back, the sweep takes away.
    Raises NoRoom, and then nothing is left.
    """
    name, data_key = uuid4().hex, sealing.new_key()
    size = source.stat().st_size
    with roomy(), source.open("rb") as clear:
        pieces = sealed.seal(clear, name=name, size=size, key=data_key)
        _write(_folder(_DRAFTS) / name, path_of(name), pieces)
    wrapped = sealing.wrap(
        data_key, under=keys.key(key_name(agency, privileged=privileged)), bound_to=_bound(name)
    )
    return Kept(name, base64.b64encode(wrapped).decode(), size)


class Opened:
    """A kept file, open for reading; close it, or use it in a `with`."""

    def __init__(self, file: BinaryIO, content: sealed.Blob) -> None:
        self._file, self._content = file, content
        self.size = content.size

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes in `[start, stop)`, in pieces of 64 KiB at most. Raises Gone."""
        try:
            yield from self._content.read(start, stop)
        except sealed.BlobBroken as broken:
            raise Gone(str(broken)) from broken

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> "Opened":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def opened(*, blob: str, wrapped_key: str, agency: str, privileged: bool = False) -> Opened:
    """The kept file, open. Raises Gone."""
    try:
        data_key = sealing.unwrap(
            base64.b64decode(wrapped_key),
            under=keys.key(key_name(agency, privileged=privileged)),
            bound_to=_bound(blob),
        )
        file = path_of(blob).open("rb")
    except (sealing.KeyRefused, ValueError, FileNotFoundError) as error:
        raise Gone(blob) from error
    try:
        return Opened(file, sealed.Blob(file, name=blob, key=data_key))
    except (sealed.NotABlob, sealed.BlobBroken) as broken:
        file.close()
        raise Gone(blob) from broken


def read(
    *,
    blob: str,
    wrapped_key: str,
    agency: str,
    start: int = 0,
    stop: int | None = None,
    privileged: bool = False,
) -> Iterator[bytes]:
    """The bytes in `[start, stop)` of a kept file. Raises Gone."""
    with opened(blob=blob, wrapped_key=wrapped_key, agency=agency, privileged=privileged) as file:
        yield from file.read(start, stop)


def destroy(blob: str) -> bool:
    """Take the file away, after its wrapped key was: True if it was there. Safe to repeat."""
    path = path_of(blob)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    _sync(path.parent)
    return True


@contextmanager
def workroom() -> Iterator[Path]:
    """A folder for what is still clear, gone afterwards whatever happens. Raises NoRoom.

    <data>/stored/work, or where KINLINE_WORK points: best a memory file system.
    """
    with roomy():
        own = _folder(_WORK) / f"{int(time.time())}.{secrets.token_hex(8)}"
        own.mkdir(mode=0o700)
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def work() -> Path:
    """The folder of what is still clear, for an upload that is being read."""
    return _folder(_WORK)


def sweep(*, held: Callable[[Collection[str]], Collection[str]], now: datetime) -> int:
    """Take away what a kill left: files no row names, half files, old workrooms. How many.

    `held` says which of these names rows still name, over all rooms. Only what is older than
    ORPHAN_AFTER is looked at.
    """
    before = (now - ORPHAN_AFTER).timestamp()
    gone = sum(_remove(path) for path in _older(_folder(_DRAFTS), before))
    gone += sum(_remove(path) for path in _older(_folder(_WORK), before))
    lone = [path.stem for path in _kept() if _touched(path) < before]
    for names in in_parts(lone):
        named = set(held(names))
        gone += sum(destroy(name) for name in names if name not in named)
    return gone


def path_of(blob: str) -> Path:
    """Where a file of this name lies. Raises ValueError for what is no name of ours."""
    if not _NAME.fullmatch(blob):
        raise ValueError("a kept file's name has 32 hexadecimal digits")
    home: Path = settings.STORED
    return home / blob[:2] / f"{blob}{sealed.SUFFIX}"


def _bound(name: str) -> str:
    return f"file:{name}"


def _folder(name: str) -> Path:
    folder: Path = settings.WORK if name == _WORK else settings.STORED / name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _write(draft: Path, path: Path, pieces: Iterator[bytes]) -> None:
    """Whole under another name first, and on disk, with its folder, before it has its own."""
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        path.parent.mkdir(exist_ok=True, mode=0o700)
        os.rename(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)
    _sync(path.parent.parent)


@contextmanager
def roomy() -> Iterator[None]:
    """A full disk becomes NoRoom."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise NoRoom from error
        raise


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _kept() -> Iterator[Path]:
    home: Path = settings.STORED
    return home.glob(f"[0-9a-f][0-9a-f]/*{sealed.SUFFIX}")


def _older(folder: Path, before: float) -> list[Path]:
    return [path for path in folder.iterdir() if _touched(path) < before]


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # gone meanwhile: nothing to sweep
        return float("inf")


def _remove(path: Path) -> bool:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    return True
