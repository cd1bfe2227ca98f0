"""A sealed file: any bytes, encrypted piece by piece, readable from any place in them.

File: a header, then pieces. A piece is 64 KiB of the content (the last one what is left) under
AES-256-GCM; the nonce is the file's random prefix and the piece's number, and the header's hash
and the number are authenticated with it. The header names the file and the size of its content,
so a piece cannot be changed, moved or taken from another file, and a file that was cut off, or
grew, is known by its length. Numbers are big-endian.
"""

import hashlib
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SUFFIX = ".kblob"
PIECE_BYTES = 1 << 16

_MAGIC = b"KBLB\x01"
_HEADER = struct.Struct(">8sQB")
_BOUND = struct.Struct(">32sI")
_TAG_BYTES = 16
# The piece's number has 32 bits in the nonce; this is far below, and far above what we keep.
_MOST_BYTES = 1 << 40


class NotABlob(ValueError):
    """The file is no sealed file: its header is missing, unknown or of another name."""


class BlobBroken(ValueError):
    """The file is torn, or a piece does not open: another key, or somebody changed it."""


@dataclass(frozen=True, slots=True)
class Header:
    """`name` is what the file is bound to; `size` that of its content, in bytes."""

    name: str
    size: int
    prefix: bytes

    def encoded(self) -> bytes:
        name = self.name.encode()
        return _MAGIC + _HEADER.pack(self.prefix, self.size, len(name)) + name

    @property
    def pieces(self) -> int:
        """At least one, so that something answers for the header of an empty file."""
        return max(1, -(-self.size // PIECE_BYTES))

    @property
    def file_bytes(self) -> int:
        """How long the whole file is."""
        return len(self.encoded()) + self.size + self.pieces * _TAG_BYTES


def seal(source: BinaryIO, *, name: str, size: int, key: bytes) -> Iterator[bytes]:
    """The bytes of the sealed file, a piece at a time, from exactly `size` bytes of `source`.

    Raises ValueError when the source has fewer: then nothing that was made is a whole file.
    """
    if not 0 <= size <= _MOST_BYTES or len(name.encode()) > 255:
        raise ValueError("no size, or no name, for a sealed file")
    header = Header(name, size, os.urandom(8))
    cipher, digest = AESGCM(key), hashlib.sha256(header.encoded()).digest()
    yield header.encoded()
    for number in range(header.pieces):
        wanted = min(PIECE_BYTES, size - number * PIECE_BYTES)
        clear = source.read(wanted)
        if len(clear) != wanted:
            raise ValueError("the source ended before its size")
        yield cipher.encrypt(_nonce(header, number), clear, _BOUND.pack(digest, number))


class Blob:
    """An open sealed file. Raises NotABlob and BlobBroken when opened, BlobBroken when read."""

    def __init__(self, file: BinaryIO, *, name: str, key: bytes) -> None:
        self._file, self._cipher = file, AESGCM(key)
        self.header = read_header(file)
        if self.header.name != name:
            raise NotABlob("a sealed file of another name")
        self._begin = len(self.header.encoded())
        self._digest = hashlib.sha256(self.header.encoded()).digest()
        if file.seek(0, os.SEEK_END) != self.header.file_bytes:
            raise BlobBroken("torn: not as long as it says")

    @property
    def size(self) -> int:
        """The size of the content. Proven once a piece has been read."""
        return self.header.size

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The content's bytes in `[start, stop)`, at most a piece at a time."""
        end = self.size if stop is None else min(stop, self.size)
        if start < 0:
            raise ValueError("before the beginning")
        if not self.size:
            self._piece(0)
        at = start
        while at < end:
            number, offset = divmod(at, PIECE_BYTES)
            found = self._piece(number)[offset : offset + end - at]
            yield found
            at += len(found)

    def _piece(self, number: int) -> bytes:
        length = min(PIECE_BYTES, self.size - number * PIECE_BYTES) + _TAG_BYTES
        self._file.seek(self._begin + number * (PIECE_BYTES + _TAG_BYTES))
        try:
            nonce, bound = _nonce(self.header, number), _BOUND.pack(self._digest, number)
            return self._cipher.decrypt(nonce, self._file.read(length), bound)
        except InvalidTag:
            raise BlobBroken(f"piece {number} does not open") from None


def _nonce(header: Header, number: int) -> bytes:
    return header.prefix + number.to_bytes(4, "big")


def read_header(file: BinaryIO) -> Header:
    """What the file says of itself, not yet proven. Raises NotABlob."""
    opening = file.read(len(_MAGIC) + _HEADER.size)
    if len(opening) < len(_MAGIC) + _HEADER.size or not opening.startswith(_MAGIC):
        raise NotABlob("no header of a sealed file")
    prefix, size, length = _HEADER.unpack_from(opening, len(_MAGIC))
    name = file.read(length)
    if len(name) < length or size > _MOST_BYTES:
        raise NotABlob("half a header")
    try:
        return Header(name.decode(), size, prefix)
    except UnicodeDecodeError:
        raise NotABlob("a name that is not text") from None
