"""Asking on a telephone: a question is said, keys are gathered, silence is asked again."""

import asyncio
from collections import deque
from collections.abc import Sequence

from kinline.engine.ivr.prompts import Prompts
from kinline.engine.media.port import Booth, Clip
from kinline.engine.settings import Times

ENOUGH, HELP = "#", "*"
ASKED_AT_MOST = 3
_KEYS_KEPT = 40


class NobodyThere(Exception):
    """Three times no key: the receiver hangs beside the phone, or was put down."""


class HungUp(Exception):
    """The handset was put down."""


class Keypad:
    """One handset's keys and ear. Keys may be a PIN: they are held here and nowhere else.

    `language` may change on the way. A key that comes while something is said ends it.
    """

    def __init__(self, booth: Booth, prompts: Prompts, times: Times, language: str) -> None:
        self._booth, self._prompts, self._times = booth, prompts, times
        self.language = language
        self._keys = deque[str](maxlen=_KEYS_KEPT)
        self._gone = False
        self._news = asyncio.Event()

    def pressed(self, digit: str) -> None:
        self._keys.append(digit)
        self._news.set()

    def hung_up(self) -> None:
        self._gone = True
        self._news.set()

    @property
    def waiting(self) -> bool:
        """Whether keys were pressed that no question has read: somebody is ahead of us."""
        return bool(self._keys)

    def forget(self) -> None:
        """What was pressed before answers no question from here on."""
        self._keys.clear()

    def clip(self, name: str) -> Clip:
        """One prompt, as this handset hears it."""
        return self._prompts.clip(name, self.language, self._booth.codec)

    def has(self, name: str) -> bool:
        """Whether there is such a prompt."""
        return self._prompts.has(name, self.language)

    async def say(self, *names: str) -> None:
        """Say these prompts to their end, or until a key, which is not lost. Raises HungUp."""
        await self.play([self.clip(name) for name in names])

    async def play(self, clips: Sequence[Clip]) -> None:
        """Play to the end, or until a key. Raises HungUp."""
        said = asyncio.Event()
        self._booth.play(clips, done=said.set)
        waits = [asyncio.ensure_future(said.wait()), asyncio.ensure_future(self._something())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
        if not said.is_set():
            self._booth.stop()
        if self._gone:
            raise HungUp

    async def number(self, question: Sequence[str], help: str, longest: int) -> str:
        """Digits up to the pound key. Star helps, or throws away what was entered so far.

        Raises NobodyThere after three silences, and HungUp.
        """
        for _ in range(ASKED_AT_MOST):
            await self.say(*question)
            digits = await self._digits(question, help, longest)
            if digits:
                return digits
            await self.say("not_heard")
        raise NobodyThere

    async def choice(self, question: Sequence[Clip], among: str, help: str) -> str:
        """One of these keys. Raises NobodyThere after three silences, and HungUp."""
        for _ in range(ASKED_AT_MOST):
            await self.play(question)
            key = await self._key(self._times.first_key)
            if key is not None and key in among:
                return key
            if key == HELP:
                await self.say(help)
        raise NobodyThere

    async def wait_for_key(self, seconds: float) -> None:
        """Wait that long, or until a key, which is read. Raises HungUp."""
        await self._key(seconds)

    async def _digits(self, question: Sequence[str], help: str, longest: int) -> str:
        found, patience = "", self._times.first_key
        while len(found) < longest:
            key = await self._key(patience)
            if key is None or key == ENOUGH:
                break
            if key == HELP:
                found, patience = "", self._times.first_key
                await self.say(help)
                await self.say(*question)
            else:
                found, patience = found + key, self._times.next_key
        return found

    async def _key(self, seconds: float) -> str | None:
        """The next key, None if none comes. Raises HungUp."""
        try:
            async with asyncio.timeout(seconds):
                await self._something()
        except TimeoutError:
            return None
        if self._gone:
            raise HungUp
        return self._keys.popleft()

    async def _something(self) -> None:
        """Until a key waits to be read, or the handset is put down."""
        while not self._keys and not self._gone:
            self._news.clear()
            await self._news.wait()
