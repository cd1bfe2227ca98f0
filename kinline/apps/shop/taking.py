"""Taking files in: counted as they come, looked at by content, kept by their SHA-256.

A file lies at <data>/shop/<first two digits>/<SHA-256>, readable by its owner, never changed. It is
there, whole and on disk, before a row names it; one that no row names does no harm.
"""

import hashlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

import kinline
from kinline.apps.errors import Refused, wrong
from kinline.apps.shop import bundles
from kinline.core.refusal import Refusal
from kinline.core.shop.goods import Kind

# A game is read in place, a film streams to many at once: what the disk and the line bear.
LARGEST_BYTES = {Kind.GAME: 25_000_000, Kind.MUSIC: 100_000_000, Kind.FILM: 1_500_000_000}
LOOKING_SECONDS = 90
GAME = "application/zip"


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken in. `members` are a game's files by name, with their sizes."""

    sha256: str
    media_type: str
    size_bytes: int
    seconds: int | None = None
    members: dict[str, int] = field(default_factory=dict)


def take(
    *, kind: Kind, chunks: Iterable[bytes], known: Callable[[str], Taken | None] = lambda _: None
) -> Taken:
    """Keep a file of this kind. The same content again: the same file.

    `known` tells by its SHA-256 what a file of this kind was found to be before.
    Raises Refused: shop.file_too_large, shop.file_unknown, shop.file_codec, shop.bundle_....
    """
    folder: Path = settings.SHOP
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f"draft.{os.getpid()}.{secrets.token_hex(8)}"
    try:
        sha256, size = _write(draft, chunks, LARGEST_BYTES[kind])
        if (found := known(sha256)) is not None and path_of(sha256).exists():
            return found
        media_type, seconds, members = _looked_at(draft, kind)
        _keep(draft, path_of(sha256))
    finally:
        draft.unlink(missing_ok=True)
    return Taken(sha256, media_type, size, seconds, members)


def path_of(sha256: str) -> Path:
    """Where the file of this content lies. Raises ValueError for what is no SHA-256."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("a file's name is its SHA-256")
    folder: Path = settings.SHOP
    return folder / sha256[:2] / sha256


def _write(draft: Path, chunks: Iterable[bytes], most: int) -> tuple[str, int]:
    seal, size = hashlib.sha256(), 0
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise Refused(too_large(most))
            seal.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return seal.hexdigest(), size


def too_large(most: int) -> Refusal:
    """The refusal of a file above the limit, which is told in megabytes."""
    return wrong("shop.file_too_large", "file", {"most": str(most // 1_000_000)})


def _looked_at(draft: Path, kind: Kind) -> tuple[str, int | None, dict[str, int]]:
    if kind is Kind.GAME:
        return GAME, None, bundles.examine(draft)
    found = _probe(draft, "film" if kind is Kind.FILM else "sound")
    if "refused" in found:
        raise Refused(wrong(str(found["refused"]), "file"))
    return str(found["media_type"]), int(str(found["seconds"])), {}


def _probe(draft: Path, what: str) -> dict[str, object]:
    """What the program next door makes of the file; whatever kills it, the file is refused."""
    here = str(Path(kinline.__file__).parents[1])
    env = {"PYTHONPATH": here, "PATH": os.environ.get("PATH", "")}
    command = [sys.executable, "-m", "kinline.apps.shop.probe", what]
    try:
        with draft.open("rb") as file:
            ran = subprocess.run(
                command,
                stdin=file,
                capture_output=True,
                env=env,
                timeout=LOOKING_SECONDS,
                check=True,
            )
        found: dict[str, object] = json.loads(ran.stdout)
    except (subprocess.SubprocessError, ValueError):
        return {"refused": "shop.file_unknown"}
    return found


def _keep(draft: Path, path: Path) -> None:
    path.parent.mkdir(exist_ok=True, mode=0o700)
    os.replace(draft, path)
    for folder in (path.parent, path.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
