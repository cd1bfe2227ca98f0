"""What a call, a visit or a message costs, unit by unit, and by which rule."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.ids import PlaceCode
from kinline.core.period import Period
from kinline.core.rating.book import NoRuleInForce, RuleBook, RulesOverlap
from kinline.core.rating.explain import Verdict, explain
from kinline.core.rating.rate import Charge, Usage, rate
from kinline.core.rating.terms import Destination, Payer, Service
from kinline.laws import loader

BOOK = loader.book()
BOSTON = Destination("US", "617")
MEXICO = Destination("MX")


def usage(
    *,
    at: str,
    seconds: int = 0,
    units: int = 0,
    place: str = "ma-doc-norfolk",
    service: Service = Service.CALL,
    to: Destination = BOSTON,
) -> Usage:
    """A usage that begins at `at` on the place's own wall."""
    where = loader.places()[PlaceCode(place)]
    began = datetime.fromisoformat(at).replace(tzinfo=where.zone).astimezone(UTC)
    going = to if service is Service.CALL else None
    return Usage(service, where, began, seconds, units, going)


def lines(charge: Charge) -> list[tuple[int, int, int, Payer]]:
    """Units, hundredths of a cent a unit, cents, payer."""
    return [(one.units, one.price_hundredths, one.cents, one.payer) for one in charge.lines]


# --- calls across a border of the law -----------------------------------------------------


def test_a_call_across_the_massachusetts_midnight_is_paid_until_it() -> None:
    charge = rate(usage(at="2023-11-30 23:55", seconds=600), BOOK)
    paid, free = charge.lines
    assert lines(charge) == [(5, 1200, 60, Payer.CONSUMER), (5, 1000, 50, Payer.AGENCY)]
    assert (charge.consumer_cents, charge.agency_cents, charge.free) == (60, 50, False)
    assert paid.citation == "Rate before St. 2023, c. 64 (state prisons)"
    assert free.citation == "G.L. c. 127, § 87A (St. 2023, c. 64)"
    midnight = datetime(2023, 12, 1, 5, 0, tzinfo=UTC)
    assert (paid.until, free.began_at) == (midnight, midnight)


def test_the_minute_that_begins_before_midnight_is_still_paid() -> None:
    paid, free = rate(usage(at="2023-11-30 23:59:59", seconds=61), BOOK).lines
    assert (paid.units, free.units) == (1, 1)


@pytest.mark.parametrize(
    ("at", "seconds", "paid", "free"),
    [
        ("2023-11-30 23:59:59", 1, 1, 0),
        ("2023-11-30 23:59:59", 60, 1, 0),
        ("2023-11-30 23:59:00", 60, 1, 0),
        ("2023-11-30 23:59:00", 61, 1, 1),
        ("2023-12-01 00:00:00", 1, 0, 1),
        ("2023-11-30 23:00:30", 3600, 60, 0),
    ],
)
def test_seconds_around_the_midnight(at: str, seconds: int, paid: int, free: int) -> None:
    charge = rate(usage(at=at, seconds=seconds), BOOK)
    assert (charge.consumer_cents, charge.agency_cents) == (paid * 12, free * 10)


def test_bristol_is_free_and_the_made_up_jail_costs_twelve_cents_a_minute() -> None:
    free = rate(usage(at="2026-11-23 15:00", seconds=301, place="ma-bristol"), BOOK)
    paid = rate(usage(at="2026-11-23 15:00", seconds=301, place="nh-example"), BOOK)
    assert (free.consumer_cents, free.agency_cents, free.free) == (0, 60, True)
    assert (paid.consumer_cents, paid.agency_cents, paid.free) == (72, 0, False)


@pytest.mark.parametrize("night", ["2023-03-12 01:55", "2023-11-05 01:55"])
def test_a_call_across_a_change_of_clocks_is_as_long_as_it_was(night: str) -> None:
    (line,) = rate(usage(at=night, seconds=600, place="nh-example"), BOOK).lines
    assert (line.units, line.cents) == (10, 120)
    assert line.until - line.began_at == timedelta(minutes=10)


