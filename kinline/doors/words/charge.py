"""A charge in words: what the people pay, for what, by which rule, and what the agency bears."""

from django.utils.translation import gettext as _

from kinline.core.rating.explain import Looked, Verdict
from kinline.core.rating.rate import Charge, Line
from kinline.core.rating.rule import Rule
from kinline.core.rating.terms import CREDIT, STAMP, Payer
from kinline.doors.words.clock import long_day
from kinline.doors.words.price import dollars, exact, units_of


def sentence(charge: Charge, *, number_told: bool = True) -> str:
    """The whole charge as one plain sentence."""
    if not charge.lines:
        return _("Nothing was used, so nothing is charged.")
    parts = "; ".join(line_words(line, charge) for line in charge.lines)
    said = f"{total(charge)}: {parts}."
    if number_told:
        return said
    return said + " " + _("No number was given: taken as a call inside the United States.")


def total(charge: Charge) -> str:
    """What the people give: nothing, money, stamps or credits."""
    if charge.free:
        return _("You pay nothing")
    gives = []
    if charge.consumer_cents:
        gives.append(dollars(charge.consumer_cents))
    if charge.stamps:
        gives.append(units_of(charge.stamps, STAMP))
    if charge.credits:
        gives.append(units_of(charge.credits, CREDIT))
    return _("You pay %(amount)s") % {"amount": ", ".join(gives)}


def line_words(line: Line, charge: Charge) -> str:
    """One line, without a full stop, to stand in a row of others."""
    facts = {
        "units": units_of(line.units, line.unit),
        "price": exact(line.price_hundredths),
        "amount": dollars(line.cents),
        "rule": line.citation,
    }
    if line.unit in {STAMP, CREDIT}:
        return _("%(units)s by %(rule)s") % facts
    shared = any(
        one.began_us == line.began_us and one.payer is not line.payer for one in charge.lines
    )
    if line.payer is Payer.AGENCY and shared:
        return _("the agency pays its part, %(amount)s, by %(rule)s") % facts
    if line.payer is Payer.AGENCY:
        return _("%(units)s free for you, and the agency pays %(amount)s, by %(rule)s") % facts
    if not line.price_hundredths:
        return _("%(units)s inside the free minutes of the week, by %(rule)s") % facts
    if shared:
        return _("your part of %(units)s, %(price)s each, is %(amount)s by %(rule)s") % facts
    return _("%(units)s at %(price)s are %(amount)s by %(rule)s") % facts


def looked(one: Looked) -> str:
    """What became of one rule that was looked at, and why."""
    said = {
        Verdict.DECIDES: _("decides what you pay"),
        Verdict.PAYS: _("sets what the agency pays"),
        Verdict.SHARED: _("sets the price that the law shares"),
        Verdict.OVERRULED: _("does not count, because the law makes it free"),
        Verdict.WAITS: _("does not count, because no law makes it free"),
        Verdict.OTHER_COUNTRY: _("does not count for calls to other countries"),
        Verdict.NOT_YET: _("begins later, on %(day)s") % {"day": long_day(one.rule.period.from_on)},
        Verdict.NO_LONGER: _("had ended by %(day)s") % {"day": _end(one.rule)},
    }
    return f"{one.rule.citation}: {said[one.verdict]}."


def _end(rule: Rule) -> str:
    return long_day(rule.period.until_on) if rule.period.until_on else ""
