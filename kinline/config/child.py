"""One process that is kept running: started, watched, restarted, ended, and its log kept."""

import asyncio
import contextlib
import logging
import os
import signal
import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path

from kinline.config import tether

FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.3, 5.0
# A child that ran this long was well: its next fall is a new one.
WELL_AFTER_SECONDS = 30.0
LOG_BYTES, LOG_FILES = 5_000_000, 4
HEALTH_TIMEOUT_SECONDS = 2.0
# Falling this often before it was ever well, it will not get well by waiting.
HOPELESS_AFTER = 4
HEALTH_EVERY_SECONDS = 0.1


@dataclass
class Child:
    """A command of ours as a child in a process group of its own.

    `say` is told of every unexpected end; `changed` is called when the process id changes.
    `patience` is how long it may take to stop after SIGTERM, in seconds.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    say: Callable[[str], None]
    changed: Callable[[], None]
    health: str | None = None
    trust: Path | None = None
    patience: float = 5.0
    echo: bool = False
    pid: int | None = None
    restarts: int = 0
    process: asyncio.subprocess.Process | None = None
    stopping: bool = False
    _delay: float = field(default=FIRST_DELAY_SECONDS)

    async def keep_running(self) -> None:
        """Start it, and start it again whenever it ends, until stop() is called."""
        while not self.stopping:
            began = time.monotonic()
            code = await self._one_life()
            if self.stopping:
                return
            if time.monotonic() - began > WELL_AFTER_SECONDS:
                self._delay = FIRST_DELAY_SECONDS
            self.say(f"{self.name} ended ({_ended(code)}); starting it again. Log: {self.log}")
            await asyncio.sleep(self._delay)
            self._delay = min(self._delay * 2, LONGEST_DELAY_SECONDS)
            self.restarts += 1

    async def _one_life(self) -> int:
        words, mouth = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *self.command,
                env={**self.environment, tether.PARENT: str(os.getpid())},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=mouth,
                stderr=asyncio.subprocess.STDOUT,
                process_group=0,  # Ctrl-C in a terminal is for us alone; we end the rest in order
            )
        finally:
            os.close(mouth)
        self.process, self.pid = process, process.pid
        self.changed()
        if self.stopping:  # asked to stop while it was being started
            self._signal(signal.SIGTERM)
        log = asyncio.ensure_future(self._keep_log(words))
        code = await process.wait()
        # What it has itself started, and left behind, must not hold its port, nor our pipe.
        self._signal(signal.SIGKILL)
        await log
        self.pid = None
        return code

    async def _keep_log(self, words: int) -> None:
        """Write what comes out of the pipe `words` into the log file until nobody speaks."""
        stream = asyncio.StreamReader()
        pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(words, "rb")
        )
        handler = RotatingFileHandler(self.log, maxBytes=LOG_BYTES, backupCount=LOG_FILES)
        rest = b""
        try:
            while chunk := await stream.read(65536):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._log_line(handler, line)
            if rest:
                self._log_line(handler, rest)
        finally:
            handler.close()
            pipe.close()

    def _log_line(self, handler: RotatingFileHandler, line: bytes) -> None:
        text = line.decode("utf-8", "replace")
        handler.emit(logging.LogRecord(self.name, logging.INFO, "", 0, "%s", (text,), None))
        if self.echo:
            print(f"{self.name:<6} | {text}", file=sys.stderr, flush=True)

    async def healthy(self, seconds: float) -> bool:
        """Wait until it answers its health address; False if it does not, or keeps falling.

        A child without such an address is well when it has a process.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.stopping and self.restarts < HOPELESS_AFTER:
            if self.pid and (not self.health or await asyncio.to_thread(self._answers)):
                return True
            await asyncio.sleep(HEALTH_EVERY_SECONDS)
        return False

    def _answers(self) -> bool:
        assert self.health is not None
        context = ssl.create_default_context(cafile=str(self.trust)) if self.trust else None
        try:
            with urllib.request.urlopen(
                self.health, timeout=HEALTH_TIMEOUT_SECONDS, context=context
            ) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    async def stop(self) -> None:
        """SIGTERM, again after `patience`, and SIGKILL when even that was not enough."""
        self.stopping = True
        for word, seconds in ((signal.SIGTERM, self.patience), (signal.SIGTERM, 2.0)):
            if self.pid is None or self.process is None:
                return
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(word)
            if await self._gone_within(seconds):
                return
        self.say(f"{self.name} does not stop; ending it by force")
        self._signal(signal.SIGKILL)
        await self._gone_within(LONGEST_DELAY_SECONDS)

    def kill(self) -> None:
        """At once, with everything it has started; it is not started again."""
        self.stopping = True
        self._signal(signal.SIGKILL)

    async def _gone_within(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self.pid is not None and time.monotonic() < until:
            await asyncio.sleep(0.02)
        return self.pid is None

    def _signal(self, word: signal.Signals) -> None:
        """To the child's whole process group; it is no fault if nobody is left in it."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, word)


def _ended(code: int) -> str:
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"


def tail(log: Path, lines: int = 25) -> str:
    """The end of a log file, for a person whose child does not start."""
    try:
        return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])
    except FileNotFoundError:
        return "(no log)"
