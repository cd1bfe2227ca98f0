"""How long the money lasts for a call, and what is set aside for it before it begins."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinline.core.control import MoneyLimit, Permit, PrivatePermit
from kinline.core.ids import CallId, PlaceCode
from kinline.core.policy.paying import Calling, Means, may_cost, means, order_of
from kinline.core.rating.book import RuleBook
from kinline.core.rating.prices import CallPrice
from kinline.core.rating.rate import Usage, rate
from kinline.core.rating.terms import AT_HOME, Destination, Service
from kinline.core.refusal import Refusal
from kinline.core.transition.words import AccountKind
from kinline.laws import loader

BOOK = loader.book()
WITHIN = timedelta(seconds=135)
MIDNIGHT = "2023-11-30 23:50"


def calling(
    at: str, place: str, limit: int | None = 900, to: Destination = AT_HOME, **used: int
) -> Calling:
    """A call asked for at `at` on the place's own wall. `used`: minutes of the week gone."""
    where = loader.places()[PlaceCode(place)]
    now = datetime.fromisoformat(at).replace(tzinfo=where.zone).astimezone(UTC)
    gone = {where.week(now): used["used"]} if used else {}
    return Calling(where, to, now, now + WITHIN, limit, gone)


def lasts(call: Calling, *free: int, book: RuleBook = BOOK) -> Means:
    found = means(call, book, free)
    assert isinstance(found, Means), found
    return found


def cost(call: Calling, at: datetime, seconds: int, book: RuleBook = BOOK) -> int:
    usage = Usage(Service.CALL, call.place, at, seconds, to=call.to)
    return rate(usage, book, call.used).consumer_cents


# --- a paid call ------------------------------------------------------------------------


def test_all_minutes_that_may_be_talked_are_set_aside_from_the_first_account_that_has_it() -> None:
    call = calling("2026-11-23 15:00", "nh-example")
    assert lasts(call, 500, 5000) == Means(900, (180, 0), limits=False)
    assert lasts(call, 50, 5000) == Means(900, (50, 130), limits=False)


def test_where_there_is_less_the_money_is_the_limit_by_whole_minutes() -> None:
    call = calling("2026-11-23 15:00", "nh-example")
    assert lasts(call, 50, 0) == Means(240, (48, 0), limits=True)
    assert lasts(call, 7, 7) == Means(60, (7, 5), limits=True)


def test_less_than_one_minute_is_a_refusal_with_the_price() -> None:
    no = means(calling("2026-11-23 15:00", "nh-example"), BOOK, [11, 0])
    assert isinstance(no, Refusal)
    assert (no.code, no.facts) == ("call.no_money", {"hundredths": "1200"})
    assert isinstance(means(calling("2026-11-23 15:00", "nh-example"), BOOK, []), Refusal)


def test_a_call_that_is_shorter_anyway_needs_no_whole_minute_of_time() -> None:
    call = calling("2026-11-23 15:00", "nh-example", limit=30)
    assert lasts(call, 12) == Means(30, (12,), limits=False)


def test_a_call_without_any_limit_lasts_as_long_as_the_money() -> None:
    call = calling("2026-11-23 15:00", "nh-example", limit=None)
    assert lasts(call, 1200) == Means(6000, (1200,), limits=True)
    assert lasts(call, 10**9) == Means(86_400, (1440 * 12,), limits=False)


def test_a_call_abroad_is_set_aside_at_its_own_price() -> None:
    call = calling("2026-11-23 15:00", "nh-example", to=Destination("MX"))
    assert lasts(call, 1000) == Means(900, (375,), limits=False)


def test_of_a_shared_price_only_the_peoples_part_is_theirs_to_pay() -> None:
    call = calling("2024-01-10 12:00", "co-doc-example", limit=600)
    assert lasts(call, 1000) == Means(600, (75,), limits=False)  # 7.5 cents of 10


# --- free calls ---------------------------------------------------------------------------


def test_a_free_call_needs_no_money_and_is_known_to_without_looking_for_any() -> None:
    free = calling("2026-11-23 15:00", "ma-bristol", limit=None)
    assert not may_cost(free, BOOK)
    assert lasts(free) == Means(86_400, (), limits=False)
    assert may_cost(calling("2026-11-23 15:00", "nh-example"), BOOK)


def test_free_minutes_of_the_week_come_first_and_alone_make_a_call() -> None:
    whole = calling("2023-11-14 15:00", "ma-bristol", limit=1200, used=0)
    assert lasts(whole, 1000) == Means(1200, (140,), limits=False)
    assert lasts(whole, 0) == Means(600, (0,), limits=True)
    assert isinstance(means(replace(whole, used={date(2023, 11, 13): 10}), BOOK, [13]), Refusal)


def test_a_new_week_brings_free_minutes_and_the_dearest_beginning_counts() -> None:
    # Sunday night. Begun at once, six minutes are paid; two minutes later only four.
    sunday = calling("2023-11-19 23:54", "ma-bristol", limit=600, used=10)
    assert lasts(sunday, 1000) == Means(600, (84,), limits=False)


# --- a price that changes in the night ----------------------------------------------------


def test_who_can_pay_until_the_law_begins_is_not_cut_at_all() -> None:
    call = calling(MIDNIGHT, "ma-doc-norfolk")
    assert lasts(call, 120) == Means(900, (120,), limits=False)


def test_a_talk_that_reaches_the_free_midnight_is_not_cut_for_money() -> None:
    found = lasts(calling(MIDNIGHT, "ma-doc-norfolk"), 119)
    midnight = datetime(2023, 12, 1, 5, 0, tzinfo=UTC)
    assert found == Means(540, (108,), limits=True, free_from=midnight)


