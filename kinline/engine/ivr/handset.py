"""The conversation with a handset inside: language, who calls, their name, and their calls.

Reads from top to bottom in `run`. The receiver is lifted once and may make several calls; in a
call the handset belongs to the call's own conversation (call.py), and comes back afterwards.
"""

import asyncio
import logging
import secrets
import time
from typing import Protocol

from kinline.core.control import (
    AuthorizeReply,
    Control,
    ControlUnavailable,
    IdentifyReply,
    IdentifyRequest,
    NameDone,
    NameGrant,
    NameRequest,
    RefusalFact,
)
from kinline.core.ids import PersonId
from kinline.engine.control_client import ControlRefused
from kinline.engine.ivr.call import Conversation
from kinline.engine.ivr.keypad import HungUp, Keypad, NobodyThere
from kinline.engine.ivr.name import seal_name
from kinline.engine.ivr.prompts import Prompts
from kinline.engine.media.port import MediaEngine
from kinline.engine.media.recode import recoded
from kinline.engine.settings import EngineSettings
from kinline.engine.signalling.sip.telephony import Phone, PhoneEvent, PhoneGone
from kinline.sealed.track import Frame

log = logging.getLogger(__name__)

LONGEST_ID, LONGEST_PIN, LONGEST_NUMBER = 20, 12, 18
ABROAD, HOME_ABROAD = "011", "+"
_TRIES = 3
_TAKES = 3
_AWAY = (ControlUnavailable, ControlRefused)


class Board(Protocol):
    """Where calls begin."""

    async def call_from(
        self, handset: Phone, person: str, number: str, key: str
    ) -> AuthorizeReply | Conversation | None: ...


