"""What stands out in a message as it is sent: reasons to look, never verdicts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kinline.apps.messaging.models import Message
from kinline.core.review.terms import Finding, FindingKind


def findings(
    *, thread: UUID, text: str, parts: Sequence[str], facility: UUID, now: datetime
) -> list[Finding]:
    """Findings of one message, in a fixed order."""
    found = []
    if not Message.objects.filter(thread=thread).exists():
        found.append(Finding(FindingKind.NEW_CONTACT, "", ""))
    return found + [Finding(FindingKind.ATTACHMENT, "", name) for name in parts]
