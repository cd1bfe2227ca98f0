"""`kinline engine`: start, listen, and stop in good order."""

import asyncio
import logging
import secrets
import signal
import ssl
import time
from collections.abc import Sequence
from functools import partial

from aiohttp import web

from kinline import logs
from kinline.core.call.states import EndReason
from kinline.core.control import Control
from kinline.core.ids import EngineId
from kinline.engine.control_client import Address, ControlClient
from kinline.engine.ivr.handset import HandsetSession
from kinline.engine.ivr.name import NameTaking
from kinline.engine.ivr.prompts import PromptsMissing, with_studio
from kinline.engine.ivr.trial import Trials
from kinline.engine.journal import Journal
from kinline.engine.media.janus.engine import Janus
from kinline.engine.media.port import MediaEngine
from kinline.engine.media.relay import hooks, leg
from kinline.engine.media.relay.engine import Relay
from kinline.engine.media.relay.knock import Knocks
from kinline.engine.media.relay.visit import hooks as visit_hooks
from kinline.engine.media.rtpengine.engine import Rtpengine
from kinline.engine.media.visit_port import VisitRooms
from kinline.engine.recorder import Recorder
from kinline.engine.reporting import Directory, Lifeline, Reporting
from kinline.engine.settings import EngineSettings, from_arguments
from kinline.engine.signalling.desk import Desk
from kinline.engine.signalling.sessions import Sessions
from kinline.engine.signalling.sip.telephony import Phone, Telephony
from kinline.engine.signalling.websocket import SocketDoor
from kinline.engine.switchboard import Switchboard, epoch_ms
from kinline.engine.teller import Teller
from kinline.engine.turn import TurnLine
from kinline.engine.visit.hall import Hall
from kinline.sealed import g711
from kinline.sealed.codec import Codec

log = logging.getLogger(__name__)


