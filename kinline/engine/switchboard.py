"""The switchboard: which calls there are, which pages wait, and who is put through to whom."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from kinline.core.call.announcement import place_of
from kinline.core.call.states import EndReason, Side
from kinline.core.control import (
    AuthorizeReply,
    AuthorizeRequest,
    Command,
    Control,
    ControlUnavailable,
    Order,
    Permit,
    Route,
)
from kinline.core.ids import CallId, ContactId, EngineId, LineId, PersonId, StationId
from kinline.core.passes import Right
from kinline.engine.control_client import ControlRefused
from kinline.engine.ivr.call import Conversation
from kinline.engine.ivr.events import (
    ListenerCame,
    Offered,
    PageCame,
    PageDropped,
    Stopped,
    Waiting,
)
from kinline.engine.ivr.lines import Ending
from kinline.engine.ivr.name import spoken_name
from kinline.engine.ivr.phones import Dialler
from kinline.engine.ivr.prompts import Prompts
from kinline.engine.media.port import CallRoom, Line, MediaEngine, RecordableRoom
from kinline.engine.private import open_private_room
from kinline.engine.reporting import CallReporter, Reporting
from kinline.engine.settings import EngineSettings
from kinline.engine.signalling.page import Page
from kinline.engine.signalling.protocol import CallIs, EndedIs, Go, Refused
from kinline.engine.signalling.sip.telephony import Phone, Telephony, TellPhone
from kinline.sealed.codec import Codec

log = logging.getLogger(__name__)

# How many finished dials are remembered, so that a dial sent twice starts no second call.
_DIALS_REMEMBERED = 2_000
# For how many calls of other engines we remember whom we sent there.
_CALLS_ELSEWHERE = 500


class Switchboard:
    """All calls of this engine. Methods answer to pages; none raises for what a page did."""

    def __init__(
        self,
        settings: EngineSettings,
        control: Control,
        reporting: Reporting,
        media: MediaEngine,
        prompts: Prompts,
        telephony: Telephony | None = None,
    ) -> None:
        self._telephony = telephony
        self._settings, self._control, self._reporting = settings, control, reporting
        self._media, self._prompts = media, prompts
        self._calls: dict[str, Conversation] = {}
        self._dials: OrderedDict[tuple[str, str], Conversation | EndedIs | None] = OrderedDict()
        self._waiting: dict[str, list[Page]] = {}
        self._gone_to: OrderedDict[str, set[Page]] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._dialling = 0
        self.stopping = False

    # --- for the sign of life ---------------------------------------------------------

    @property
    def calls(self) -> tuple[CallId, ...]:
        return tuple(CallId(call) for call in self._calls)

    @property
    def waiting(self) -> tuple[ContactId, ...]:
        return tuple(ContactId(contact) for contact in self._waiting)

    # --- pages ------------------------------------------------------------------------

    def page_waits(self, page: Page) -> None:
        """A contact's page can be rung from now on; what rings already rings here too."""
        pages = self._waiting.setdefault(page.subject, [])
        if page not in pages:
            pages.append(page)
        for call in self._calls.values():
            if call.rings and call.permit.contact == page.subject:
                call.tell(Waiting(page))

    def page_gone(self, page: Page) -> None:
        """A page can be rung no more."""
        pages = self._waiting.get(page.subject, [])
        if page in pages:
            pages.remove(page)
        if not pages:
            self._waiting.pop(page.subject, None)
        for pages_told in self._gone_to.values():
            pages_told.discard(page)

    def join(self, page: Page) -> bool:
        """Let a page with a JOIN pass into its call; False if that is over or not its own."""
        call = self._calls.get(page.ticket_call)
        if call is None or call.over is not None:
            return False
        party = call.subject if page.side is Side.INSIDE else call.permit.contact
        if party != page.subject:
            return False
        if page.side is Side.OUTSIDE and call.rings:
            call.tell(Waiting(page))
        else:
            page.call = call
            call.tell(PageCame(page, page.side))
        return True

    def listen(self, page: Page) -> bool:
        """Let staff hear a call; False if it is over, unknown, or private: all one to them."""
        call = self._calls.get(page.ticket_call)
        if call is None or call.over is not None or not call.listenable:
            return False
        page.listens_to = call
        call.tell(ListenerCame(page))
        return True

    async def dial(self, page: Page, number: str, key: str) -> None:
        """Start a call, once for each key: asked again, the answer is the same call."""
        if page.right is not Right.DIAL:
            page.refuse("dial.no_right")
        elif page.dial_key is not None and page.dial_key != key:
            page.refuse("dial.used")
        elif (page.subject, key) in self._dials:
            page.dial_key = key
            self._dial_again(page, key)
        elif self.stopping:
            page.refuse("engine.stopping")
        elif len(self._tasks) + self._dialling >= self._settings.max_calls:
            log.warning("call not taken: engine full", extra={"calls": len(self._tasks)})
            page.refuse("engine.full")
        else:
            page.dial_key = key
            await self._dial(page, number, key)

    async def call_from(
        self,
        handset: Phone,
        person: str,
        number: str,
        key: str,
        *,
        line: str = "",
        language: str = "en",
    ) -> AuthorizeReply | Conversation | None:
        """A handset's call, begun; web's refusal; or None when this engine cannot take it.

        `person` is empty for a line without sign-in and at intake; `language` is what the handset
        is spoken to in. Raises ControlUnavailable and ControlRefused.
        """
        if self.stopping or len(self._tasks) + self._dialling >= self._settings.max_calls:
            return None
        self._dialling += 1
        try:
            reply = await self._control.authorize(
                self._request(handset.station, person, number, key, line, language)
            )
        finally:
            self._dialling -= 1
        if reply.permit is None:
            self._log_refusal(reply)
            return reply
        # Who chose a language by key hears that, whatever is known of them.
        permit, subject = replace(reply.permit, caller_language=language), person or handset.dialog
        try:
            call = await self._conversation(permit, subject, handset=handset)
        except Exception:
            log.exception("call cannot be opened", extra={"call": reply.call})
            CallReporter(self._reporting, reply.call).ended(EndReason.FAULT, None, 0, ())
            return None
        self._calls[call.id] = call
        for waiting in self._waiting_pages(reply.permit.contact):
            call.tell(Waiting(waiting))
        self._begin(call, (subject, key))
        return call

    async def obey(self, command: Command) -> None:
        """Do what web wants; what cannot be done any more is done."""
        if command.order is Order.END:
            call = self._calls.get(command.call)
            if call is not None:
                call.tell(Stopped(command.reason or EndReason.STAFF))
        elif command.contact is not None:
            self._send_to_other_engine(command, command.contact)

    def end_all(self, reason: EndReason) -> None:
        for call in self._calls.values():
            call.tell(Stopped(reason))
            call.hurry()

    async def wait_until_empty(self, seconds: float) -> bool:
        """Wait for all calls to end; whether they did."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        return not self._tasks

    def forget(self, call: str) -> None:
        """Web has this call's end: it needs no sign of life any more."""
        self._calls.pop(call, None)

    # --- dialling ---------------------------------------------------------------------

    async def _dial(self, page: Page, number: str, key: str) -> None:
        self._dials[page.subject, key] = None
        self._dialling += 1
        try:
            reply = await self._control.authorize(
                self._request(page.station, page.subject, number, key, page.line, page.language)
            )
        except (ControlUnavailable, ControlRefused) as error:
            self._give_up_dial(page, key)
            unavailable = isinstance(error, ControlUnavailable)
            page.refuse("control.unavailable" if unavailable else "dial.not_understood")
            return
        finally:
            self._dialling -= 1
        if reply.permit is None:
            self._refused(page, key, reply)
            return
        try:
            await self._open(page, key, reply.permit)
        except Exception:
            # Web holds the call open: it must hear that nothing came of it.
            log.exception("call cannot be opened", extra={"call": reply.call})
            CallReporter(self._reporting, reply.call).ended(EndReason.FAULT, None, 0, ())
            self._give_up_dial(page, key)
            page.refuse("engine.fault")

    def _request(
        self, station: str, person: str, number: str, key: str, line: str = "", language: str = "en"
    ) -> AuthorizeRequest:
        return AuthorizeRequest(
            key=key,
            engine=EngineId(self._settings.engine),
            station=StationId(station),
            person=PersonId(person) if person else None,
            number=number,
            boot=self._reporting.boot,
            line=LineId(line) if line else None,
            language=language,
        )

    def _give_up_dial(self, page: Page, key: str) -> None:
        """The dial came to nothing and may be tried again, with the same key."""
        self._dials.pop((page.subject, key), None)
        page.dial_key = page.early_offer = None

    def _refused(self, page: Page, key: str, reply: AuthorizeReply) -> None:
        self._log_refusal(reply)
        self._give_up_dial(page, key)
        page.send(Refused(call=reply.call))

    def _log_refusal(self, reply: AuthorizeReply) -> None:
        codes = [refusal.code for refusal in reply.refusals]
        log.info("call refused", extra={"call": reply.call, "codes": codes})

    async def _open(self, page: Page, key: str, permit: Permit) -> None:
        if permit.call in self._calls:
            # The same dial reached web over another socket first.
            page.refuse("dial.used")
            return
        call = await self._conversation(permit, page.subject, page=page)
        page.call = call
        self._calls[call.id], self._dials[page.subject, key] = call, call
        page.send(CallIs(call=call.id))
        if page.early_offer is not None:
            call.tell(Offered(page, page.early_offer))
            page.early_offer = None
        for waiting in self._waiting_pages(permit.contact):
            call.tell(Waiting(waiting))
        if not page.here:
            call.tell(PageDropped(page))
        self._begin(call, (page.subject, key))

    async def _conversation(
        self,
        permit: Permit,
        subject: str,
        *,
        page: Page | None = None,
        handset: Phone | None = None,
    ) -> Conversation:
        """A call in its room. Its codec is decided here, once the route is known."""
        codec = self._codec_for(permit, handset)
        who = await spoken_name(self._settings.names, permit.name, codec)
        call = Conversation(
            permit=permit,
            subject=subject,
            caller=page,
            handset=handset,
            dial=self._dialler(permit, codec),
            times=self._settings.times,
            prompts=self._prompts.at(place_of(permit.announcement)),
            reporter=CallReporter(self._reporting, permit.call),
            who=who,
            epoch_ms=epoch_ms,
        )
        call.use(*await self._room_for(permit, call, codec, handset))
        return call

    def _begin(self, call: Conversation, dial: tuple[str, str]) -> None:
        task = asyncio.create_task(self._carry(call, dial))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _codec_for(self, permit: Permit, handset: Phone | None) -> Codec:
        """Whatever fits both ends without transcoding: G.711 as soon as a telephone takes part."""
        if handset is not None:
            return handset.codec
        return Codec.OPUS if permit.route is None else Codec.PCMU

    def _dialler(self, permit: Permit, codec: Codec) -> Dialler | None:
        route = permit.route
        if route is None:
            return None
        return partial(self._ring_outside, route, codec, permit.ring_seconds)

    def _ring_outside(
        self, route: Route, codec: Codec, seconds: float, line: Line, tell: TellPhone
    ) -> Phone:
        if self._telephony is None:
            raise OSError("this engine has no telephones")
        return self._telephony.dial(
            trunk=route.trunk,
            number=route.number,
            line=line,
            codec=codec,
            ring_seconds=seconds,
            tell=tell,
        )

    async def _room_for(
        self, permit: Permit, call: Conversation, codec: Codec, handset: Phone | None
    ) -> tuple[CallRoom, RecordableRoom | None]:
        """The one place where it is decided what kind of room a call gets: by its permit."""
        silent_after = self._settings.times.silent_after
        line = None if handset is None else handset.line
        if permit.recording is not None and permit.private is None:
            room = await self._media.open_room(
                permit.recording, call.tell, silent_after=silent_after, codec=codec, handset=line
            )
            return room, room
        if permit.private is None:
            raise TypeError("a permit is recorded or private")
        private = await open_private_room(
            permit.private,
            self._media,
            call.tell,
            silent_after=silent_after,
            codec=codec,
            handset=line,
        )
        return private, None

    async def _carry(self, call: Conversation, dial: tuple[str, str]) -> None:
        log.info("call opened", extra={"call": call.id, "private": call.permit.private is not None})
        ending: Ending = await call.run()
        log.info("call over", extra={"call": call.id, "reason": ending.reason.value})
        self._dials[dial] = call.over
        while len(self._dials) > _DIALS_REMEMBERED:
            self._dials.popitem(last=False)

    def _dial_again(self, page: Page, key: str) -> None:
        before = self._dials[page.subject, key]
        if before is None:
            page.refuse("dial.in_progress")
        elif isinstance(before, EndedIs):
            page.send(before)
        else:
            page.send(CallIs(call=before.id))
            if not before.has_party(page):
                page.call = before
                before.tell(PageCame(page, Side.INSIDE))

    # --- ringing ----------------------------------------------------------------------

    def _waiting_pages(self, contact: str | None) -> Iterable[Page]:
        return tuple(self._waiting.get(contact, ())) if contact is not None else ()

    def _send_to_other_engine(self, command: Command, contact: ContactId) -> None:
        """Each command carries one pass, good once: it goes to one page that has had none."""
        told = self._gone_to.setdefault(command.call, set())
        while len(self._gone_to) > _CALLS_ELSEWHERE:
            self._gone_to.popitem(last=False)
        for page in self._waiting_pages(contact):
            if page.waits and page not in told:
                told.add(page)
                page.send(Go(call=command.call, url=command.url, token=command.token))
                return


def epoch_ms() -> int:
    """Unix time in milliseconds, for the pages' clocks."""
    return int(time.time() * 1000)
