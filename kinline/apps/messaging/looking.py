"""What stands out in a message as it is sent: reasons to look, never verdicts."""

from collections.abc import Sequence

from kinline.apps.messaging.models import Attachment, Message, Thread
from kinline.apps.review.queries.triage import triage
from kinline.core.message.terms import PartKind
from kinline.core.review.terms import TEXT_PART, Finding
from kinline.core.review.triage import Context

# Only people can look at these; of a card, whose picture is ours, the words are looked at.
LOOKED_AT = frozenset({PartKind.PHOTO, PartKind.FILM})


def findings(*, thread: Thread, text: str, parts: Sequence[Attachment]) -> tuple[Finding, ...]:
    """Findings of one message, in a fixed order: of its words, those on its cards and those that
    describe its photos."""
    kinds = [(str(one.pk), PartKind(one.kind)) for one in parts]
    beside = {str(one.pk): "\n".join(filter(None, (one.text, one.alt))) for one in parts}
    person, contact = thread.person, thread.contact
    context = Context(
        texts={name: words for name, words in {TEXT_PART: text, **beside}.items() if words},
        attached=tuple((name, kind) for name, kind in kinds if kind in LOOKED_AT),
        names=(person.given_name, person.family_name, contact.name),
        new_contact=not Message.objects.filter(thread=thread).exists(),
    )
    return triage(facility_id=person.facility_id, context=context)
