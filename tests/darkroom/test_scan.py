"""The scanner's port: a verdict, or the plain word that there is none. Never a silent "clean"."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kinline.darkroom import scan
from kinline.darkroom.scan import ScannerAway, Verdict
from tests.darkroom import clamds


def file(folder: Path, content: bytes) -> Path:
    path = folder / "letter"
    path.write_bytes(content)
    return path


def test_without_a_scanner_nothing_is_called_clean(tmp_path: Path) -> None:
    found = scan.scan(file(tmp_path, clamds.EICAR), address="")
    assert found.verdict is Verdict.OFF


def test_a_scanner_that_is_away_is_told(tmp_path: Path) -> None:
    for address in (str(tmp_path / "nothing.sock"), "127.0.0.1:1", "nowhere"):
        with pytest.raises(ScannerAway):
            scan.scan(file(tmp_path, b"x"), address=address)
        assert not scan.answers(address=address)


@contextmanager
def answering(said: bytes) -> Iterator[str]:
    """Somebody at the scanner's place who says this, whatever they are sent."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer() -> None:
            line, _ = door.accept()
            with line:
                line.recv(100)
                line.sendall(said)
                with contextlib.suppress(OSError):  # whoever has heard enough may be gone
                    line.shutdown(socket.SHUT_WR)
                    while line.recv(65536):
                        pass

        threading.Thread(target=answer, daemon=True).start()
        yield f"127.0.0.1:{door.getsockname()[1]}"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"stream: ERROR\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"OK but not quite\0",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"x" * 10_000,
        b"\xff\xfe\0",
    ],
)
def test_what_is_no_verdict_is_not_clean(tmp_path: Path, said: bytes) -> None:
    with answering(said) as address, pytest.raises(ScannerAway):
        scan.scan(file(tmp_path, b"x" * 100), address=address)


def test_one_that_says_nothing_is_waited_for_only_so_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as door:
        address = f"127.0.0.1:{door.getsockname()[1]}"
        with pytest.raises(ScannerAway):
            scan.scan(file(tmp_path, b"x"), address=address)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A real clamd: the address of its socket, and that of its port."""
    if clamds.program() is None:
        pytest.skip("no clamd on this machine (Debian: clamav-daemon)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with clamds.clamd(tmp_path_factory.mktemp("clamd"), port) as path:
        yield str(path), f"127.0.0.1:{port}"


@pytest.mark.clamd
@pytest.mark.long
def test_a_real_scanner_tells_the_test_string_from_a_letter(
    tmp_path: Path, real: tuple[str, str]
) -> None:
    for address in real:
        assert scan.answers(address=address)
        for content in (b"Dear Julian", b"", b"x" * 1_000_000):
            assert scan.scan(file(tmp_path, content), address=address).verdict is Verdict.CLEAN
        for content in (clamds.EICAR, b"x" * 300_000 + clamds.EICAR):
            found = scan.scan(file(tmp_path, content), address=address)
            assert found.verdict is Verdict.INFECTED
            assert found.found.startswith("Kinline.Test")


@pytest.mark.clamd
@pytest.mark.long
def test_what_a_real_scanner_finds_too_large_is_not_clean(
    tmp_path: Path, real: tuple[str, str]
) -> None:
    with pytest.raises(ScannerAway):
        scan.scan(file(tmp_path, bytes(3 * clamds.MOST_BYTES)), address=real[0])
