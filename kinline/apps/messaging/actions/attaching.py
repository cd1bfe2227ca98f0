"""Photos, cards and films of a draft: made safe as they are attached, sealed, and kept.

Opening a stranger's file takes seconds and happens in a process of its own, before the transaction
that names it. Whatever goes wrong afterwards, what was kept is destroyed again, or swept.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from kinline.apps import stored
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.messaging.access import Writer, draft_of
from kinline.apps.messaging.actions.drafts import touched
from kinline.apps.messaging.models import Attachment, Draft
from kinline.apps.messaging.rules import limits, rule_of
from kinline.apps.messaging.views import PartView, part_view
from kinline.apps.messaging.words import written
from kinline.apps.stored import Kept
from kinline.apps.strangers import polite, scanned
from kinline.core.message.limits import Limits
from kinline.core.message.terms import PartKind, Service
from kinline.core.refusal import Refusal, Whose
from kinline.darkroom import film as films
from kinline.darkroom import photo as photos
from kinline.darkroom.terms import FilmLimits, PhotoLimits

LONGEST_ALT, LONGEST_CARD = 300, 600


@dataclass(slots=True)
class Made:
    """What a part is, before it has its row. `blobs` are to be destroyed if it never gets one."""

    kind: PartKind
    columns: dict[str, Any]
    blobs: list[str] = field(default_factory=list)


def attach_photo(*, by: Writer, key: UUID, source: Path, now: datetime, alt: str = "") -> PartView:
    """Attach the photo at `source` to a draft; `source` stays as it is.

    Raises NotFound, and Refused: file.* and photo.* (darkroom.terms.Code), message.too_many_photos,
    file.busy, file.no_room, file.no_scan, file.unable.
    """
    draft, most = _room_for(by, key, PartKind.PHOTO)
    with polite(), stored.workroom() as own:
        scanned(source)
        made = photos.made_safe(source, own, PhotoLimits(most_bytes=most.photo_bytes))
        part = Made(PartKind.PHOTO, {"media_type": made.media_type, "alt": _alt(alt)})
        part.columns |= {"width": made.width, "height": made.height}
        return _kept(by, draft, part, made.path, made.thumb, most, now)


def attach_film(*, by: Writer, key: UUID, source: Path, now: datetime, alt: str = "") -> PartView:
    """Attach the film at `source` to a draft, as `attach_photo` does a photo; takes seconds."""
    draft, most = _room_for(by, key, PartKind.FILM)
    with polite(), stored.workroom() as own:
        scanned(source)
        made = films.made_safe(source, own, FilmLimits(seconds=most.film_seconds))
        part = Made(PartKind.FILM, {"media_type": made.media_type, "alt": _alt(alt)})
        part.columns |= {"width": made.width, "height": made.height}
        part.columns |= {"seconds": max(1, round(made.seconds))}
        return _kept(by, draft, part, made.path, made.poster, most, now)


def attach_card(*, by: Writer, key: UUID, card: str, now: datetime, text: str = "") -> PartView:
    """Attach a card of the gallery by its code, with own words on it; the caller knows the code.

    Raises NotFound, and Refused: message.too_many_cards, card.too_long.
    """
    draft, most = _room_for(by, key, PartKind.CARD)
    words = written(text)
    if len(words) > LONGEST_CARD:
        raise Refused(wrong("card.too_long", "text", {"limit": str(LONGEST_CARD)}))
    part = Made(PartKind.CARD, {"card": card, "text": words})
    return part_view(_added(draft, part, most, now))


@transaction.atomic
def describe(*, by: Writer, key: UUID, part_id: UUID, alt: str) -> None:
    """Say in words what a photo or film of a draft shows, for whoever cannot see it.

    Raises NotFound."""
    rows = Attachment.objects.filter(draft=draft_of(by, key).pk, pk=part_id)
    if rows.update(alt=_alt(alt)) != 1:
        raise NotFound


def detach(*, by: Writer, key: UUID, part_id: UUID) -> None:
    """Take a part off a draft again; its file is destroyed. Twice is once. Raises NotFound."""
    draft = draft_of(by, key)
    with transaction.atomic():
        if not touched(draft):
            raise NotFound
        row = draft.parts.filter(pk=part_id).first()
        if row is not None:
            row.delete()
    if row is not None:
        destroy(name for name in (row.blob, row.thumb) if name)


def destroy(blobs: Iterator[str] | tuple[str, ...] | list[str]) -> None:
    """Take files away whose rows are gone. What a kill leaves is swept."""
    for blob in blobs:
        stored.destroy(blob)


def kept(
    draft: Draft,
    part: Made,
    file: Path,
    small: Path,
    insert: Callable[[Draft, Made], Attachment],
) -> Attachment:
    """Seal a part's two files and give it its row; without a row nothing of it stays."""
    agency = draft.thread.person.facility.agency.code
    part.columns["agency"] = agency
    try:
        for path, name, wrapped in ((file, "blob", "wrapped_key"), (small, "thumb", "thumb_key")):
            one: Kept = stored.keep(path, agency=agency, privileged=draft.privileged)
            part.blobs.append(one.blob)
            part.columns |= {name: one.blob, wrapped: one.wrapped_key}
            if name == "blob":
                part.columns["size_bytes"] = one.size
        return insert(draft, part)
    except BaseException:
        destroy(part.blobs)
        raise


def insert(draft: Draft, part: Made, most: int, now: datetime) -> Attachment:
    """Its row, if there is still room and the draft was not sent. Raises NotFound, Refused."""
    with transaction.atomic():
        if not touched(draft):
            raise NotFound
        rows = Attachment.objects.filter(draft=draft)
        if rows.filter(kind=part.kind).count() >= most:
            raise Refused(too_many(part.kind, most))
        last = rows.aggregate(last=Max("place"))["last"] or 0
        return Attachment.objects.create(
            draft=draft,
            privileged=draft.privileged,
            kind=part.kind,
            place=last + 1,
            added_at=now,
            **part.columns,
        )


def too_many(kind: PartKind, most: int) -> Refusal:
    facts = {"limit": str(most), "has": str(most + 1), "over": "1"}
    return Refusal(f"message.too_many_{kind}s", Whose.FACILITY, facts=facts)


def _room_for(by: Writer, key: UUID, kind: PartKind) -> tuple[Draft, Limits]:
    """The draft and its limits, if one more of a kind may be attached. Raises NotFound, Refused."""
    draft = draft_of(by, key)
    most = limits(rule_of(draft.thread.person.facility_id), Service(draft.service))
    if draft.parts.filter(kind=kind).count() >= most.of(kind):
        raise Refused(too_many(kind, most.of(kind)))
    return draft, most


def _kept(
    by: Writer, draft: Draft, part: Made, file: Path, small: Path, most: Limits, now: datetime
) -> PartView:
    row = kept(draft, part, file, small, lambda home, one: _added(home, one, most, now))
    return part_view(row)


def _added(draft: Draft, part: Made, most: Limits, now: datetime) -> Attachment:
    return insert(draft, part, most.of(part.kind), now)


def _alt(text: str) -> str:
    return written(text)[:LONGEST_ALT]
