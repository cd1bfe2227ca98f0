"""The port to a virus scanner: clamd's INSTREAM, as clamd(8) describes it.

The file travels in the answerless half of one connection: "zINSTREAM\\0", then chunks of length
(u32, big-endian) and bytes, then a length of 0; one line comes back. Whoever sends the file never
opens it. Without an address the port is off, and says so: a scan that did not take place is never
taken for a clean one.
"""

import socket
import struct
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

CHUNK_BYTES = 1 << 16
CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 60.0
_LENGTH = struct.Struct(">I")
_ANSWER_BYTES = 4096


class Verdict(StrEnum):
    """What is known of a file. OFF: nobody was asked."""

    CLEAN = "clean"
    INFECTED = "infected"
    OFF = "off"


class ScannerAway(Exception):
    """A scanner is set and gave no verdict: not there, too slow, or the file above its limit."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """The verdict, and the name of what was found, as the scanner says it; "" when nothing."""

    verdict: Verdict
    found: str = ""


def scan(source: Path, *, address: str) -> Scanned:
    """Ask the scanner at `address` about a file: "host:port", "/path/of/socket", or "" for off.

    Raises ScannerAway: let nothing through that was to be scanned and was not.
    """
    if not address:
        return Scanned(Verdict.OFF)
    try:
        with source.open("rb") as file, _connected(address) as line:
            _send(line, file)
            return _understood(_answer(line))
    except (OSError, ValueError) as error:  # ValueError: an address that is none
        raise ScannerAway(type(error).__name__) from error


def answers(*, address: str) -> bool:
    """Whether a scanner is there: PING, PONG."""
    try:
        with _connected(address) as line:
            line.sendall(b"zPING\0")
            return _answer(line) == "PONG"
    except (OSError, ValueError):
        return False


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
    else:
        host, _, port = address.rpartition(":")
        where = (host.strip("[]"), int(port))
        line = socket.create_connection(where, CONNECT_SECONDS)
    line.settimeout(ANSWER_SECONDS)
    return line


def _send(line: socket.socket, file: BinaryIO) -> None:
    try:
        line.sendall(b"zINSTREAM\0")
        while chunk := file.read(CHUNK_BYTES):
            line.sendall(_LENGTH.pack(len(chunk)) + chunk)
        line.sendall(_LENGTH.pack(0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # above its limit it stops listening, and its answer says so


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _ANSWER_BYTES:
        more = line.recv(_ANSWER_BYTES)
        if not more:
            break
        said += more
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _understood(said: str) -> Scanned:
    """clamd says "stream: OK", "stream: NAME FOUND", or "... ERROR"."""
    verdict = said.removeprefix("stream: ")
    if verdict == "OK":
        return Scanned(Verdict.CLEAN)
    if verdict.endswith(" FOUND"):
        return Scanned(Verdict.INFECTED, verdict.removesuffix(" FOUND"))
    raise ScannerAway("no verdict")