def test_a_call_nobody_accepted_costs_nothing_and_has_no_lines() -> None:
    charge = rate(usage(at="2026-11-23 15:00"), BOOK)
    assert (charge.lines, charge.consumer_cents, charge.free) == ((), 0, True)


# --- destinations -------------------------------------------------------------------------


def test_another_country_costs_its_termination_on_top_of_the_home_price() -> None:
    home = rate(usage(at="2026-11-23 15:00", seconds=60, place="nh-example"), BOOK)
    abroad = rate(usage(at="2026-11-23 15:00", seconds=60, place="nh-example", to=MEXICO), BOOK)
    assert (home.consumer_cents, abroad.consumer_cents) == (12, 25)


def test_new_york_city_frees_calls_at_home_only() -> None:
    home = rate(usage(at="2026-11-23 15:00", seconds=60, place="nyc-example"), BOOK)
    abroad = rate(usage(at="2026-11-23 15:00", seconds=60, place="nyc-example", to=MEXICO), BOOK)
    assert (home.consumer_cents, home.agency_cents) == (0, 2)
    assert (abroad.consumer_cents, abroad.agency_cents) == (25, 0)


def test_puerto_rico_is_at_home_and_canada_is_not() -> None:
    assert Destination("PR", "787").domestic
    assert not Destination("CA", "416").domestic


# --- shares, weeks, visits, messages ------------------------------------------------------


def test_a_share_is_exact_and_rounded_once_in_the_consumers_favour() -> None:
    charge = rate(usage(at="2024-01-10 12:00", seconds=420, place="co-doc-example"), BOOK)
    assert lines(charge) == [(7, 750, 52, Payer.CONSUMER), (7, 250, 18, Payer.AGENCY)]


def test_two_shares_in_one_call_round_once_and_the_last_line_of_each_takes_it() -> None:
    charge = rate(usage(at="2024-06-30 23:57", seconds=360, place="co-doc-example"), BOOK)
    assert lines(charge) == [
        (3, 750, 22, Payer.CONSUMER),
        (3, 250, 7, Payer.AGENCY),
        (3, 650, 20, Payer.CONSUMER),
        (3, 350, 11, Payer.AGENCY),
    ]
    assert (charge.consumer_cents, charge.agency_cents) == (42, 18)


def test_ten_minutes_of_each_week_cost_nobody_anything_before_the_law() -> None:
    wednesday = usage(at="2023-11-15 10:00", seconds=900, place="ma-bristol")
    fresh, half, gone = (rate(wednesday, BOOK, {date(2023, 11, 13): used}) for used in (0, 5, 10))
    assert lines(fresh) == [(10, 0, 0, Payer.CONSUMER), (5, 1400, 70, Payer.CONSUMER)]
    assert half.consumer_cents == 140
    assert lines(gone) == [(15, 1400, 210, Payer.CONSUMER)]
    assert fresh.drawn == {date(2023, 11, 13): 15}


def test_a_call_across_sunday_midnight_draws_on_both_weeks() -> None:
    charge = rate(
        usage(at="2023-11-19 23:57", seconds=900, place="ma-bristol"),
        BOOK,
        {date(2023, 11, 13): 9},
    )
    assert lines(charge) == [
        (1, 0, 0, Payer.CONSUMER),
        (2, 1400, 28, Payer.CONSUMER),
        (10, 0, 0, Payer.CONSUMER),
        (2, 1400, 28, Payer.CONSUMER),
    ]
    assert charge.drawn == {date(2023, 11, 13): 3, date(2023, 11, 20): 12}


