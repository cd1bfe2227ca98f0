"""A stranger's photo comes out as the same picture and nothing else, or not at all."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from kinline.darkroom import photo, room
from kinline.darkroom.inside import program, walls
from kinline.darkroom.terms import Busy, Code, Photo, PhotoLimits, Unfit
from tests.darkroom.pictures import SECRET, encoded, exif, picture, segments

JFIF_AND_TABLES = {0xE0, 0xDB, 0xC0, 0xC2, 0xC4}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


def developed(folder: Path, content: bytes, limits: PhotoLimits = photo.LIMITS) -> Photo:
    source = folder.parent / "in"
    source.write_bytes(content)
    return photo.made_safe(source, folder, limits)


def refused(folder: Path, content: bytes, limits: PhotoLimits = photo.LIMITS) -> Code:
    """Why it is not taken; and nothing is left lying about."""
    with pytest.raises(Unfit) as no:
        developed(folder, content, limits)
    assert list(folder.iterdir()) == []
    return no.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_turned_upright_and_loses_where_it_was_taken(folder: Path, kind: str) -> None:
    held_sideways = picture().transpose(Image.Transpose.ROTATE_90)
    content = encoded(held_sideways, kind, exif=exif(orientation=6))
    assert SECRET.encode() in content

    taken = developed(folder, content)

    assert (taken.width, taken.height) == (640, 480)
    for path in (taken.path, taken.thumb):
        written = path.read_bytes()
        assert SECRET.encode() not in written
        assert set(segments(written)) <= JFIF_AND_TABLES
    with Image.open(taken.path) as seen:
        assert seen.mode == "RGB"
        assert seen.getpixel((20, 20)) > (240, 240, 240)
        red, _, blue = seen.getpixel((600, 20))
        assert red > 150 > blue
    with Image.open(taken.thumb) as small:
        assert max(small.size) == 480
    assert sorted(path.name for path in folder.iterdir()) == ["photo.jpg", "thumb.jpg"]


def test_a_photo_of_a_newer_phone_is_taken_too(folder: Path) -> None:
    heic = (Path(__file__).with_name("samples") / "phone.heic").read_bytes()
    assert SECRET.encode() in heic
    taken = developed(folder, heic)
    # In HEIC the box of the picture says how it was held; EXIF does not count (ISO/IEC 23000-22).
    assert (taken.width, taken.height) == (480, 640)
    assert SECRET.encode() not in taken.path.read_bytes()
    assert set(segments(taken.path.read_bytes())) <= JFIF_AND_TABLES


def test_what_is_see_through_stands_on_white(folder: Path) -> None:
    image = picture(mode="RGBA")
    image.putalpha(0)
    taken = developed(folder, encoded(image, "PNG"))
    with Image.open(taken.path) as seen:
        assert seen.getpixel((600, 20)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "limits", "code"),
    [
        (b"", photo.LIMITS, Code.EMPTY),
        (b"\xff\xd8\xff" + b"\0" * 2000, replace(photo.LIMITS, most_bytes=1000), Code.TOO_LARGE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", photo.LIMITS, Code.WRONG_KIND),
        (encoded(picture(), "JPEG")[:-900], photo.LIMITS, Code.BROKEN),
        (
            encoded(picture(), "PNG"),
            replace(photo.LIMITS, most_pixels=300_000),
            Code.TOO_MANY_PIXELS,
        ),
    ],
)
def test_what_is_not_taken_has_a_reason_and_leaves_nothing(
    folder: Path, content: bytes, limits: PhotoLimits, code: Code
) -> None:
    assert refused(folder, content, limits) is code


def test_a_photo_that_takes_too_much_memory_or_time_is_refused(folder: Path) -> None:
    bounds = photo.LIMITS.bounds
    large = encoded(picture(6000, 6000), "PNG")
    narrow = replace(photo.LIMITS, bounds=replace(bounds, memory_bytes=150_000_000))
    assert refused(folder, large, narrow) is Code.TOO_HARD
    short = replace(photo.LIMITS, bounds=replace(bounds, wall_seconds=0.05))
    assert refused(folder, large, short) is Code.TOO_HARD


def test_only_so_many_are_opened_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "PATIENCE_SECONDS", 0.01)
    for _ in range(room.AT_ONCE):
        room._places.acquire()
    try:
        with pytest.raises(Busy):
            developed(folder, encoded(picture(), "PNG"))
    finally:
        for _ in range(room.AT_ONCE):
            room._places.release()
    assert developed(folder, encoded(picture(), "PNG")).width == 640


ESCAPE = """
import json, os, sys
sys.path.insert(0, {root!r})
from kinline.darkroom.inside import walls
stand = walls.limit(memory_bytes=1 << 30, cpu_seconds=5, output_bytes=1000, wall_seconds=5.0)
stand += walls.lock({own!r}, readable=[])
import socket, subprocess
def tried(what):
    try:
        what()
    except OSError as no:
        return type(no).__name__
    return "done"
