"""What a contact chose: which groups by which way, and when devices and telephone stay silent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction

from kinline.apps.errors import Refused, wrong
from kinline.apps.notices.kinds import DEFAULTS, Channel, Group
from kinline.apps.notices.models import Choice, QuietHours


@dataclass(frozen=True, slots=True)
class Quiet:
    """Silence from `begins` until `ends`, by the clock of `zone`; past midnight if earlier."""

    begins: time
    ends: time
    zone: str

    def until(self, now: datetime) -> datetime | None:
        """When the silence that holds now is over; None where none holds. [begins, ends)

        Where clocks are put forward over the end, it is over when they have been.
        """
        local = now.astimezone(ZoneInfo(self.zone))
        clock = local.time().replace(tzinfo=None, fold=0)
        overnight = self.ends < self.begins
        inside = (
            (clock >= self.begins or clock < self.ends)
            if overnight
            else (self.begins <= clock < self.ends)
        )
        if not inside:
            return None
        day = local.date()
        if overnight and clock >= self.begins:
            day += timedelta(days=1)
        over = datetime.combine(day, self.ends, tzinfo=local.tzinfo).astimezone(now.tzinfo)
        # The hour that comes twice in autumn: an end that seems past is still to come.
        return over if over > now else over + timedelta(hours=1)


def wanted(*, owner: UUID) -> dict[Channel, frozenset[Group]]:
    """Which groups a contact wants by which way; the defaults where nothing was chosen."""
    rows = Choice.objects.filter(owner=owner).values_list("channel", "group", "wanted")
    chosen = {(channel, group): wish for channel, group, wish in rows}
    return {
        channel: frozenset(
            group for group in Group if chosen.get((channel, group), group in DEFAULTS[channel])
        )
        for channel in Channel
    }


def wants(*, owner: UUID, group: Group, channel: Channel) -> bool:
    """Whether this one way is wanted for this one group."""
    row = Choice.objects.filter(owner=owner, group=group, channel=channel).first()
    return row.wanted if row else group in DEFAULTS[channel]


@transaction.atomic
def choose(*, owner: UUID, wishes: Mapping[tuple[Channel, Group], bool], now: datetime) -> None:
    """Keep these wishes; others stay as they are."""
    for (channel, group), wish in wishes.items():
        Choice.objects.update_or_create(
            owner=owner, group=group, channel=channel, defaults={"wanted": wish, "set_at": now}
        )


def quiet_of(*, owner: UUID) -> Quiet | None:
    """When a contact wants silence; None: never."""
    row = QuietHours.objects.filter(owner=owner).first()
    return Quiet(row.from_at, row.until_at, row.zone) if row else None


@transaction.atomic
def set_quiet(*, owner: UUID, quiet: Quiet | None, now: datetime) -> None:
    """Set or end the quiet hours. Raises Refused (quiet.no_length, quiet.unknown_zone)."""
    if quiet is None:
        QuietHours.objects.filter(owner=owner).delete()
        return
    if quiet.begins == quiet.ends:
        raise Refused(wrong("quiet.no_length", "until_at"))
    if quiet.zone not in available_timezones():
        raise Refused(wrong("quiet.unknown_zone", "zone"))
    kept = {
        "from_at": quiet.begins,
        "until_at": quiet.ends,
        "zone": quiet.zone,
        "set_at": now,
    }
    QuietHours.objects.update_or_create(owner=owner, defaults=kept)
