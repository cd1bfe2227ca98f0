"""What doors show of threads, drafts and messages: plain values, without what may not be seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.models import Attachment, Draft, Message
from kinline.core.message.limits import Limits
from kinline.core.message.states import APPEALABLE, READABLE, State
from kinline.core.message.terms import Direction, PartKind, Service
from kinline.core.rating.message import Because, Piece, total


@dataclass(frozen=True, slots=True)
class PartView:
    """A photo, card or film. `rejected`: not let through, with its own reason where it has one.

    `card` names it in the gallery, with `text` written on it; files are read by `queries.files`.
    """

    id: UUID
    kind: PartKind
    alt: str
    card: str
    text: str
    media_type: str
    size_bytes: int
    width: int | None
    height: int | None
    seconds: int | None
    has_thumb: bool
    rejected: bool
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What its writer gave for it, by unit ("stamp", "credit", "cent"), and by which rule.

    `back` is what came back of that, `because` (core.rating.message.Because) why so much; None
    while nothing of it was rejected.
    """

    given: Mapping[str, int]
    citation: str
    back: Mapping[str, int]
    because: Because | None

    @property
    def free(self) -> bool:
        return not self.given


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message as one side sees it. `text` and `parts` hold only what that side may read.

    `reason` (core.review.terms.Reason) and `note` say why something was not let through;
    `may_appeal` until `appeal_until`. `erased`: kept long enough; it says nothing any more.
    """

    id: UUID
    thread: UUID
    service: Service
    direction: Direction
    mine: bool
    state: State
    text: str
    parts: tuple[PartView, ...]
    sent_at: datetime
    delivered_at: datetime | None
    read_at: datetime | None
    text_rejected: bool
    reason: str
    note: str
    decided_at: datetime | None
    appeal_until: datetime | None
    cost: Cost
    erased: bool

    @property
    def may_withdraw(self) -> bool:
        return self.mine and self.state is State.WAITING

    @property
    def rejected(self) -> bool:
        """Whether all or a part of it was not let through: then either side may appeal."""
        return self.state in APPEALABLE

    def may_appeal(self, now: datetime) -> bool:
        """Whether the clock of an appeal still runs."""
        return self.rejected and self.appeal_until is not None and now < self.appeal_until


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft. Send its `key` with each save and with the sending; `revision` counts the saves."""

    id: UUID
    key: UUID
    thread: UUID
    service: Service
    revision: int
    text: str
    parts: tuple[PartView, ...]
    limits: Limits
    saved_at: datetime


def message_view(row: Message, parts: Iterable[Attachment], by: Writer) -> MessageView:
    """A message as `by` may see it: the other side reads only what was let through."""
    mine = row.direction == by.direction
    readable = mine or row.state in READABLE
    text = row.text if readable and (mine or not row.text_rejected) else ""
    shown = (one for one in parts if mine or (readable and one.rejected_at is None))
    return MessageView(
        id=row.pk,
        thread=row.thread_id,
        service=Service(row.service),
        direction=Direction(row.direction),
        mine=mine,
        state=State(row.state),
        text=text,
        parts=tuple(part_view(one) for one in shown),
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        read_at=row.read_at,
        text_rejected=row.text_rejected,
        reason=row.reason,
        note=row.note,
        decided_at=row.decided_at,
        appeal_until=row.appeal_until,
        cost=cost_view(row, mine),
        erased=row.erased_at is not None,
    )


def cost_view(row: Message, mine: bool) -> Cost:
    """What it cost. What the other side gave is theirs to know; the rule is everybody's."""
    if not mine:
        return Cost({}, row.citation, {}, None)
    because = Because(row.because) if row.because else None
    return Cost(total(pieces(row.paid)), row.citation, total(pieces(row.back)), because)


def pieces(rows: Iterable[Sequence[Any]]) -> tuple[Piece, ...]:
    """From the column."""
    return tuple(Piece(part, unit, amount) for part, unit, amount, *_ in rows)


def part_view(row: Attachment) -> PartView:
    return PartView(
        id=row.pk,
        kind=PartKind(row.kind),
        alt=row.alt,
        card=row.card,
        text=row.text,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        width=row.width,
        height=row.height,
        seconds=row.seconds,
        has_thumb=bool(row.thumb),
        rejected=row.rejected_at is not None,
        reason=row.reason,
        note=row.note,
    )


def draft_view(row: Draft, parts: Iterable[Attachment], limits: Limits) -> DraftView:
    return DraftView(
        id=row.pk,
        key=row.key,
        thread=row.thread_id,
        service=Service(row.service),
        revision=row.revision,
        text=row.text,
        parts=tuple(part_view(one) for one in parts),
        limits=limits,
        saved_at=row.saved_at,
    )
