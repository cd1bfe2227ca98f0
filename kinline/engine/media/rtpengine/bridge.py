"""The bridge at rtpengine: a room of two in a session, and the deadline that cuts it.

Like the relay's it knows nothing of recording or listening, and imports nothing that does.
"""

from collections.abc import Sequence

from kinline.core.call.states import Side
from kinline.engine.media.port import Clip, Line, MediaAway, OfferRefused, Tell, TimeIsUp
from kinline.engine.media.relay.leg import check_offer
from kinline.engine.media.rtpengine.client import Refused
from kinline.engine.media.rtpengine.descriptions import for_page, page
from kinline.engine.media.rtpengine.line import PhoneLine
from kinline.engine.media.rtpengine.session import Session
from kinline.engine.timers import Deadline
from kinline.sealed.codec import Codec


class Bridge:
    """Two sides that hear each other between `bridge` and `part`, and never at other times.

    In a handset's own session, which outlives the room, or in one made for it (`whole`).
    """

    def __init__(
        self, session: Session, tell: Tell, *, silent_after: float, codec: Codec, whole: bool
    ) -> None:
        self._session, self._tell, self.codec = session, tell, codec
        self._silent_after, self._whole = silent_after, whole
        self._deadline = Deadline(self._time_is_up)
        if whole:
            session.use(tell, silent_after)

    async def publish(self, side: Side, offer: str) -> str:
        check_offer(offer, self.codec)
        seat = page(offer, self.codec)
        try:
            return for_page(await self._session.sit_page(side, seat), offer)
        except Refused:
            raise OfferRefused("sdp.not_acceptable") from None
        except (MediaAway, ValueError):
            raise OfferRefused("sdp.too_slow") from None

    def open_line(self, side: Side) -> Line:
        return PhoneLine(self._session, side, whole=False)

    def connect(self, side: Side, line: Line) -> None:
        if not isinstance(line, PhoneLine) or line.session is not self._session:
            raise TypeError("a line of another session")
        self._session.use(self._tell, self._silent_after)
        self._session.pulse.begin_anew(side)

    def press(self, side: Side, digit: str) -> None:
        self._session.press(side, digit)

    def play(self, side: Side, clips: Sequence[Clip], *, again: bool = False) -> None:
        self._session.play(side, clips, again=again)

    def stop(self, side: Side) -> None:
        self._session.stop(side)

    def bridge(self, until: float | None) -> None:
        self._session.talk()
        if until is not None:
            self._deadline.set(until)

    def part(self) -> None:
        self._deadline.cancel()
        self._session.part()

    def flowing(self, side: Side) -> bool:
        return self._session.pulse.flowing[side]

    async def close(self) -> None:
        self.part()
        if self._whole:
            await self._session.close()
        else:
            for side in Side:
                self._session.stop(side)
            self._session.empty(Side.OUTSIDE)

    def _time_is_up(self) -> None:
        self.part()
        self._tell(TimeIsUp())