def spoken():
    socket.create_connection(("127.0.0.1", {port}), 2)
def doubled():
    if os.fork() == 0:
        os._exit(0)
def threaded():
    import threading
    threading.Thread(target=print, args=("",), kwargs={{"end": ""}}).start()
def large():
    with open("large", "wb") as file: file.write(b"x" * 5000)
print(json.dumps({{
    "stand": stand,
    "its own file": tried(lambda: open("mine", "w").close()),
    "another's file": tried(lambda: open({secret!r}).close()),
    "another folder": tried(lambda: open({outside!r}, "w").close()),
    "a large file": tried(large),
    "a program": tried(lambda: subprocess.run(["/bin/true"])),
    "the network": tried(spoken),
    "another process": tried(doubled),
    "a thread": tried(threaded),
}}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
def test_what_opens_a_file_reaches_nothing_but_its_own_folder(tmp_path: Path) -> None:
    import socket

    own, secret = tmp_path / "own", tmp_path / "agency.key"
    own.mkdir()
    secret.write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        script = ESCAPE.format(
            root=str(Path(program.__file__).parents[3]),
            own=str(own),
            secret=str(secret),
            outside=str(tmp_path / "outside"),
            port=listening.getsockname()[1],
        )
        ran = subprocess.run(
            [sys.executable, "-I", "-c", script], cwd=own, capture_output=True, check=True
        )
    found = json.loads(ran.stdout)
    assert found["its own file"] == "done"
    assert found["a large file"] == "OSError"
    if "Landlock" in found["stand"]:
        assert found["another's file"] == found["another folder"] == "PermissionError"
    if "seccomp" in found["stand"]:
        for way in ("a program", "another process", "the network"):
            assert found[way] == "PermissionError", way
    assert found["a thread"] == "done"
    assert {"limits", "no new privileges"} <= set(found["stand"])


def test_the_answer_of_what_opens_files_is_not_trusted(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "agency.key"
    secret.write_text("secret")
    liar = tmp_path / "liar.py"
    monkeypatch.setattr(room, "PROGRAM", liar)
    names, told = ["photo.jpg", "thumb.jpg"], {"width": 10, "height": 10}
    for lie in (
        f"os.symlink({str(secret)!r}, 'photo.jpg')",
        "open('photo.jpg', 'w').write('<script>'); open('thumb.jpg', 'w').write('x')",
        "[open(n, 'wb').write(b'\\xff\\xd8\\xff') for n in names]; told['width'] = 10 ** 9",
        "told = ['no answer']",
        "os.kill(os.getpid(), 11)",
        "os.write(1, bytes(10 ** 7))",
    ):
        liar.write_text(
            f"import json, os\nnames, told = {names}, {told}\n{lie}\nprint(json.dumps(told))"
        )
        assert refused(folder, encoded(picture(), "PNG")) is Code.BROKEN
    assert secret.read_text() == "secret"
    assert (folder.parent / "in").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
def test_the_machine_says_which_walls_it_has() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "kinline.darkroom"], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip().split(", ") == room.walls()
    assert room.walls()[:2] == ["limits", "no new privileges"]


def test_walls_name_only_calls_that_exist() -> None:
    for _, clone, numbers in walls._NUMBERS.values():
        assert len({clone, *numbers}) == len(numbers) + 1
    assert os.path.isfile(room.PROGRAM)
