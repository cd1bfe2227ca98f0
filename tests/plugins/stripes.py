"""What stands in for Stripe in tests: localstripe, a program of its own (GPL; never imported)."""

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest

STARTS_WITHIN_SECONDS = 20


@pytest.fixture(scope="session")
def localstripe() -> Iterator[str]:
    """Its address, for settings.STRIPE_API. Started once a run, ended with it."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    words = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, child)
        yield address
    finally:
        child.terminate()
        child.wait(10)


def _wait(address: str, child: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until and child.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/js.stripe.com/v3/", timeout=1).close()
            return
        time.sleep(0.05)
    raise RuntimeError("localstripe does not start")
