"""What a thread shows: the room's views turned into words, nothing decided here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from kinline.apps.messaging.queries.threads import ThreadRow
from kinline.apps.messaging.views import MessageView, PartView
from kinline.apps.review.queries.told import AppealTold
from kinline.core.message.states import State
from kinline.core.message.terms import PartKind, Service
from kinline.core.review.terms import Side
from kinline.doors.words import clock, messages
from kinline.doors.writing.kept import Kept, appealed, kept


@dataclass(frozen=True, slots=True)
class Around:
    """What every bubble of a thread is told with: who the two are, and whose wall clock counts."""

    side: Side
    other_name: str
    place: str
    facility_name: str
    zone: str
    now: datetime

    @property
    def first_name(self) -> str:
        return first_of(self.other_name)


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message. `day` stands above it where a new day begins; `gone` in place of its words.

    `no` says what was kept back and why, `won` which appeals brought it out after all.
    """

    message: MessageView
    day: str
    status: str
    icon: str
    gone: str
    is_text: bool
    no: Kept | None
    won: tuple[str, ...]
    cost: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thread in the list: with whom, the first words of the newest, and how it stands."""

    row: ThreadRow
    when: str
    said: str
    status: str
    icon: str
    new: str


def bubbles(
    views: Iterable[MessageView],
    around: Around,
    appeals: Mapping[str, Sequence[AppealTold]],
) -> list[Bubble]:
    """The messages of a thread, the oldest first; `views` come newest first."""
    found, last = [], ""
    for one in reversed(list(views)):
        day = clock.day(one.sent_at, around.zone)
        found.append(_bubble(one, around, appeals.get(str(one.id), ()), "" if day == last else day))
        last = day
    return found


def _bubble(one: MessageView, around: Around, appeals: Collection[AppealTold], day: str) -> Bubble:
    hidden = not one.mine and one.state in (State.REJECTED, State.TAKEN_BACK)
    return Bubble(
        message=one,
        day=day,
        status=_status(one, around),
        icon=messages.ICONS[one.state] if one.mine else "mail_outline",
        gone=_gone(one, around, hidden),
        is_text=one.service is Service.TEXT,
        no=kept(one, around, appeals) if one.rejected else None,
        won=_won(one, around, appeals),
        cost=messages.cost(one.cost, mine=one.mine),
    )


def _won(one: MessageView, around: Around, appeals: Collection[AppealTold]) -> tuple[str, ...]:
    return () if one.rejected else tuple(appealed(told, around) for told in appeals)


def _status(one: MessageView, around: Around) -> str:
    def said(moment: datetime | None) -> str:
        return clock.when(moment, around.zone, around.now) if moment else ""

    if not one.mine:
        when = said(one.delivered_at or one.sent_at)
        return messages.theirs(one.state, who=around.first_name, when=when)
    told = messages.mine(
        one.state,
        sent=said(one.sent_at),
        delivered=said(one.delivered_at),
        read=said(one.read_at),
    )
    held = _looked_at(one.parts, bool(one.text)) if one.state is State.WAITING else ""
    return f"{told} ({held})" if held else told


def _looked_at(parts: Sequence[PartView], words: bool) -> str:
    """What waits, where it is more than words: "the words, 1 photo"."""
    if not parts:
        return ""
    held = messages.holding([part.kind for part in parts])
    return ", ".join([messages.counted(PartKind.TEXT, 1), held]) if words else held


def _gone(one: MessageView, around: Around, hidden: bool) -> str:
    if one.erased:
        return messages.erased()
    return messages.gone(one.state, who=around.first_name) if hidden else ""


def line(row: ThreadRow, zone: str, now: datetime) -> Line:
    """A thread as a line of the list."""
    first = first_of(row.other_name)
    said = row.preview
    if not said and row.last_state is not None and not row.privileged:
        said = _("Without words") if row.last_mine else _("From %(name)s") % {"name": first}
    if row.privileged:
        said = _("Private mail")
    state = row.last_state if row.last_mine else None
    return Line(
        row=row,
        when=clock.when(row.last_at, zone, now),
        said=said,
        status=messages.in_list(state) if state else "",
        icon=messages.ICONS[state] if state else "",
        new=messages.unread(row.unread) if row.unread else "",
    )


def first_of(name: str) -> str:
    """The first name, as one says it."""
    return name.split()[0] if name.split() else name


def moment(at: datetime, zone: str, now: datetime) -> str:
    """When, in words, on the facility's own wall."""
    return clock.when(at, zone, now)


def dated(at: datetime, zone: str) -> str:
    """A moment with its year, for what is kept for long: "November 23, 2026, 6:42 PM"."""
    on = at.astimezone(ZoneInfo(zone)).date()
    return f"{clock.long_day(on)}, {clock.clock(at, zone)}"
