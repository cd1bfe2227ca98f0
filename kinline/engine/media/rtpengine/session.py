"""A session: one call at rtpengine, with two ends and whoever sits there.

Others say what should be (who sits where, whether they talk, what is played); one task makes it
so, in an order that never lets anybody hear too much: blocked first, then described, then silenced
towards an end that hears a prompt or is on hold, and let through last of all.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Literal

from kinline.core.call.states import Side
from kinline.engine.media.port import Clip, MediaAway, Pressed, RoomLost, Tell
from kinline.engine.media.rtpengine.bencode import Value
from kinline.engine.media.rtpengine.client import Answer, Client, Refused
from kinline.engine.media.rtpengine.descriptions import KEYS_KIND, Seat, nobody, place, towards
from kinline.engine.media.rtpengine.player import Player
from kinline.engine.media.rtpengine.pulse import Pulse
from kinline.sealed.codec import Codec

log = logging.getLogger(__name__)

Command = Literal[
    "offer", "answer", "delete", "query", "unsubscribe", "block media", "unblock media",
    "block DTMF", "unblock DTMF", "play media", "stop media", "play DTMF",
]  # fmt: skip
"""All that a session can say: there is no word in it for letting a third party hear."""

_KEY_MS, _KEY_VOLUME = 100, 10  # -10 dBm0, as telephones send
_BETWEEN_KEYS_SECONDS = 0.25
# It can put a key into a stream only after a packet has passed the new way.
_BEFORE_KEYS_SECONDS = 0.1


class End:
    """One of the two. `cut_off`: it does not get the other's sound, whatever that is."""

    def __init__(self, side: Side, codec: Codec, session: "Session") -> None:
        self.side, self.tag = side, side.value
        self.seat = nobody(codec)
        self.owner: object = None
        self.local = ("", 0)
        self.blocked = self.keys_blocked = self.cut_off = self.overheard = False
        self.player = Player(
            codec,
            lambda sound: session.say(self, sound),
            lambda: session.shut_up(self),
            session.change,
        )


