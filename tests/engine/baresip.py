"""baresip, an independent telephone: as a handset inside, and as somebody's telephone outside.

Each has a tone for a microphone, keeps what it hears as a WAV file, and is steered over a
socket on loopback.
"""

import asyncio
import contextlib
import json
import socket
import wave
from pathlib import Path
from typing import Any

import numpy as np

PATIENCE = 15.0
_MODULES = Path("/usr/lib/baresip/modules")
_CONFIG = """\
poll_method epoll
sip_listen {address}:{sip}
call_local_timeout 120
call_max_calls 4
audio_source aufile,{folder}/tone.wav
audio_player aubridge,{name}
audio_alert aufile,{folder}/alert.wav
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
rtp_ports {rtp}-{rtp_end}
jitter_buffer_type fixed
jitter_buffer_delay 5-10
module_path {modules}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
snd_path {folder}
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{steer}
net_interface {address}
"""


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM, address: str = "127.0.0.1") -> int:
    with socket.socket(socket.AF_INET, kind) as door:
        door.bind((address, 0))
        port: int = door.getsockname()[1]
        return port


def free_sip_port(address: str) -> int:
    """A port that is free for UDP and TCP, with the next one free too: baresip takes it for TLS."""
    while True:
        port = free_port(address=address)
        with contextlib.ExitStack() as doors:
            try:
                for wanted in (port, port + 1):
                    door = doors.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
                    door.bind((address, wanted))
            except OSError:
                continue
        return port


def write_tone(path: Path, hertz: int, seconds: float = 120.0) -> None:
    wave_form = 12_000 * np.sin(2 * np.pi * hertz * np.arange(int(8000 * seconds)) / 8000)
    with wave.open(str(path), "w") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(wave_form.astype("<i2").tobytes())


class Baresip:
    """One telephone. `account` is baresip's own line for it; {sip} in it is its port.

    `more` are lines for its configuration. With a certificate there, it takes TLS one port higher.
    """

    def __init__(
        self, folder: Path, name: str, hertz: int, account: str, address: str, more: str = ""
    ) -> None:
        self.folder, self.name, self.address = folder / name, name, address
        self.sip = free_sip_port(address)
        self.folder.mkdir(parents=True)
        write_tone(self.folder / "tone.wav", hertz)
        write_tone(self.folder / "alert.wav", 300, 0.1)
        rtp = 40_000 + 100 * (self.sip % 200)
        self._steer = free_port(socket.SOCK_STREAM)
        config = _CONFIG.format(
            address=address,
            sip=self.sip,
            folder=self.folder,
            name=name,
            rtp=rtp,
            rtp_end=rtp + 98,
            modules=_MODULES,
            steer=self._steer,
        )
        (self.folder / "config").write_text(config + more)
        (self.folder / "accounts").write_text(account.format(sip=self.sip) + "\n")
        (self.folder / "contacts").write_text("")
        self.events: list[dict[str, Any]] = []
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Baresip":
        log = (self.folder / "log").open("wb")
        self._process = await asyncio.create_subprocess_exec(
            "baresip", "-f", str(self.folder), stdout=log, stderr=log, stdin=asyncio.subprocess.PIPE
        )
        for _ in range(100):
            with contextlib.suppress(OSError):
                reader, self._writer = await asyncio.open_connection("127.0.0.1", self._steer)
                break
            await asyncio.sleep(0.05)
        assert self._writer is not None, (self.folder / "log").read_text()
        self._reading = asyncio.create_task(self._read(reader))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self._writer is not None:
            self._writer.close()
        await self.dies()

    async def dies(self) -> None:
        """Without a word."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def does(self, command: str, params: str = "") -> None:
        assert self._writer is not None
        data = json.dumps({"command": command, "params": params, "token": "t"}).encode()
        self._writer.write(b"%d:%s," % (len(data), data))

    def calls(self, number: str, server: str) -> None:
        self.does("dial", f"sip:{number}@{server}")

    def hangs_up(self) -> None:
        self.does("hangup")

    async def presses(self, digits: str) -> None:
        """One key after the other, as fast as a quick hand."""
        for digit in digits:
            self.does("sndcode", digit)
            await asyncio.sleep(0.06)
            self.does("sndcode", "\x04")
            await asyncio.sleep(0.06)

    async def sees(self, kind: str, after: int = 0, patience: float = PATIENCE) -> dict[str, Any]:
        """Wait for an event of this type, beyond the first `after` events."""
        async with asyncio.timeout(patience):
            while True:
                for event in self.events[after:]:
                    if event.get("type") == kind:
                        return event
                await asyncio.sleep(0.02)

    def saw(self, kind: str) -> bool:
        return any(event.get("type") == kind for event in self.events)

    def heard(self) -> np.ndarray:
        """All it heard so far, at 8 kHz."""
        found = [np.zeros(0)]
        for path in sorted(self.folder.glob("*-dec.wav")):
            data = path.read_bytes()[44:]
            found.append(np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(float))
        return np.concatenate(found)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                size = int((await reader.readuntil(b":"))[:-1])
                event = json.loads(await reader.readexactly(size))
                await reader.readexactly(1)
                self.events.append(event)


def tone_in(sound: np.ndarray, hertz: int) -> float:
    """How loud one tone is, in decibels below full scale."""
    if len(sound) < 800:
        return -200.0
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) / len(sound) * 4
    place = round(hertz * len(sound) / 8000)
    return float(20 * np.log10(spectrum[place - 2 : place + 3].max() / 32_768 + 1e-10))
