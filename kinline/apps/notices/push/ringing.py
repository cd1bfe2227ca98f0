"""An incoming call, told to devices while no page of the contact's is open.

Recorded as the call begins to ring, sent at once by a job of its own, and worth nothing later.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import translation

from kinline.apps.notices import choices, reach, words
from kinline.apps.notices.kinds import Channel, Group
from kinline.apps.notices.models import Outgoing
from kinline.apps.notices.outbox import Closed
from kinline.apps.notices.push import devices, sending

RING = "ring.push"
# As long as it rings, less what opening the page takes (core/control/calls.py: ring_seconds).
WORTH = timedelta(seconds=25)


def ring(*, call: UUID, owner: UUID, now: datetime) -> int:
    """One item for each device, once per call, in the caller's transaction; how many.

    Not in the owner's quiet hours, and not where they want no push of calls.
    """
    found = devices.live(owner=owner)
    if not found or not choices.wants(owner=owner, group=Group.CALLS, channel=Channel.PUSH):
        return 0
    quiet = choices.quiet_of(owner=owner)
    if quiet is not None and quiet.until(now) is not None:
        return 0
    rows = [
        Outgoing(
            key=f"{RING}:{call}:{device}",
            kind=RING,
            facts={"owner": str(owner), "device": str(device), "until": (now + WORTH).isoformat()},
            created_at=now,
            next_try_at=now,
        )
        for device in found
    ]
    Outgoing.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def send(item: Outgoing, now: datetime) -> None:
    """Raises Closed when it rings no more, and what `sending.send` raises."""
    left = datetime.fromisoformat(item.facts["until"]) - now
    if left <= timedelta(0):
        raise Closed("it rings no more")
    found = reach.of(UUID(item.facts["owner"]))
    if found is None:
        raise Closed("nobody to tell")
    with translation.override(found.language):
        message = sending.Message(
            text=words.line("call.ringing"),
            path=words.page("call.ringing"),
            tag="ring",
            rings=True,
            keep_seconds=max(1, int(left.total_seconds())),
        )
    sending.send(device=UUID(item.facts["device"]), message=message, now=now)
