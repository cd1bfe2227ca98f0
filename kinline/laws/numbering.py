"""Where a telephone number leads: the country, and within North America the area code.

Compiled once from phonenumbers' own tables, so that a million numbers need no parsing.
Fictional numbers (555-01xx) count: plans of numbers are checked, not lines.
"""

from functools import cache

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

from kinline.core.rating.terms import Destination
from kinline.laws.states import STATES

LONGEST = 15  # digits after the plus (ITU-T E.164)
NORTH_AMERICA = "1"
EXCHANGES = "23456789"  # the first digit after an area code is never 0 or 1


class NoSuchNumber(ValueError):
    """Nobody can have this number."""


def destination(number: str) -> Destination:
    """Where an E.164 number ("+16175550100") leads. Raises NoSuchNumber."""
    digits = number[1:]
    if number[:1] != "+" or not digits.isascii() or not digits.isdigit():
        raise NoSuchNumber("a number is written like +16175550100")
    if digits.startswith(NORTH_AMERICA):
        found = north_america().get(digits[1:4])
        if found is None or len(digits) != 11 or digits[4] not in EXCHANGES:
            raise NoSuchNumber("no number of the North American plan looks like this")
        return found
    for width in (1, 2, 3):
        abroad = other_countries().get(digits[:width])
        if abroad is not None:
            if len(digits) - width not in abroad[1]:
                raise NoSuchNumber(f"a number of +{digits[:width]} has another length")
            return abroad[0]
    raise NoSuchNumber("no country has this code")


def leads_to(number: str) -> Destination | None:
    """Where a number leads, None for one nobody can have."""
    try:
        return destination(number)
    except NoSuchNumber:
        return None


@cache
def north_america() -> dict[str, Destination]:
    """Every area code in use, with its country. One area code never serves two."""
    found = {}
    for code in map(str, range(200, 1000)):
        for exchange in EXCHANGES:
            number = phonenumbers.parse(f"+1{code}{exchange}345678")
            region = phonenumbers.region_code_for_number(number)
            if region is not None:
                found[code] = Destination(region, code)
                break
    return found


@cache
def other_countries() -> dict[str, tuple[Destination, frozenset[int]]]:
    """Country codes with where they lead and how many digits may follow.

    Codes shared by several countries lead to the main one. "001" is what phonenumbers calls
    networks of no country (satellites): a destination abroad like another.
    """
    found = {}
    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
        lengths: set[int] = set()
        for region in regions:
            told = (
                PhoneMetadata.metadata_for_nongeo_region(code)
                if region == "001"
                else PhoneMetadata.metadata_for_region(region)
            )
            if told is not None and told.general_desc is not None:
                lengths |= {n for n in told.general_desc.possible_length if n > 0}
        if str(code) != NORTH_AMERICA:
            found[str(code)] = (Destination(regions[0]), frozenset(lengths))
    return found


@cache
def area_codes_of(state: str) -> frozenset[str]:
    """The area codes of a state ("MA"), by phonenumbers' own names of places."""
    from phonenumbers import geocoder  # large tables, wanted by few tariffs

    name = STATES.get(state, "")
    found = set()
    for code, where in north_america().items():
        if where.country != "US":
            continue
        told = geocoder.description_for_number(phonenumbers.parse(f"+1{code}2345678"), "en")
        if told == name or told.endswith(f", {state}"):
            found.add(code)
    return frozenset(found) if name else frozenset()
