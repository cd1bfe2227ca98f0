"""Files of messages lie sealed, are whole or not there, and leave no orphan behind."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as pace
from hypothesis import strategies as st

from kinline.apps import stored
from kinline.sealed import blob
from kinline.sealed.blob import PIECE_BYTES, Blob, BlobBroken, NotABlob

NOW = datetime.now(UTC)
KEY = bytes(range(32))
BRISTOL, SUFFOLK = "ma-bristol", "ma-suffolk"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object) -> Path:
    settings.STORED = tmp_path / "stored"  # type: ignore[attr-defined]
    settings.WORK = tmp_path / "stored" / "work"  # type: ignore[attr-defined]
    return tmp_path / "stored"


def source(tmp_path: Path, content: bytes = b"a photo of the kitchen") -> Path:
    path = tmp_path / "source"
    path.write_bytes(content)
    return path


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def sealed(content: bytes, name: str = "photo") -> bytes:
    pieces = blob.seal(io.BytesIO(content), name=name, size=len(content), key=KEY)
    return b"".join(pieces)


def unsealed(data: bytes, start: int = 0, stop: int | None = None, key: bytes = KEY) -> bytes:
    return b"".join(Blob(io.BytesIO(data), name="photo", key=key).read(start, stop))


LONG = os.urandom(3 * PIECE_BYTES + 100)
SEALED = sealed(LONG)


@pace(deadline=None, max_examples=60)
@given(st.integers(0, len(LONG) + 50), st.integers(0, len(LONG) + 50))
def test_any_range_of_a_sealed_file_is_read_alone(start: int, stop: int) -> None:
    assert unsealed(SEALED, start, stop) == LONG[start:stop]


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1])
def test_a_sealed_file_of_any_size_opens_again(size: int) -> None:
    content = LONG[:size]
    assert unsealed(sealed(content)) == content


@pace(deadline=None, max_examples=60)
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_a_changed_byte_is_seen(at: int, by: int) -> None:
    changed = bytearray(SEALED)
    changed[at] ^= by
    with pytest.raises((NotABlob, BlobBroken)):
        unsealed(bytes(changed))


@pace(deadline=None, max_examples=60)
@given(st.integers(0, len(SEALED) - 1))
def test_a_torn_file_is_seen_before_a_byte_of_it_is_read(length: int) -> None:
    with pytest.raises((NotABlob, BlobBroken)):
        Blob(io.BytesIO(SEALED[:length]), name="photo", key=KEY)


@pace(deadline=None, max_examples=60)
@given(st.binary(max_size=200))
def test_anything_else_is_no_sealed_file(junk: bytes) -> None:
    with pytest.raises((NotABlob, BlobBroken)):
        unsealed(b"KBLB\x01" + junk)


def test_a_sealed_file_stands_for_itself_alone() -> None:
    with pytest.raises(NotABlob):
        Blob(io.BytesIO(sealed(b"x", name="another")), name="photo", key=KEY)
    with pytest.raises(BlobBroken):
        unsealed(SEALED, key=bytes(32))
    one, other = sealed(LONG), sealed(LONG)
    head = len(one) - len(LONG) - 4 * 16
    piece = PIECE_BYTES + 16
    swapped = one[:head] + other[head : head + piece] + one[head + piece :]
    with pytest.raises(BlobBroken):
        unsealed(swapped)


def test_a_file_is_kept_sealed_and_read_by_its_agency_alone(tmp_path: Path, folder: Path) -> None:
    content = b"I miss you, mijo. " * 9000
    kept = stored.keep(source(tmp_path, content), agency=BRISTOL)
    again = stored.keep(source(tmp_path, content), agency=BRISTOL)

    assert kept.size == len(content)
    assert kept.blob != again.blob
    assert all(b"mijo" not in path.read_bytes() for path in files(folder))
    assert stored.path_of(kept.blob).stat().st_mode & 0o777 == 0o600

    def read(**how: object) -> bytes:
        asked = {"blob": kept.blob, "wrapped_key": kept.wrapped_key, "agency": BRISTOL} | how
        return b"".join(stored.read(**asked))  # type: ignore[arg-type]

    assert read() == content
    assert read(start=70_000, stop=70_010) == content[70_000:70_010]
    for wrong in (
        {"agency": SUFFOLK},
        {"privileged": True},
        {"wrapped_key": again.wrapped_key},
        {"wrapped_key": "no key"},
        {"blob": again.blob},
        {"blob": "0" * 32},
    ):
        with pytest.raises(stored.Gone):
            read(**wrong)


def test_privileged_mail_has_a_key_of_its_own(tmp_path: Path) -> None:
    kept = stored.keep(source(tmp_path), agency=BRISTOL, privileged=True)
    asked = {"blob": kept.blob, "wrapped_key": kept.wrapped_key, "agency": BRISTOL}
    assert b"".join(stored.read(**asked, privileged=True)) == b"a photo of the kitchen"  # type: ignore[arg-type]
    with pytest.raises(stored.Gone):
        stored.opened(**asked)  # type: ignore[arg-type]


def test_a_destroyed_file_is_gone_and_stays_so(tmp_path: Path, folder: Path) -> None:
    kept = stored.keep(source(tmp_path), agency=BRISTOL)
    assert stored.destroy(kept.blob)
    assert not stored.destroy(kept.blob)
    assert files(folder) == []
    with pytest.raises(ValueError, match="hexadecimal"):
        stored.destroy("../../agency.key")


def test_the_sweep_takes_what_no_row_names_and_only_that(tmp_path: Path, folder: Path) -> None:
    named, lone = (stored.keep(source(tmp_path), agency=BRISTOL) for _ in range(2))
    (folder / "drafts" / "half").write_bytes(b"half a file")
    (folder / "work" / "left").mkdir(parents=True)
    (folder / "work" / "left" / "clear.jpg").write_bytes(b"clear")

    def held(names: Collection[str]) -> list[str]:
        assert {named.blob, lone.blob} >= set(names)
        return [name for name in names if name == named.blob]

    assert stored.sweep(held=held, now=NOW) == 0  # a transaction may yet name them
    assert stored.sweep(held=held, now=NOW + timedelta(hours=2)) == 3
    assert files(folder) == [stored.path_of(named.blob)]
    assert stored.sweep(held=held, now=NOW + timedelta(hours=2)) == 0


def test_a_workroom_is_gone_after_its_use(folder: Path) -> None:
    def fail() -> None:
        with stored.workroom() as room:
            (room / "clear.jpg").write_bytes(b"clear")
            assert files(folder) == [room / "clear.jpg"]
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert files(folder) == []


PROGRAM = """
import resource, signal, sys
from pathlib import Path

