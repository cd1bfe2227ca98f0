"""Names of countries in the reader's language, as the Unicode CLDR has them."""

import unicodedata
from collections.abc import Iterable
from functools import cache

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NO_COUNTRY = "001"


def name(code: str) -> str:
    """Jamaica for "JM"; a code without a name stands for itself."""
    if code == NO_COUNTRY:
        return _("Satellite phones and networks of no country")
    return _territories(get_language() or "en").get(code, code)


def by_name(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Codes with their names, in the order of the names."""
    return sorted(((code, name(code)) for code in codes), key=lambda one: plain(one[1]))


def plain(words: str) -> str:
    """As one searches: small letters, without accents."""
    parts = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


@cache
def _territories(language: str) -> dict[str, str]:
    return dict(Locale.parse(language, sep="-").territories)
