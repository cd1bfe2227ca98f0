"""Somebody's accounts on portal and tablet: what is there, what becomes of it, who says so.

Whoever says something is named: the law, the facility's tariff, the provider, the federal rule on
unused money, and we ourselves. None speaks in another's name.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kinline.apps.charging import queries as charging
from kinline.apps.charging.answers import Answer
from kinline.apps.ledger import queries as ledger
from kinline.apps.ledger.queries import Held, Row
from kinline.apps.paging import Page
from kinline.core.place import Place
from kinline.core.transition.decide import PAYS_FOR, Decision, Note
from kinline.core.transition.needs import Needs
from kinline.core.transition.words import AccountKind, Outcome, Reach
from kinline.doors.words import balance, clock, marks, price
from kinline.laws.loader import book

SHORT: dict[Outcome, str | Promise] = {
    Outcome.REFUND_IN_FULL: gettext_lazy("You may close it"),
    Outcome.KEEP_OPEN: gettext_lazy("Keep it open"),
    Outcome.STAYS_USABLE: gettext_lazy("It stays usable"),
    Outcome.NOT_REFUNDABLE: gettext_lazy("No refund"),
}
GOOD = frozenset({Outcome.REFUND_IN_FULL, Outcome.STAYS_USABLE})
ICONS = {
    AccountKind.PREPAID_COLLECT: "phone",
    AccountKind.DEBIT: "attach_money",
    AccountKind.STAMPS: "mail_outline",
    AccountKind.TEXT_PACKAGE: "chat",
    AccountKind.CALLING_CARD: "credit_card",
}
# What moved it, by the kinds of entries in the books.
MOVED: dict[str, str | Promise] = {
    "opening": gettext_lazy("Brought here from the old system"),
    "funding": gettext_lazy("Money added"),
    "charge": gettext_lazy("Call"),
    "call": gettext_lazy("Call"),
    "shop": gettext_lazy("Bought in the shop"),
    "message": gettext_lazy("Message"),
    "message_back": gettext_lazy("Given back for a message"),
    "refund": gettext_lazy("Paid back"),
    "reversal": gettext_lazy("Taken back"),
    "taken_back": gettext_lazy("Taken back"),
    "corrected": gettext_lazy("Put right by staff"),
    "dispute": gettext_lazy("A card payment was disputed"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """What somebody's word rests on. `page` is a page of ours, `link` one of others."""

    citation: str
    page: str = ""
    link: str = ""
    mark: str = ""
    verify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """One who says something about it, and what it rests on."""

    who: str
    said: tuple[str, ...]
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """An account with its answer. `good`: nothing is lost and nothing need be done."""

    account: Held
    decision: Decision | None
    name: str
    sold_as: str
    icon: str
    figure: str
    short: str
    good: bool
    before: str
    outcome: str
    advice: tuple[str, ...]
    aside: str
    zone: ZoneInfo
    on: date


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of what happened on an account."""

    what: str
    why: str
    at: datetime
    change: str
    after: str
    up: bool


def card(answer: Answer, *, mine: bool = False) -> Card:
    """An account in a list. `mine`: whoever reads is the person inside."""
    account, decision = answer.account, answer.decision
    aside = balance.amount(account.kind, account.balance.held) if account.balance.held else ""
    return Card(
        account=account,
        decision=decision,
        name=balance.name(account.kind),
        sold_as=decision.word.sold_as if decision and decision.word else "",
        icon=ICONS[account.kind],
        figure=balance.standing(account.kind, account.stands_at),
        short=str(SHORT[decision.outcome]) if decision else _("Not known"),
        good=decision is not None and decision.outcome in GOOD,
        before=_before(decision),
        outcome=balance.outcome(decision, mine=mine) if decision else _unknown(),
        advice=tuple(balance.advice(decision)) if decision else (),
        aside=aside,
        zone=answer.zone,
        on=answer.as_of,
    )


def voices(answer: Answer) -> tuple[Voice, ...]:
    """Everybody who says something about this account, each for themselves."""
    if answer.decision is None:
        return ()
    found = (
        _law(answer.decision),
        _tariff(answer.decision),
        _provider(answer.decision),
        _federal(answer.decision),
        _ours(answer.decision),
    )
    return tuple(voice for voice in found if voice)


def movements(account: Held, *, page: int) -> Page[Moved]:
    """What happened on an account, the newest first."""
    found = ledger.movements(code=account.code, page=page)
    return Page([_moved(account.kind, row) for row in found.items], found.number, found.has_next)


def needed(places: Iterable[Place], now: datetime) -> list[str]:
    """The names of those places whose calls still cost something: for whoever has no account."""
    needs = Needs(book(), PAYS_FOR[AccountKind.PREPAID_COLLECT])
    return [place.name for place in places if not needs.free(place, place.day(now))]


def _before(decision: Decision | None) -> str:
    if decision is None or not decision.before or decision.holds_from is None:
        return ""
    return _("Holds from %(day)s") % {"day": clock.long_day(decision.holds_from)}


def _unknown() -> str:
    return _("We do not know what calls cost there, so we cannot say what becomes of this yet.")


def _on(decision: Decision) -> date:
    return max(decision.facts.as_of, decision.holds_from or decision.facts.as_of)


def _needs(decision: Decision) -> Needs:
    return Needs(book(), PAYS_FOR[decision.facts.kind])


def _law(decision: Decision) -> Voice | None:
    """The laws that make it needless, each with a place whose page of the law book shows it."""
    on, needs = _on(decision), _needs(decision)
    said: list[str] = []
    sources: dict[str, Source] = {}
    for place in decision.facts.places:
        if place in decision.needed_at:
            continue
        for law in needs.laws(place, on):
            facts = {
                "services": balance.PAID_FOR[decision.facts.kind],
                "place": place.name,
                "day": clock.long_day(law.period.from_on),
            }
            coming = law.period.from_on > decision.facts.as_of
            if coming:
                said.append(_("From %(day)s on %(services)s are free at %(place)s.") % facts)
            else:
                said.append(_("Since %(day)s %(services)s are free at %(place)s.") % facts)
            sources.setdefault(
                law.id,
                Source(law.citation, page=_law_page(place, on), verify=law.verify),
            )
    if not said:
        return None
    return Voice(_("The law"), tuple(dict.fromkeys(said)), tuple(sources.values()))


def _law_page(place: Place, on: date) -> str:
    return f"{reverse('public_law', args=[place.code])}?on={on.isoformat()}"


def _tariff(decision: Decision) -> Voice | None:
    """What the places that still charge say of their prices."""
    on, needs = _on(decision), _needs(decision)
    said: list[str] = []
    sources: dict[str, Source] = {}
    for place in decision.needed_at:
        view = charging.price(
            place=place.code, at=place.midnight(on), service=PAYS_FOR[decision.facts.kind][0].value
        )
        if view is not None and not view.free:
            facts = {"place": place.name, "price": price.short(view)}
            said.append(_("%(place)s: %(price)s.") % facts)
        for rule in needs.charges(place, on):
            mark = marks.mark(rule.status, rule.verify)
            sources.setdefault(rule.id, Source(rule.citation, page=_law_page(place, on), mark=mark))
    if not sources:
        return None
    return Voice(_("The facility’s tariff"), tuple(said), tuple(sources.values()))


def _provider(decision: Decision) -> Voice | None:
    word = decision.word
    if word is None:
        return None
    says = {
        Outcome.REFUND_IN_FULL: _("May be closed, and the unused balance is paid back in full."),
        Outcome.KEEP_OPEN: _("Should not be closed while calls from elsewhere are paid from it."),
        Outcome.STAYS_USABLE: _("Nothing happens to it. It stays usable."),
        Outcome.NOT_REFUNDABLE: _("No refund. Use it up before the day the law begins."),
    }
    outcome = word.elsewhere if word.elsewhere and decision.needed_at else word.outcome
    published = word.published
    link = published.source if published.source.startswith("https://") else ""
    source = Source(
        published.citation,
        link=link,
        mark=marks.mark(published.status, published.verify),
        verify=published.verify,
    )
    whose = _("This is the provider’s answer. It is not the law’s and not Kinline’s.")
    return Voice(_("The provider"), (says[outcome], whose), (source,))


def _federal(decision: Decision) -> Voice | None:
    rule = decision.rule
    if rule is None:
        return None
    said = tuple(balance.rule(decision))
    mark = marks.mark(rule.status, rule.verify)
    return Voice(_("Federal rule"), said, (Source(rule.citation, mark=mark, verify=rule.verify),))


def _ours(decision: Decision) -> Voice | None:
    """What we read into it ourselves, and say so."""
    said = []
    if decision.rule:
        reach = decision.rule.reach[decision.facts.kind]
        if reach is Reach.PROBABLY:
            said.append(_("That the federal rule reaches this kind of money is our reading."))
        if reach is Reach.DOUBTFUL:
            said.append(_("That the federal rule may not reach this kind of money is our reading."))
    if Note.NO_WORD in decision.notes:
        said.append(_("Without a published answer we go by the law book alone."))
    said.append(_("This is worked out by Kinline from the sources named here. No legal advice."))
    return Voice(_("Kinline"), tuple(said))


def _moved(kind: AccountKind, row: Row) -> Moved:
    sign = "+" if row.change > 0 else "−"
    return Moved(
        what=str(MOVED.get(row.what, _("Change"))),
        why=row.why,
        at=row.at,
        change=f"{sign}{balance.amount(kind, row.change)}",
        after=balance.standing(kind, row.after),
        up=row.change > 0,
    )


def cards(answers: Iterable[Answer], *, mine: bool = False) -> Iterator[Card]:
    """All accounts of somebody."""
    return (card(answer, mine=mine) for answer in answers)
