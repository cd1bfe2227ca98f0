"""Steps that are done once and remembered by the hash of what went into them."""

import fcntl
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.dev.say import say

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MEMORY = VENV / "kinline-steps.json"


def fingerprint(paths: Iterable[Path], extra: str = "") -> str:
    """A hash over names and contents of files, and of all files below folders."""
    digest = hashlib.sha256(extra.encode())
    for path in sorted(_files(paths)):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (file for file in path.rglob("*") if file.is_file())
        elif path.exists():
            yield path


def once(name: str, mark: str, act: Callable[[], None], *, made: Path | None = None) -> bool:
    """Act, unless `name` was last done with the same `mark` and `made` is still there.

    Returns whether it acted. A failing act leaves no memory: the next run tries again.
    """
    done = _remembered()
    if done.get(name) == mark and (made is None or made.exists()):
        return False
    act()
    MEMORY.write_text(json.dumps(_remembered() | {name: mark}, indent=1), "utf-8")
    return True


def _remembered() -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads(MEMORY.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return known


@contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time in this checkout; a second one waits and says so."""
    VENV.mkdir(exist_ok=True)
    with (VENV / ".setting-up").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  another ./dev is setting up this checkout; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
