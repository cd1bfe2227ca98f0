"""An answer: the verdict, what is behind it, and what we are not sure of."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kinline.apps.charging import queries as charging
from kinline.core.place import Place
from kinline.core.rating.book import Law
from kinline.core.rating.rate import Charge
from kinline.core.rating.rule import Rule
from kinline.core.rating.terms import Destination, Service, Status
from kinline.core.transition.words import Outcome
from kinline.doors.help.asked import Asked
from kinline.doors.help.standing import Standing, leads_to, one_unit
from kinline.doors.words import charge as charges
from kinline.doors.words import marks, places, price
from kinline.doors.words.clock import long_day
from kinline.laws.loader import book


class Verdict(StrEnum):
    """The answer in a word. NOT_TOLD: only the facility knows, and it has not told us."""

    YES = "yes"
    NO = "no"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    DEPENDS = "depends"
    NOT_TOLD = "not_told"
    NOT_KNOWN = "not_known"
    SAYS = "says"  # no yes or no was asked for


SHORT: dict[Verdict, str | Promise] = {
    Verdict.YES: gettext_lazy("Yes"),
    Verdict.NO: gettext_lazy("No"),
    Verdict.PARTLY: gettext_lazy("In part"),
    Verdict.NOT_YET: gettext_lazy("Not yet"),
    Verdict.DEPENDS: gettext_lazy("It depends on the place"),
    Verdict.NOT_TOLD: gettext_lazy("Not told to us"),
    Verdict.NOT_KNOWN: gettext_lazy("The book does not say"),
    Verdict.SAYS: "",
}

TONES = {
    Verdict.YES: "is-free",
    Verdict.NO: "is-wait",
    Verdict.PARTLY: "is-wait",
    Verdict.NOT_YET: "is-wait",
}


@dataclass(frozen=True, slots=True)
class Cited:
    """A rule that an answer rests on. `verify` and `note` are data, in English."""

    id: str
    citation: str
    source: str
    since: date | None = None
    until_on: date | None = None
    mark: str = ""
    verify: tuple[str, ...] = ()
    where: str = ""
    what: str = ""
    note: str = ""

    @property
    def link(self) -> str:
        """The source's address, where it is one."""
        return self.source if self.source.startswith(("http://", "https://")) else ""


@dataclass(frozen=True, slots=True)
class Quote:
    """One use, rated by the program: what it was, what it costs, and by which rule."""

    what: str
    on: date
    charge: Charge
    price: price.Price
    sentence: str
    rule: str
    mark: str
    note: str = ""  # what is not sure of the agency's part


@dataclass(frozen=True, slots=True)
class Row:
    """One service in a list. `offered`: None where the facility has not told us."""

    standing: Standing
    name: str
    icon: str
    price: price.Price | None
    offered: bool | None


@dataclass(frozen=True, slots=True)
class Case:
    """One of several answers, by what is true of the reader."""

    when: str
    outcome: Outcome
    short: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question's function gives; pages show it, tests check it."""

    verdict: Verdict
    sentences: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    cases: tuple[Case, ...] = ()
    quotes: tuple[Quote, ...] = ()
    cited: tuple[Cited, ...] = ()
    unsure: tuple[str, ...] = ()
    contact: tuple[tuple[str, str], ...] = ()
    recorded: bool = False  # about recording: the answer then wears its colour
    caution: bool = False  # a yes that is no good news
    chip: str = ""  # the verdict in other words than its own

    @property
    def short(self) -> str:
        return self.chip or str(SHORT[self.verdict])

    @property
    def tone(self) -> str:
        if self.recorded:
            return "is-rec"
        return "is-wait" if self.caution else TONES.get(self.verdict, "is-plain")


def cite(rule: Rule, *, what: str = "") -> Cited:
    """A rule of the book as an answer shows it."""
    where = places.jurisdiction(rule.jurisdiction) if isinstance(rule, Law) else ""
    return Cited(
        id=rule.id,
        citation=rule.citation,
        source=rule.source,
        since=rule.period.from_on,
        until_on=rule.period.until_on,
        mark=marks.mark(rule.status, rule.verify),
        verify=rule.verify,
        where=where,
        what=what,
        note=rule.note,
    )


def quote(
    asked: Asked, what: str, service: Service, *, number: str = "", at: datetime | None = None
) -> Quote | None:
    """One unit rated at the asked place and moment; None where the book has no rule for it."""
    if asked.place is None:
        return None
    moment = at or asked.at
    to = leads_to(number) if number else None
    charge = one_unit(asked.place, service, moment, to)
    view = charging.price(place=asked.place.code, at=moment, service=service.value, number=number)
    if charge is None or view is None:
        return None
    return Quote(
        what=what,
        on=asked.place.day(moment),
        charge=charge,
        price=price.words_of(view),
        sentence=charges.sentence(charge),
        rule=view.rule,
        mark=marks.mark(view.status),
        note=_agency_note(asked.place, service, asked.place.day(moment), to),
    )


def _agency_note(place: Place, service: Service, on: date, to: Destination | None) -> str:
    """Where the agency pays a contract's price that we made up: that this is so."""
    found = book().in_force(place, service, on, to)
    if found.free and found.contract and found.contract.status is Status.EXAMPLE:
        return _("What the agency pays is an example, not a known price.")
    return ""


def quotes(asked: Asked, what: str, one: Standing, *, number: str = "") -> tuple[Quote, ...]:
    """One unit now; and, where a law is coming, on its first day too."""
    now = quote(asked, what, one.service, number=number)
    later = None
    if asked.place is not None and one.from_on is not None and one.from_on > asked.on:
        first = asked.place.midnight(one.from_on)
        said = _("%(what)s, from %(day)s") % {"what": what, "day": long_day(one.from_on)}
        later = quote(asked, said, one.service, number=number, at=first)
    return tuple(found for found in (now, later) if found is not None)
