"""A visit's room in the relay: what it passes on goes through this process."""

from kinline.core.visit.kept import VisitGrant
from kinline.core.visit.terms import Seat
from kinline.engine.media import visit_room
from kinline.engine.media.relay.visit.publisher import Publisher
from kinline.engine.media.relay.visit.viewing import Viewing
from kinline.engine.media.visit_port import Tell
from kinline.engine.media.visit_room import Intakes, Sources
from kinline.engine.recorder import Recorder


class Room(visit_room.Room):
    """Made by `open_visit_room` alone."""

    async def _published(self, seat: Seat, offer: str, intakes: Intakes) -> Publisher:
        return await Publisher.answered(offer, intakes)

    async def _offered(self, source: Seat, sources: Sources) -> Viewing:
        return await Viewing.offered(sources, self._lost)


def open_visit_room(
    grant: VisitGrant, recorder: Recorder, tell: Tell, *, until: float, silent_after: float
) -> Room:
    """Open a room under a visit's grant. Raises TypeError for any other right, and ValueError."""
    return Room(grant, recorder, tell, until=until, silent_after=silent_after)
