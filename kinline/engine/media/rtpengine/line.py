"""A telephone's line at rtpengine: one end of a session."""

from kinline.core.call.states import Side
from kinline.engine.media.port import PhoneMedia
from kinline.engine.media.rtpengine.descriptions import telephone
from kinline.engine.media.rtpengine.session import Session


class PhoneLine:
    """`whole`: the session is this telephone's own, and ends with it; else its room's."""

    def __init__(self, session: Session, side: Side, *, whole: bool) -> None:
        self.session, self.side, self._whole = session, side, whole
        self._closed = False

    @property
    def local(self) -> tuple[str, int]:
        return self.session.ends[self.side].local

    @property
    def on_hold(self) -> bool:
        end = self.session.ends[self.side]
        return end.owner is self and end.seat.held

    def meet(self, media: PhoneMedia) -> None:
        if not self._closed:
            before = self.session.ends[self.side].seat
            self.session.sit(self.side, telephone(media, before), self)

    def close(self) -> None:
        self._closed = True
        if self._whole:
            self.session.close_soon()
        else:
            self.session.leave(self.side, self)
