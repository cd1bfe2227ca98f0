"""Strangers' files by the dozen: refused with a reason or made safe, with nothing left behind."""

import json
import resource
from dataclasses import replace
from pathlib import Path

import av
import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kinline.darkroom import film, photo, room
from kinline.darkroom.terms import Code, Film, Photo, Unfit
from tests.darkroom import hostile
from tests.darkroom.hostile import FILMS, PHOTOS, SCRIPT, SECRET, Answer, Case
from tests.darkroom.pictures import encoded, picture, segments
from tests.darkroom.reels import reel

pytestmark = pytest.mark.long
LARGEST_RESIDENT = 700_000  # kB, of any process next door
SHORT = replace(film.LIMITS, seconds=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


@pytest.fixture(autouse=True)
def bounded() -> object:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    yield
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used < photo.LIMITS.bounds.cpu_seconds + 5
    assert after.ru_maxrss < LARGEST_RESIDENT


def developed_photo(folder: Path, content: bytes) -> Photo:
    source = folder.parent / "in"
    source.write_bytes(content)
    return photo.made_safe(source, folder)


def developed_film(folder: Path, content: bytes) -> Film:
    source = folder.parent / "in"
    source.write_bytes(content)
    return film.made_safe(source, folder, SHORT)


def photo_answer(folder: Path, content: bytes) -> Answer:
    """Why it was refused, or None: and then it is a photo and nothing else."""
    try:
        taken = developed_photo(folder, content)
    except Unfit as no:
        assert list(folder.iterdir()) == []
        return no.code
    assert {path.name for path in folder.iterdir()} == {"photo.jpg", "thumb.jpg"}
    for path, edge in ((taken.path, 2560), (taken.thumb, 480)):
        written = path.read_bytes()
        assert set(segments(written)) <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4}
        assert not [word for word in (SCRIPT, SECRET.encode(), b"PK\x03\x04") if word in written]
        with Image.open(path) as seen:
            seen.load()
            assert (seen.format, seen.mode) == ("JPEG", "RGB")
            assert max(seen.size) <= edge
            assert not seen.getexif()
    return None


def film_answer(folder: Path, content: bytes) -> Answer:
    """Why it was refused, or None: and then it is a film and nothing else."""
    try:
        taken = developed_film(folder, content)
    except Unfit as no:
        assert list(folder.iterdir()) == []
        return no.code
    assert {path.name for path in folder.iterdir()} == {"film.mp4", "poster.jpg"}
    written = taken.path.read_bytes()
    assert not [word for word in (SCRIPT, SECRET.encode(), b"PK\x03\x04") if word in written]
    with av.open(str(taken.path)) as seen:
        assert seen.streams.video[0].codec_context.name == "h264"
        frames = list(seen.decode(video=0))
    assert 0 < len(frames) <= 31 * (SHORT.seconds + film.SLACK_SECONDS)
    assert max(taken.width, taken.height) <= 1280
    assert taken.seconds <= SHORT.seconds + film.SLACK_SECONDS
    return None


@pytest.mark.parametrize("case", PHOTOS.values(), ids=PHOTOS.keys())
def test_a_photo_is_refused_or_made_safe(folder: Path, case: Case) -> None:
    made, right = case
    assert photo_answer(folder, made()) in right


@pytest.mark.parametrize("case", FILMS.values(), ids=FILMS.keys())
def test_a_film_is_refused_or_made_safe(folder: Path, case: Case) -> None:
    made, right = case
    assert film_answer(folder, made()) in right


def test_there_are_many_kinds() -> None:
    assert len(PHOTOS) + len(FILMS) + len(hostile.NAMES) >= 100


@pytest.mark.parametrize("name", hostile.NAMES, ids=ascii)
def test_a_name_is_used_for_nothing(folder: Path, name: str) -> None:
    """No name reaches the darkroom at all: what it is told holds our own words only."""
    told: list[str] = []
    real = room.subprocess.Popen

    def watched(command: list[str], **how: object) -> object:
        told.extend(map(str, command))
        assert how["env"] == {}
        return real(command, **how)  # type: ignore[call-overload]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room.subprocess, "Popen", watched)
        assert photo_answer(folder, encoded(picture(), "JPEG", comment=name.encode())) is None
    assert name not in " ".join(told)
    assert set(json.loads(told[-1])) == {"bounds", "asked", "path"}


GOOD = {
    "JPEG": encoded(picture(160, 120), "JPEG"),
    "PNG": encoded(picture(160, 120), "PNG"),
    "WEBP": encoded(picture(160, 120), "WEBP"),
    "HEIC": hostile.heic(),
}
changes = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=12)
slow = hypothesis.settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("kind", GOOD)
@slow
@given(changes=changes)
def test_a_changed_photo_is_refused_or_made_safe(
    folder: Path, kind: str, changes: list[tuple[float, int]]
) -> None:
    content = changed(GOOD[kind], changes)
    assert photo_answer(folder, content) in {None, *Code}
    for path in folder.iterdir():
        path.unlink()


@slow
@given(changes=changes)
def test_a_changed_film_is_refused_or_made_safe(
    folder: Path, changes: list[tuple[float, int]]
) -> None:
    content = changed(reel("webm", seconds=0.3, width=64, height=64), changes)
    assert film_answer(folder, content) in {None, *Code}
    for path in folder.iterdir():
        path.unlink()


def changed(content: bytes, changes: list[tuple[float, int]]) -> bytes:
    made = bytearray(content)
    for at, value in changes:
        made[int(at * len(made))] = value
    return bytes(made)
