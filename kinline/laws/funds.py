"""Who pays agencies back for free communication, and what may never be part of it.

No price hangs on this, so it is no rule of the book; reports name it.
"""

from dataclasses import dataclass

from kinline.core.place import Place


@dataclass(frozen=True, slots=True)
class Fund:
    """A fund that pays on quarterly documentation. `verify`: what is not yet sure of it."""

    jurisdiction: str
    name: str
    citation: str
    source: str
    verify: tuple[str, ...] = ()


FUNDS = (
    Fund(
        jurisdiction="us-ma",
        name="Communications Access Trust Fund",
        citation="G.L. c. 29, § 2XXXXX",
        source="https://malegislature.gov/Laws/GeneralLaws/PartI/TitleIII/Chapter29/Section2XXXXX",
        verify=("which figures it must have: the list is a bill's (Senate amendment 938, FY2025)",),
    ),
)


def fund(place: Place) -> Fund | None:
    """The fund that pays for `place`; None where we know of none."""
    return next((one for one in FUNDS if place.within(one.jurisdiction)), None)
