"""Games: a ZIP with index.html, looked through once and then read in place, never unpacked.

What is not unpacked cannot slip out of a folder; and a name that is not plain is refused anyway.
What a file is, is said by our own table, never by the bundle or by the browser's guess.
"""

import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from kinline.apps.errors import Refused, wrong

START = "index.html"
MOST_FILES = 400
LARGEST_BYTES = 60_000_000  # all of it, unpacked
LONGEST_NAME = 200
PIECE = 1 << 16
PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
# Endings and what we call them. "text": must be UTF-8; else the bytes it must begin with.
TEXT = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "svg": "image/svg+xml",
}
MARKED: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", (b"RIFF",)),
    "ogg": ("audio/ogg", (b"OggS",)),
    "mp3": ("audio/mpeg", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "wav": ("audio/wav", (b"RIFF",)),
    "woff2": ("font/woff2", (b"wOF2",)),
    "wasm": ("application/wasm", (b"\x00asm",)),
}


def examine(path: Path) -> dict[str, int]:
    """The bundle's files and their sizes, all of them read once.

    Raises Refused (shop.bundle_broken, shop.bundle_too_large, shop.bundle_no_start,
    shop.bundle_name with `name`, shop.bundle_kind with `name`).
    """
    try:
        with ZipFile(path) as bundle:
            return _examined(bundle)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError,
            EOFError, ValueError) as fault:  # fmt: skip
        raise _refused("shop.bundle_broken") from fault
    except Exception as fault:
        # zlib.error and its like are no ValueError: damaged data, not a fault of ours.
        if type(fault).__module__ in {"zlib", "lzma", "bz2", "_lzma"}:
            raise _refused("shop.bundle_broken") from fault
        raise


def read(path: Path, name: str, size: int) -> bytes:
    """One file of a bundle that was examined. Raises zipfile.BadZipFile if it has changed since."""
    with ZipFile(path) as bundle, bundle.open(name) as member:
        content = member.read(size + 1)
    if len(content) != size:
        raise zipfile.BadZipFile(f"a file of {path.name} is not what it was")
    return content


def media_type(name: str) -> str:
    """What a file of a bundle is, by its ending. Raises KeyError for one we do not serve."""
    ending = _ending(name)
    return TEXT[ending] if ending in TEXT else MARKED[ending][0]


def _examined(bundle: ZipFile) -> dict[str, int]:
    found: dict[str, int] = {}
    left = LARGEST_BYTES
    entries = [one for one in bundle.infolist() if not _is_folder(one)]
    if len(entries) > MOST_FILES:
        raise _refused("shop.bundle_too_large")
    seen: set[str] = set()
    for one in entries:
        if not _is_plain(one) or one.filename.lower() in seen:
            raise _refused("shop.bundle_name", one.filename)
        seen.add(one.filename.lower())
        found[one.filename] = size = _size(bundle, one, left)
        left -= size
    if START not in found:
        raise _refused("shop.bundle_no_start")
    return found


def _is_folder(one: ZipInfo) -> bool:
    return one.is_dir() and one.file_size == 0


def _is_plain(one: ZipInfo) -> bool:
    """A name without tricks, of an ordinary file, packed as everybody can read it."""
    name = one.orig_filename
    kind = stat.S_IFMT(one.external_attr >> 16)
    return (
        len(name) <= LONGEST_NAME
        and PLAIN.fullmatch(name) is not None
        and kind in {0, stat.S_IFREG}
        and not one.flag_bits & 0x1  # encrypted
        and one.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    )


def _size(bundle: ZipFile, one: ZipInfo, most: int) -> int:
    """Bytes of one file, counted as they come: what a bundle says of itself may be a lie."""
    ending = _ending(one.filename)
    if ending not in TEXT and ending not in MARKED:
        raise _refused("shop.bundle_kind", one.filename)
    size, text = 0, bytearray()
    for piece in _pieces(bundle, one):
        if not size and ending in MARKED and not piece.startswith(MARKED[ending][1]):
            raise _refused("shop.bundle_kind", one.filename)
        size += len(piece)
        if size > most:
            raise _refused("shop.bundle_too_large")
        if ending in TEXT:
            text += piece
    if (ending in MARKED and not size) or not _is_text(text):
        raise _refused("shop.bundle_kind", one.filename)
    return size


def _pieces(bundle: ZipFile, one: ZipInfo) -> Iterator[bytes]:
    with bundle.open(one) as member:
        while piece := member.read(PIECE):
            yield piece


def _is_text(content: bytearray) -> bool:
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _refused(code: str, name: str = "") -> Refused:
    shown = "".join(letter if letter.isprintable() else "?" for letter in name)[:60]
    return Refused(wrong(code, "file", {"name": shown}))
