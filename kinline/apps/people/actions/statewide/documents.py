"""The photo of a bar card: made safe, sealed, looked at with an audit line, erased.

As pictures of visitors are, under a key of the state's own: any agency there may decide.
"""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from kinline.apps import stored
from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.people.attorney_desk import LOOKERS, access_attorney
from kinline.apps.people.models import AttorneyDocument, AttorneyRequest
from kinline.apps.people.tell import tell
from kinline.apps.people.visitor_desk import File
from kinline.apps.strangers import polite, scanned
from kinline.apps.text import typed
from kinline.core.attorney import KEEP
from kinline.core.visitor import State
from kinline.darkroom import photo as photos

TO_DECIDE, TO_ANSWER = "to decide the request", "to decide the appeal"


@contextmanager
def sealed(source: Path, *, state: str) -> Iterator[stored.Kept]:
    """Make the photo safe and seal it for the block; what fails in there destroys it again.

    Raises Refused (file.*, photo.*).
    """
    with polite(), stored.workroom() as own:
        scanned(source)
        made = photos.made_safe(source, own)
        kept = stored.keep(made.path, agency=_keyring(state))
    try:
        yield kept
    except BaseException:
        stored.destroy(kept.blob)
        raise


def attach(row: AttorneyRequest, kept: stored.Kept, now: datetime) -> None:
    """Its row, in the caller's transaction."""
    AttorneyDocument.objects.create(
        request=row,
        keyring=_keyring(row.jurisdiction),
        blob=kept.blob,
        wrapped_key=kept.wrapped_key,
        size_bytes=kept.size,
        added_at=now,
    )


def look(*, staff: Staff, request_id: UUID, now: datetime, purpose: str = "") -> File:
    """The photo, opened; close it. On record before the first byte.

    Raises NotFound, also once it is erased, and Refused: attorney.purpose_needed where nothing
    waits for a decision.
    """
    row, here = access_attorney(staff=staff, request_id=request_id, rights=LOOKERS)
    found = AttorneyDocument.objects.filter(request=row, erased_at=None).first()
    if found is None:
        raise NotFound
    why = _purpose(row) or typed(purpose, 200)
    if not why:
        raise Refused(wrong("attorney.purpose_needed", "purpose"))
    with transaction.atomic():
        subject = audit.Named("attorney_request", str(row.pk))
        facts = {"contact": str(row.contact_id)}
        tell(staff, "attorney.looked", subject, here.place, now, facts, purpose=why)
    return opened(found)


def opened(row: AttorneyDocument) -> File:
    """The sealed file, open. Raises NotFound where it does not open any more."""
    try:
        file = stored.opened(blob=row.blob, wrapped_key=row.wrapped_key, agency=row.keyring)
    except stored.Gone:
        raise NotFound from None
    return File(row.pk, file)


def erase(*, request_id: UUID, why: str, now: datetime) -> bool:
    """Erase the photo for ever, and say what its hash was; False where there was none left."""
    with transaction.atomic():
        row = AttorneyDocument.objects.filter(request=request_id, erased_at=None).first()
        if row is None or row.request.state == State.PENDING:
            return False
        proof = _hash(row.blob)
        left = AttorneyDocument.objects.filter(pk=row.pk, erased_at=None)
        if left.update(erased_at=now, wrapped_key="", sha256=proof) != 1:
            return False
        audit.write(
            now=now,
            actor=audit.KINLINE,
            act="attorney.document_erased",
            subject=audit.Named("attorney_request", str(row.request_id)),
            purpose=why,
            facts={"sha256": proof},
        )
        transaction.on_commit(lambda: stored.destroy(row.blob))
    return True


def erase_due(*, now: datetime, limit: int = 200) -> int:
    """Erase the photos of what was decided long enough ago; returns how many.

    Never while a decision or an appeal waits, nor while one may still appeal.
    """
    rows = AttorneyRequest.objects.filter(
        Q(appeal_until=None) | Q(appeal_until__lte=now) | Q(appeal_decided_at__isnull=False),
        settled_at__lte=now - KEEP,
        document__erased_at=None,
        document__isnull=False,
    )
    due = list(rows.order_by("settled_at").values_list("pk", flat=True)[:limit])
    return sum(erase(request_id=pk, why="kept long enough", now=now) for pk in due)


def named(names: Collection[str]) -> set[str]:
    """Which of these files a row still opens: the others are orphans, for the sweep."""
    rows = AttorneyDocument.objects.filter(erased_at=None, blob__in=names)
    return set(rows.values_list("blob", flat=True))


def _purpose(row: AttorneyRequest) -> str:
    if row.state == State.PENDING:
        return TO_DECIDE
    if row.appealed_at is not None and row.appeal_decided_at is None:
        return TO_ANSWER
    return ""


def _keyring(state: str) -> str:
    return f"attorneys-{state}"


def _hash(blob: str) -> str:
    """Of a file as it lies there, sealed; one that is gone already has none."""
    try:
        with stored.path_of(blob).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
