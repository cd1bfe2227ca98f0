"""What the called side hears before it may accept: prompt names, in order.

The engine finds each name in its prompt folder for the listener's language; NAME stands for
the incarcerated person's own recorded voice, `place:CODE` for the facility's name and
`cents:N` for a price. Written for Kinline; the order of facts (who, where, price, recorded,
keys) follows what called parties know from today's services.
"""

from kinline.core.ids import PlaceCode
from kinline.core.money import Money

NAME = "name"


def announcement(
    *, place: PlaceCode, price_per_minute: Money | None, private: bool
) -> tuple[str, ...]:
    """Prompts for one call; `price_per_minute` None or zero is said as free of charge."""
    free = price_per_minute is None or price_per_minute.cents == 0
    opening = "free_call_from" if free else "call_from"
    price = () if free or price_per_minute is None else ("price", f"cents:{price_per_minute.cents}")
    kept = "private" if private else "recorded"
    return (opening, NAME, "at", f"place:{place}", *price, kept, "keys")
