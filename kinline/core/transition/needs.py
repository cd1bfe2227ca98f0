"""Where a kind of old money is still needed: what the rule book says of the places it pays at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kinline.core.place import Place
from kinline.core.rating.book import Law, NoRuleInForce, RuleBook
from kinline.core.rating.rule import Rule
from kinline.core.rating.terms import ABROAD, AT_HOME, Destination, Service


@dataclass(frozen=True, slots=True)
class Needs:
    """What some services cost the people, by place and day. `on` is the facility's own day."""

    book: RuleBook
    services: tuple[Service, ...]

    def free(self, place: Place, on: date) -> bool:
        """Whether a law makes all of it free, calls abroad too. A gap in the book is not free."""
        return all(self.book.in_force(place, service, on, to).free for service, to in self._ways())

    def laws(self, place: Place, on: date) -> Iterator[Law]:
        """The laws that bear a part of it."""
        for service, to in self._ways():
            if (law := self.book.in_force(place, service, on, to).law) is not None:
                yield law

    def charges(self, place: Place, on: date) -> Iterator[Rule]:
        """The rules by which people pay something of it. Raises NoRuleInForce for a gap."""
        for service, to in self._ways():
            found = self.book.in_force(place, service, on, to)
            if found.decides is None:
                raise NoRuleInForce(place, service, place.midnight(on))
            if not found.free:
                yield found.decides

    def free_since(self, place: Place, on: date) -> date:
        """The first of the days up to `on` since which it has been free without a break."""
        since = on
        for day in reversed([one for one in self._turns(place) if one <= on]):
            if not self.free(place, day):
                break
            since = day
        return since

    def until(self, places: tuple[Place, ...], on: date) -> date | None:
        """The first day after `on` on which it is free at all of these; None if none is known."""
        ends = []
        for place in places:
            later = (day for day in self._turns(place) if day > on)
            freed = next((day for day in later if self.free(place, day)), None)
            if freed is None:
                return None
            ends.append(freed)
        return max(ends, default=None)

    def _ways(self) -> Iterator[tuple[Service, Destination | None]]:
        for service in Service:
            if service is Service.CALL and service in self.services:
                yield service, AT_HOME
                yield service, ABROAD
            elif service in self.services:
                yield service, None

    def _turns(self, place: Place) -> list[date]:
        """Every day on which a rule about these begins or ends."""
        periods = {
            rule.period for service in self.services for rule in self.book.about(place, service)
        }
        begins = {period.from_on for period in periods}
        return sorted(begins | {period.until_on for period in periods if period.until_on})
