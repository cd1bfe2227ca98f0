"""Recording one's own name: a prompt, a tone, a few seconds, a hearing, and keeping it.

The take stays in memory until it is kept; then it is sealed like any track.
"""

import asyncio
import base64
import logging
import secrets
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from av.error import FFmpegError

from kinline.core.control import Control, ControlUnavailable, NameDone, NameGrant, NameRequest
from kinline.core.ids import PersonId
from kinline.engine.control_client import ControlRefused
from kinline.engine.ivr.prompts import Prompts
from kinline.engine.journal import sync_folder
from kinline.engine.media.port import Clip, OfferRefused
from kinline.engine.media.recode import recoded
from kinline.engine.media.relay.booth import Booth
from kinline.engine.recorder import inner_folder
from kinline.engine.settings import Times
from kinline.engine.signalling.page import Page
from kinline.engine.signalling.protocol import NameState, Sdp
from kinline.sealed.codec import Codec
from kinline.sealed.opus import FRAME_MS
from kinline.sealed.track import Frame, NotATrack, Sealer, Track, TrackBroken

log = logging.getLogger(__name__)

FILE = "name.ktrack"
_SIDE = "name"


class NameTaking:
    """One page's recording of a name. Every method answers to the page, none raises."""

    def __init__(
        self, page: Page, control: Control, prompts: Prompts, folder: Path, times: Times
    ) -> None:
        self._page, self._control, self._prompts = page, control, prompts
        self._folder, self._times = folder, times
        self._booth = Booth(
            on_flow=lambda: None, on_silence=lambda: None, silent_after=times.silent_after
        )
        self._key, self._grant = "", NameGrant("", "")
        self._frames: list[Frame] = []
        self._kept = True
        self._taking: asyncio.Task[None] | None = None
        self._began = 0.0
        self._enough = asyncio.Event()

    async def offer(self, sdp: str) -> None:
        try:
            self._page.send(Sdp(await self._booth.publish(sdp)))
        except OfferRefused as no:
            self._page.refuse(no.code)

    async def record(self) -> None:
        """Begin a new take; an older one that was not kept is gone."""
        if self._taking is not None and not self._taking.done():
            self._page.refuse("name.busy")
            return
        if not self._booth.source.flowing:
            self._page.refuse("name.no_sound")
            return
        self._key = secrets.token_hex(16)
        try:
            person = PersonId(self._page.subject)
            reply = await self._control.name(NameRequest(key=self._key, person=person))
        except (ControlUnavailable, ControlRefused):
            self._page.refuse("control.unavailable")
            return
        if reply.grant is None:
            self._page.refuse(reply.refusals[0].code if reply.refusals else "name.refused")
            return
        self._grant = reply.grant
        self._taking = asyncio.create_task(self._take(reply.max_seconds))

    def stop(self) -> None:
        """Enough said."""
        self._enough.set()

    async def keep(self) -> None:
        """Seal the take and tell web; the page may ask again if web was away."""
        if not self._frames or self._kept:
            self._page.refuse("name.nothing_to_keep")
            return
        try:
            await asyncio.to_thread(
                seal_name, self._folder, self._grant, self._frames, self._booth.codec
            )
            await self._control.name_done(
                NameDone(
                    key=self._key,
                    person=PersonId(self._page.subject),
                    folder=self._grant.folder,
                    seconds_tenths=round(self._seconds * 10),
                )
            )
        except (ControlUnavailable, ControlRefused):
            self._page.refuse("control.unavailable")
        except OSError as error:
            log.error("name cannot be written", extra={"errno": error.errno})
            self._page.refuse("name.not_written")
        else:
            self._kept = True
            self._booth.stop()
            self._tell("kept")

    async def close(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
        await self._booth.close()

    async def _take(self, max_seconds: float) -> None:
        await self._say("name.prompt", "tone")
        await asyncio.sleep(self._times.name_pause)
        self._frames, self._kept, self._began = [], False, time.monotonic()
        self._enough.clear()
        self._booth.source.add_sink(self._hear)
        self._tell("recording")
        try:
            async with asyncio.timeout(max_seconds):
                await self._enough.wait()
        except TimeoutError:
            pass  # as much as a name may have
        finally:
            self._booth.source.drop_sink(self._hear)
        if not self._frames:
            self._page.refuse("name.no_sound")
            return
        self._tell("recorded")
        self._tell("playing")
        self._booth.play([tuple(frame.packet for frame in self._frames)])

    async def _say(self, *names: str) -> None:
        clips = [self._prompts.clip(name, self._page.language) for name in names]
        said = asyncio.Event()
        self._booth.play(clips, done=said.set)
        await said.wait()

    def _hear(self, packet: bytes, _samples: int, at: float) -> None:
        self._frames.append(Frame(max(0, round((at - self._began) * 1000)), packet))

    @property
    def _seconds(self) -> float:
        return len(self._frames) * FRAME_MS / 1000

    def _tell(self, state: Literal["recording", "recorded", "playing", "kept"]) -> None:
        seconds = 0.0 if state == "recording" else round(self._seconds, 1)
        self._page.send(NameState(state=state, seconds=seconds))


def seal_name(root: Path, grant: NameGrant, frames: Sequence[Frame], codec: Codec) -> None:
    """Write a spoken name, sealed, in place of the one before. Blocks. Raises OSError."""
    folder = root / inner_folder(grant.folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = base64.b64decode(grant.data_key)
    sealer = Sealer(recording=grant.folder, side=_SIDE, key=key, codec=codec)
    data = sealer.opening() + sealer.chunk(frames, final=True)
    draft = folder / f".{FILE}.{secrets.token_hex(4)}"
    draft.write_bytes(data)
    draft.chmod(0o600)
    draft.replace(folder / FILE)
    sync_folder(folder)


async def spoken_name(
    folder: Path, grant: NameGrant | None, codec: Codec = Codec.OPUS
) -> Clip | None:
    """The caller's own voice, or None if there is none or it cannot be read."""
    if grant is None:
        return None
    try:
        return await asyncio.to_thread(partial(_read, folder, grant, codec))
    except (OSError, NotATrack, TrackBroken, ValueError, FFmpegError) as error:
        log.warning("recorded name not readable", extra={"error": type(error).__name__})
        return None


def _read(folder: Path, grant: NameGrant, codec: Codec) -> Clip | None:
    path = folder / inner_folder(grant.folder) / FILE
    with path.open("rb") as file:
        track = Track(file, base64.b64decode(grant.data_key))
        spoken = tuple(frame.packet for frame in track)
    return recoded(spoken, track.header.codec, codec)
