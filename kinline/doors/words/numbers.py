"""Telephone numbers as one reads them."""

US_DIGITS = 11


def shown(number: str) -> str:
    """617-555-0142 for a number of North America, every other as it is.

    Works on E.164 ("+16175550142") and leaves what was typed in another way untouched.
    """
    digits = number.removeprefix("+")
    if not (number.startswith("+1") and digits.isdigit() and len(digits) == US_DIGITS):
        return number
    return f"{digits[1:4]}-{digits[4:7]}-{digits[7:]}"