from django.conf import settings
home = Path({folder!r})
settings.configure(STORED=home, WORK=home / "work", KEYRING=lambda _: "ab" * 32)
from kinline.apps import stored
"""
FULL = """
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    stored.keep(Path({source!r}), agency="ma-bristol")
except stored.NoRoom:
    print("no room")
"""
KEEPING = """
print("ready", flush=True)
while True:
    stored.keep(Path({source!r}), agency="ma-bristol")
"""


def started(program: str, **names: object) -> subprocess.Popen[bytes]:
    script = program.format(**{name: str(value) for name, value in names.items()})
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, folder: Path) -> None:
    program = started(PROGRAM + FULL, folder=folder, source=source(tmp_path, LONG))
    said, _ = program.communicate(timeout=60)
    assert said == b"no room\n"
    assert files(folder) == []


def test_a_kill_leaves_whole_files_and_what_the_sweep_finds(tmp_path: Path, folder: Path) -> None:
    program = started(PROGRAM + KEEPING, folder=folder, source=source(tmp_path, LONG))
    assert program.stdout is not None
    program.stdout.readline()
    while len(files(folder)) < 5:
        assert program.poll() is None
    program.send_signal(signal.SIGKILL)
    program.wait()
    program.stdout.close()
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        with path.open("rb") as file:  # as long as its header says: never half a file
            header = blob.read_header(file)
        assert path.stat().st_size == header.file_bytes
    stored.sweep(held=lambda names: [], now=NOW + timedelta(hours=2))
    assert files(folder) == []
