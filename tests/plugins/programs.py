"""Programs of their own that stand in for others, until they answer and to their end."""

import contextlib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

STARTS_WITHIN_SECONDS = 20


@contextlib.contextmanager
def program(module: str, *words: str, answers_at: str) -> Iterator[None]:
    """`python -m module words` for this block, from when `answers_at` answers to its end."""
    child = subprocess.Popen(
        [sys.executable, "-m", module, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(answers_at, child, module)
        yield
    finally:
        child.terminate()
        child.wait(10)


def _wait(address: str, child: "subprocess.Popen[bytes]", module: str) -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until and child.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=1).close()
            return
        time.sleep(0.05)
    raise RuntimeError(f"{module} does not start")
