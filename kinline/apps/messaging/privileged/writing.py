"""Writing privileged mail: drafts sealed as they are typed, files checked by machine, sending.

Nothing here looks at what is said, and nothing here has a reviewer: a letter is delivered as it is
sent, and staff see that it took place (`queries.reading.took_place`).
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from kinline.apps import stored
from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused
from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.actions import attaching, drafts
from kinline.apps.messaging.actions.attaching import Made as MadePart
from kinline.apps.messaging.delivering import arrive, show
from kinline.apps.messaging.models import Draft, Message, Thread
from kinline.apps.messaging.privileged import sealing
from kinline.apps.messaging.privileged.access import draft_of, facts, most, thread_of, verified
from kinline.apps.messaging.rules import rule_of
from kinline.apps.messaging.words import written
from kinline.apps.people.links import linked
from kinline.apps.people.models import Person
from kinline.apps.strangers import polite, scanned
from kinline.core.message.limits import Limits
from kinline.core.message.states import State
from kinline.core.message.terms import PartKind, Service
from kinline.core.policy.message import (
    Carried,
    Made,
    decide_privileged,
    may_write_privileged,
)
from kinline.core.refusal import Refusal
from kinline.core.review.terms import Side
from kinline.darkroom import photo as photos
from kinline.darkroom.terms import PhotoLimits


@dataclass(frozen=True, slots=True)
class PrivilegedSent:
    """A letter that was sent and has arrived. There is no other state it could be in."""

    id: UUID
    thread: UUID
    fresh: bool


@dataclass(frozen=True, slots=True)
class PrivilegedDraft:
    """A letter that was begun. `key` goes with each save and with the sending."""

    key: UUID
    thread: UUID
    revision: int
    text: str
    photos: tuple[UUID, ...]
    limits: Limits
    saved_at: datetime


def offered(*, by: Writer, other: UUID, now: datetime) -> bool:
    """Whether these two may write privileged mail now: told before anything is written."""
    person = Person.objects.select_related("facility")
    inside = person.filter(pk=by.id if by.side is Side.PERSON else other).first()
    contact = other if by.side is Side.PERSON else by.id
    if inside is None or not linked(person_id=inside.pk, contact_id=contact):
        return False
    facility = inside.facility
    if not rule_of(facility.pk).privileged:
        return False
    return verified(contact_id=contact, agency_id=facility.agency_id, zone=facility.zone, now=now)


@transaction.atomic
def open_thread(*, by: Writer, other: UUID, now: datetime) -> UUID:
    """The privileged thread with somebody, made at the first time. Raises NotFound where these two
    have none and may have none."""
    person, contact = (by.id, other) if by.side is Side.PERSON else (other, by.id)
    rows = Thread.objects.filter(person=person, contact=contact, privileged=True)
    if found := rows.values_list("pk", flat=True).first():
        return found
    if not offered(by=by, other=other, now=now):
        raise NotFound
    made, _ = rows.get_or_create(
        defaults={"begun_at": now}, person_id=person, contact_id=contact, privileged=True
    )
    return made.pk


def reasons_against(*, by: Writer, thread_id: UUID, now: datetime) -> tuple[Refusal, ...]:
    """Why nothing could be sent now. Raises NotFound."""
    thread = thread_of(by, thread_id)
    rule = rule_of(thread.person.facility_id)
    return may_write_privileged(facts(thread, rule, Made(), now))


@transaction.atomic
def begin(*, by: Writer, thread_id: UUID, now: datetime) -> PrivilegedDraft:
    """The letter they have begun, or a new and empty one. Raises NotFound."""
    thread = thread_of(by, thread_id)
    row = drafts.begun(by, thread, Service.EMESSAGE, now)
    return PrivilegedDraft(
        key=row.key,
        thread=thread.pk,
        revision=row.revision,
        text=_words(row),
        photos=tuple(row.parts.order_by("place").values_list("pk", flat=True)),
        limits=most(rule_of(thread.person.facility_id)),
        saved_at=row.saved_at,
    )


@transaction.atomic
def save(*, by: Writer, key: UUID, text: str, revision: int, now: datetime) -> bool:
    """Keep what was typed, sealed; whether it was kept: see `drafts.save`. Raises NotFound."""
    draft = draft_of(by, key)
    agency = draft.thread.person.facility.agency.code
    kept = written(text)[: 2 * most(rule_of(draft.thread.person.facility_id)).characters]
    sealed, wrapped = sealing.seal(kept, agency=agency, bound_to=_bound(draft.key))
    rows = Draft.objects.filter(pk=draft.pk, revision__lt=revision)
    columns = {"sealed": sealed, "wrapped_key": wrapped, "agency": agency}
    return rows.update(revision=revision, saved_at=now, **columns) == 1


@transaction.atomic
def throw_away(*, by: Writer, key: UUID) -> tuple[str, ...]:
    """Give a letter up. Returns the blobs to destroy. Raises NotFound."""
    draft = draft_of(by, key)
    names = draft.parts.values_list("blob", "thumb")
    blobs = tuple(name for pair in names for name in pair if name)
    draft.parts.all().delete()
    Draft.objects.filter(pk=draft.pk).delete()
    return blobs


def attach_photo(*, by: Writer, key: UUID, source: Path, now: datetime) -> UUID:
    """Attach a photo; a machine checks it, makes it safe, and nobody looks. Raises as
    `attaching.attach_photo` does."""
    draft = draft_of(by, key)
    bounds = most(rule_of(draft.thread.person.facility_id))
    if draft.parts.filter(kind=PartKind.PHOTO).count() >= bounds.photos:
        raise Refused(attaching.too_many(PartKind.PHOTO, bounds.photos))
    with polite(), stored.workroom() as own:
        scanned(source)
        made = photos.made_safe(source, own, PhotoLimits(most_bytes=bounds.photo_bytes))
        size = {"width": made.width, "height": made.height}
        part = MadePart(PartKind.PHOTO, {"media_type": made.media_type, **size})
        row = attaching.kept(
            draft,
            part,
            made.path,
            made.thumb,
            lambda home, one: attaching.insert(home, one, bounds.photos, now),
        )
    return row.pk


def send(*, by: Writer, key: UUID, now: datetime, text: str | None = None) -> PrivilegedSent:
    """Send the letter with this key, once. Raises NotFound, and Refused with every reason."""
    try:
        with transaction.atomic():
            if found := _sent_before(by, key):
                return found
            draft = draft_of(by, key)
            if not drafts.touched(draft):
                raise NotFound
            words = _words(draft) if text is None else written(text)
            return _send(by, draft, words, now)
    except IntegrityError:
        found = _sent_before(by, key)
        if found is None:
            raise
        return found


def _send(by: Writer, draft: Draft, words: str, now: datetime) -> PrivilegedSent:
    thread, facility = draft.thread, draft.thread.person.facility
    made = Made(characters=len(words), photos=draft.parts.count())
    verdict = decide_privileged(facts(thread, rule_of(facility.pk), made, now))
    if not isinstance(verdict, Carried):
        raise Refused(*verdict.reasons)
    sealed, wrapped = sealing.seal(words, agency=facility.agency.code, bound_to=_bound(draft.key))
    message = Message(
        pk=uuid4(),
        key=draft.key,
        thread=thread,
        facility=facility,
        service=Service.EMESSAGE,
        direction=by.direction,
        privileged=True,
        sealed=sealed,
        wrapped_key=wrapped,
        size=len(words),
        state=State.DELIVERED,
        sent_at=now,
        delivered_at=now,
    )
    message.save(force_insert=True)
    draft.parts.update(draft=None, message=message.pk)
    Draft.objects.filter(pk=draft.pk).delete()
    arrive(message, thread, now)
    show(thread, now, *Side)
    audit.write(
        now=now,
        actor=audit.Named(by.side.value, str(by.id)),
        act="message.privileged_sent",
        subject=audit.Named("message", str(message.pk)),
        facility=facility.place,
        facts={"letters": len(words), "photos": made.photos},
    )
    return PrivilegedSent(message.pk, thread.pk, fresh=True)


def _words(draft: Draft) -> str:
    if not draft.wrapped_key:
        return ""
    return sealing.open_(
        bytes(draft.sealed), draft.wrapped_key, agency=draft.agency, bound_to=_bound(draft.key)
    )


def _bound(key: UUID) -> str:
    """A letter keeps its key from the draft on, so that it need not be sealed anew to be moved."""
    return f"privileged:{key}"


def _sent_before(by: Writer, key: UUID) -> PrivilegedSent | None:
    row = Message.objects.select_related("thread").filter(key=key).first()
    if row is None:
        return None
    mine = row.privileged and row.direction == by.direction
    if not mine or by.id not in (row.thread.person_id, row.thread.contact_id):
        raise NotFound
    return PrivilegedSent(row.pk, row.thread_id, fresh=False)
