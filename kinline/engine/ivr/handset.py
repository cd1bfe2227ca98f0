"""The conversation with a handset inside: language, help lines, who calls, their name, their calls.

Reads from top to bottom in `run`. The receiver is lifted once and may make several calls; in a
call the handset belongs to the call's own conversation (call.py), and comes back afterwards.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Sequence
from typing import Protocol

from kinline.core.control import (
    AuthorizeReply,
    Control,
    ControlUnavailable,
    IdentifyReply,
    IdentifyRequest,
    LinesRequest,
    NameDone,
    NameGrant,
    NameRequest,
    NoticeSaid,
    OpenLine,
    OpenLines,
    RefusalFact,
)
from kinline.core.ids import PersonId
from kinline.engine.control_client import ControlRefused
from kinline.engine.ivr import helplines
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
# Instead of an ID number or a telephone number: the help lines, a call without sign-in.
HELP_LINES, INTAKE = "0", "00"
_TRIES = 3
_TAKES = 3
_ASKED = 2
_AWAY = (ControlUnavailable, ControlRefused)


class Board(Protocol):
    """Where calls begin."""

    async def call_from(
        self, handset: Phone, person: str, number: str, key: str, *, line: str, language: str
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
        self._open = OpenLines()
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
        self._open = await self._lines_here()
        found = await self._identify()
        if found is None or found.person is None:
            await self._keypad.say("goodbye")
            return
        if len(self._languages) < 2:
            # Who was not asked hears their own language; who chose one by key hears that.
            self._keypad.language = found.language
        if found.notice:
            await self._tell(found.person, found.notice, found.notice_prompts)
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

    async def _lines_here(self) -> OpenLines:
        """Which lines are open here; none where web does not say, and then no call goes out."""
        try:
            return await self._control.lines(LinesRequest(station=self._phone.station))
        except _AWAY:
            return OpenLines()

    async def _identify(self) -> IdentifyReply | None:
        """The person, None after three wrong tries or where nobody may sign in.

        Help lines need nobody to sign in, and count as no try.
        """
        tries = 0
        while tries < _TRIES:
            number = await self._keypad.number(self._who_asks(), "help.id", LONGEST_ID)
            if await self._without_sign_in(number):
                continue
            tries += 1
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
            if code != "sign_in.wrong" and not self._for_anybody():
                return None  # else the lines go on being offered, whatever is closed
        return None

    def _who_asks(self) -> list[str]:
        lines = ["ask.lines"] if self._for_anybody() else []
        return [*lines, *(["ask.intake"] if self._open.intake else []), "ask.id"]

    # --- without sign-in ----------------------------------------------------------------

    def _for_anybody(self) -> list[OpenLine]:
        return [line for line in self._open.lines if not line.with_pin]

    async def _without_sign_in(self, typed: str) -> bool:
        """Whether what was typed is no ID number but asks for a line, or for a call at intake."""
        if typed == HELP_LINES:
            await self._help_lines("")
        elif typed == INTAKE and self._open.intake:
            number = await self._keypad.number(["ask.intake_number"], "help.number", LONGEST_NUMBER)
            await self._dial(number=number)
        elif (line := self._line_at(typed, self._for_anybody())) is not None:
            await self._dial(line=line.line)
        else:
            return False
        return True

    async def _help_lines(self, person: str) -> None:
        """Read them out, and call the one whose key is pressed."""
        lines = self._open.lines if person else self._for_anybody()
        if not lines:
            await self._keypad.say("lines.none")
            return
        line = await helplines.chosen(self._keypad, lines)
        if line is not None:
            await self._dial(person if line.with_pin else "", line=line.line)

    def _line_at(self, typed: str, lines: Sequence[OpenLine]) -> OpenLine | None:
        return next((line for line in lines if line.digits and line.digits == typed), None)

    async def _tell(self, person: PersonId, notice: str, prompts: tuple[str, ...]) -> None:
        """Say a notice once, to its end or until a key.

        Who hangs up before its end hears it the next time; so does who has pressed keys already,
        since those are of a number that must not be lost.
        """
        if self._keypad.waiting:
            return
        if missing := [one for one in prompts if not self._keypad.has(one)]:
            log.error("no such prompt", extra={"prompt": missing[0]})
            return  # it stays unsaid, and stands on the tablet
        await self._keypad.say(*prompts)
        try:
            await self._control.notice_said(NoticeSaid(person=person, notice=notice))
        except _AWAY:
            log.info("notice not acknowledged", extra={"notice": notice})

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
            also = ["ask.lines"] if self._open.lines else []
            typed = await self._keypad.number([question, *also], "help.number", LONGEST_NUMBER)
            question = "ask.again"
            line = self._line_at(typed, self._open.lines)
            if typed == HELP_LINES:
                await self._help_lines(person)
            elif line is not None:
                await self._dial(person if line.with_pin else "", line=line.line)
            else:
                await self._dial(person, number=typed)

    async def _dial(self, person: str = "", *, number: str = "", line: str = "") -> None:
        """Begin a call and wait for its end, or say why it does not go out."""
        self._booth.play([self._keypad.clip("please_wait")])
        begun = await self._begun(person, dialled(number), line)
        if isinstance(begun, Conversation):
            await self._in_call(begun)
        elif begun is None:
            await self._keypad.say("try_later")
        else:
            await self._refused(begun.refusals)

    async def _begun(
        self, person: str, number: str, line: str
    ) -> Conversation | AuthorizeReply | None:
        """The call, web's refusal, or None. An answer that got lost is asked for once again:
        under the same key it is the same call, which nobody would carry otherwise."""
        key, language = secrets.token_hex(16), self._keypad.language
        for _ in range(_ASKED):
            try:
                return await self._board.call_from(
                    self._phone, person, number, key, line=line, language=language
                )
            except ControlUnavailable:
                continue
            except ControlRefused:
                break
        return None

    async def _in_call(self, call: Conversation) -> None:
        """The handset belongs to the call until it is over."""
        self._away = True
        # Whatever still plays here would be mixed into the first words of the call: and those say
        # whether it is recorded.
        self._booth.stop()
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
        return name if self._keypad.has(name) else otherwise


def dialled(typed: str) -> str:
    """A number as keys give it; 011 is how one dials abroad from North America."""
    return HOME_ABROAD + typed.removeprefix(ABROAD) if typed.startswith(ABROAD) else typed
