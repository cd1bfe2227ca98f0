"""Who asks: at which place, on which day, and what the facility has told us."""

from dataclasses import dataclass, field
from datetime import date, datetime

from kinline.apps.facilities.queries import ContactView, PublicFacility, RuleView
from kinline.core.ids import PlaceCode
from kinline.core.place import Place
from kinline.core.rating.terms import Service
from kinline.core.schedule.rules import Rules
from kinline.laws.loader import places


@dataclass(frozen=True, slots=True)
class Told:
    """What a facility told us of itself. Everything may be missing, and then we say so.

    `rule` is the calling rule in force on the day asked about, `visits` the rules of video visits
    of that day. `invented`: hours and limits are the demo's. `here` says whether the facility is
    set up in this house at all.
    """

    rule: RuleView | None = None
    contact: tuple[ContactView, ...] = ()
    invented: bool = False
    here: bool = False
    visits: Rules | None = None

    def offers(self, service: Service) -> bool | None:
        """Whether the facility offers a service; None where it has not told us."""
        if service is Service.VISIT and self.visits is not None:
            return True
        if service is not Service.CALL or self.rule is None:
            return None
        return self.rule.offered


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's circumstances. `place` is None for someone who named no facility.

    `at` is an aware moment; the answers hold for its day on the facility's own wall.
    """

    at: datetime
    place: Place | None = None
    name: str = ""
    told: Told = field(default_factory=Told)

    @property
    def on(self) -> date:
        """The day asked about."""
        return self.place.day(self.at) if self.place else self.at.date()


def about(
    place: Place,
    at: datetime,
    facility: PublicFacility | None = None,
    visits: Rules | None = None,
) -> Asked:
    """Questions about one place of the book, with what its facility told us if it is set up."""
    if facility is None:
        return Asked(at=at, place=place, name=place.name)
    told = Told(
        rule=facility.rule,
        contact=facility.contact,
        invented=facility.fictional_limits,
        here=True,
        visits=visits,
    )
    return Asked(at=at, place=place, name=facility.name, told=told)


def known_place(code: str) -> Place | None:
    """A place of the book by its code; None for any other word."""
    return places().get(PlaceCode(code))
