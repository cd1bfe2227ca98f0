"""Links, telephone numbers, and the numbers of cards, accounts and vouchers, with their places.

Every expression reads each character a bounded number of times: what it repeats, it repeats at
most so often, and what is long is looked at once.
"""

import re
from collections.abc import Iterator

from kinline.core.review.terms import Finding, FindingKind

LONGEST_WHAT = 80  # characters shown of what was found
# Endings of addresses. Two letters count in lower case only: "home.Me" lacks a space.
_DOT = re.compile(
    r"\.(?=\w)(?:(?i:com|net|org|edu|gov|mil|info|biz|app|dev|xyz|link|site|online|shop|club|page|live"
    r"|chat|social)|io|co|us|uk|ca|mx|de|fr|es|eu|me|tv|gg|ly|to)(?!\w)"
)
_SCHEME = re.compile(r"://\S")
_WWW = re.compile(r"[wW][wW][wW]\.\S")
_CHUNK = re.compile(r"\S+")
_AROUND = "\"'()[]{}<>.,;:!?…“”‘’«»"
_DIGITS = re.compile(r"\d(?:[ .()\-\u2010-\u2013/]{0,3}\d){6,}")
_ALL_DIGITS = b"0123456789"
_DATES = re.compile(
    r"(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)?\d\d"
    r"|(?:(?:19|20)\d\d[ ./\-\u2010-\u2013]{0,3}){2,}"
)
_LONGEST_DATE = 40  # some years in a row
_SOCIAL = re.compile(r"\d{3}[- ]\d{2}[- ]\d{4}")  # a Social Security number as it is written
_VOUCHER = re.compile(r"[A-Z0-9](?<![\w-].)[A-Z0-9]{2,5}(?:-[A-Z0-9]{3,6}){2,5}(?![\w-])")
LOCAL, _WITH_AREA, _WITH_COUNTRY, _LONGEST_NUMBER = 7, 10, 11, 15  # digits of a telephone number
_MASK = "•••• "
_EACH_DIGIT = (
    "zero one two three four five six seven eight nine oh "
    "cero uno dos tres cuatro cinco seis siete ocho nueve 0 1 2 3 4 5 6 7 8 9"
)
SPOKEN = frozenset(_EACH_DIGIT.split())


def links(text: str, part: str) -> Iterator[Finding]:
    """Addresses of pages and of mail: with a scheme, with www, or ending like a domain."""
    if "." not in text and "://" not in text:
        return
    low = text.lower()
    kinds = [_DOT, *([_WWW] if "www." in low else ()), *([_SCHEME] if "://" in text else ())]
    marks = [one.start() for kind in kinds for one in kind.finditer(text)]
    over = 0
    for mark in sorted(marks):
        if mark < over:
            continue
        start = _back(text, mark, over)
        chunk = _CHUNK.match(text, start)
        if chunk is None:
            continue
        over = chunk.end()
        trimmed = chunk.group().strip(_AROUND)
        if len(trimmed) > len("a.co") - 1 and not trimmed.startswith("."):
            at = start + chunk.group().index(trimmed)
            yield Finding(FindingKind.LINK, trimmed[:LONGEST_WHAT], part, at, at + len(trimmed))


def _back(text: str, at: int, least: int) -> int:
    """The beginning of the chunk around `at`, never before `least`: no character is read twice."""
    while at > least and not text[at - 1].isspace():
        at -= 1
    return at


def numbers(text: str, part: str) -> Iterator[Finding]:
    """Telephone numbers, and card and account numbers."""
    if _has_few_digits(text):
        return
    for found in _DIGITS.finditer(text):
        start, end = _outside_words(text, *found.span())
        if end - start >= LOCAL and not _is_date(text[start:end]):
            yield from _number(text, part, start, end)


def _has_few_digits(text: str) -> bool:
    """Whether there are surely too few for a number; most texts have next to none."""
    try:
        raw = text.encode("latin-1")  # whose only digits are ours
    except UnicodeEncodeError:
        return False
    return len(raw) - len(raw.translate(None, _ALL_DIGITS)) < LOCAL


def vouchers(text: str, part: str) -> Iterator[Finding]:
    """Codes of vouchers: letters and digits in groups."""
    for found in _VOUCHER.finditer(text) if "-" in text else ():
        code = found.group()
        if any(map(str.isdigit, code)) and any(map(str.isalpha, code)):
            yield Finding(FindingKind.CODE, _masked(code), part, *found.span())


def _number(text: str, part: str, start: int, end: int) -> Iterator[Finding]:
    written = text[start:end]
    digits = "".join(filter(str.isdigit, written))
    plus = text[max(0, start - 2) : start].replace("(", "").endswith("+")
    while start > 0 and text[start - 1] in "+(":
        start -= 1
    if _is_telephone(digits, written, plus):
        yield Finding(FindingKind.TELEPHONE, text[start:end][:LONGEST_WHAT], part, start, end)
    elif len(digits) >= _WITH_AREA or _SOCIAL.fullmatch(written):
        yield Finding(FindingKind.CODE, _masked(digits), part, start, end)


def _is_telephone(digits: str, written: str, plus: bool) -> bool:
    if plus:
        return LOCAL < len(digits) <= _LONGEST_NUMBER
    if len(digits) == LOCAL:
        return not written.isdigit()  # 555-0142; seven digits in a row may be anything
    if len(digits) == _WITH_COUNTRY:
        return digits[0] == "1"
    return len(digits) == _WITH_AREA


def _outside_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The place without digits that belong to a word at either end, as in "B12 617-555-0142"."""
    if start > 0 and text[start - 1].isalnum():
        while start < end and text[start].isdigit():
            start += 1
        while start < end and not text[start].isdigit():
            start += 1
    if end < len(text) and text[end].isalnum():
        while end > start and text[end - 1].isdigit():
            end -= 1
        while end > start and not text[end - 1].isdigit():
            end -= 1
    return start, end


def _is_date(written: str) -> bool:
    return len(written) <= _LONGEST_DATE and _DATES.fullmatch(written) is not None


def _masked(code: str) -> str:
    """The last four: what is found is shown in its place, and written down nowhere else."""
    return _MASK + code[-4:]
