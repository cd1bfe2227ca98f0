"""Telephone numbers as people type them, turned into E.164."""

import phonenumbers

from kinline.apps import text
from kinline.laws import numbering

HOME = "US"


def e164(typed: str) -> str | None:
    """The number in E.164 ("+16175550142"), None when it cannot be a telephone number.

    Fictional numbers (555-01xx) count as possible: plans of numbers are checked, not lines.
    """
    try:
        number = phonenumbers.parse(text.typed(typed, 40), HOME)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    found = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # What leads nowhere could not be priced either.
    return found if numbering.leads_to(found) else None
