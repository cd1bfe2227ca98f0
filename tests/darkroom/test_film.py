"""A stranger's VideoGram comes out as one kind of film and nothing else, or not at all."""

from dataclasses import replace
from pathlib import Path

import av
import pytest
from PIL import Image

from kinline.darkroom import film
from kinline.darkroom.terms import Code, Film, FilmLimits, Unfit
from tests.darkroom.pictures import SECRET, encoded, picture
from tests.darkroom.reels import reel, turned

TOLD = {"title": SECRET, "location": "+41.63-070.93/", "comment": SECRET}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


def developed(folder: Path, content: bytes, limits: FilmLimits = film.LIMITS) -> Film:
    source = folder.parent / "in"
    source.write_bytes(content)
    return film.made_safe(source, folder, limits)


@pytest.mark.parametrize(
    ("kind", "codec"),
    [
        ("webm", "libvpx"),
        ("mp4", ""),
        pytest.param("webm", "libvpx-vp9", marks=pytest.mark.long),
        pytest.param("mov", "", marks=pytest.mark.long),
    ],
)
def test_what_browsers_record_becomes_one_kind_of_film(folder: Path, kind: str, codec: str) -> None:
    content = reel(kind, codec=codec, seconds=1.2, metadata=TOLD)
    assert SECRET.encode() in content

    taken = developed(folder, content)

    assert (taken.width, taken.height, taken.has_sound) == (320, 240, True)
    assert 1.0 <= taken.seconds <= 1.3
    assert SECRET.encode() not in taken.path.read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == ["film.mp4", "poster.jpg"]
    with av.open(str(taken.path)) as seen:
        assert not {"title", "location", "comment", "encoder"} & set(seen.metadata)
        assert {track.codec_context.name for track in seen.streams} == {"h264", "aac"}
        frames = list(seen.decode(video=0))
        assert len(frames) == 18
    with Image.open(taken.poster) as still:
        red, _, blue = still.convert("RGB").getpixel((10, 10))
        assert red > 150 > blue


@pytest.mark.long
def test_the_sound_goes_along(folder: Path) -> None:
    taken = developed(folder, reel("webm"))
    with av.open(str(taken.path)) as seen:
        loudest = max(abs(piece.to_ndarray()).max() for piece in seen.decode(audio=0))
    assert loudest > 0.1


def test_a_film_held_sideways_is_set_upright(folder: Path) -> None:
    taken = developed(folder, turned(reel("mp4")))
    assert (taken.width, taken.height) == (240, 320)
    with Image.open(taken.poster) as still:
        left, right = still.getpixel((10, 160)), still.getpixel((230, 160))
    assert left[2] > 150 > left[0]  # what was below is on the left now, and what was above right
    assert right[0] > 150 > right[2]


@pytest.mark.long
def test_a_large_film_is_made_smaller_and_a_silent_one_stays_silent(folder: Path) -> None:
    taken = developed(folder, reel("mp4", width=1080, height=1920, seconds=0.4, sound=False))
    assert (taken.width, taken.height, taken.has_sound) == (720, 1280, False)


@pytest.mark.long
def test_a_recorder_that_stops_a_moment_late_loses_nothing(folder: Path) -> None:
    short = replace(film.LIMITS, seconds=1)
    assert developed(folder, reel("webm", seconds=2.5), short).seconds > 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.EMPTY),
        (reel("webm", seconds=4), Code.TOO_LONG),
        (reel("mp4", picture=False), Code.NO_PICTURE),
        (reel("mp4", tracks=9, seconds=0.2), Code.TOO_MANY_TRACKS),
        (reel("mp4")[:2000], Code.BROKEN),
        (encoded(picture(), "JPEG"), Code.WRONG_KIND),
        (reel("avi", codec="mpeg4", sound=False), Code.WRONG_KIND),
        (reel("mp4", width=4100, height=64, seconds=0.2, sound=False), Code.TOO_WIDE),
    ],
)
def test_what_is_not_taken_has_a_reason_and_leaves_nothing(
    folder: Path, content: bytes, code: Code
) -> None:
    with pytest.raises(Unfit) as no:
        developed(folder, content, replace(film.LIMITS, seconds=1))
    assert no.value.code is code
    assert list(folder.iterdir()) == []
