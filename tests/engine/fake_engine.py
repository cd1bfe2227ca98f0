"""An engine's end of the line that carries no sound: each handset that calls is put through.

Speaks the sip process's own messages, so that signalling is tested by itself.
"""

import asyncio
import secrets
import sys
from pathlib import Path

from kinline.engine.signalling.sip.messages import (
    LINE_BYTES,
    Accept,
    Answered,
    Dial,
    FromSip,
    Gone,
    HangUp,
    Invite,
    Local,
    Refuse,
    Setup,
    Standing,
    ToSip,
    TrunkIs,
    from_sip,
    written,
)
from tests.engine.baresip import free_port
from tests.engine.browsers import until

SOUND = Local("127.0.0.1", 40_000, "pcmu")


class FakeEngine:
    """`open` starts the sip process. A handset's call is dialled through `trunk`."""

    def __init__(self, folder: Path, setup: Setup, *, number: str = "+16175550142") -> None:
        self.folder, self.setup, self.number = folder, setup, number
        self.port = free_port()
        self.told: list[FromSip] = []
        self.keep_told = True
        self.answered = self.dialled = 0
        self.codes: dict[int, int] = {}
        self.standing: Standing | None = None
        self.trunks: dict[str, bool] = {}
        self._other: dict[str, str] = {}
        self._process: asyncio.subprocess.Process
        self._writer: asyncio.StreamWriter | None = None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> str:
        return (self.folder / "sip.log").read_text()

    async def __aenter__(self) -> "FakeEngine":
        path = self.folder / "engine.sock"
        self._server = await asyncio.start_unix_server(self._serve, path, limit=LINE_BYTES)
        with (self.folder / "sip.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "kinline", "sip", f"--listen=127.0.0.1:{self.port}"),
                *("--engine", str(path)),
                stdout=log,
                stderr=log,
            )
        await until(lambda: self._writer, "the sip process", patience=20)
        await asyncio.sleep(0.3)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()
        self._server.close()

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    def say(self, message: ToSip) -> None:
        assert self._writer is not None
        self._writer.write(written(message))

    def dial(self, trunk: str = "t1", *, ring_seconds: int = 10) -> str:
        """Ring a telephone outside, with nobody inside; its dialog's name."""
        name = secrets.token_hex(8)
        self.say(Dial(name, trunk, self.number, SOUND, ring_seconds))
        return name

    async def hears(self, dialog: str, kind: type[FromSip], patience: float = 10.0) -> FromSip:
        """Wait for such a message about this dialog."""

        def found() -> list[FromSip]:
            return [m for m in self.told if isinstance(m, kind) and self._about(m) == dialog]

        told: list[FromSip] = await until(found, f"{kind.__name__} of {dialog}", patience)
        return told[-1]

    @staticmethod
    def _about(message: FromSip) -> str:
        return str(getattr(message, "dialog", ""))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.say(self.setup)
        while line := await reader.readline():
            message = from_sip.decode(line)
            if self.keep_told:
                self.told.append(message)
            self._heard(message)
        writer.close()

    def _heard(self, message: FromSip) -> None:
        match message:
            case Invite(dialog):
                self._put_through(dialog)
            case Answered(dialog) if dialog in self._other:
                self.answered += 1
                self.say(Accept(self._other[dialog], SOUND))
            case Gone(dialog, code):
                self.codes[code] = self.codes.get(code, 0) + 1
                self._over(dialog, code)
            case Standing():
                self.standing = message
            case TrunkIs(trunk, up):
                self.trunks[trunk] = up

    def _put_through(self, inside: str) -> None:
        if not self.setup.trunks:
            self.say(Refuse(inside, 503))
            return
        self.dialled += 1
        outside = self.dial(self.setup.trunks[0].trunk)
        self._other[inside], self._other[outside] = outside, inside

    def _over(self, dialog: str, code: int) -> None:
        """One end is gone: so is the other."""
        other = self._other.pop(dialog, None)
        if other is not None:
            self._other.pop(other, None)
            self.say(Refuse(other, code) if code else HangUp(other))
