"""What may be sold in a shop, at what price, and when it may be used."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.ids import PlaceCode
from kinline.core.rating.book import RuleBook
from kinline.core.rating.terms import Service
from kinline.core.shop.goods import KEPT, PIECES, Kind, not_for_sale, pays_for
from kinline.core.shop.hours import Hours, closed, seconds_left
from kinline.core.shop.price import Price, price_at
from kinline.laws.loader import book, places

BOSTON = ZoneInfo("America/New_York")
BEFORE, SINCE = date(2023, 11, 30), date(2023, 12, 1)
BRISTOL, EXAMPLE = (places()[PlaceCode(code)] for code in ("ma-bristol", "nh-example"))
SOME_DAY = datetime(2026, 3, 2, tzinfo=UTC)
moments = st.datetimes(datetime(2026, 1, 5), datetime(2026, 2, 20)).map(  # noqa: DTZ001
    lambda one: one.replace(tzinfo=UTC)
)
walls = st.times().map(lambda one: one.replace(microsecond=0))


def test_the_kinds_are_a_closed_list_and_each_is_either_kept_or_counted_in_pieces() -> None:
    assert set(Kind) == {*KEPT, *PIECES}
    assert not set(KEPT) & set(PIECES)
    with pytest.raises(ValueError, match="call_minutes"):
        Kind("call_minutes")


@pytest.mark.parametrize("kind", KEPT)
@pytest.mark.parametrize("place", [BRISTOL, EXAMPLE], ids=lambda one: one.code)
def test_games_music_and_films_are_sold_everywhere(kind: Kind, place: object) -> None:
    assert not_for_sale(kind, place, SINCE, book()) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", PIECES)
def test_stamps_and_texts_are_not_for_sale_where_messages_are_free_and_the_law_is_named(
    kind: Kind,
) -> None:
    (no,) = not_for_sale(kind, BRISTOL, SINCE, book())
    assert no.code == "shop.free_by_law"
    assert "87A" in no.facts["law"]
    assert not_for_sale(kind, BRISTOL, BEFORE, book()) == (), "the day before it was for sale"
    assert not_for_sale(kind, EXAMPLE, SINCE, book()) == ()


def test_what_has_no_price_in_the_book_is_not_sold_on_a_guess() -> None:
    (no,) = not_for_sale(Kind.STAMPS, EXAMPLE, SINCE, RuleBook())
    assert no.code == "shop.no_price_known"


def test_no_place_of_the_book_sells_a_communication_that_is_free_there() -> None:
    days = [BEFORE, SINCE, date(2026, 11, 26)]
    refused = 0
    for place in places().values():
        for kind in Kind:
            for day in days:
                free = any(book().in_force(place, one, day).free for one in pays_for(kind))
                refused += bool(free)
                if free:
                    assert not_for_sale(kind, place, day, book())
    assert refused > 20, "the search itself must find free places"
    assert Service.CALL not in {one for kind in Kind for one in pays_for(kind)}, "no call minutes"


def test_hours_are_those_on_the_facilitys_wall_up_to_their_end() -> None:
    evening = Hours(time(18, 0), time(21, 0))
    at = datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC)  # 17:59:59 in Boston
    no = closed(evening, BOSTON, at)
    assert no is not None
    assert (no.code, no.until) == ("shop.outside_hours", datetime(2026, 3, 2, 23, 0, tzinfo=UTC))
    assert closed(evening, BOSTON, at + timedelta(seconds=1)) is None
    assert closed(evening, BOSTON, datetime(2026, 3, 3, 1, 59, 59, tzinfo=UTC)) is None
    after = closed(evening, BOSTON, datetime(2026, 3, 3, 2, 0, tzinfo=UTC))
    assert after is not None
    assert after.until == datetime(2026, 3, 3, 23, 0, tzinfo=UTC)


def test_the_clock_going_forward_moves_the_opening_with_the_wall() -> None:
    morning = Hours(time(8, 0), time(9, 0))
    night = datetime(2026, 3, 8, 3, 0, tzinfo=UTC)  # clocks go forward on this very night
    no = closed(morning, BOSTON, night)
    assert no is not None
    assert no.until == datetime(2026, 3, 8, 12, 0, tzinfo=UTC)


def test_hours_that_end_before_they_begin_are_none() -> None:
    with pytest.raises(ValueError, match="open before"):
        Hours(time(9), time(9))


@given(moments, walls, walls)
def test_closed_until_it_opens_and_then_open(now: datetime, one: time, other: time) -> None:
    if one == other:
        return
    hours = Hours(min(one, other), max(one, other))
    no = closed(hours, BOSTON, now)
    left = seconds_left(hours, BOSTON, now)
    if no is None:
        assert left is not None
        assert closed(hours, BOSTON, now + timedelta(seconds=left + 1)) is not None
        return
    assert left == 0
    assert no.until is not None
    assert now < no.until <= now + timedelta(days=1)
    assert closed(hours, BOSTON, no.until) is None
    assert closed(hours, BOSTON, no.until - timedelta(seconds=1)) is not None


def test_without_hours_it_is_always_open() -> None:
    assert closed(None, BOSTON, SOME_DAY) is None
    assert seconds_left(None, BOSTON, SOME_DAY) is None


prices = st.builds(Price, st.integers(0, 500), moments, moments)


@given(st.lists(prices), moments)
def test_the_price_is_the_newest_that_has_begun(listed: list[Price], at: datetime) -> None:
    begun = [one for one in listed if one.from_at <= at]
    found = price_at(listed, at)
    if not begun:
        assert found is None
        return
    newest = max(one.from_at for one in begun)
    assert found in {one.cents for one in begun if one.from_at == newest}
    later = Price(999, at + timedelta(seconds=1), at)
    assert price_at([*listed, later], at) == found, "a price to come changes nothing today"
    said_again = Price(777, newest, max(one.set_at for one in begun) + timedelta(seconds=1))
    assert price_at([*listed, said_again], at) == 777
