"""A sealed track: one side's packets, encrypted chunk by chunk as they are written.

File: a header, then chunks. A chunk is length (u32), final flag (u8) and AES-256-GCM of its
frames; the nonce is the file's random prefix and the chunk's number, and the header's hash,
the number and the flag are authenticated with it. So a chunk cannot be changed, moved,
repeated or taken from another file, and what was cut off at the end shows.
A frame is milliseconds since acceptance (u32), length (u16) and the packet as it came.
Version 1 of the header holds Opus; version 2 has a byte more, which names the codec. Version 3
is for pictures: like 2, but the length of a frame is a u32. Numbers are big-endian.
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

_MAGIC, _MAGIC_WITH_CODEC, _MAGIC_OF_PICTURES = b"KTRK\x01", b"KTRK\x02", b"KTRK\x03"
_HEADER = struct.Struct(">8sBB")
_CHUNK = struct.Struct(">IB")
_AAD = struct.Struct(">32sIB")
_FRAME, _PICTURE_FRAME = struct.Struct(">IH"), struct.Struct(">II")
_MAX_CHUNK = 1 << 20
# What may be put into one chunk, so that it stays well below what is read as one.
MOST_CHUNK_BYTES = _MAX_CHUNK // 2
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
    """Whose track it is: the recording's id and the side: "inside", "outside" or "name".

    Of a visit the seat and the kind: "home-1-video".
    """

    recording: str
    side: str
    prefix: bytes
    codec: Codec = Codec.OPUS

    def encoded(self) -> bytes:
        recording, side = self.recording.encode(), self.side.encode()
        return (
            self._opening()
            + _HEADER.pack(self.prefix, len(recording), len(side))
            + recording
            + side
        )

    @property
    def frame(self) -> struct.Struct:
        """What stands before each packet: milliseconds and length."""
        return _PICTURE_FRAME if self.codec.picture else _FRAME

    def _opening(self) -> bytes:
        if self.codec is Codec.OPUS:
            return _MAGIC
        magic = _MAGIC_OF_PICTURES if self.codec.picture else _MAGIC_WITH_CODEC
        return magic + bytes([self.codec])


@dataclass(frozen=True, slots=True)
class Chunk:
    """An opened chunk: where it begins and ends in the file, its number, and its frames."""

    at: int
    ends_at: int
    number: int
    final: bool
    frames: tuple[Frame, ...]


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
        head = self._header.frame
        clear = b"".join(head.pack(f.ms, len(f.packet)) + f.packet for f in frames)
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
        for chunk in self.pieces():
            yield from chunk.frames

    def pieces(self) -> Iterator[Chunk]:
        """The chunks in order, from the beginning. Raises TrackBroken."""
        while (chunk := self._next_chunk()) is not None:
            at, sealed, final = chunk
            frames = self._frames(self._open(sealed, self.chunks, final))
            ends_at = self._file.tell()
            yield Chunk(at, ends_at, self.chunks, bool(final), frames)
            # Whoever asks for another chunk meanwhile has moved the file.
            self._file.seek(ends_at)
            self.chunks += 1
            if final:
                self.complete = True
                return

    def piece(self, at: int, number: int) -> Chunk:
        """The chunk `number`, which begins at `at`: as `pieces` said. Raises TrackBroken."""
        self._file.seek(at)
        chunk = self._next_chunk()
        if chunk is None:
            raise TrackBroken(f"chunk {number} is gone")
        _, sealed, final = chunk
        frames = self._frames(self._open(sealed, number, final))
        return Chunk(at, self._file.tell(), number, bool(final), frames)

    def _next_chunk(self) -> tuple[int, bytes, int] | None:
        at = self._file.tell()
        head = self._file.read(_CHUNK.size)
        if len(head) < _CHUNK.size:
            return None
        size, final = _CHUNK.unpack(head)
        if not _TAG_BYTES <= size <= _MAX_CHUNK:
            raise TrackBroken("a chunk of impossible length")
        sealed = self._file.read(size)
        return (at, sealed, final) if len(sealed) == size else None

    def _open(self, sealed: bytes, number: int, final: int) -> bytes:
        nonce, bound = _nonce(self.header.prefix, number), _AAD.pack(self._digest, number, final)
        try:
            return self._cipher.decrypt(nonce, sealed, bound)
        except InvalidTag:
            raise TrackBroken(f"chunk {number} does not open") from None

    def _frames(self, clear: bytes) -> tuple[Frame, ...]:
        head, found, at = self.header.frame, list[Frame](), 0
        while at < len(clear):
            ms, size = head.unpack_from(clear, at)
            at += head.size
            found.append(Frame(ms, clear[at : at + size]))
            at += size
        return tuple(found)


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
    named = file.read(1) if magic in (_MAGIC_WITH_CODEC, _MAGIC_OF_PICTURES) else b""
    try:
        codec = Codec(named[0])
    except (IndexError, ValueError):
        raise NotATrack("no track header") from None
    if codec.picture != (magic == _MAGIC_OF_PICTURES):
        raise NotATrack("a track header of one version with the codec of another")
    return codec