class HandsetSession:
    """From lifting the receiver to putting it down. `languages` are what this station offers."""

    def __init__(
        self,
        phone: Phone,
        languages: tuple[str, ...],
        *,
        control: Control,
        board: Board,
        prompts: Prompts,
        media: MediaEngine,
        settings: EngineSettings,
    ) -> None:
        self._phone, self._languages = phone, languages
        self._control, self._board, self._settings = control, board, settings
        self._away = False
        self._booth = media.open_booth(
            on_silence=self._silent,
            on_digit=self._pressed,
            silent_after=settings.times.silent_after,
            codec=phone.codec,
        )
        self._keypad = Keypad(self._booth, prompts, settings.times, languages[0])

    async def run(self) -> None:
        """Never raises: a fault of ours is said, and ends with the receiver hung up."""
        try:
            await self._serve()
        except HungUp:
            pass  # put down, which is how every such talk ends
        except NobodyThere:
            log.info("handset says nothing", extra={"station": self._phone.station})
        except Exception:
            log.exception("handset session failed", extra={"station": self._phone.station})
        finally:
            await self._booth.close()
            self._phone.hang_up()

    async def _serve(self) -> None:
        self._sit_down()
        self._phone.answer()
        await self._choose_language()
        found = await self._identify()
        if found is None or found.person is None:
            await self._keypad.say("goodbye")
            return
        if len(self._languages) < 2:
            # Who was not asked hears their own language; who chose one by key hears that.
            self._keypad.language = found.language
        if not found.named:
            await self._take_name(found.person)
        await self._make_calls(found.person)

    # --- the steps --------------------------------------------------------------------

    async def _choose_language(self) -> None:
        """Each language offers itself, in its own words and under its own key."""
        if len(self._languages) < 2:
            return
        clips = []
        for place, language in enumerate(self._languages, start=1):
            self._keypad.language = language
            clips.append(self._keypad.clip(f"language.{place}"))
        self._keypad.language = self._languages[0]
        among = "".join(str(place) for place in range(1, len(self._languages) + 1))
        key = await self._keypad.choice(clips, among, "help.language")
        self._keypad.language = self._languages[int(key) - 1]

    async def _identify(self) -> IdentifyReply | None:
        """The person, None after three wrong tries or where nobody may sign in."""
        for _ in range(_TRIES):
            number = await self._keypad.number(["ask.id"], "help.id", LONGEST_ID)
            pin = await self._keypad.number(["ask.pin"], "help.pin", LONGEST_PIN)
            request = IdentifyRequest(station=self._phone.station, number=number, pin=pin)
            try:
                reply = await self._control.identify(request)
            except _AWAY:
                await self._keypad.say("try_later")
                return None
            if reply.person is not None:
                return reply
            code = reply.refusals[0].code if reply.refusals else "sign_in.wrong"
            await self._keypad.say(self._keypad_word(code, "sign_in.closed"))
            if code != "sign_in.wrong":
                return None
        return None

    async def _take_name(self, person: PersonId) -> None:
        """Record the person's own name: said, heard again, kept or said anew."""
        await self._keypad.say("name.first")
        for _ in range(_TAKES):
            key = secrets.token_hex(16)
            try:
                reply = await self._control.name(NameRequest(key=key, person=person))
            except _AWAY:
                return  # the next call will ask again
            if reply.grant is None:
                return
            frames = await self._take(reply.max_seconds)
            if not frames:
                await self._keypad.say("name.silent")
                continue
            heard = recoded(tuple(f.packet for f in frames), self._booth.codec, self._booth.codec)
            question = [self._keypad.clip("name.check"), heard, self._keypad.clip("name.keep")]
            if await self._keypad.choice(question, "12", "help.name") == "1":
                await self._keep_name(person, key, reply.grant, frames)
                return

    async def _take(self, max_seconds: float) -> list[Frame]:
        """As much as a name may have; a key ends it sooner. Empty if nothing was said."""
        self._keypad.forget()
        await self._keypad.say("name.prompt", "tone")
        self._keypad.forget()  # what cut the prompt short does not end the take
        frames, began = list[Frame](), time.monotonic()

        def hear(packet: bytes, _samples: int, at: float) -> None:
            frames.append(Frame(max(0, round((at - began) * 1000)), packet))

        self._booth.hear(hear)
        try:
            await self._keypad.wait_for_key(max_seconds)
        finally:
            self._booth.hush(hear)
        return frames

    async def _keep_name(
        self, person: PersonId, key: str, grant: NameGrant, frames: list[Frame]
    ) -> None:
        milliseconds = sum(self._booth.codec.milliseconds(frame.packet) for frame in frames)
        done = NameDone(
            key=key, person=person, folder=grant.folder, seconds_tenths=round(milliseconds / 100)
        )
        names = self._settings.names
        try:
            await asyncio.to_thread(seal_name, names, grant, frames, self._booth.codec)
            await self._control.name_done(done)
        except (*_AWAY, OSError) as error:
            log.error("name not kept", extra={"error": type(error).__name__})
            return
        await self._keypad.say("name.kept")

    async def _make_calls(self, person: PersonId) -> None:
        question = "ask.number"
        while True:
            typed = await self._keypad.number([question], "help.number", LONGEST_NUMBER)
            question = "ask.again"
            self._booth.play([self._keypad.clip("please_wait")])
            key = secrets.token_hex(16)
            try:
                begun = await self._board.call_from(self._phone, person, dialled(typed), key)
            except _AWAY:
                begun = None
            if isinstance(begun, Conversation):
                await self._in_call(begun)
            elif begun is None:
                await self._keypad.say("try_later")
            else:
                await self._refused(begun.refusals)

    async def _in_call(self, call: Conversation) -> None:
        """The handset belongs to the call until it is over."""
        self._away = True
        await call.done.wait()
        if self._phone.gone:
            raise HungUp
        self._keypad.forget()
        self._sit_down()

    async def _refused(self, refusals: tuple[RefusalFact, ...]) -> None:
        """Every reason, in words."""
        codes = [refusal.code for refusal in refusals] or ["other"]
        words = [self._keypad_word(f"refusal:{code}", "refusal:other") for code in codes]
        await self._keypad.say(*dict.fromkeys(words))

    # --- the handset ------------------------------------------------------------------

    def _sit_down(self) -> None:
        self._away = False
        self._phone.use(self._happened)
        self._booth.connect(self._phone.line)

    def _happened(self, event: PhoneEvent) -> None:
        if isinstance(event, PhoneGone):
            self._keypad.hung_up()

    def _pressed(self, digit: str) -> None:
        self._keypad.pressed(digit)

    def _silent(self) -> None:
        """No sound comes any more: its cable is out, or its program died."""
        if not self._away:  # in a call its sound goes elsewhere
            self._keypad.hung_up()

    def _keypad_word(self, name: str, otherwise: str) -> str:
        try:
            self._keypad.clip(name)
        except KeyError:
            return otherwise
        return name


def dialled(typed: str) -> str:
    """A number as keys give it; 011 is how one dials abroad from North America."""
    return HOME_ABROAD + typed.removeprefix(ABROAD) if typed.startswith(ABROAD) else typed
