"""A sealed track: one side's packets, encrypted chunk by chunk as they are written.

File: a header, then chunks. A chunk is length (u32), final flag (u8) and AES-256-GCM of its
frames; the nonce is the file's random prefix and the chunk's number, and the header's hash,
the number and the flag are authenticated with it. So a chunk cannot be changed, moved,
repeated or taken from another file, and what was cut off at the end shows.
A frame is milliseconds since acceptance (u32), length (u16) and the packet as it came.
Version 1 of the header holds Opus; version 2 has a byte more, which names the codec. Numbers
are big-endian.
"""

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kinline.sealed.codec import Codec

KEY_BYTES = 32
SUFFIX = ".ktrack"

_MAGIC, _MAGIC_WITH_CODEC = b"KTRK\x01", b"KTRK\x02"
_HEADER = struct.Struct(">8sBB")
_CHUNK = struct.Struct(">IB")
_AAD = struct.Struct(">32sIB")
_FRAME = struct.Struct(">IH")
_MAX_CHUNK = 1 << 20
_TAG_BYTES = 16


class NotATrack(ValueError):
    """The file is no sealed track: its header is missing or unknown."""


class TrackBroken(ValueError):
    """A whole chunk does not open: another key, another file, or somebody changed it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One packet, `ms` milliseconds after acceptance."""

    ms: int
    packet: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """Whose track it is: the recording's id and the side ("inside", "outside" or "name")."""

    recording: str
    side: str
    prefix: bytes
    codec: Codec = Codec.OPUS

    def encoded(self) -> bytes:
        recording, side = self.recording.encode(), self.side.encode()
        opus = self.codec is Codec.OPUS
        opening = _MAGIC if opus else _MAGIC_WITH_CODEC + bytes([self.codec])
        return opening + _HEADER.pack(self.prefix, len(recording), len(side)) + recording + side


class Sealer:
    """Turns frames into the bytes of a track, chunk by chunk. It holds no file."""

    def __init__(self, *, recording: str, side: str, key: bytes, codec: Codec = Codec.OPUS) -> None:
        self._cipher = _cipher(key)
        self._header = Header(recording, side, os.urandom(8), codec)
        self._digest = hashlib.sha256(self._header.encoded()).digest()
        self.chunks = 0

    def opening(self) -> bytes:
        """The bytes that stand at the beginning of the file."""
        return self._header.encoded()

    def chunk(self, frames: Iterable[Frame], *, final: bool = False) -> bytes:
        """One sealed chunk; the last one of a track says so."""
        clear = b"".join(_FRAME.pack(f.ms, len(f.packet)) + f.packet for f in frames)
        nonce = _nonce(self._header.prefix, self.chunks)
        sealed = self._cipher.encrypt(nonce, clear, _AAD.pack(self._digest, self.chunks, final))
        self.chunks += 1
        return _CHUNK.pack(len(sealed), final) + sealed


class Track:
    """An open track: its header, and its frames in the order of writing.

    `complete` is known after the frames have been read: False when the end is missing,
    as after a crash; a torn last chunk is left out. `chunks` counts what was read so far.
    Raises NotATrack when opened, TrackBroken while read.
    """

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file, self._cipher = file, _cipher(key)
        self.header = _read_header(file)
        self._digest = hashlib.sha256(self.header.encoded()).digest()
        self.complete = False
        self.chunks = 0

    def __iter__(self) -> Iterator[Frame]:
        while (chunk := self._next_chunk()) is not None:
            sealed, final = chunk
            yield from _frames(self._open(sealed, self.chunks, final))
            self.chunks += 1
            if final:
                self.complete = True
                return

    def _next_chunk(self) -> tuple[bytes, int] | None:
        head = self._file.read(_CHUNK.size)
        if len(head) < _CHUNK.size:
            return None
        size, final = _CHUNK.unpack(head)
        if not _TAG_BYTES <= size <= _MAX_CHUNK:
            raise TrackBroken("a chunk of impossible length")
        sealed = self._file.read(size)
        return (sealed, final) if len(sealed) == size else None

    def _open(self, sealed: bytes, number: int, final: int) -> bytes:
        nonce, bound = _nonce(self.header.prefix, number), _AAD.pack(self._digest, number, final)
        try:
            return self._cipher.decrypt(nonce, sealed, bound)
        except InvalidTag:
            raise TrackBroken(f"chunk {number} does not open") from None


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a data key has {KEY_BYTES} bytes, not {len(key)}")
    return AESGCM(key)


def _nonce(prefix: bytes, number: int) -> bytes:
    return prefix + number.to_bytes(4, "big")


def _read_header(file: BinaryIO) -> Header:
    codec = _read_codec(file)
    head = file.read(_HEADER.size)
    if len(head) < _HEADER.size:
        raise NotATrack("half a track header")
    prefix, recording_size, side_size = _HEADER.unpack(head)
    names = file.read(recording_size + side_size)
    if len(names) < recording_size + side_size:
        raise NotATrack("half a track header")
    try:
        recording, side = names[:recording_size].decode(), names[recording_size:].decode()
    except UnicodeDecodeError:
        raise NotATrack("a track header that is not text") from None
    return Header(recording, side, prefix, codec)


def _read_codec(file: BinaryIO) -> Codec:
    magic = file.read(len(_MAGIC))
    if magic == _MAGIC:
        return Codec.OPUS
    named = file.read(1) if magic == _MAGIC_WITH_CODEC else b""
    try:
        return Codec(named[0])
    except (IndexError, ValueError):
        raise NotATrack("no track header") from None


def _frames(clear: bytes) -> Iterator[Frame]:
    at = 0
    while at < len(clear):
        ms, size = _FRAME.unpack_from(clear, at)
        at += _FRAME.size
        yield Frame(ms, clear[at : at + size])
        at += size
