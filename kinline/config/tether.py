"""A child that must not outlive its parent, even one that was killed without warning."""

import ctypes
import os
import signal
import sys
import threading
import time

PARENT = "KINLINE_PARENT"
PR_SET_PDEATHSIG = 1  # linux/prctl.h
POLL_SECONDS = 0.5


def hold(word: signal.Signals = signal.SIGTERM) -> None:
    """Send `word` to this process when its parent ends. Call it from the main thread, early.

    The parent is the process named in KINLINE_PARENT; without that nothing is done: a process
    started by hand or by the system's own supervisor has nobody to follow.
    """
    named = os.environ.pop(PARENT, "")
    if not named:
        return
    follow(int(named), word)


def follow(parent: int, word: signal.Signals) -> None:
    """As hold(), for a parent known by its process id."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_PDEATHSIG, int(word)) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    else:
        watch = threading.Thread(target=_watch, args=(parent, word), daemon=True)
        watch.start()
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), word)


def _watch(parent: int, word: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os.kill(os.getpid(), word)