def test_the_ten_minutes_began_on_a_sunday_and_again_on_the_monday_after() -> None:
    saturday = rate(usage(at="2021-07-31 12:00", seconds=60, place="ma-essex"), BOOK)
    sunday = rate(usage(at="2021-08-01 12:00", seconds=60, place="ma-essex"), BOOK)
    assert (saturday.consumer_cents, sunday.consumer_cents) == (14, 0)


def test_a_visit_is_priced_wholly_by_its_scheduled_start() -> None:
    november = usage(at="2023-11-30 23:50", seconds=1200, service=Service.VISIT)
    december = usage(at="2023-12-01 00:00", seconds=1200, service=Service.VISIT)
    assert lines(rate(november, BOOK)) == [(20, 3900, 780, Payer.CONSUMER)]
    assert lines(rate(december, BOOK)) == [(20, 2000, 400, Payer.AGENCY)]


def test_messages_take_stamps_and_texts_credits_until_the_law() -> None:
    before, after = "2023-11-30 23:59:59", "2023-12-01 00:00:00"
    grams = rate(usage(at=before, units=3, service=Service.VIDEOGRAM), BOOK)
    texts = rate(usage(at=before, units=3, service=Service.TEXT), BOOK)
    free = rate(usage(at=after, units=3, service=Service.EMESSAGE), BOOK)
    assert (grams.stamps, grams.credits, grams.consumer_cents, grams.free) == (6, 0, 0, False)
    assert (texts.stamps, texts.credits, texts.free) == (0, 3, False)
    assert (free.stamps, free.agency_cents, free.free) == (0, 15, True)


# --- what may not happen ------------------------------------------------------------------


def test_a_day_before_the_book_is_an_error_never_free() -> None:
    with pytest.raises(NoRuleInForce, match="call at ma-bristol on 2014-12-31"):
        rate(usage(at="2014-12-31 12:00", seconds=60, place="ma-bristol"), BOOK)


def test_a_law_without_a_contract_price_is_a_gap_and_says_so() -> None:
    bare = RuleBook(laws=BOOK.laws, tariffs=BOOK.tariffs)
    with pytest.raises(NoRuleInForce, match="no contract price for call at ma-bristol"):
        rate(usage(at="2024-01-10 12:00", seconds=60, place="ma-bristol"), bare)


def test_two_laws_for_one_day_are_refused_when_the_book_is_made() -> None:
    free = next(law for law in BOOK.laws if law.id == "ma-87a")
    twin = replace(free, id="twin", period=Period(date(2025, 1, 1), date(2026, 1, 1)))
    elsewhere = replace(twin, jurisdiction="us-vt")
    inside = replace(twin, jurisdiction="us-ma-boston")
    RuleBook(laws=(free, elsewhere))
    for clash in (twin, inside):
        with pytest.raises(RulesOverlap):
            RuleBook(laws=(free, clash))


def test_usage_without_a_zone_or_of_an_impossible_length_is_our_mistake() -> None:
    good = usage(at="2026-11-23 15:00", seconds=60)
    with pytest.raises(ValueError, match="an aware moment"):
        replace(good, began_at=datetime(2026, 11, 23, 15, 0))  # noqa: DTZ001
    for seconds in (-1, 86_401):
        with pytest.raises(ValueError, match="cannot last"):
            replace(good, seconds=seconds)


# --- the long answer ----------------------------------------------------------------------


def test_the_explanation_names_every_rule_that_was_looked_at_and_why_it_won_or_lost() -> None:
    asked = usage(at="2023-11-30 23:59", seconds=120, place="ma-bristol")
    looked = [(one.on, one.rule.id, one.verdict) for one in explain(asked, BOOK, rate(asked, BOOK))]
    november, december = date(2023, 11, 30), date(2023, 12, 1)
    assert looked == [
        (november, "ma-87a", Verdict.NOT_YET),
        (november, "ma-county-calls-before", Verdict.NO_LONGER),
        (november, "ma-county-calls-ten-minutes", Verdict.DECIDES),
        (november, "ma-contract", Verdict.NOT_YET),
        (december, "ma-87a", Verdict.DECIDES),
        (december, "ma-county-calls-before", Verdict.NO_LONGER),
        (december, "ma-county-calls-ten-minutes", Verdict.NO_LONGER),
        (december, "ma-contract", Verdict.PAYS),
    ]


