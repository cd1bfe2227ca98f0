"""rtpengine by itself, with the least client that makes it relay a call (its ng protocol).

The measure for our own media: Debian's daemon in user space, one offer and one answer a call.
"""

import re
import secrets
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.engine.rtpengines import free_pair

PROGRAM = "rtpengine"
_PORTS = (40_000, 49_998)
_PATIENCE_SECONDS = 2.0
_TRIES = 20
_AUDIO_PORT = re.compile(r"^m=audio (\d+) ", re.MULTILINE)
_SDP = """\
v=0\r
o=- 1 1 IN IP4 127.0.0.1\r
s=-\r
c=IN IP4 127.0.0.1\r
t=0 0\r
m=audio {port} RTP/AVP 0 101\r
a=rtpmap:101 telephone-event/8000\r
a={way}\r
"""


def there() -> bool:
    """Whether this machine has it."""
    return shutil.which(PROGRAM) is not None


class Daemon:
    """A running rtpengine: `with Daemon(folder) as daemon`.

    `config` is a file of settings; keys are told to the port above the one for commands.
    """

    def __init__(self, folder: Path, config: str = "none") -> None:
        self.port = free_pair()
        low, high = _PORTS
        (folder / "rtpengine").mkdir(parents=True, exist_ok=True)
        self._words = [
            *(PROGRAM, f"--config-file={config}", "--table=-1", "--interface=127.0.0.1"),
            *(f"--listen-ng=127.0.0.1:{self.port}", f"--port-min={low}", f"--port-max={high}"),
            *(f"--recording-dir={folder / 'rtpengine'}", "--recording-method=pcap"),
            *("--foreground", "--log-stderr", "--log-level=4", "--num-threads=2"),
            f"--pidfile={folder / 'rtpengine.pid'}",
            f"--dtmf-log-dest=127.0.0.1:{self.port + 1}",
        ]
        self._log = folder / "rtpengine.log"
        self._stack = ExitStack()

    def __enter__(self) -> "Daemon":
        log = self._stack.enter_context(self._log.open("wb"))
        self._process = subprocess.Popen(self._words, stdout=log, stderr=log)
        self.pid = self._process.pid
        self._stack.callback(self._process.wait)
        self._stack.callback(self._process.terminate)
        try:
            with Client(self.port) as client:
                client.ping()
        except OSError:
            self.__exit__()
            raise RuntimeError(f"rtpengine does not start:\n{self._log.read_text()}") from None
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


class Client:
    """Asks and waits: one datagram each way, asked again when none comes."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(_PATIENCE_SECONDS)
        self._to = "127.0.0.1", port

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ping(self) -> None:
        for _ in range(_TRIES):
            try:
                self.ask({"command": "ping"})
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError

    def relay(self, call: str, inside: int, outside: int) -> tuple[int, int]:
        """Let two telephones talk; the ports that they send to."""
        tags = {"call-id": call, "from-tag": f"{call}-a"}
        simple = {"ICE": "remove", "replace": ["origin"]}
        offer = {"command": "offer", "sdp": described(inside), **tags, **simple}
        for_outside = _port(self.ask(offer))
        tags["to-tag"] = f"{call}-b"
        answer = {"command": "answer", "sdp": described(outside), **tags, **simple}
        return _port(self.ask(answer)), for_outside

    def record(self, call: str) -> None:
        """Its own recording: every packet of the call into a file, in clear."""
        self.ask({"command": "start recording", "call-id": call})

    def fork(self, call: str, sink: int) -> None:
        """A copy of each side's packets to a port of ours, as a recorder would want them."""
        for side in "ab":
            asked = {"command": "subscribe request", "call-id": call, "from-tag": f"{call}-{side}"}
            tag = self.ask(asked)["to-tag"]
            wanted = described(sink, way="recvonly")
            answer = {"command": "subscribe answer", "call-id": call, "to-tag": tag}
            self.ask({**answer, "sdp": wanted})

    def ask(self, order: dict[str, Any]) -> dict[str, Any]:
        """Raises OSError when nothing comes back, RuntimeError when it says no."""
        cookie = secrets.token_hex(4).encode()
        self._socket.sendto(cookie + b" " + bencoded(order), self._to)
        while True:
            data = self._socket.recv(65_535)
            if data.startswith(cookie):
                break
        answer: dict[str, Any] = _decoded(data[len(cookie) + 1 :], 0)[0]
        if answer.get("result") not in ("ok", "pong"):
            raise RuntimeError(f"rtpengine refuses {order['command']}: {answer}")
        return answer


def described(port: int, way: str = "sendrecv") -> str:
    """A telephone's description of itself."""
    return _SDP.format(port=port, way=way)


def _port(answer: dict[str, Any]) -> int:
    found = _AUDIO_PORT.search(answer["sdp"])
    assert found is not None, answer
    return int(found[1])


def bencoded(value: object) -> bytes:
    """Strings, numbers, lists and dictionaries as the ng protocol wants them."""
    match value:
        case str():
            data = value.encode()
            return b"%d:%s" % (len(data), data)
        case int():
            return b"i%de" % value
        case list():
            return b"l" + b"".join(map(bencoded, value)) + b"e"
        case dict():
            pairs = (bencoded(key) + bencoded(one) for key, one in sorted(value.items()))
            return b"d" + b"".join(pairs) + b"e"
    raise TypeError(f"nothing for rtpengine: {type(value).__name__}")


def _decoded(data: bytes, at: int) -> tuple[Any, int]:
    """The value that begins at this place, and where the next one does."""
    kind = data[at : at + 1]
    if kind == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1 : end]), end + 1
    if kind in (b"l", b"d"):
        found, at = [], at + 1
        while data[at : at + 1] != b"e":
            one, at = _decoded(data, at)
            found.append(one)
        return (found if kind == b"l" else dict(zip(*[iter(found)] * 2, strict=True))), at + 1
    colon = data.index(b":", at)
    end = colon + 1 + int(data[at:colon])
    return data[colon + 1 : end].decode("utf-8", "replace"), end
