"""A kill at any moment and a full disk: no process goes on alone, and nothing stays behind."""

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kinline.darkroom import film, photo, room
from kinline.darkroom.terms import Code, NoRoom, Unfit
from tests.darkroom.hostile import png
from tests.darkroom.pictures import encoded, picture
from tests.darkroom.reels import reel

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]
OPENING = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from kinline.darkroom import photo
print("opening", flush=True)
photo.made_safe(Path({source!r}), Path({folder!r}))
print("done", flush=True)
"""


def next_door(folder: Path) -> list[int]:
    """The processes that work in a folder inside `folder`."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if str(room.PROGRAM).encode() in words and any(str(folder).encode() in w for w in words):
            found.append(int(entry.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("patience", [0.0, 0.1, 0.3, 0.8])
def test_who_is_killed_leaves_nobody_working_and_one_folder_to_sweep(
    tmp_path: Path, patience: float
) -> None:
    folder, source = tmp_path / "work", tmp_path / "in"
    folder.mkdir()
    source.write_bytes(png(8000, 8000, colour=6))
    script = OPENING.format(root=str(ROOT), source=str(source), folder=str(folder))
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    parent.stdout.readline()
    until = time.monotonic() + 20
    while not next_door(folder) and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(patience)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    while next_door(folder):
        assert time.monotonic() < until + 30, "it works on alone"
        time.sleep(0.05)
    left = {path.name for path in folder.iterdir()}
    assert all(name.startswith(room.FOLDER_PREFIX) for name in left - {"photo.jpg", "thumb.jpg"})


def test_whatever_ends_the_process_next_door_is_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, source = tmp_path / "out", tmp_path / "in"
    folder.mkdir()
    source.write_bytes(encoded(picture(), "PNG"))
    liar = tmp_path / "liar.py"
    monkeypatch.setattr(room, "PROGRAM", liar)
    for number, code in (
        (signal.SIGKILL, Code.TOO_HARD),
        (signal.SIGXCPU, Code.TOO_HARD),
        (signal.SIGSEGV, Code.BROKEN),
        (signal.SIGABRT, Code.BROKEN),
    ):
        liar.write_text(f"import os; open('half', 'w'); os.kill(os.getpid(), {number.value})")
        with pytest.raises(Unfit) as no:
            photo.made_safe(source, folder)
        assert no.value.code is code
        assert list(folder.iterdir()) == []
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] == resource.RLIM_INFINITY


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with room for 16 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)], check=False
    )
    if mounted.returncode:
        pytest.skip("may not mount a disk of its own")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_ours_to_say_and_not_the_files_fault(tmp_path: Path, tiny: Path) -> None:
    source = tmp_path / "in"
    source.write_bytes(encoded(picture(1600, 1200).effect_spread(400), "JPEG"))
    with pytest.raises(NoRoom):
        photo.made_safe(source, tiny)
    assert list(tiny.iterdir()) == []
    source.write_bytes(reel("webm", seconds=3, width=640, height=480))
    with pytest.raises(NoRoom):
        film.made_safe(source, tiny)
    assert list(tiny.iterdir()) == []


def test_no_room_means_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    source = tmp_path / "in"
    source.write_bytes(encoded(picture(), "PNG"))
    monkeypatch.setattr(room.tempfile, "mkdtemp", full)
    with pytest.raises(NoRoom):
        photo.made_safe(source, tmp_path)