def test_a_tariff_under_a_law_is_shared_or_overruled_and_abroad_it_decides() -> None:
    def verdicts(place: str, at: str, to: Destination = BOSTON) -> dict[str, Verdict]:
        asked = usage(at=at, seconds=60, place=place, to=to)
        return {one.rule.id: one.verdict for one in explain(asked, BOOK, rate(asked, BOOK))}

    assert verdicts("co-doc-example", "2024-01-10 12:00")["example-calls"] is Verdict.SHARED
    assert verdicts("co-doc-example", "2026-08-10 12:00")["example-calls"] is Verdict.OVERRULED
    abroad = verdicts("nyc-example", "2024-01-10 12:00", MEXICO)
    assert abroad["nyc-9154"] is Verdict.OTHER_COUNTRY
    assert abroad["example-calls"] is Verdict.DECIDES
    assert abroad["example-contract"] is Verdict.WAITS


# --- properties ---------------------------------------------------------------------------

PLACES = sorted(loader.places())


@given(
    place=st.sampled_from(PLACES),
    service=st.sampled_from(sorted(Service)),
    at=st.datetimes(datetime(2015, 1, 2), datetime(2030, 1, 1)),  # noqa: DTZ001
    seconds=st.integers(0, 4 * 3600),
    used=st.integers(0, 20),
    to=st.sampled_from([BOSTON, MEXICO]),
)
def test_lines_cover_the_usage_once_and_add_up(
    place: str, service: Service, at: datetime, seconds: int, used: int, to: Destination
) -> None:
    where = loader.places()[PlaceCode(place)]
    began = at.replace(tzinfo=UTC)
    timed = service in {Service.CALL, Service.VISIT}
    going = to if service is Service.CALL else None
    asked = Usage(service, where, began, seconds if timed else 0, 0 if timed else 3, going)
    charge = rate(asked, BOOK, {where.week(began): used})
    by_payer = {
        payer: sum(line.cents for line in charge.lines if line.payer is payer) for payer in Payer
    }
    assert by_payer == {
        Payer.CONSUMER: charge.consumer_cents,
        Payer.AGENCY: charge.agency_cents,
    }
    assert all(line.cents >= 0 and line.units > 0 and line.citation for line in charge.lines)
    if timed:
        starts = {line.began_us: line.units for line in charge.lines}
        assert sum(starts.values()) == -(-seconds // 60)


@given(
    seconds=st.integers(0, 4 * 3600),
    offset=st.integers(-3 * 3600, 3 * 3600),
    place=st.sampled_from(["ma-doc-norfolk", "ma-doc-masac"]),
)
def test_every_minute_is_priced_by_the_instant_it_begins(
    seconds: int, offset: int, place: str
) -> None:
    where = loader.places()[PlaceCode(place)]
    began = where.midnight(date(2023, 12, 1)) + timedelta(seconds=offset)
    charge = rate(Usage(Service.CALL, where, began, seconds, to=BOSTON), BOOK)
    before = -(-max(0, min(-offset, seconds)) // 60)
    assert charge.consumer_cents == before * 12
    assert charge.agency_cents == (-(-seconds // 60) - before) * 10


def test_a_book_keeps_no_timeline_for_each_area_code() -> None:
    book = replace(BOOK, tables={}, known={})
    for code in ("617", "413", "212", "603"):
        rate(usage(at="2026-11-23 15:00", seconds=60, to=Destination("US", code)), book)
    for country in ("MX", "CA", "GB"):
        rate(usage(at="2026-11-23 15:00", seconds=60, to=Destination(country)), book)
    assert len(book.tables) == 2
