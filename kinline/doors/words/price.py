"""What a minute costs, and who says so: a price never stands without its reason."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kinline.core.money import Money
from kinline.core.rating.book import Payer
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


class PerMinute(Sourced, Protocol):
    """A price of one minute."""

    @property
    def cents_per_minute(self) -> int: ...
    @property
    def free(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Price:
    """The words of one price: the chip, and the sentences behind its "Why?"."""

    free: bool
    cents: int
    short: str
    because: str
    since: str
    payer: str
    citation: str
    invented: str = ""


PAYERS = {
    Payer.AGENCY: gettext_lazy("The state or the sheriff pays. You never need to add money."),
    Payer.CONTACT: gettext_lazy("The person who is called pays."),
    Payer.PERSON: gettext_lazy("The person who calls pays."),
}
FICTIONAL = "(fictional)"


def words_of(price: PerMinute) -> Price:
    """The words of a price view."""
    return Price(
        free=price.free,
        cents=price.cents_per_minute,
        short=_("No cost") if price.free else a_minute(price.cents_per_minute),
        because=_because(price.free, price.citation),
        since=_since(price.since),
        payer=str(PAYERS[Payer(price.payer)]),
        citation=price.citation,
        invented=_("This price is made up for the demo.") if FICTIONAL in price.citation else "",
    )


def a_minute(cents: int) -> str:
    """8 cents a minute."""
    return ngettext("%(n)s cent a minute", "%(n)s cents a minute", cents) % {"n": cents}


def dollars(cents: int) -> str:
    """$0.32"""
    return str(Money(cents))


def sum_of(units: int, unit_price_cents: int, cents: int) -> str:
    """A charge line as a sum one can check: 4 minutes x $0.08 = $0.32."""
    minutes = ngettext("%(n)s minute", "%(n)s minutes", units) % {"n": units}
    return f"{minutes} × {dollars(unit_price_cents)} = {dollars(cents)}"


def why(line: Sourced) -> str:
    """The rule behind a charge line: its citation, since when, and who pays."""
    parts = (line.citation + ".", _since(line.since), str(PAYERS[Payer(line.payer)]))
    return " ".join(part for part in parts if part)


def _because(free: bool, citation: str) -> str:
    if free:
        return _("Calls are free for you and for the person inside. The law says so: %(law)s.") % {
            "law": citation
        }
    return _("No law makes calls free here. The facility’s tariff sets the price: %(law)s.") % {
        "law": citation
    }


def _since(since: date | None) -> str:
    return _("In force since %(day)s.") % {"day": long_day(since)} if since else ""
