"""What becomes of somebody's balances: each account with where it is still used, and the answer.

Nothing of it is stored: it is worked out from the books, the lists and the law book of the day.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from kinline.apps.errors import NotFound
from kinline.apps.ledger import queries as ledger
from kinline.apps.ledger.queries import Held
from kinline.apps.people import uses
from kinline.core.ids import PlaceCode
from kinline.core.place import Place
from kinline.core.rating.book import NoRuleInForce
from kinline.core.transition.decide import Decision, Facts, decide
from kinline.core.transition.words import AccountKind
from kinline.laws.loader import book, places
from kinline.laws.transition import old_money

PlacesOf = Callable[[Collection[UUID]], Mapping[UUID, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One account and what becomes of it. `places` are those it is still used for.

    `decision` is None where the book does not know what one of them charges. `zone` is whose
    wall the day `as_of` was read from.
    """

    account: Held
    places: tuple[Place, ...]
    as_of: date
    zone: ZoneInfo
    decision: Decision | None


def of_contact(*, contact_id: UUID, now: datetime) -> tuple[Answer, ...]:
    """Everything a contact has. As many queries for many accounts as for one."""
    return of_contacts(contacts=[contact_id], now=now).get(contact_id, ())


def of_person(*, person_id: UUID, now: datetime) -> tuple[Answer, ...]:
    """Everything an incarcerated person has; the same for somebody who has left."""
    return of_people(people=[person_id], now=now).get(person_id, ())


def one(answers: Iterable[Answer], *, kind: str, agency: str = "") -> Answer:
    """The answer for one kind of account, of one agency where it counts pieces. Raises NotFound."""
    for found in answers:
        if (found.account.kind, found.account.agency) == (kind, agency):
            return found
    raise NotFound


def of_contacts(*, contacts: Collection[UUID], now: datetime) -> dict[UUID, tuple[Answer, ...]]:
    """The same for many contacts; those without an account are left out."""
    return _of(contacts, uses.places_calling, now)


def of_people(*, people: Collection[UUID], now: datetime) -> dict[UUID, tuple[Answer, ...]]:
    """The same for many people inside."""

    def at_home(some: Collection[UUID]) -> Mapping[UUID, tuple[str, ...]]:
        return {person: (place,) for person, place in uses.homes(some).items()}

    return _of(people, at_home, now)


def _of(
    holders: Collection[UUID], places_of: PlacesOf, now: datetime
) -> dict[UUID, tuple[Answer, ...]]:
    by_word = {str(holder): holder for holder in holders}
    has = ledger.held(holders=by_word.keys())
    used = places_of([by_word[word] for word in has]) if has else {}
    found = {}
    for word, accounts in has.items():
        codes = used.get(by_word[word], ())
        known = tuple(place for code in codes if (place := places().get(PlaceCode(code))))
        found[by_word[word]] = tuple(_answer(account, known, now) for account in accounts)
    return found


def _answer(account: Held, home: tuple[Place, ...], now: datetime) -> Answer:
    used_for = _used_for(account, home)
    # Several places may not agree on what day it is: the answer of the one that is behind counts.
    on, zone = min(
        ((place.day(now), place.zone) for place in used_for or home),
        key=lambda one: one[0],
        default=(_today(now), ZoneInfo(settings.TIME_ZONE)),
    )
    used_on = min(account.used_at.astimezone(zone).date(), on) if account.used_at else None
    facts = Facts(
        kind=account.kind,
        amount=account.stands_at,
        places=used_for,
        as_of=on,
        last_activity_on=used_on,
        pending_cents=account.on_calls,
    )
    try:
        decision = decide(facts, book(), old_money())
    except NoRuleInForce:
        decision = None
    return Answer(account, used_for, on, zone, decision)


def _used_for(account: Held, home: tuple[Place, ...]) -> tuple[Place, ...]:
    """Pieces are of use at their agency only: where its holder is, else anywhere in it."""
    if account.kind not in (AccountKind.STAMPS, AccountKind.TEXT_PACKAGE):
        return home
    of_agency = tuple(place for place in places().values() if place.agency == account.agency)
    return tuple(place for place in home if place in of_agency) or of_agency


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
