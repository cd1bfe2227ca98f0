"""What the law book says of a place on a day: prices of every service, laws, caps, by date."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from kinline.apps.charging import queries as charging
from kinline.core.place import Place
from kinline.core.rating.book import Contract
from kinline.core.rating.caps import Cap, Tier
from kinline.core.rating.prices import contract_unit
from kinline.core.rating.terms import HUNDRED, Service
from kinline.doors.help import standing
from kinline.doors.help.answer import Cited, cite
from kinline.doors.help.say import covers
from kinline.doors.public import prices
from kinline.doors.words import marks, price, services
from kinline.doors.words.price import Price
from kinline.laws.loader import book


@dataclass(frozen=True, slots=True)
class Priced:
    """What a service costs on the day, and every price it had and will have, newest first."""

    service: Service
    name: str
    icon: str
    price: Price | None
    abroad: Price | None
    rows: list[prices.Row]
    abroad_rows: list[prices.Row]


@dataclass(frozen=True, slots=True)
class CapLine:
    """The cap of one service. `cents` is None where the place's size is not known."""

    name: str
    cents: int | None
    words: str


@dataclass(frozen=True, slots=True)
class CapView:
    """One order's caps. `tier` is the size that counts for the place, "" where not known."""

    cited: Cited
    tier: str
    lines: tuple[CapLine, ...]


def priced(place: Place, at: datetime) -> list[Priced]:
    """Every service at a place."""
    return [_priced(place, service, at) for service in Service]


def _priced(place: Place, service: Service, at: datetime) -> Priced:
    today = place.day(at)
    home = charging.price(place=place.code, at=at, service=service)
    abroad = None
    abroad_rows: list[prices.Row] = []
    if service is Service.CALL:
        abroad = charging.price(place=place.code, at=at, service=service, number=standing.MEXICO)
        abroad_rows = prices.by_date(place.code, today, to=standing.leads_to(standing.MEXICO))
    return Priced(
        service=service,
        name=str(services.NAMES[service]),
        icon=services.ICONS[service],
        price=price.words_of(home) if home else None,
        abroad=price.words_of(abroad) if abroad else None,
        rows=prices.by_date(place.code, today, service),
        abroad_rows=abroad_rows,
    )


def laws(place: Place, on: date) -> list[Cited]:
    """The laws in force at a place on a day, with what each pays for."""
    found = [one for one in book().laws if on in one.period and one.covers(place)]
    return [cite(one, what=covers(one)) for one in found]


def coming(place: Place, on: date) -> list[Cited]:
    """Laws about the place that begin after the day."""
    found = [one for one in book().laws if one.covers(place) and one.period.from_on > on]
    return [cite(one, what=covers(one)) for one in found]


def tariffs(place: Place, on: date) -> list[Cited]:
    """What the place's own tariffs and contracts say on a day."""
    found = []
    for rule in book().priced:
        if on in rule.period and rule.covers(place):
            names = ", ".join(str(services.NAMES[s]) for s in Service if s in rule.services)
            what = _agency_pays(rule) if isinstance(rule, Contract) else names
            found.append(cite(rule, what=what))
    return found


def _agency_pays(rule: Contract) -> str:
    """Calls: 10 cents a minute; eMessages: $0.05 each."""
    parts = []
    for service in Service:
        if service in rule.prices:
            unit = contract_unit(service, rule.prices[service])
            each = (
                price.a_minute(unit.hundredths)
                if unit.seconds
                else _("%(amount)s each") % {"amount": price.exact(unit.hundredths)}
            )
            parts.append(f"{services.NAMES[service]} {each}")
    return _("What the agency pays: %(prices)s") % {"prices": "; ".join(parts)}


def caps(place: Place, on: date) -> list[CapView]:
    """The caps in force at a place on a day; also those that were put off, marked so."""
    return [_cap(one, place, on) for one in book().caps_at(place, on)]


def _cap(cap: Cap, place: Place, on: date) -> CapView:
    tier = cap.tier(place, on)
    return CapView(
        cited=Cited(
            id=cap.id,
            citation=cap.citation,
            source=cap.source,
            since=cap.period.from_on,
            until_on=cap.period.until_on,
            mark=marks.mark(cap.status, cap.verify),
            verify=cap.verify,
        ),
        tier=_tier(tier) if tier else "",
        lines=tuple(_line(service, cap.limit(place, service, on)) for service in cap.cents),
    )


def _tier(tier: Tier) -> str:
    """Whom a cap's tier is about, by the figures in its order."""
    facts = {"least": f"{tier.from_people:,}", "most": f"{(tier.below_people or 0) - 1:,}"}
    if tier.prisons:
        return _("prisons")
    if tier.below_people is None:
        return _("jails of %(least)s people or more") % facts
    return _("jails of %(least)s to %(most)s people") % facts


def _line(service: Service, cents: int | None) -> CapLine:
    words = _("size not known, no cap tested")
    if cents is not None:
        words = _("at most %(price)s") % {"price": price.a_minute(cents * HUNDRED)}
    return CapLine(str(services.NAMES[service]), cents, words)
