"""What a unit costs, and who says so: a price never stands without its reason."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kinline.core.money import Money
from kinline.core.rating.terms import CREDIT, HUNDRED, SESSION, STAMP, Payer, Status
from kinline.doors.words.clock import long_day


class Sourced(Protocol):
    """A price as the charging room tells it (PriceView and LineView both are this)."""

    @property
    def payer(self) -> str: ...
    @property
    def citation(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def since(self) -> date | None: ...
    @property
    def status(self) -> str: ...
    @property
    def whose(self) -> str: ...


class OfUnit(Sourced, Protocol):
    """A price of one unit: of a minute mostly."""

    @property
    def service(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def hundredths(self) -> int: ...
    @property
    def pieces(self) -> int: ...
    @property
    def allowance(self) -> int: ...
    @property
    def share(self) -> int: ...
    @property
    def free(self) -> bool: ...


class Billed(Sourced, Protocol):
    """A charge line."""

    @property
    def units(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def price_hundredths(self) -> int: ...
    @property
    def cents(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Price:
    """The words of one price: the chip, and the sentences behind its "Why?"."""

    free: bool
    short: str
    because: str
    since: str
    payer: str
    citation: str
    invented: str = ""


PAYERS = {
    Payer.AGENCY: gettext_lazy("The state or the sheriff pays. You never need to add money."),
    Payer.CONSUMER: gettext_lazy("You or the person inside pays."),
}


def words_of(price: OfUnit) -> Price:
    """The words of a price view."""
    if price.whose == "line":
        return Price(True, short(price), open_line(), since="", payer="", citation=price.citation)
    return Price(
        free=price.free,
        short=short(price),
        because=_because(price),
        since=_since(price.since),
        payer=str(PAYERS[Payer(price.payer)]),
        citation=price.citation,
        invented=invented(price.status),
    )


def open_line() -> str:
    """Why a call to an open line costs nothing."""
    return _("This line is always open. Nobody on the call pays, whatever other calls cost here.")


def short(price: OfUnit) -> str:
    """The price of one unit in a few words: "No cost", "12 cents a minute", "2 stamps"."""
    if price.free:
        return _("No cost")
    if price.unit == STAMP:
        return ngettext("%(n)s stamp", "%(n)s stamps", price.pieces) % {"n": price.pieces}
    if price.unit == CREDIT:
        return ngettext("%(n)s credit", "%(n)s credits", price.pieces) % {"n": price.pieces}
    if price.unit == "minute":
        return a_minute(price.hundredths)
    amount = exact(price.hundredths)
    if price.unit == SESSION:
        return _("%(amount)s a session") % {"amount": amount}
    return _("%(amount)s each") % {"amount": amount}


def invented(status: str) -> str:
    """What to say of a value that we made up; empty for all others."""
    return _("This price is made up for the demo.") if status == Status.EXAMPLE else ""


def a_minute(hundredths: int) -> str:
    """12 cents a minute; $0.075 a minute where it is no whole cent."""
    cents, rest = divmod(hundredths, HUNDRED)
    if rest:
        return _("%(amount)s a minute") % {"amount": exact(hundredths)}
    return ngettext("%(n)s cent a minute", "%(n)s cents a minute", cents) % {"n": cents}


def dollars(cents: int) -> str:
    """$0.32"""
    return str(Money(cents))


def exact(hundredths: int) -> str:
    """$0.12, or $0.075 where a share leaves part of a cent."""
    cents, rest = divmod(hundredths, HUNDRED)
    return dollars(cents) + (f"{rest:02d}".rstrip("0") if rest else "")


def units_of(units: int, unit: str) -> str:
    """4 minutes, 2 stamps, 3 messages: units as words."""
    said = {
        "minute": ngettext("%(n)s minute", "%(n)s minutes", units),
        SESSION: ngettext("%(n)s session", "%(n)s sessions", units),
        STAMP: ngettext("%(n)s stamp", "%(n)s stamps", units),
        CREDIT: ngettext("%(n)s credit", "%(n)s credits", units),
        "emessage": ngettext("%(n)s message", "%(n)s messages", units),
        "ecard": ngettext("%(n)s eCard", "%(n)s eCards", units),
        "photo": ngettext("%(n)s photo", "%(n)s photos", units),
        "videogram": ngettext("%(n)s VideoGram", "%(n)s VideoGrams", units),
        "text": ngettext("%(n)s text", "%(n)s texts", units),
    }
    return said.get(unit, "%(n)s × " + unit) % {"n": units}


def sum_of(line: Billed) -> str:
    """A charge line as a sum one can check: 4 minutes × $0.12 = $0.48."""
    used = units_of(line.units, line.unit)
    if line.unit in {STAMP, CREDIT}:
        return used
    return f"{used} × {exact(line.price_hundredths)} = {dollars(line.cents)}"


def why(line: Sourced) -> str:
    """The rule behind a charge line: its citation, since when, and who pays."""
    if line.whose == "line":
        return open_line()
    parts = (line.citation + ".", _since(line.since), str(PAYERS[Payer(line.payer)]))
    return " ".join(part for part in parts if part)


def _because(price: OfUnit) -> str:
    law = {"law": price.citation}
    if price.free:
        return _("This is free for you and for the person inside. The law says so: %(law)s.") % law
    if price.share:
        facts = law | {"share": price.share}
        return _("A law pays %(share)s percent of the price here: %(law)s.") % facts
    said = _("No law makes this free here. The facility’s tariff sets the price: %(law)s.") % law
    if not price.allowance:
        return said
    free = ngettext(
        "The first %(n)s minute of each week is free.",
        "The first %(n)s minutes of each week are free.",
        price.allowance,
    )
    return f"{said} {free % {'n': price.allowance}}"


def _since(since: date | None) -> str:
    return _("In force since %(day)s.") % {"day": long_day(since)} if since else ""
