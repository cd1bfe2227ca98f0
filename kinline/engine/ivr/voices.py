"""What the announcer says to each side of a call, in that side's language."""

from kinline.core.call.announcement import Acceptance, cents_of
from kinline.core.call.states import EndReason, Side
from kinline.core.control import Permit
from kinline.engine.ivr.prompts import Prompts, silence
from kinline.engine.media.port import CallRoom, Clip
from kinline.sealed.opus import FRAME_MS

_SAY_WAIT_EVERY = 8.0  # a handset has no screen: silence would sound like a dead line
# What is the line's affair and nobody's choice.
_OF_THE_LINE = {EndReason.BUSY: "busy", EndReason.NOT_CONNECTED: "not_connected"}
# Why somebody was cut off in the middle of a sentence, where they can do something about it.
_OF_THE_CALL = {EndReason.MONEY_UP: "money_up", EndReason.THIRD_PARTY: "third_party"}


class Voices:
    """The announcer of one call. `who` is the caller's own recorded name, if there is one."""

    def __init__(
        self, room: CallRoom, prompts: Prompts, permit: Permit, who: Clip | None, pause: float
    ) -> None:
        self._room, self._prompts, self._permit = room, prompts, permit
        self._who, self._pause = who, pause

    def say(self, side: Side, prompt: str, *, again: bool = False) -> float:
        """Play one prompt; returns how many seconds it takes."""
        clip = self._prompts.clip(prompt, self._language(side), self._room.codec)
        self._room.play(side, [clip], again=again)
        return len(clip) * FRAME_MS / 1000

    def ringing(self, *, handset: bool) -> None:
        """What the caller hears while the other side is rung.

        A handset has no screen: it is told the price, where something is paid, what is there to
        pay it, and whether the call is recorded or private, and then hears it ring.
        """
        if not handset:
            self.say(Side.INSIDE, "ringing", again=True)
            return
        language, codec = self._language(Side.INSIDE), self._room.codec
        cents = cents_of(self._permit.announcement)
        kept = "private" if self._permit.recording is None else "recorded"
        said = [*(["price", cents] if cents else []), *self._permit.told, kept]
        ringing = [self._prompts.clip("ringing", language, codec)]
        times = _periods(self._permit.ring_seconds, ringing[0])
        told = self._prompts.announcement(said, language, None, codec)
        self._room.play(Side.INSIDE, [*told, *ringing * times])

    def they_hear(self) -> None:
        """To a handset: somebody answered and hears who calls; now and then, that it must wait."""
        language, codec = self._language(Side.INSIDE), self._room.codec
        wait = self._prompts.clip("please_wait", language, codec)
        pause = silence(_SAY_WAIT_EVERY, codec)
        times = _periods(self._permit.accept_seconds, (*pause, *wait))
        first = self._prompts.clip("they_hear", language, codec)
        self._room.play(Side.INSIDE, [first, *[pause, wait] * times])

    def announce(self) -> float:
        """Who calls, from where, at what price, recorded or not; how many seconds it takes once.

        Again and again until a key, but once only where the called side answers directly.
        """
        language, codec = self._language(Side.OUTSIDE), self._room.codec
        said = self._prompts.announcement(self._permit.announcement, language, self._who, codec)
        again = self._permit.acceptance is not Acceptance.DIRECT
        self._room.play(Side.OUTSIDE, [*said, silence(self._pause, codec)], again=again)
        return sum(len(clip) for clip in said) * FRAME_MS / 1000

    def goodbye(self, reason: EndReason, *, talked: bool) -> float:
        """A last word to whoever still listens; returns how many seconds it takes.

        Declined, blocked and unanswered sound alike to the caller: why is the contact's affair.
        """
        unanswered = not talked and reason is not EndReason.HUNG_UP_INSIDE
        over = _OF_THE_CALL.get(reason, "call_ended")
        word = _OF_THE_LINE.get(reason, "not_accepted") if unanswered else over
        words = {Side.INSIDE: word}
        if talked:
            words[Side.OUTSIDE] = over
        listening = [side for side in words if self._room.flowing(side)]
        return max((self.say(side, words[side]) for side in listening), default=0.0)

    def hush(self, *sides: Side) -> None:
        for side in sides or tuple(Side):
            self._room.stop(side)

    def _language(self, side: Side) -> str:
        inside = side is Side.INSIDE
        return self._permit.caller_language if inside else self._permit.language


def _periods(seconds: float, clip: Clip) -> int:
    """How often a clip must be said to fill this time."""
    return 1 + int(seconds * 1000 / (len(clip) * FRAME_MS))
