"""Drafts: kept while somebody types, one for each thread, writer and service."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F

from kinline.apps.errors import NotFound
from kinline.apps.messaging.access import Writer, draft_of, thread_of
from kinline.apps.messaging.models import Attachment, Draft, Thread
from kinline.apps.messaging.rules import limits, rule_of
from kinline.apps.messaging.views import DraftView, draft_view
from kinline.apps.messaging.words import written
from kinline.apps.people.links import linked
from kinline.core.message.limits import MOST
from kinline.core.message.terms import Service
from kinline.core.review.terms import Side


@transaction.atomic
def open_thread(*, by: Writer, other: UUID, now: datetime) -> UUID:
    """The thread with somebody they are linked to, made at the first time. Raises NotFound.

    `other` is a contact for whom is inside, and a person for a contact. A thread that was begun
    stays open to read when the link has ended.
    """
    person, contact = (by.id, other) if by.side is Side.PERSON else (other, by.id)
    rows = Thread.objects.filter(person=person, contact=contact, privileged=False)
    if found := rows.values_list("pk", flat=True).first():
        return found
    if not linked(person_id=person, contact_id=contact):
        raise NotFound
    made, _ = rows.get_or_create(
        defaults={"begun_at": now}, person_id=person, contact_id=contact, privileged=False
    )
    return made.pk


@transaction.atomic
def begin(
    *, by: Writer, thread_id: UUID, now: datetime, service: Service = Service.EMESSAGE
) -> DraftView:
    """The draft they have in a thread, or a new and empty one. Raises NotFound."""
    thread = thread_of(by, thread_id)
    row = begun(by, thread, service, now)
    parts = row.parts.order_by("place")
    return draft_view(row, parts, limits(rule_of(thread.person.facility_id), service))


@transaction.atomic
def save(*, by: Writer, key: UUID, text: str, revision: int, now: datetime) -> bool:
    """Keep what was typed; whether it was kept. `revision` grows with each save of the page's.

    An older one that comes late changes nothing, nor does one that comes after the sending:
    then False. What is longer than any message may be is cut there.
    """
    rows = Draft.objects.filter(key=key, side=by.side, privileged=False, revision__lt=revision)
    mine = rows.filter(**{f"thread__{by.side}": by.id}).values_list("pk", "service").first()
    if mine is None:
        return False
    pk, service = mine
    kept = written(text)[: 2 * MOST[Service(service)].characters]
    return rows.filter(pk=pk).update(text=kept, revision=revision, saved_at=now) == 1


@transaction.atomic
def throw_away(*, by: Writer, key: UUID) -> tuple[str, ...]:
    """Give a draft up, with what is attached. Returns the blobs to destroy. Raises NotFound."""
    draft = draft_of(by, key)
    if not touched(draft):
        raise NotFound
    blobs = _blobs(draft)
    draft.parts.all().delete()
    Draft.objects.filter(pk=draft.pk).delete()
    return blobs


def begun(by: Writer, thread: Thread, service: Service, now: datetime) -> Draft:
    """The draft of a writer in a thread, made where there is none; two tabs make one."""
    rows = Draft.objects.filter(thread=thread, side=by.side, service=service)
    if found := rows.first():
        return found
    try:
        with transaction.atomic():
            return Draft.objects.create(
                thread=thread,
                side=by.side,
                service=service,
                privileged=thread.privileged,
                key=uuid4(),
                begun_at=now,
                saved_at=now,
            )
    except IntegrityError:
        return rows.get()


def touched(draft: Draft) -> bool:
    """Whether a draft is still there: from here on nobody else sends it or attaches to it.

    Whoever changes a draft's parts begins with this, in their transaction.
    """
    return Draft.objects.filter(pk=draft.pk).update(revision=F("revision")) == 1


def _blobs(draft: Draft) -> tuple[str, ...]:
    rows = Attachment.objects.filter(draft=draft).values_list("blob", "thumb")
    return tuple(name for pair in rows for name in pair if name)
