"""Progress on standard error: what is being done, for how long, and what went wrong."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile

HEARTBEAT_SECONDS = 10.0


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def loudly(lines: Sequence[str]) -> None:
    """Something a person must not overlook."""
    width = max(len(line) for line in lines) + 4
    say("\n" + "!" * width)
    for line in lines:
        say(f"! {line}")
    say("!" * width + "\n")


class Failed(Exception):
    """A step did not succeed; the text says what to do. Ends ./dev with `code`."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


def run_quietly(
    command: Sequence[str | Path], *, title: str, cwd: Path, env: Mapping[str, str] | None = None
) -> None:
    """Run a long step: one line while it works, its output only if it fails.

    Raises Failed with the end of the output.
    """
    began = time.monotonic()
    say(f"  {title} ...")
    with TemporaryFile() as output:
        child = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        code = _wait(child, title, began)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    seconds = time.monotonic() - began
    if code != 0:
        raise Failed(f"{title}: failed after {seconds:.0f} s\n\n{tail(text)}")
    say(f"  {title}: done in {seconds:.1f} s")


def _wait(child: subprocess.Popen[bytes], title: str, began: float) -> int:
    """Wait for the child and say every ten seconds that it still works."""
    try:
        while True:
            try:
                return child.wait(timeout=HEARTBEAT_SECONDS)
            except subprocess.TimeoutExpired:
                say(f"  {title}: still at it, {time.monotonic() - began:.0f} s")
    except BaseException:
        child.kill()
        child.wait()
        raise


def tail(text: str, lines: int = 40) -> str:
    return "\n".join(text.rstrip().splitlines()[-lines:])
