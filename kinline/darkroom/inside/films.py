"""A film decoded within its limits and written anew: H.264 and AAC in MP4, upright, no metadata."""

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, BinaryIO

import av
import numpy  # noqa: F401  (PyAV asks for it late, and behind the walls there is little to find)
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from kinline.darkroom.inside import canvas, photos
from kinline.darkroom.terms import Code, Unable, Unfit

# What browsers and telephones record. No other demuxer or decoder ever sees the file.
PICTURE_CODECS = {"h264", "hevc", "vp8", "vp9", "av1", "mpeg4"}
SOUND_CODECS = {"aac", "opus", "vorbis", "mp3", "pcm_s16le", "alac"}
MOST_TRACKS = 8
MOST_PACKETS = 40_000  # 30 s of 240 pictures and 100 sounds a second are a quarter of it
CLOCK = 90_000  # ticks a second of what is written
SHORTEST_STEP = CLOCK // 31  # what comes faster than 30 a second is left out
SOUND_RATE, SOUND_BITS = 48_000, 96_000
POSTER_AT, POSTER_EDGE = 0.5, 720
_OPENING_BYTES = 16


def develop(file: BinaryIO, asked: dict[str, int]) -> dict[str, Any]:
    """Write film.mp4 and poster.jpg into the current folder. Raises Unfit, and what PyAV does."""
    kind = kind_of(file.read(_OPENING_BYTES))
    file.seek(0)
    with av.open(file, mode="r", format=kind, metadata_errors="replace", io_open=_nothing) as came:
        pictures, sounds = _streams(came, asked["widest"])
        with av.open("film.mp4", mode="w", format="mp4", options=_MUXER) as goes:
            work = _Developing(goes, asked, with_sound=sounds is not None)
            for frame in _frames(came, pictures, sounds):
                work.take(frame)
            return work.finish()


def kind_of(opening: bytes) -> str:
    """The name of the demuxer, by content. Raises Unfit for everything else."""
    if opening.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if opening[4:8] in {b"ftyp", b"moov", b"wide", b"mdat"} and opening[8:12] not in _NO_FILM:
        return "mov"
    raise Unfit(Code.WRONG_KIND)


def _nothing(*_: object) -> None:
    """A film may name other files that go with it. There are none."""
    raise PermissionError("a film stands for itself")


_NO_FILM = {b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"M4A ", b"M4B "}
_MUXER = {"movflags": "faststart", "fflags": "+bitexact"}
# Measured: "veryfast" takes half as long again for a face that looks no better on a tablet.
_ENCODER = {"preset": "superfast", "crf": "24", "maxrate": "2M", "bufsize": "4M", "flags": "+cgop"}


def _streams(came: InputContainer, widest: int) -> tuple[VideoStream, AudioStream | None]:
    """The one picture track and the one sound track that are used."""
    if len(came.streams) > MOST_TRACKS:
        raise Unfit(Code.TOO_MANY_TRACKS)
    if not came.streams.video:
        raise Unfit(Code.NO_PICTURE)
    pictures = came.streams.video[0]
    if pictures.codec_context is None or pictures.codec_context.name not in _PICTURE_NAMES:
        raise Unfit(Code.WRONG_KIND)
    fits(pictures.codec_context.width, pictures.codec_context.height, widest)
    pictures.codec_context.thread_count = 2
    sounds = came.streams.audio[0] if came.streams.audio else None
    if sounds is not None and sounds.codec_context.name not in _SOUND_NAMES:
        sounds = None
    return pictures, sounds


# A decoder's name is not always its codec's.
_PICTURE_NAMES = PICTURE_CODECS | {"libvpx", "libvpx-vp9", "libdav1d"}
_SOUND_NAMES = SOUND_CODECS | {"libopus", "mp3float"}


def fits(width: int, height: int, widest: int) -> None:
    """Raise Unfit for a picture no camera of a telephone makes."""
    if max(width, height) > widest or width * height > widest * widest * 3 // 4:
        raise Unfit(Code.TOO_WIDE, {"most": str(widest)})


def _frames(
    came: InputContainer, pictures: VideoStream, sounds: AudioStream | None
) -> Iterator[VideoFrame | AudioFrame]:
    used = [pictures] if sounds is None else [pictures, sounds]
    for count, packet in enumerate(came.demux(used)):
        if count > MOST_PACKETS:
            raise Unfit(Code.TOO_HARD)
        for frame in packet.decode():
            if isinstance(frame, VideoFrame | AudioFrame):
                yield frame


def encoder() -> str:
    """The H.264 encoder of this PyAV. Raises Unable where it was built without any."""
    for name in ("libx264", "libopenh264"):
        if name in av.codecs_available:
            return name
    raise Unable("this PyAV has no H.264 encoder")


