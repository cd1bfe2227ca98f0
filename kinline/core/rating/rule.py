"""What every value of the book has: days, services, a citation, a source, and how sure it is."""

from dataclasses import dataclass

from kinline.core.period import Period
from kinline.core.rating.terms import Service, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One dated value. `citation` and `source` are copied onto every line it prices.

    `verify` lists what is not yet sure about this value; it is shown, never hidden. `origin`
    is file and line, for error messages.
    """

    id: str
    period: Period
    services: frozenset[Service]
    citation: str
    source: str
    status: Status = Status.CONFIRMED
    verify: tuple[str, ...] = ()
    note: str = ""
    fictional: bool = False
    origin: str = ""
