"""How many parts an SMS takes on its way: each is paid for and sent alone (3GPP TS 23.038, 23.040).

160 characters of the GSM alphabet in one part or 153 in each of several; as soon as one character
is outside it, 70 or 67 in UTF-16.
"""

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # two septets each
GSM_ONE, GSM_MANY = 160, 153
WIDE_ONE, WIDE_MANY = 70, 67


@dataclass(frozen=True, slots=True)
class Size:
    """`units` are septets, or UTF-16 code units where `wide`."""

    wide: bool
    units: int
    segments: int


def size(text: str) -> Size:
    """How long a text is as SMS; an empty one takes a part, too.

    A character of two units is never cut in two, so parts may be a unit shorter.
    """
    wide = any(char not in BASIC and char not in EXTENDED for char in text)
    lengths = [_units(char, wide) for char in text]
    one, many = (WIDE_ONE, WIDE_MANY) if wide else (GSM_ONE, GSM_MANY)
    units = sum(lengths)
    return Size(wide, units, 1 if units <= one else _parts(lengths, many))


def _units(char: str, wide: bool) -> int:
    if wide:
        return 2 if ord(char) > 0xFFFF else 1
    return 2 if char in EXTENDED else 1


def _parts(lengths: list[int], room: int) -> int:
    parts, left = 1, room
    for length in lengths:
        if length > left:
            parts, left = parts + 1, room
        left -= length
    return parts
