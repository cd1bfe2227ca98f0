"""Pictures of an ID and of a face: made safe, sealed, looked at with an audit line, erased.

They come in by the darkroom as a photo of a message does, and lie sealed under a key of their own.
Whoever looks is on record before the first byte. What was decided keeps them for the facility's
days; then the key goes, then the file, and the hash of what lay there stays in the audit log.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from kinline.apps import stored
from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound
from kinline.apps.facilities.models import Facility
from kinline.apps.people.models import VisitorAccess, VisitorPicture
from kinline.apps.people.visitors import rule_of
from kinline.apps.strangers import polite, scanned
from kinline.core.visitor import DRAFT_KEPT, Picture, State
from kinline.darkroom import photo as photos


def keep(*, row: VisitorAccess, kind: Picture, source: Path, now: datetime) -> None:
    """Make the photo at `source` safe and keep it with a draft; `source` stays as it is.

    Opened in a process next door before the transaction that names it; whatever goes wrong
    afterwards, what was kept is destroyed again, or swept. Raises NotFound, Refused (file.*,
    photo.*).
    """
    agency = row.facility.agency.code
    with polite(), stored.workroom() as own:
        scanned(source)
        made = photos.made_safe(source, own)
        kept = stored.keep(made.path, agency=agency)
        picture = VisitorPicture(
            access=row,
            kind=kind,
            agency=agency,
            blob=kept.blob,
            wrapped_key=kept.wrapped_key,
            size_bytes=kept.size,
            width=made.width,
            height=made.height,
            added_at=now,
        )
        try:
            before = _put(picture)
        except BaseException:
            stored.destroy(kept.blob)
            raise
    for blob in before:
        stored.destroy(blob)


def drop_draft(row: VisitorAccess) -> None:
    """A request that was never sent goes, with its pictures: nobody has seen it."""
    with transaction.atomic():
        if not VisitorAccess.objects.filter(pk=row.pk, state=State.DRAFT).exists():
            raise NotFound
        blobs = list(row.pictures.values_list("blob", flat=True))
        row.pictures.all().delete()
        row.delete()
        _destroy_after(blobs)


def forget_drafts(*, now: datetime) -> int:
    """Drop requests that nobody finished for a week; returns how many."""
    rows = VisitorAccess.objects.filter(state=State.DRAFT, begun_at__lt=now - DRAFT_KEPT)
    old = list(rows[:200])
    for row in old:
        drop_draft(row)
    return len(old)


def erase_due(*, now: datetime, limit: int = 200) -> int:
    """Erase the pictures of what was decided long enough ago; returns of how many requests.

    Never while a decision or an appeal waits, nor while one may still appeal.
    """
    count = 0
    for facility in Facility.objects.filter(visitors__pictures__erased_at=None).distinct():
        before = now - timedelta(days=rule_of(facility.pk).keep_days)
        rows = VisitorAccess.objects.filter(
            Q(appeal_until=None) | Q(appeal_until__lte=now) | Q(appeal_decided_at__isnull=False),
            facility=facility,
            settled_at__lte=before,
            pictures__isnull=False,
            pictures__erased_at=None,
        )
        for pk in list(rows.order_by("settled_at").values_list("pk", flat=True).distinct()):
            if count >= limit:
                return count
            count += erase(access_id=pk, why="kept long enough", now=now)
    return count


def erase(*, access_id: UUID, why: str, now: datetime) -> bool:
    """Erase the pictures of a request for ever, and say what their hashes were; False where there
    were none left. The names of children go too, unless they may visit."""
    with transaction.atomic():
        row = VisitorAccess.objects.select_related("facility").filter(pk=access_id).first()
        if row is None or row.state in (State.DRAFT, State.PENDING):
            return False
        found = list(row.pictures.filter(erased_at=None))
        facts: dict[str, object] = {}
        for one in found:
            proof = _hash(one.blob)
            left = VisitorPicture.objects.filter(pk=one.pk, erased_at=None)
            if left.update(erased_at=now, wrapped_key="", sha256=proof) == 1:
                facts[one.kind] = proof
        if row.state != State.APPROVED:
            row.minors.all().delete()
        if not facts:
            return False
        audit.write(
            now=now,
            actor=audit.KINLINE,
            act="visitor.pictures_erased",
            subject=audit.Named("visitor", str(row.pk)),
            facility=row.facility.place,
            purpose=why,
            facts=facts,
        )
        _destroy_after([one.blob for one in found])
    return True


def named(names: Collection[str]) -> set[str]:
    """Which of these files a row still opens: the others are orphans, for the sweep."""
    rows = VisitorPicture.objects.filter(erased_at=None, blob__in=names)
    return set(rows.values_list("blob", flat=True))


def _put(picture: VisitorPicture) -> list[str]:
    """Its row, in place of the one before it; the files that are to go. Raises NotFound."""
    try:
        with transaction.atomic():
            # Not sent meanwhile: an update of nothing, so that a sending waits its turn.
            drafts = VisitorAccess.objects.filter(pk=picture.access_id, state=State.DRAFT)
            if drafts.update(state=State.DRAFT) != 1:
                raise NotFound
            old = VisitorPicture.objects.filter(access=picture.access_id, kind=picture.kind)
            blobs = list(old.values_list("blob", flat=True))
            old.delete()
            picture.save(force_insert=True)
    except IntegrityError:  # two at the same moment: the other one is there
        raise NotFound from None
    return blobs


def _destroy_after(blobs: list[str]) -> None:
    """The files go when the whole transaction is through, the caller's too: never before the keys.

    What a kill leaves is swept.
    """

    def destroy() -> None:
        for blob in blobs:
            stored.destroy(blob)

    transaction.on_commit(destroy)


def _hash(blob: str) -> str:
    """Of a file as it lies there, sealed; one that is gone already has none."""
    try:
        with stored.path_of(blob).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
