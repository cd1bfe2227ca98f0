"""What stands out in a message as it is sent: reasons to look, never verdicts."""

from collections.abc import Sequence

from kinline.apps.messaging.asking import Known
from kinline.apps.messaging.models import Attachment, Thread
from kinline.apps.review.queries.triage import triage
from kinline.core.message.terms import PartKind
from kinline.core.review.terms import TEXT_PART, Finding
from kinline.core.review.triage import Context


def findings(
    *, thread: Thread, known: Known, text: str, parts: Sequence[Attachment]
) -> tuple[Finding, ...]:
    """Findings of one message about to be sent; `thread` was read with both people."""
    person = thread.person
    texts = {TEXT_PART: text} if text else {}
    texts |= {str(one.pk): f"{one.text}\n{one.alt}".strip() for one in parts if one.text or one.alt}
    files = tuple((str(one.pk), PartKind(one.kind)) for one in parts if one.kind != PartKind.CARD)
    context = Context(
        texts=texts,
        attached=files,
        names=(person.given_name, person.family_name, thread.contact.name),
        new_contact=not known.written,
    )
    return triage(facility_id=person.facility_id, context=context, mark=known.mark)
