"""Recordings of numbers that were private: locked away from everybody, then destroyed with proof.

Who found it and whose number it was the calls' room knows; this room keeps the lock and the proof.
"""

import hashlib
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused
from kinline.apps.recordings.actions import destroy as destroying
from kinline.apps.recordings.models import Quarantine, Recording
from kinline.core.refusal import Refusal, Whose

BY_KINLINE = "kinline"


def lock(*, recording_id: UUID, contact_id: UUID, by: audit.Named, why: str, now: datetime) -> bool:
    """From now on nobody plays it, in the caller's transaction. False: it was locked already.

    Raises NotFound, and Refused: quarantine.gone (destroyed before).
    """
    row = Recording.objects.select_related("facility").filter(pk=recording_id).first()
    if row is None:
        raise NotFound
    if row.deleted_at is not None:
        raise Refused(Refusal("quarantine.gone", Whose.FACILITY))
    try:
        with transaction.atomic():
            Quarantine.objects.create(
                recording=row, contact=contact_id, found_by=_name(by), found_at=now, why=why[:300]
            )
    except IntegrityError:
        return False
    _tell(row, by, "recording.quarantined", why, now, {"contact": str(contact_id)})
    return True


def destroy(*, recording_id: UUID, by: audit.Named, now: datetime) -> Quarantine:
    """Destroy the key of what was locked away; the hash of each sealed file is the proof.

    Destroyed twice is destroyed once. Raises NotFound, and Refused: quarantine.another_must.
    """
    rows = Quarantine.objects.filter(recording=recording_id)
    row = rows.select_related("recording__facility").first()
    if row is None:
        raise NotFound
    if row.found_by == _name(by) != BY_KINLINE:
        raise Refused(Refusal("quarantine.another_must", Whose.KINLINE))
    proof = _hashes(row.recording.folder)
    with transaction.atomic():
        left = rows.filter(destroyed_at=None)
        if left.update(destroyed_at=now, destroyed_by=_name(by), proof=proof) == 1:
            _tell(row.recording, by, "recording.proven_destroyed", row.why, now, dict(proof))
            destroying.destroy(recording_id=recording_id, by=by, why=row.why, now=now)
    row.refresh_from_db()
    return row


def _hashes(folder: str) -> dict[str, str]:
    """Of each sealed file as it lies there, by name."""
    found = {}
    for path in sorted((settings.RECORDINGS / folder).glob("*")):
        if path.is_file():
            with path.open("rb") as file:
                found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _name(by: audit.Named) -> str:
    return BY_KINLINE if by == audit.KINLINE else by.id


def _tell(
    row: Recording,
    by: audit.Named,
    act: str,
    why: str,
    now: datetime,
    facts: dict[str, object],
) -> None:
    audit.write(
        now=now,
        actor=by,
        act=act,
        subject=audit.Named("recording", str(row.pk)),
        facility=row.facility.place,
        purpose=why,
        facts={"call": str(row.call), **facts},
    )