class _Developing:
    """Takes decoded frames in the order they come, and writes."""

    def __init__(self, goes: OutputContainer, asked: dict[str, int], *, with_sound: bool) -> None:
        self._goes, self._asked = goes, asked
        self._canvas: canvas.Canvas | None = None
        self._picture_track: VideoStream | None = None
        # Tracks are named before the first packet is written; the picture's needs its size first.
        self._waiting: list[AudioFrame] = []
        self._sound_track = self._new_sound_track() if with_sound else None
        self._resampler = AudioResampler("fltp", "stereo", SOUND_RATE, 1024)
        self._begin: float | None = None
        self._last = -SHORTEST_STEP
        self._end, self._heard = 0.0, 0
        self._poster: VideoFrame | None = None

    def take(self, frame: VideoFrame | AudioFrame) -> None:
        """One decoded frame. Raises Unfit when the film is longer than agreed."""
        if frame.time is None:
            return
        if self._begin is None:
            self._begin = frame.time
        at = frame.time - self._begin
        if at > self._asked["seconds"] + self._asked["slack_seconds"]:
            raise Unfit(Code.TOO_LONG, {"most": str(self._asked["seconds"])})
        if isinstance(frame, VideoFrame):
            self._picture(frame, at)
        elif self._picture_track is None:
            self._waiting.append(frame)
        else:
            self._sound(frame)

    def finish(self) -> dict[str, Any]:
        """Write what is left, and the poster: what the film came to be."""
        if self._picture_track is None or self._canvas is None or self._poster is None:
            raise Unfit(Code.NO_PICTURE)
        self._goes.mux(self._picture_track.encode(None))
        if self._sound_track is not None and self._heard:
            for frame in self._resampler.resample(None):
                self._encode_sound(frame)
            self._goes.mux(self._sound_track.encode(None))
        poster = Image.fromarray(self._poster.to_ndarray(format="rgb24"))
        poster.thumbnail((POSTER_EDGE, POSTER_EDGE))
        photos.write(poster, "poster.jpg", photos.THUMB_QUALITY)
        return {
            "seconds": round(max(self._end, 1 / 30), 2),
            "width": self._canvas.width,
            "height": self._canvas.height,
            "tracks": 2 if self._heard else 1,
        }

    def _picture(self, frame: VideoFrame, at: float) -> None:
        fits(frame.width, frame.height, self._asked["widest"])
        if self._canvas is None:
            self._begin_pictures(frame)
        assert self._canvas is not None
        assert self._picture_track is not None
        tick = round(max(at, 0.0) * CLOCK)
        if tick - self._last < SHORTEST_STEP:
            return
        drawn = self._canvas.draw(frame)
        drawn.pts, drawn.time_base, self._last = tick, Fraction(1, CLOCK), tick
        drawn.pict_type = 0  # the encoder decides, not the old film
        self._end = max(self._end, at)
        if self._poster is None or at <= POSTER_AT:
            self._poster = drawn
        self._goes.mux(self._picture_track.encode(drawn))

    def _begin_pictures(self, frame: VideoFrame) -> None:
        self._canvas = canvas.Canvas(frame, self._asked["long_edge"], self._asked["short_edge"])
        name = encoder()
        options = _ENCODER if name == "libx264" else {"b": "2M"}
        track = self._goes.add_stream(name, rate=30, options=options)
        assert isinstance(track, VideoStream)
        track.width, track.height = self._canvas.width, self._canvas.height
        track.pix_fmt, track.time_base = "yuv420p", Fraction(1, CLOCK)
        track.codec_context.time_base = Fraction(1, CLOCK)
        track.codec_context.thread_count = 2
        self._picture_track = track
        for waiting in self._waiting:
            self._sound(waiting)
        self._waiting.clear()

    def _new_sound_track(self) -> AudioStream:
        track = self._goes.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        track.codec_context.bit_rate = SOUND_BITS
        return track

    def _sound(self, frame: AudioFrame) -> None:
        if not self._heard and frame.time is not None and self._begin is not None:
            self._heard = round(max(0.0, frame.time - self._begin) * SOUND_RATE)
        with contextlib.suppress(ValueError):  # sound that changes its kind midway is left out
            for piece in self._resampler.resample(frame):
                self._encode_sound(piece)

    def _encode_sound(self, piece: AudioFrame) -> None:
        assert self._sound_track is not None
        most = self._asked["seconds"] + self._asked["slack_seconds"]
        if self._heard > most * SOUND_RATE:
            return
        # Counted, not taken over: stamps that leap would make an encoder fill the gap.
        piece.pts, piece.time_base = self._heard, Fraction(1, SOUND_RATE)
        self._heard += piece.samples
        self._goes.mux(self._sound_track.encode(piece))