class Session:
    """Make one with `Session.opened`. What happens is told to whoever said `use` last."""

    def __init__(self, client: Client, call: str, codec: Codec) -> None:
        self.call, self.codec = call, codec
        self._client = client
        self._tell: Tell = lambda _: None
        self.ends = {side: End(side, codec, self) for side in Side}
        self.lost = False
        self.closed = False
        self._talking = self._injects = False
        self._unsettled = False
        self._changed, self._made_so = asyncio.Event(), asyncio.Event()
        self._busy = asyncio.Lock()
        self._first: list[asyncio.Task[None]] = []
        self._to_press: asyncio.Queue[tuple[Side, str]] = asyncio.Queue()
        self.pulse = Pulse(self)
        self._tasks = list[asyncio.Task[None]]()

    @classmethod
    async def opened(cls, client: Client, call: str, codec: Codec) -> "Session":
        """Both ends have their ports, and nothing passes. Raises MediaAway."""
        session = cls(client, call, codec)
        client.calls.add(call)
        try:
            await session._settle(session.ends[Side.INSIDE])
            for end in session.ends.values():
                await session._block(end)
        except MediaAway:
            session.close_soon()
            raise
        works = (session._tend(), session._press_all(), session.pulse.beat())
        session._made_so.set()
        session._tasks = [asyncio.create_task(session._carefully(work)) for work in works]
        return session

    async def close(self) -> None:
        """Nothing passes any more, and the ports are free. Safe to repeat."""
        if self._end():
            await self._deleted()

    def close_soon(self) -> None:
        if self._end():
            self._client.soon(self._deleted())

    # --- what should be ---------------------------------------------------------------

    def use(self, tell: Tell, silent_after: float) -> None:
        """Tell this from now on, and RoomLost at once if it is too late."""
        self._tell = tell
        self.pulse.silent_after = silent_after
        if self.lost:
            asyncio.get_running_loop().call_soon(tell, RoomLost())

    def sit(self, side: Side, seat: Seat, owner: object) -> None:
        """Somebody takes this end, or says again how they want their sound."""
        end = self.ends[side]
        anew = end.owner is not owner
        end.owner = owner
        if seat != end.seat:
            self._unsettled = self._unsettled or seat.moved_from(end.seat)
            end.seat = seat
            self.change()
        if anew:
            self.pulse.begin_anew(side)

    def leave(self, side: Side, owner: object) -> None:
        """Nobody sits there now, if it was this one who did."""
        end = self.ends[side]
        if end.owner is owner:
            end.owner = None
            self.sit(side, nobody(self.codec), None)

    def empty(self, side: Side) -> None:
        """Nobody sits there now, whoever it was."""
        self.leave(side, self.ends[side].owner)

    async def sit_page(self, side: Side, seat: Seat) -> str:
        """A page takes this end; what rtpengine answers to it. Raises MediaAway."""
        end = self.ends[side]
        async with self._busy:
            before, end.seat, end.owner = end.seat, seat, seat
            try:
                answer = await self._settle(end)
            except MediaAway:
                end.seat = before
                raise
            self._unsettled = False
        self.pulse.begin_anew(side)
        self.change()
        return answer

    def talk(self) -> None:
        """Let both hear each other, once what was asked to come first is done."""
        self._talking = True
        self.change()

    def part(self) -> None:
        self._talking = False
        self.change()

    def first(self, work: Coroutine[Any, Any, None]) -> None:
        """Have this done before anything is let through, and after what was asked before it."""
        before = self._first[-1] if self._first else None
        self._first.append(asyncio.create_task(_after(before, work)))

    def overhear(self, side: Side, on: bool) -> None:
        """Let through what comes from this side while nobody sits at the other."""
        self.ends[side].overheard = on
        self.change()

    def play(
        self,
        side: Side,
        clips: Sequence[Clip],
        *,
        again: bool = False,
        done: Callable[[], None] = lambda: None,
    ) -> None:
        if not self.closed:
            self.ends[side].player.play(clips, again=again, done=done)

    def stop(self, side: Side) -> None:
        self.ends[side].player.stop()

    def press(self, side: Side, digit: str) -> None:
        """Send a key of a page to a side's telephone, after those that are on their way.

        What another telephone presses goes there by itself while they talk: sent by us it would
        be told to us as if it had been pressed again.
        """
        if self._other(self.ends[side]).seat.page:
            self._to_press.put_nowait((side, digit))

    # --- what is told -----------------------------------------------------------------

    def tell(self, event: Any) -> None:
        self._tell(event)

    def key_told(self, tag: str, digit: str) -> None:
        for end in self.ends.values():
            if end.tag == tag and end.seat.taken and not end.seat.page:
                self._tell(Pressed(end.side, digit))

    def lose(self) -> None:
        """rtpengine carries this call no more."""
        if self._end():
            self.lost = True
            self.pulse.stop()
            self._client.soon(self._deleted())  # should it only have been slow
            self._tell(RoomLost())

    # --- making it so -----------------------------------------------------------------

    async def ask(self, command: Command, **fields: Value) -> Answer:
        """Raises MediaAway."""
        return await self._client.ask(command, call_id=self.call, **fields)

    def change(self) -> None:
        self._changed.set()
        self._made_so.clear()

    async def say(self, end: End, sound: bytes) -> None:
        """Play a piece to an end, unless it is on hold: never before the silence it needs."""
        await self._made_so.wait()
        if not end.seat.held:
            await self._carefully(self.ask("play media", from_tag=end.tag, blob=sound))

    async def shut_up(self, end: End) -> None:
        await self._carefully(self._shut_up(end))

    async def _shut_up(self, end: End) -> None:
        with contextlib.suppress(Refused):  # it had come to its end
            await self.ask("stop media", from_tag=end.tag)

    async def _tend(self) -> None:
        while True:
            await self._changed.wait()
            async with self._busy:
                self._changed.clear()
                await self._make_it_so()
            if not self._changed.is_set():
                self._made_so.set()

    async def _make_it_so(self) -> None:
        for end in self.ends.values():
            if not (end.blocked and end.keys_blocked) and not self._passes(end):
                await self._block(end)
        if self._unsettled:
            self._unsettled = False
            await self._settle(self._offerer())
        if self._talking:
            await self._let_hear()
        for end in self.ends.values():
            if end.blocked and self._passes(end):
                await self._let_through(end)

    def _passes(self, end: End) -> bool:
        alone = not self._other(end).seat.taken
        return self._talking or (end.overheard and alone)

    def _keys_pass(self, end: End) -> bool:
        """Whether a telephone's keys go to the other: of a handset, while they talk, and only
        if both call keys by the same number."""
        same = end.seat.keys == self._other(end).seat.keys
        return self._talking and end.side is Side.INSIDE and not end.seat.page and same

    async def _let_through(self, end: End) -> None:
        while self._first:
            await self._first[0]
            self._first.pop(0)
        if self._passes(end):
            end.blocked = False
            await self.ask("unblock media", from_tag=end.tag)
        if self._keys_pass(end):
            end.keys_blocked = False
            await self.ask("unblock DTMF", from_tag=end.tag)

    async def _block(self, end: End) -> None:
        """Keys are told to us all the same."""
        await self.ask("block media", from_tag=end.tag)
        end.blocked = True
        await self.ask("block DTMF", from_tag=end.tag)
        end.keys_blocked = True

    async def _let_hear(self) -> None:
        """Cut off who hears a prompt or is on hold. What they say themselves goes on, and
        what the other says still reaches whoever records."""
        deaf = {end for end in self.ends.values() if end.player.busy or end.seat.held}
        if any(end.cut_off and end not in deaf for end in self.ends.values()):
            await self._settle(self._offerer())
        for end in deaf:
            if not end.cut_off:
                other = self._other(end)
                await self.ask("unsubscribe", from_tag=other.tag, to_tag=end.tag)
                end.cut_off = True

    async def _settle(self, offerer: End) -> str:
        """Tell rtpengine who sits where; both hear each other afterwards, unless blocked."""
        answerer = self._other(offerer)
        keys = sorted({end.seat.keys or KEYS_KIND for end in self.ends.values()})
        tags = {"from_tag": offerer.tag, "to_tag": answerer.tag}
        offer = await self.ask(
            "offer",
            sdp=offerer.seat.text(keys),
            flags=self._flags(offerer.seat),
            **tags,
            **towards(answerer.seat, offerer.seat),
        )
        answer = await self.ask(
            "answer",
            sdp=answerer.seat.text(keys, answers=True),
            flags=self._flags(answerer.seat),
            **tags,
        )
        try:
            answerer.local, offerer.local = place(offer["sdp"]), place(answer["sdp"])
        except (KeyError, ValueError):
            raise MediaAway("an answer without a description") from None
        for end in self.ends.values():
            end.cut_off = False
        return str(answer["sdp"])

    def _flags(self, seat: Seat) -> list[str]:
        """A telephone is heard from the very address it named; a page proves itself by its keys."""
        flags = ["port latching"] + ["inject DTMF"] * self._injects
        return flags if seat.page else [*flags, "asymmetric", "strict source"]

    def _offerer(self) -> End:
        """A page can only ever be the one that offers."""
        outside = self.ends[Side.OUTSIDE]
        return outside if outside.seat.page else self.ends[Side.INSIDE]

    def _other(self, end: End) -> End:
        return self.ends[Side.OUTSIDE if end.side is Side.INSIDE else Side.INSIDE]

    async def _press_all(self) -> None:
        while True:
            side, digit = await self._to_press.get()
            end = self.ends[side]
            if end.seat.page or end.seat.keys is None or not end.seat.taken:
                continue
            if not self._injects:
                # Only then: it makes rtpengine decode what it passes.
                self._injects = self._unsettled = True
                self.change()
                await self._made_so.wait()
                await asyncio.sleep(_BEFORE_KEYS_SECONDS)
            await self._made_so.wait()
            tag = self._other(end).tag
            await self.ask(
                "play DTMF", from_tag=tag, code=digit, duration=_KEY_MS, volume=_KEY_VOLUME
            )
            await asyncio.sleep(_BETWEEN_KEYS_SECONDS)

    async def _carefully(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except MediaAway as error:
            kind = type(error).__name__
            log.error("call lost by rtpengine", extra={"session": self.call, "error": kind})
            self.lose()

    def _end(self) -> bool:
        """Stop everything here; False if that was done before."""
        if self.closed:
            return False
        self.closed = True
        for end in self.ends.values():
            end.player.close()
        current = asyncio.current_task()
        for task in (*self._tasks, *self._first):
            if task is not current:
                task.cancel()
        return True

    async def _deleted(self) -> None:
        with contextlib.suppress(MediaAway):  # then it is gone, or found at the next start
            await self.ask("delete", delete_delay=0)
        self._client.calls.discard(self.call)


async def _after(before: asyncio.Task[None] | None, work: Coroutine[Any, Any, None]) -> None:
    if before is not None:
        await asyncio.wait([before])
    await work
