"""Lines that are always open, on the sill: for a handset, which has no page to list them."""

from dataclasses import dataclass

from kinline.core.control.wire import VERSION
from kinline.core.ids import LineId, StationId


@dataclass(frozen=True, slots=True)
class LinesRequest:
    """Which lines are open at this station today? For a handset, which has no page to list them."""

    station: StationId
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One line. `names` by language; `digits` is what a handset's keys reach it by, or empty.

    `with_pin`: sign in first, then authorize with the person. Otherwise authorize with `line`
    and no person; where `anonymous`, the person must not even be asked.
    """

    line: LineId
    kind: str
    names: dict[str, str]
    digits: str
    with_pin: bool
    private: bool
    anonymous: bool


@dataclass(frozen=True, slots=True)
class OpenLines:
    """The lines of a station's facility, in the order to say them. `intake`: calls without PIN."""

    lines: tuple[OpenLine, ...] = ()
    intake: bool = False
