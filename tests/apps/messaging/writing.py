"""Messages told in a few words, for tests: who writes to whom, and what staff decide."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.db import transaction

from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.actions import attaching, drafts, send, settle
from kinline.apps.messaging.actions.send import Sent
from kinline.apps.messaging.models import Attachment, Message
from kinline.apps.people.models import Contact, Grant, Person
from kinline.apps.people.rights import Right
from kinline.apps.review.models import Decision, Item, Policy
from kinline.core.message.terms import Service
from kinline.core.review.states import State, undo_until
from kinline.core.review.terms import Mode, Outcome, Side
from tests.cast import Town


def by(who: Person | Contact) -> Writer:
    side = Side.PERSON if isinstance(who, Person) else Side.CONTACT
    return Writer(side, who.pk, who.language)


def thread(person: Person, contact: Contact, now: datetime) -> UUID:
    return drafts.open_thread(by=by(person), other=contact.pk, now=now)


def write(
    who: Person | Contact,
    to: Person | Contact,
    words: str,
    now: datetime,
    *,
    service: Service = Service.EMESSAGE,
    key: UUID | None = None,
) -> Sent:
    """Send words from one to the other."""
    me = by(who)
    where = drafts.open_thread(by=me, other=to.pk, now=now)
    return send.send_words(
        by=me, thread_id=where, service=service, words=words, key=key or uuid4(), now=now
    )


def looks_at(town: Town, place: str, mode: Mode, now: datetime, percent: int | None = None) -> None:
    """Let a facility look at messages so, from now on."""
    Policy.objects.create(
        facility=town.facility(place),
        mode=mode,
        sample_percent=percent,
        target_minutes=60,
        set_by="test",
        set_at=now - timedelta(seconds=1),
    )


def reads(town: Town, name: str, place: str, now: datetime) -> None:
    """Let a member of staff read messages at a facility."""
    Grant.objects.create(
        account=town.account(name),
        right=Right.READ_MESSAGES,
        facility=town.facility(place),
        given_by="test",
        given_at=now - timedelta(seconds=1),
    )


def decide(
    message: UUID,
    outcome: Outcome,
    now: datetime,
    *,
    rejected: tuple[str, ...] = (),
    reason: str = "weapons",
    appealed: Decision | None = None,
) -> Decision:
    """A decision as review writes it, made at `now` and not yet in effect."""
    item = Item.objects.get(subject=str(message))
    if appealed is None:
        Item.objects.filter(pk=item.pk).update(state=State.DECIDED, claimed_by=None)
    no = outcome is not Outcome.APPROVED
    return Decision.objects.create(
        item=item,
        appealed=appealed,
        outcome=outcome,
        rejected=list(rejected),
        reason=reason if no else "",
        note="Page 2 shows how to make one." if no else "",
        decided_by=uuid4(),
        decided_at=now,
        effective_at=undo_until(now),
    )


def settled(
    message: UUID, outcome: Outcome, now: datetime, *, rejected: tuple[str, ...] = ()
) -> Message:
    """Decided, and in effect half a minute later."""
    decide(message, outcome, now, rejected=rejected)
    settle.settle_due(now=now + timedelta(seconds=31))
    return Message.objects.get(pk=message)


def goes_on(contact: UUID, key: UUID, photo: Path, now: datetime) -> None:
    """A letter with a photo from a draft to its delivery, from wherever it is: as a page tries
    again with its key, a reviewer decides, and the worker works."""
    me = by(Contact.objects.get(pk=contact))
    if not Message.objects.filter(key=key).exists():
        if not Attachment.objects.filter(draft__key=key).exists():
            attaching.attach_photo(by=me, key=key, source=photo, now=now)
        send.send(by=me, key=key, text="Look at the sea.", now=now)
    sent = send.send(by=me, key=key, now=now)
    if not Decision.objects.filter(item__subject=str(sent.id)).exists():
        with transaction.atomic():
            decide(sent.id, Outcome.APPROVED, now)
    settle.settle_due(now=now + timedelta(seconds=31))
