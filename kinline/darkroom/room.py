"""The process next door, seen from here: started for one file, bounded, watched, tidied after.

Whatever ends it (its own limits, the kernel, us) is an answer about the file, not an error of
ours. Its answer is not trusted either: names are fixed, sizes and openings are looked at.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from kinline.darkroom.terms import Bounds, Busy, Code, NoRoom, Unable, Unfit

PROGRAM = Path(__file__).with_name("inside") / "program.py"
# Each may use its whole memory: so many at a time in one process of web, others wait their turn.
AT_ONCE = 2
PATIENCE_SECONDS = 60.0
FOLDER_PREFIX = ".darkroom-"
_ANSWER_BYTES, _OPENING_BYTES = 10_000, 16
_NO_ROOM = "no-room"
Opening = Callable[[bytes], bool]
_places = threading.BoundedSemaphore(AT_ONCE)


def develop(
    task: str,
    source: Path,
    folder: Path,
    *,
    most_bytes: int,
    bounds: Bounds,
    asked: Mapping[str, int],
    openings: Mapping[str, Opening],
    told: Mapping[str, float],
) -> dict[str, float]:
    """Let the process next door do `task` with `source`; what it wrote stands in `folder`.

    `asked` are the numbers of the limits it must keep; `openings` say of each file it is to write
    whether its first 16 bytes are right; `told` are the numbers it must answer with, and the most
    each may be. Raises Unfit, Busy, NoRoom, Unable; then nothing is left in `folder`.
    """
    _sized(source, most_bytes)
    with _place(), _own_folder(folder) as own:
        answer = _run(task, source, own, bounds, asked)
        numbers = {name: _number(answer, name, most) for name, most in told.items()}
        for name, right in openings.items():
            _look_at(own / name, bounds.output_bytes, right)
        for name in openings:
            os.replace(own / name, folder / name)
    return numbers


def walls() -> list[str]:
    """Which walls stand around a program next door on this machine."""
    with tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX) as folder:
        bounds = Bounds(1 << 30, 20, 30.0, _ANSWER_BYTES)
        answer = _run("walls", Path(os.devnull), Path(folder), bounds, {})
    return [str(wall) for wall in answer["walls"]]


def _sized(source: Path, most_bytes: int) -> None:
    size = source.stat().st_size
    if not size:
        raise Unfit(Code.EMPTY)
    if size > most_bytes:
        raise Unfit(Code.TOO_LARGE, {"most": str(most_bytes // 1_000_000)})


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _places.release()


@contextmanager
def _own_folder(folder: Path) -> Iterator[Path]:
    """A folder inside `folder`, gone afterwards: the only one the process may write to."""
    try:
        own = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX, dir=folder))
    except OSError as error:
        raise NoRoom from error
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _run(
    task: str, source: Path, own: Path, bounds: Bounds, asked: Mapping[str, int]
) -> dict[str, Any]:
    # -I: no environment, no user's packages, no current folder. -B: it may not write there.
    command = [sys.executable, "-I", "-B", str(PROGRAM), task, str(own)]
    numbers = json.dumps({"bounds": asdict(bounds), "asked": dict(asked), "path": _packages()})
    with source.open("rb") as file, _sheet(own) as sheet:
        process = subprocess.Popen(
            [*command, numbers],
            stdin=file,
            stdout=sheet,
            stderr=subprocess.DEVNULL,
            env={},
            cwd=own,
            start_new_session=True,
        )
        try:
            process.wait(bounds.wall_seconds)
        except subprocess.TimeoutExpired:
            raise Unfit(Code.TOO_HARD) from None
        finally:
            _end(process)
        sheet.seek(0)
        return _understood(sheet.read(_ANSWER_BYTES), process.returncode)


def _sheet(own: Path) -> IO[bytes]:
    """What the answer is written on: in memory, since the disk may be full; never a pipe, which
    somebody would have to read to its end, however long."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("answer"), "w+b")
    return tempfile.TemporaryFile(dir=own)


def _packages() -> list[str]:
    """Where this process found its libraries: the other starts with none of it."""
    return [entry for entry in sys.path if entry.endswith("-packages")]


def _end(process: "subprocess.Popen[bytes]") -> None:
    """With whatever is in its group, and reaped. It cannot have started anything: see the walls."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _understood(said: bytes, code: int) -> dict[str, Any]:
    """The answer; a process that died without one was killed by what it read."""
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise Unfit(Code.TOO_HARD)
    try:
        answer = json.loads(said)
    except ValueError:
        raise Unfit(Code.BROKEN) from None
    if not isinstance(answer, dict):
        raise Unfit(Code.BROKEN)
    refused = answer.get("refused")
    if refused == _NO_ROOM:
        raise NoRoom
    if "unable" in answer:
        raise Unable(str(answer["unable"]))
    if refused is not None:
        facts = {str(name): str(value) for name, value in answer.get("facts", {}).items()}
        raise Unfit(Code(refused) if refused in set(Code) else Code.BROKEN, facts)
    return answer


def _look_at(path: Path, most_bytes: int, right: Opening) -> None:
    """A plain file, of the kind and size agreed. Raises Unfit."""
    if path.is_symlink() or not path.is_file() or not 0 < path.stat().st_size <= most_bytes:
        raise Unfit(Code.BROKEN)
    with path.open("rb") as file:
        if not right(file.read(_OPENING_BYTES)):
            raise Unfit(Code.BROKEN)


def _number(answer: Mapping[str, Any], name: str, most: float) -> float:
    """A number of the answer above 0 and up to `most`. Raises Unfit."""
    value = answer.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
        raise Unfit(Code.BROKEN)
    return value
