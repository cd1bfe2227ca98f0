"""What a call costs, minute by minute, and by which rule."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.ids import PlaceCode
from kinline.core.money import Money
from kinline.core.period import Period
from kinline.core.rating.book import NoRuleInForce, Payer, RuleBook, RulesOverlap, Service
from kinline.core.rating.rate import Usage, rate
from kinline.laws import loader

BOSTON = ZoneInfo("America/New_York")
BOOK = loader.book()


def usage(*, at: str, seconds: int, place: str = "ma-doc-norfolk") -> Usage:
    began = datetime.fromisoformat(at).replace(tzinfo=BOSTON)
    return Usage(Service.CALL, loader.places()[PlaceCode(place)], began, seconds)


def test_a_call_across_the_massachusetts_midnight_is_paid_until_it() -> None:
    paid, free = rate(usage(at="2023-11-30 23:55", seconds=600), BOOK).lines
    assert (paid.units, paid.cents, paid.payer) == (5, 60, Payer.CONTACT)
    assert (free.units, free.cents, free.payer) == (5, 0, Payer.AGENCY)
    assert free.citation == "G.L. c. 127, § 87A (St. 2023, c. 64)"


def test_the_minute_that_begins_before_midnight_is_still_paid() -> None:
    paid, free = rate(usage(at="2023-11-30 23:59:59", seconds=61), BOOK).lines
    assert (paid.units, free.units) == (1, 1)


def test_bristol_is_free_and_the_made_up_jail_costs_eight_cents_a_minute() -> None:
    (free,) = rate(usage(at="2026-11-23 15:00", seconds=301, place="ma-bristol"), BOOK).lines
    (paid,) = rate(usage(at="2026-11-23 15:00", seconds=301, place="nh-example"), BOOK).lines
    assert (free.units, free.cents, free.payer) == (6, 0, Payer.AGENCY)
    assert (paid.units, paid.cents, paid.payer) == (6, 48, Payer.CONTACT)


def test_a_call_nobody_accepted_costs_nothing_and_has_no_lines() -> None:
    charge = rate(usage(at="2026-11-23 15:00", seconds=0), BOOK)
    assert (charge.lines, charge.total) == ((), Money(0))


def test_a_gap_in_the_book_is_an_error_never_free() -> None:
    with pytest.raises(NoRuleInForce, match="ma-bristol on 2023-11-30"):
        rate(usage(at="2023-11-30 12:00", seconds=60, place="ma-bristol"), BOOK)


def test_two_laws_for_one_day_are_refused_when_the_book_is_made() -> None:
    free = next(rule for rule in BOOK.rules if rule.id == "us-ma-free-voice")
    twin = replace(free, id="twin", period=Period(date(2025, 1, 1), date(2026, 1, 1)))
    with pytest.raises(RulesOverlap):
        RuleBook((free, twin))


def test_usage_without_a_zone_or_with_negative_length_is_our_mistake() -> None:
    good = usage(at="2026-11-23 15:00", seconds=60)
    with pytest.raises(ValueError, match="an aware moment"):
        replace(good, began_at=datetime(2026, 11, 23, 15, 0))  # noqa: DTZ001
    with pytest.raises(ValueError, match="cannot last"):
        replace(good, seconds=-1)


@given(
    seconds=st.integers(0, 4 * 3600),
    offset=st.integers(-3 * 3600, 3 * 3600),
)
def test_every_started_minute_is_on_exactly_one_line(seconds: int, offset: int) -> None:
    midnight = datetime(2023, 12, 1, tzinfo=BOSTON)
    began = midnight + timedelta(seconds=offset)
    charge = rate(
        Usage(Service.CALL, loader.places()[PlaceCode("ma-doc-norfolk")], began, seconds), BOOK
    )
    assert sum(line.units for line in charge.lines) == -(-seconds // 60)
    assert charge.total == Money(sum(line.cents for line in charge.lines))
    before = max(0, min(-offset, seconds))
    paid = sum(line.units for line in charge.lines if line.cents)
    assert paid == -(-before // 60)
