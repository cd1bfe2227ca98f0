"""A refusal is an answer: what happened, which rule, whose, until when, what one can do.

The core gives facts (a code, whose rule, a moment, figures); the doors give the words,
in the reader's language, because both ends must read the same text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Whose(StrEnum):
    """Who set the rule, and so who can change it."""

    CONTACT = "contact"
    PERSON = "person"
    FACILITY = "facility"
    LAW = "law"
    KINLINE = "kinline"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why something did not happen.

    `code` is stable and for machines ("call.outside_hours"); `until` is the moment the reason
    ends, None when it has no set end; `facts` are figures the sentence needs, as plain text.
    """

    code: str
    whose: Whose
    until: datetime | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
