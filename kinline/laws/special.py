"""What kind of number it is, and of which country: by the plans of numbers, not by who has it.

Numbers of one country's plan come from phonenumbers; what North America keeps apart within an
area code stands here (directory assistance at 555-1212, pay-per-call at 976).
"""

import phonenumbers
from phonenumbers import PhoneNumberType

from kinline.core.policy.destinations import NumberKind
from kinline.laws.numbering import destination

# The short codes of North America; 112 and 999 are what people from elsewhere type in need.
EMERGENCY = frozenset({"911", "112", "999"})
CRISIS = frozenset({"988"})
DIRECTORY = frozenset({"411", "5551212", "15551212"})
RELAY = frozenset({"711"})
LONGEST_SHORT = 3  # codes of two or three digits, and 0 for the operator

_KINDS = {
    PhoneNumberType.PREMIUM_RATE: NumberKind.PREMIUM,
    PhoneNumberType.TOLL_FREE: NumberKind.TOLL_FREE,
    PhoneNumberType.SHARED_COST: NumberKind.SPECIAL,
    PhoneNumberType.PERSONAL_NUMBER: NumberKind.SPECIAL,
    PhoneNumberType.PAGER: NumberKind.SPECIAL,
    PhoneNumberType.UAN: NumberKind.SPECIAL,
    PhoneNumberType.VOICEMAIL: NumberKind.SPECIAL,
}
_DIRECTORY_LINE, _PAY_PER_CALL = "5551212", "976"


def kind_of(e164: str) -> NumberKind:
    """The kind of a full number ("+16175550142"). A number nobody has yet is an ordinary one."""
    north_american = e164.startswith("+1") and len(e164) == len("+16175550142")
    if north_american and e164.endswith(_DIRECTORY_LINE):
        return NumberKind.DIRECTORY
    if north_american and e164[5:8] == _PAY_PER_CALL:
        return NumberKind.PREMIUM
    kind = phonenumbers.number_type(phonenumbers.parse(e164))
    return _KINDS.get(kind, NumberKind.ORDINARY)


def short_kind(typed: str) -> NumberKind | None:
    """The kind of what was typed where that is no full number; None for any other typing."""
    digits = "".join(filter(str.isdigit, typed))
    if digits in DIRECTORY:
        return NumberKind.DIRECTORY
    for known, kind in (
        (EMERGENCY, NumberKind.EMERGENCY),
        (CRISIS, NumberKind.CRISIS),
        (RELAY, NumberKind.RELAY),
    ):
        if digits in known:
            return kind
    if 0 < len(digits) <= LONGEST_SHORT:
        return NumberKind.SHORT
    return None


def country_of(e164: str) -> str:
    """The country a number is of ("KZ"), where several share a code by the number's own plan.

    For a number that no plan knows, the main country of its code. Raises NoSuchNumber.
    """
    main = destination(e164).country
    return phonenumbers.region_code_for_number(phonenumbers.parse(e164)) or main


def countries() -> frozenset[str]:
    """Every country a number can be of, and "001" for networks of none."""
    return frozenset(phonenumbers.SUPPORTED_REGIONS) | {"001"}
