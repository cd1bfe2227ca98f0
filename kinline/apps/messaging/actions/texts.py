"""Texts: short, quick back and forth, in the same thread as everything else of two people.

Also the way in for a phone without the portal: what a bridge received becomes a text of the
contact whose number it came from.
"""

from datetime import datetime
from uuid import UUID, uuid5

from kinline.apps.errors import NotFound, Refused
from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.actions.drafts import open_thread
from kinline.apps.messaging.actions.send import Sent, send_words
from kinline.apps.messaging.models import Message
from kinline.apps.people.links import links_of_contact
from kinline.apps.people.models import Contact
from kinline.core.link import State as Linked
from kinline.core.message.terms import Direction, Service
from kinline.core.refusal import Refusal, Whose
from kinline.core.review.terms import Side

BRIDGED = UUID("5a0c6b0e-6e0a-5a39-9d5f-0a7f5f1c2b11")  # the names of what a bridge received


def send_text(*, by: Writer, thread_id: UUID, words: str, key: UUID, now: datetime) -> Sent:
    """Send a text; `key` is the form's. Raises NotFound, and Refused with every reason."""
    return send_words(
        by=by, thread_id=thread_id, service=Service.TEXT, words=words, key=key, now=now
    )


def receive_sms(
    *,
    contact_id: UUID,
    words: str,
    reference: str,
    now: datetime,
    person_id: UUID | None = None,
) -> Sent:
    """A text that came by SMS from a contact's own number, which the caller has looked up.

    `reference` is the carrier's name for it: told twice it is one. It goes to `person_id`, where
    the number that it was sent to leads to one person alone; else to who last texted this
    contact, or to the only one they are linked to. Raises NotFound, and Refused:
    text.nobody_to_answer, or why it may not be sent.
    """
    contact = Contact.objects.filter(pk=contact_id).first()
    if contact is None:
        raise NotFound
    person = person_id or _answers(contact_id)
    if person is None:
        raise Refused(Refusal("text.nobody_to_answer", Whose.KINLINE))
    by = Writer(Side.CONTACT, contact_id, contact.language)
    thread = open_thread(by=by, other=person, now=now)
    key = uuid5(BRIDGED, f"{contact_id}:{reference}")
    return send_text(by=by, thread_id=thread, words=words, key=key, now=now)


def _answers(contact_id: UUID) -> UUID | None:
    """Whom an SMS of this contact answers; None where nobody can tell."""
    linked = {
        one.person for one in links_of_contact(contact_id=contact_id) if one.state is Linked.LINKED
    }
    texts = Message.objects.filter(
        thread__contact=contact_id,
        thread__person__in=linked,
        service=Service.TEXT,
        direction=Direction.OUT,
    ).exclude(delivered_at=None)
    last = texts.order_by("-delivered_at").values_list("thread__person", flat=True).first()
    if last is not None:
        return last
    return linked.pop() if len(linked) == 1 else None