class Engine:
    """A running engine: `async with Engine(settings) as engine`. `port` is the real one."""

    def __init__(
        self, settings: EngineSettings, control: Control, rooms: VisitRooms | None = None
    ) -> None:
        """`rooms` carry the visits, instead of what the settings say."""
        self._settings, self._given_rooms = settings, rooms
        self.boot = f"{time.time_ns() // 1_000_000:013d}-{secrets.token_hex(4)}"
        self._control = control
        self._sessions: set[asyncio.Task[None]] = set()
        self.port = settings.port

    async def __aenter__(self) -> "Engine":
        await hooks.check()
        await visit_hooks.check()
        settings = self._settings
        leg.use_addresses(settings.ice_addresses)
        prompts = self._prompts = with_studio(settings.studio)
        self.recorder = Recorder(settings.recordings)
        relay = Relay(self.recorder, settings.rtp_host, settings.rtp_ports)
        self.media = media_engine(settings, self.boot, self.recorder, relay)
        self.rooms = self._given_rooms or visit_rooms(settings, self.recorder, relay)
        journal = Journal(settings.journal, self.boot)
        self.teller = Teller(self._control, journal, self._ended)
        reporting = Reporting(EngineId(settings.engine), self.boot, self.teller)
        self.telephony: Telephony | None = None
        if settings.telephones:
            self.telephony = Telephony(settings.sip_socket, self.media, self._handset_calls)
        self.board = Switchboard(
            settings, self._control, reporting, self.media, prompts, self.telephony
        )
        turn = TurnLine(settings.turn_lines, settings.turn_password())
        self.hall = Hall(settings, self._control, reporting, self.rooms, epoch_ms, turn.drop)
        names = partial(
            NameTaking,
            control=self._control,
            prompts=prompts,
            folder=settings.names,
            times=settings.times,
        )
        sessions = Sessions(settings.engine, settings.pass_key())
        self._knocks = Knocks()
        self.desk = Desk(
            settings.engine,
            sessions,
            self.board,
            self.hall,
            names,
            self._knocks.answer,
            settings.times,
        )
        lifeline = Lifeline(self._control, reporting, self.board, self.hall, settings.times)
        try:
            await self._listen()
            await self.media.open()
            await self.rooms.open()
            if self.telephony is not None:
                await self.telephony.open()
        except OSError:
            await self.teller.close()
            leg.forget_addresses()
            raise
        self._lifelines = [asyncio.create_task(lifeline.run())]
        if self.telephony is not None:
            tries = Trials(self.telephony, self.media, prompts, settings.times)
            directory = Directory(self._control, reporting, self.telephony, tries, settings.times)
            self._lifelines.append(asyncio.create_task(directory.run()))
            self._lifelines.append(asyncio.create_task(self._prepare_for_telephones()))
        return self

    async def __aexit__(self, *_: object) -> None:
        """End what is left as a fault of ours, and tell web if it listens."""
        self.board.stopping = True
        self.board.end_all(EndReason.FAULT)
        await self.board.wait_until_empty(self._settings.times.stop_grace)
        self.desk.stop()
        await self.hall.close()
        await self._knocks.close()
        if self.telephony is not None:
            await self.telephony.close()
        for session in self._sessions:
            session.cancel()
        await self.teller.drain(self._settings.times.drain)
        for task in self._lifelines:
            task.cancel()
        await asyncio.gather(*self._lifelines, *self._sessions, return_exceptions=True)
        await self.teller.close()
        await self._runner.cleanup()
        await self.rooms.close()
        await self.media.close()
        await asyncio.to_thread(self.recorder.close)
        leg.forget_addresses()

    async def wind_down(self) -> None:
        """Take no new call, and give the others a little while to end by themselves."""
        self.board.stopping = True
        await self.board.wait_until_empty(self._settings.times.stop_grace)

    def health(self) -> dict[str, object]:
        standing = self.telephony.standing if self.telephony else None
        return {
            "engine": self._settings.engine,
            "boot": self.boot,
            "calls": len(self.board.calls),
            "visits": len(self.hall.visits),
            "waiting": len(self.board.waiting),
            "journal_backlog": self.teller.backlog,
            "journal_failures": self.teller.unwritten,
            "recordings": self.recorder.open,
            "recording_failures": self.recorder.failures,
            "stopping": self.board.stopping,
            "media": self.media.name,
            "media_here": self.media.here,
            "visits_by": self.rooms.name,
            "visits_here": self.rooms.here,
            "sip": self.telephony.here if self.telephony else None,
            "telephones": self.telephony.phones if self.telephony else 0,
            "sip_dialogs": standing.dialogs if standing else None,
            "sip_transactions": standing.transactions if standing else None,
        }

    def _handset_calls(self, phone: Phone) -> None:
        """A receiver inside was lifted."""
        assert self.telephony is not None
        known = self.telephony.handset(phone.station)
        if self.board.stopping or known is None:
            phone.hang_up()
            return
        session = HandsetSession(
            phone,
            known.languages,
            control=self._control,
            board=self.board,
            prompts=self._prompts.at(known.place),
            media=self.media,
            settings=self._settings,
        )
        task = asyncio.create_task(session.run())
        self._sessions.add(task)
        task.add_done_callback(self._sessions.discard)

    async def _prepare_for_telephones(self) -> None:
        """What takes long the first time is done before the first call."""
        await asyncio.to_thread(g711.warm_up)
        await asyncio.to_thread(self._prompts.prepare, Codec.PCMU)

    def _ended(self, call: str) -> None:
        self.board.forget(call)
        self.hall.forget(call)

    async def _listen(self) -> None:
        times = self._settings.times
        door = SocketDoor(self.desk, heartbeat=times.heartbeat, idle=times.idle)
        app = web.Application()
        app.router.add_get("/ws", door.handle)
        app.router.add_get("/healthz", self._healthz)
        # No access log: addresses of /ws carry passes.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(
            self._runner, self._settings.host, self._settings.port, ssl_context=self._tls()
        )
        await site.start()
        self.port = self._runner.addresses[0][1]
        log.info("engine listens", extra={"engine": self._settings.engine, "port": self.port})

    def _tls(self) -> ssl.SSLContext | None:
        if self._settings.tls_cert is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self._settings.tls_cert, self._settings.tls_key)
        return context

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.json_response(self.health())


def media_engine(
    settings: EngineSettings, boot: str, recorder: Recorder, relay: Relay
) -> MediaEngine:
    """The one place where it is decided what carries the sound of calls."""
    if settings.rtpengine is None:
        return relay
    return Rtpengine(settings.rtpengine, settings.engine, boot, recorder, relay)


def visit_rooms(settings: EngineSettings, recorder: Recorder, relay: Relay) -> VisitRooms:
    """The one place where it is decided what carries visits. Raises OSError without a key."""
    if not settings.janus:
        return relay
    return Janus(settings.janus, settings.janus_key(), settings.engine, recorder)


async def serve(settings: EngineSettings) -> None:
    """Run until told to stop: once, then a grace for running calls; twice, at once."""
    told, hurry = asyncio.Event(), asyncio.Event()

    def on_signal() -> None:
        (hurry if told.is_set() else told).set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    address = Address(settings.control_url, settings.control_key())
    async with ControlClient(address) as control, Engine(settings, control) as engine:
        await told.wait()
        log.info("engine stops", extra={"engine": settings.engine})
        waits = [asyncio.create_task(hurry.wait()), asyncio.create_task(engine.wind_down())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for task in waits:
            task.cancel()


def main(argv: Sequence[str]) -> int:
    """The command. Exit code 0 after an orderly stop, 1 when it could not start."""
    settings = from_arguments(argv)
    logs.to_stderr()
    try:
        asyncio.run(serve(settings))
    except (OSError, ValueError, hooks.HooksMissing, PromptsMissing) as error:
        log.error("engine cannot start", extra={"error": f"{type(error).__name__}: {error}"})
        return 1
    return 0
