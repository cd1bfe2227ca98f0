"""Looks at a sound or a film by its content. Run as a program of its own:

    python -m kinline.apps.shop.probe sound|film < FILE

What parses a stranger's file holds no database, no key and no session, and ends after a while. One
line of JSON comes back: {"media_type", "seconds"}, or {"refused": CODE}. Exit code 0 for both.
"""

import json
import os
import resource
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

MEMORY_BYTES = 2_000_000_000
CPU_SECONDS = 60
HEAD_BYTES = 64
# The one reader for each beginning: a file that says it is a playlist of other files is never
# opened as one, because nobody asks the library to guess.
READERS = {"ogg": "ogg", "wav": "wav", "mp3": "mp3", "flac": "flac", "mp4": "mp4", "webm": "webm"}
NOT_MEDIA = "shop.file_unknown"
NOT_PLAYABLE = "shop.file_codec"
SOUNDS = {
    "ogg": ("audio/ogg", {"opus", "vorbis"}),
    "wav": ("audio/wav", {"pcm_s16le"}),
    "mp3": ("audio/mpeg", {"mp3", "mp3float"}),
    "flac": ("audio/flac", {"flac"}),
    "mp4": ("audio/mp4", {"aac"}),
    "webm": ("audio/webm", {"opus", "vorbis"}),
}
FILMS = {
    "mp4": ("video/mp4", {"h264", "av1", "libdav1d"}, {"aac", "mp3", "mp3float"}),
    "webm": ("video/webm", {"vp8", "vp9", "av1", "libdav1d"}, {"opus", "vorbis"}),
}


def reader_of(head: bytes) -> str:
    """Which of READERS a file is for, by its first bytes; empty for none of them."""
    marks: Mapping[str, bool] = {
        "ogg": head.startswith(b"OggS"),
        "wav": head.startswith(b"RIFF") and head[8:12] == b"WAVE",
        "mp3": head.startswith(b"ID3") or head[:2] in {b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"},
        "flac": head.startswith(b"fLaC"),
        "mp4": head[4:8] == b"ftyp",
        "webm": head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head,
    }
    return next((name for name, holds in marks.items() if holds), "")


def look(file: BinaryIO, *, film: bool) -> dict[str, object]:
    """What a file is: {"media_type", "seconds"}, or {"refused"}. Decodes its first frames."""
    reader = reader_of(file.read(HEAD_BYTES))
    file.seek(0)
    if reader not in (FILMS if film else SOUNDS):
        return {"refused": NOT_MEDIA}
    import av  # only here: heavy, and what it reads comes from strangers

    try:
        with av.open(file, mode="r", format=READERS[reader]) as container:
            return _film(container, reader) if film else _sound(container, reader)
    except (av.error.FFmpegError, ValueError, StopIteration, IndexError, EOFError):
        return {"refused": NOT_MEDIA}


def _sound(container: Any, reader: str) -> dict[str, object]:
    media_type, codecs = SOUNDS[reader]
    streams = container.streams
    pictures = [one for one in streams.video if not _is_cover(one)]
    others = len(streams) - len(streams.audio) - len(streams.video)
    if len(streams.audio) != 1 or pictures or others:
        return {"refused": NOT_PLAYABLE}
    if streams.audio[0].codec_context.name not in codecs:
        return {"refused": NOT_PLAYABLE}
    return _told(container, media_type, streams.audio[0])


def _film(container: Any, reader: str) -> dict[str, object]:
    media_type, pictures, sounds = FILMS[reader]
    streams = container.streams
    if len(streams.video) != 1 or streams.video[0].codec_context.name not in pictures:
        return {"refused": NOT_PLAYABLE}
    if any(one.codec_context.name not in sounds for one in streams.audio):
        return {"refused": NOT_PLAYABLE}
    return _told(container, media_type, streams.video[0])


def _told(container: Any, media_type: str, stream: Any) -> dict[str, object]:
    next(container.decode(stream))  # something in it can be played
    seconds = (container.duration or 0) / 1_000_000
    if not 0 < seconds < 24 * 3600:
        return {"refused": NOT_PLAYABLE}
    return {"media_type": media_type, "seconds": max(1, round(seconds))}


def _is_cover(stream: Any) -> bool:
    """A picture of the record's cover, kept as a film of one frame."""
    return bool(stream.codec_context.name in {"mjpeg", "png"})


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with os.fdopen(os.dup(0), "rb") as file:
        print(json.dumps(look(file, film=sys.argv[1:] == ["film"])))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
