"""What became of the calls that an attorney asked Kinline for, as the attorney sees it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kinline.apps.people.actions.statewide.ringing import STALE, TAKE_WITHIN
from kinline.apps.people.attorneys import agencies_by_state, mine
from kinline.apps.people.models import AttorneyRing
from kinline.core.call.rings import DAY, Kind


@dataclass(frozen=True, slots=True)
class OwnRing:
    """A call of Kinline's own. `state`: waiting, ringing, done or lost; `code` is the SIP status.

    `private_places` and `recorded_places` count the facilities that a test call named.
    """

    number: UUID
    kind: Kind
    asked_at: datetime
    state: str
    code: int | None
    private_places: int
    recorded_places: int
    zone: str

    @property
    def going_on(self) -> bool:
        return self.state in ("waiting", "ringing")


def rings_of(*, contact_id: UUID, now: datetime) -> list[OwnRing]:
    """The calls of the last day, newest first, in the zone of the last state they asked in."""
    rows = AttorneyRing.objects.filter(number__contact=contact_id, asked_at__gt=now - DAY)
    zone = _zone(contact_id)
    return [
        OwnRing(
            number=row.number_id,
            kind=Kind(row.kind),
            asked_at=row.asked_at,
            state=_state(row, now),
            code=row.code,
            private_places=row.private_places,
            recorded_places=row.recorded_places,
            zone=zone,
        )
        for row in rows.order_by("-asked_at", "pk")
    ]


def _state(row: AttorneyRing, now: datetime) -> str:
    if row.done_at is not None:
        return "done"
    if row.taken_at is None:
        return "waiting" if now - row.asked_at < TAKE_WITHIN else "lost"
    return "ringing" if now - row.asked_at < STALE else "lost"


def _zone(contact_id: UUID) -> str:
    newest = mine(contact_id).order_by("-asked_at").values_list("jurisdiction", flat=True).first()
    return next(iter(agencies_by_state().get(newest or "", {}).values()), "UTC")