def test_a_dearer_day_is_reckoned_with_before_it_begins() -> None:
    """From twelve cents to twenty: here the dearest beginning is the latest."""
    tariffs = [one for one in BOOK.tariffs if one.id != "nh-example-calls"]
    (cheap,) = (one for one in BOOK.tariffs if one.id == "nh-example-calls")
    turn = date(2026, 11, 24)
    price = cheap.prices[Service.CALL]
    assert isinstance(price, CallPrice)
    dear = replace(
        cheap,
        id="dear",
        period=replace(cheap.period, from_on=turn),
        prices={Service.CALL: replace(price, minute=20)},
    )
    cheap = replace(cheap, period=replace(cheap.period, until_on=turn))
    book = RuleBook(laws=BOOK.laws, tariffs=(*tariffs, cheap, dear), contracts=BOOK.contracts)
    call = calling("2026-11-23 23:50", "nh-example", limit=600)
    # Accepted after two minutes and more, eight minutes still begin on the cheaper day.
    assert lasts(call, 10_000, book=book).cents == 8 * 12 + 2 * 20
    assert lasts(call, 135, book=book).seconds == 540


def permit(limit: int | None, money: MoneyLimit | None, ends_by: datetime | None = None) -> Permit:
    return Permit(
        call=CallId("c"),
        contact=None,
        language="en",
        limit_seconds=limit,
        announcement=(),
        private=PrivatePermit("line"),
        money=money,
        ends_by=ends_by,
    )


def test_the_engine_knows_when_it_is_the_money_that_ends_a_talk() -> None:
    eleven, midnight = (datetime(2023, 12, 1, hour, tzinfo=UTC) for hour in (4, 5))
    for limit, otherwise in ((540, 1800), (540, None)):
        paid = permit(limit, MoneyLimit(otherwise, midnight))
        early, late = midnight - timedelta(minutes=10), midnight - timedelta(minutes=9)
        assert (paid.seconds_from(early), paid.money_ends(early)) == (540, True)
        assert (paid.seconds_from(late), paid.money_ends(late)) == (otherwise, False)
    paid = permit(540, MoneyLimit(1800))
    assert (paid.seconds_from(eleven), paid.money_ends(eleven)) == (540, True)
    closing = permit(540, MoneyLimit(1800), eleven + timedelta(minutes=5))
    assert (closing.seconds_from(eleven), closing.money_ends(eleven)) == (300, False)
    for other in (permit(540, None), permit(None, None)):
        assert not other.money_ends(eleven)


# --- for every call -----------------------------------------------------------------------

PLACES = {
    "nh-example": ("2026-11-23 15:00",),
    "ma-doc-norfolk": (MIDNIGHT, "2023-11-30 23:58:31", "2026-11-23 15:00"),
    "ma-bristol": (MIDNIGHT, "2023-11-19 23:55:10", "2021-07-31 23:56", "2023-11-14 15:00"),
    "co-doc-example": ("2024-01-10 12:00", "2023-08-31 23:57"),
}
CALLS = st.sampled_from([(place, at) for place, times in PLACES.items() for at in times])
CENTS = st.integers(0, 400)


@given(
    CALLS,
    st.lists(CENTS, min_size=1, max_size=3),
    st.one_of(st.none(), st.integers(20, 1500)),
    st.integers(0, 12),
    st.integers(0, 135_000_000),
    st.integers(0, 1_000_000),
)
@settings(max_examples=200, deadline=None)
def test_what_is_set_aside_is_there_and_suffices_for_every_talk_up_to_the_limit(
    what: tuple[str, str], free: list[int], limit: int | None, used: int, wait: int, part: int
) -> None:
    call = calling(what[1], what[0], limit, used=used)
    found = means(call, BOOK, free)
    if isinstance(found, Refusal):
        minute = min(60, call.longest_seconds)
        starts = (call.now + timedelta(seconds=s) for s in range(136))
        assert max(cost(call, at, minute) for at in starts) > sum(free)
        return
    assert all(0 <= aside <= has for aside, has in zip(found.aside, free, strict=True))
    assert found.seconds <= call.longest_seconds
    if not may_cost(call, BOOK):
        assert (found.cents, found.limits) == (0, False)
    accepted = call.now + timedelta(microseconds=wait)
    seconds = found.seconds * part // 1_000_000
    assert cost(call, accepted, seconds) <= found.cents
    assert cost(call, accepted, found.seconds) <= found.cents
    ends = accepted + timedelta(seconds=found.seconds)
    if found.free_from is not None and ends >= found.free_from:
        # What comes after costs nobody here anything, however long it is.
        assert cost(call, accepted, call.longest_seconds) <= found.cents


@given(CALLS, CENTS, CENTS, st.integers(20, 1500), st.integers(0, 12))
@settings(deadline=None)
def test_more_money_never_gives_a_shorter_talk(
    what: tuple[str, str], less: int, more: int, limit: int, used: int
) -> None:
    call = calling(what[1], what[0], limit, used=used)
    short, long = (means(call, BOOK, [cents]) for cents in (less, less + more))
    if isinstance(short, Means):
        assert isinstance(long, Means)
        assert long.seconds >= short.seconds


# --- the order -----------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["nh-example", "ca-county-example", None])
def test_money_that_can_do_least_goes_first_and_the_callers_before_the_called_ones(
    place: str | None,
) -> None:
    tariffs = [one for one in BOOK.tariffs if place in one.places and Service.CALL in one.services]
    assert order_of(tariffs[0] if tariffs else None, Service.CALL) == (
        AccountKind.CALLING_CARD,
        AccountKind.DEBIT,
        AccountKind.PREPAID_COLLECT,
    )
    assert order_of(None, Service.TEXT) == (AccountKind.TEXT_PACKAGE,)
    assert order_of(None, Service.PHOTO) == (AccountKind.STAMPS,)
