"""A tethered process does not outlive its parent, however that ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.journeys.house import eventually
from tests.tooling.test_child import alive

PARENT = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], env=os.environ | {{{told}}})
time.sleep(600)
"""
CHILD = """
import os, sys, time
from pathlib import Path
from kinline.config import tether
tether.hold()
Path({note!r}).write_text(str(os.getpid()))
time.sleep(600)
"""


def orphan(note: Path, told: str) -> int:
    """Start parent and child, kill the parent without warning; returns the child's pid."""
    child = CHILD.format(note=str(note))
    parent = subprocess.Popen([sys.executable, "-c", PARENT.format(told=told), child])
    eventually(lambda: note.exists() and note.read_text())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    return int(note.read_text())


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    pid = orphan(tmp_path / "pid", told='"KINLINE_PARENT": str(os.getpid())')
    eventually(lambda: not alive(pid))


def test_a_process_started_by_hand_follows_nobody(tmp_path: Path) -> None:
    pid = orphan(tmp_path / "pid", told="")
    try:
        assert alive(pid)
    finally:
        os.kill(pid, signal.SIGKILL)


def test_a_child_whose_parent_is_gone_already_ends_at_once(tmp_path: Path) -> None:
    # The parent named is not the parent there is.
    line = f"from kinline.config import tether; tether.hold(); open({str(tmp_path / 'no')!r}, 'w')"
    ran = subprocess.run(
        [sys.executable, "-c", line], env=os.environ | {"KINLINE_PARENT": "1"}, check=False
    )
    assert ran.returncode == -signal.SIGTERM
    assert not (tmp_path / "no").exists()
