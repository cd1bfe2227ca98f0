"""Erasing what was kept long enough: the words go, the keys go, then the files; a proof stays.

A file whose key is gone opens for nobody, so the order is safe to be killed in: a row first, its
files after, and what is left of them is swept. That a message was sent, when and between whom,
stays; with it stands in the audit log the hash of what was erased.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from kinline.apps import stored
from kinline.apps.audit import actions as audit
from kinline.apps.facilities.models import Facility
from kinline.apps.messaging.models import Attachment, Keep, Message, Rule
from kinline.apps.messaging.rules import rule_of
from kinline.apps.review.actions.submit import forget
from kinline.core.message.states import State
from kinline.core.message.terms import Service


def erase_due(*, now: datetime, limit: int = 200) -> int:
    """Erase what its facility keeps no longer, the oldest first; returns how many messages.

    Nothing under a legal hold, and nothing that still waits for review.
    """
    count = 0
    for facility in Facility.objects.order_by("place"):
        for rows in _over(facility, rule_of(facility.pk), now):
            for pk in list(rows.values_list("pk", flat=True)[: limit - count]):
                count += erase(message_id=pk, by=audit.KINLINE, why="kept long enough", now=now)
        if count >= limit:
            break
    return count


def erase(*, message_id: UUID, by: audit.Named, why: str, now: datetime) -> bool:
    """Erase one message for ever, and say what its hash was; False where it was erased before, is
    held, or waits for review."""
    with transaction.atomic():
        rows = Message.objects.select_related("facility").filter(pk=message_id, erased_at=None)
        row = rows.filter(~held(), ~Q(state=State.WAITING)).first()
        if row is None:
            return False
        parts = list(row.parts.order_by("place"))
        digest = proof(row, parts)
        gone = {"text": "", "folded": "", "sealed": b"", "wrapped_key": "", "note": ""}
        if rows.update(erased_at=now, **gone) != 1:
            return False
        row.parts.update(
            erased_at=now, text="", alt="", sealed=b"", wrapped_key="", thumb_key="", note=""
        )
        forget(subject=str(row.pk))
        audit.write(
            now=now,
            actor=by,
            act="message.erased",
            subject=audit.Named("message", str(row.pk)),
            facility=row.facility.place,
            purpose=why,
            facts={"sha256": digest, "files": len(parts), "letters": row.size},
        )
    for name in _files(parts):
        stored.destroy(name)
    return True


def proof(row: Message, parts: Iterable[Attachment]) -> str:
    """SHA-256 of what is erased: whoever has a copy can show that it was this, and nobody else
    learns anything of it. Files count as they lie there, sealed; so does privileged mail."""
    content = {
        "message": str(row.pk),
        "sent_at": row.sent_at.isoformat(),
        "text": row.text,
        "sealed": hashlib.sha256(bytes(row.sealed)).hexdigest(),
        "parts": [
            [str(one.pk), one.kind, one.card, one.text, *(_hash(name) for name in _files([one]))]
            for one in parts
        ],
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def held() -> Exists:
    """A condition on messages: under a legal hold now."""
    holds = Keep.objects.filter(person=OuterRef("thread__person"), lifted_at=None)
    return Exists(holds.filter(Q(contact=None) | Q(contact=OuterRef("thread__contact"))))


def named(names: Collection[str]) -> set[str]:
    """Which of these files a row still opens: the others are orphans, for the sweep."""
    rows = Attachment.objects.filter(erased_at=None)
    blobs = rows.filter(blob__in=names).values_list("blob", flat=True)
    thumbs = rows.filter(thumb__in=names).values_list("thumb", flat=True)
    return {*blobs, *thumbs}


def _over(facility: Facility, rule: Rule, now: datetime) -> list["QuerySet[Message]"]:
    """What a facility keeps no longer, by what its rule tells apart."""
    rows = Message.objects.filter(facility=facility, erased_at=None).exclude(state=State.WAITING)
    rows = rows.filter(~held()).order_by("sent_at")
    kept = [
        (False, Service.EMESSAGE, rule.keep_emessage_days),
        (False, Service.TEXT, rule.keep_text_days),
        (True, Service.EMESSAGE, rule.keep_privileged_days),
    ]
    return [
        rows.filter(privileged=sealed, service=service, sent_at__lt=now - timedelta(days=days))
        for sealed, service, days in kept
    ]


def _files(parts: Iterable[Attachment]) -> list[str]:
    return [name for one in parts for name in (one.blob, one.thumb) if name]


def _hash(name: str) -> str:
    """Of a file as it lies there; one that is gone already has none."""
    try:
        with stored.path_of(name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
