"""A real clamd (Debian: clamav-daemon) with one signature, ours: that of the EICAR test string."""

import getpass
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kinline.darkroom import scan

START_SECONDS = 60
# The string every scanner may be tried with (eicar.org), in two halves: so this file is clean.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = f"Kinline.Test:0:*:{EICAR[:40].hex()}\n"
MOST_BYTES = 2_000_000

CONFIGURATION = """\
Foreground yes
LocalSocket {folder}/clamd.sock
TCPSocket {port}
TCPAddr 127.0.0.1
DatabaseDirectory {folder}/signatures
StreamMaxLength {most}
LogFile {folder}/clamd.log
User {user}
"""


def program() -> str | None:
    """Where clamd is, None where it is not installed."""
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def clamd(folder: Path, port: int) -> Iterator[Path]:
    """Its socket, while it runs. It ends with the block."""
    (folder / "signatures").mkdir()
    (folder / "signatures" / "kinline.ndb").write_text(SIGNATURE)
    configuration = folder / "clamd.conf"
    told = {"folder": folder, "port": port, "most": MOST_BYTES, "user": getpass.getuser()}
    configuration.write_text(CONFIGURATION.format(**told))
    process = subprocess.Popen(
        [program() or "clamd", "--config-file", str(configuration)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    socket = folder / "clamd.sock"
    try:
        until = time.monotonic() + START_SECONDS
        while not scan.answers(address=str(socket)):
            assert process.poll() is None, (folder / "clamd.log").read_text()
            assert time.monotonic() < until, "clamd does not answer"
            time.sleep(0.1)
        yield socket
    finally:
        process.terminate()
        process.wait(20)
