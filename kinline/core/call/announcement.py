"""What the called side hears before it may accept: prompt names, in order.

The engine finds each name in its prompt folder for the listener's language; NAME stands for
the incarcerated person's own recorded voice, `place:CODE` for the facility's name and
`cents:N` for a price. Written for Kinline; the order of facts (who, where, price, recorded,
keys) follows what called parties know from today's services.
"""

from collections.abc import Collection
from enum import StrEnum

from kinline.core.ids import PlaceCode
from kinline.core.money import Money

NAME = "name"
PLACE, CENTS = "place:", "cents:"


class Acceptance(StrEnum):
    """How the called side takes a call; the value is the last prompt it hears.

    KEYS: 1 accepts, 2 refuses, 9 blocks. TWO_KEYS: 1 and 2, where nobody is there to be blocked.
    DIRECT: an organisation's line that is set to answer by itself, once the announcement is said.
    """

    KEYS = "keys"
    TWO_KEYS = "two_keys"
    DIRECT = "direct"


def announcement(
    *,
    place: PlaceCode,
    price_per_minute: Money | None,
    private: bool,
    acceptance: Acceptance = Acceptance.KEYS,
) -> tuple[str, ...]:
    """Prompts for one call; `price_per_minute` None or zero is said as free of charge."""
    free = price_per_minute is None or price_per_minute.cents == 0
    opening = "free_call_from" if free else "call_from"
    price = (
        () if free or price_per_minute is None else ("price", f"{CENTS}{price_per_minute.cents}")
    )
    kept = "private" if private else "recorded"
    return (opening, NAME, "at", f"{PLACE}{place}", *price, kept, *_last(acceptance))


def line_announcement(
    *, place: PlaceCode, private: bool, acceptance: Acceptance
) -> tuple[str, ...]:
    """Prompts for a call to an open line: who, where, recorded or private. Of money, nothing."""
    kept = "private" if private else "recorded"
    return ("call_from", NAME, "at", f"{PLACE}{place}", kept, *_last(acceptance))


def acceptance_of(prompts: Collection[str]) -> Acceptance:
    """How a call with these prompts is taken."""
    return next((one for one in Acceptance if one.value in prompts), Acceptance.DIRECT)


def place_of(prompts: Collection[str]) -> str:
    """The code of the place that is named; empty where none is."""
    found = (one.removeprefix(PLACE) for one in prompts if one.startswith(PLACE))
    return next(found, "")


def cents_of(prompts: Collection[str]) -> str:
    """The prompt of a price, empty where nothing is paid."""
    return next((one for one in prompts if one.startswith(CENTS)), "")


def _last(acceptance: Acceptance) -> tuple[str, ...]:
    return () if acceptance is Acceptance.DIRECT else (acceptance.value,)
