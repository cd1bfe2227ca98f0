"""The line for few phones: whose turn it is, how long people wait, how many phones are needed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.policy.call import Allowed, CallFacts, Refused, decide
from kinline.core.queue import erlang, figures, turns
from kinline.core.queue.erlang import Hour
from kinline.core.queue.turns import Hold, Offered, Over, Passed, Phone, Place, Stand, Withdrawn
from tests.core.test_call_policy import AFTERNOON as NOW
from tests.core.test_call_policy import JULIAN_CALLS_MAMA as FACTS

NOON = datetime(2025, 3, 12, 16, 0, tzinfo=UTC)
CLOSES = NOON + timedelta(hours=9)
OFFER = timedelta(seconds=90)
BAND = 1200  # Bristol's longest call in the demo: twenty minutes


def place(name: str, minutes: int = 0, talked: int = 0, **more: object) -> Place:
    """Joined so many minutes after noon, having talked so many minutes today."""
    since = NOON + timedelta(minutes=minutes)
    made = Place(name, name, since, CLOSES, talked_seconds=talked * 60)
    return replace(made, **more)  # type: ignore[arg-type]


def due(
    places: Iterable[Place], phones: Iterable[Phone], now: datetime = NOON
) -> tuple[object, ...]:
    return turns.moves(places, phones, offer=OFFER, band_seconds=BAND, now=now)


# --- whose turn -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("places", "order"),
    [
        ([place("julian", 1), place("marcus", 0)], ["marcus", "julian"]),
        # Who has talked for half an hour today lets those go first who have not talked at all.
        ([place("julian", 0, talked=30), place("marcus", 5)], ["marcus", "julian"]),
        # Both are within the first twenty minutes: who came first goes first.
        ([place("julian", 0, talked=19), place("marcus", 5)], ["julian", "marcus"]),
        ([place("julian", 0, talked=20), place("marcus", 5, talked=19)], ["marcus", "julian"]),
        ([], []),
    ],
)
def test_who_has_talked_less_goes_first_then_who_waits_longer(
    places: list[Place], order: list[str]
) -> None:
    assert [one.id for one in turns.in_order(places, BAND)] == order


def test_a_free_phone_is_offered_to_the_first_and_to_nobody_else() -> None:
    line = [place("julian", 0), place("marcus", 1)]
    assert due(line, [Phone("wall")]) == (Offered("julian", "wall", NOON + OFFER),)
    offered = replace(line[0], phone="wall", offered_until=NOON + OFFER)
    assert due([offered, line[1]], [Phone("wall")]) == ()


@pytest.mark.parametrize(
    "phone",
    [Phone("wall", works=False), Phone("wall", talking=True)],
)
def test_a_phone_that_is_broken_or_in_use_is_not_offered(phone: Phone) -> None:
    assert due([place("julian")], [phone]) == ()


def test_whoever_sits_at_a_free_tablet_is_offered_that_one() -> None:
    phones = [Phone("a"), Phone("b", signed_in="julian")]
    assert due([place("julian")], phones) == (Offered("julian", "b", NOON + OFFER),)


def test_a_tablet_that_somebody_sits_at_is_offered_last_and_not_passed_if_they_stay() -> None:
    taken, free = Phone("a", signed_in="wendell"), Phone("b")
    assert due([place("julian")], [taken, free]) == (Offered("julian", "b", NOON + OFFER),)
    assert due([place("julian")], [taken]) == (Offered("julian", "a", NOON + OFFER),)
    late = NOON + OFFER
    waits = place("julian", phone="a", offered_until=late)
    again = Offered("julian", "a", late + OFFER)
    assert due([waits], [taken], late) == (Withdrawn("julian"), again)
    assert due([waits], [Phone("a")], late)[0] == Passed("julian", out=False)


def test_two_phones_that_come_free_go_to_two_people() -> None:
    line = [place("julian", 0), place("marcus", 1), place("wendell", 2)]
    assert due(line, [Phone("a"), Phone("b")]) == (
        Offered("julian", "a", NOON + OFFER),
        Offered("marcus", "b", NOON + OFFER),
    )


def test_who_is_on_a_call_to_an_attorney_is_not_offered_a_phone_and_waits_on() -> None:
    line = [place("julian", 0, on_a_call=True), place("marcus", 1)]
    assert due(line, [Phone("wall")]) == (Offered("marcus", "wall", NOON + OFFER),)


def test_a_passed_offer_goes_to_the_next_and_a_second_one_ends_the_place() -> None:
    late = NOON + OFFER
    first = place("julian", phone="wall", offered_until=late)
    second = place("marcus", 1)
    assert due([first, second], [Phone("wall")], late - timedelta(seconds=1)) == ()
    assert due([first, second], [Phone("wall")], late) == (
        Passed("julian", out=False),
        Offered("marcus", "wall", late + OFFER),
    )
    again = replace(first, passed=1)
    assert due([again], [Phone("wall")], late) == (Passed("julian", out=True),)


def test_an_offer_that_could_not_have_been_taken_is_no_offer_passed() -> None:
    late = NOON + OFFER
    julian = place("julian", phone="wall", offered_until=late)
    for phone in (Phone("wall", works=False), Phone("wall", talking=True)):
        assert due([julian], [phone], late) == (Withdrawn("julian"),)
    assert due([julian], [], late) == (Withdrawn("julian"),)
    closed = turns.moves([julian], [Phone("wall")], offer=OFFER, open_now=False, now=late)
    assert closed == (Withdrawn("julian"),)


def test_a_line_lives_for_one_day() -> None:
    line = [place("julian"), place("marcus", gone=True)]
    assert due(line, [], CLOSES - timedelta(seconds=1)) == (Over("marcus"),)
    assert due(line, [Phone("wall")], CLOSES) == (Over("julian"), Over("marcus"))


def test_who_left_takes_the_offers_along_that_they_let_pass() -> None:
    assert turns.begins_with(Stand.LEFT, 1) == 1
    assert turns.begins_with(Stand.TAKEN, 1) == turns.begins_with(Stand.OUT, 2) == 0
    assert turns.begins_with(None, 0) == 0


many = st.lists(
    st.builds(
        place,
        st.uuids().map(str),
        st.integers(0, 300),
        st.integers(0, 120),
        passed=st.integers(0, 1),
        on_a_call=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)
some_phones = st.lists(
    st.builds(Phone, st.sampled_from("abcdef"), st.booleans(), st.booleans()),
    max_size=6,
    unique_by=lambda one: one.id,
)


@given(many)
def test_nobody_goes_before_who_came_earlier_and_talked_no_more(line: list[Place]) -> None:
    order = turns.in_order(line, BAND)
    for later, one in enumerate(order):
        for other in order[:later]:
            assert not (one.since < other.since and one.talked_seconds <= other.talked_seconds)


@given(many, st.data())
def test_leaving_and_joining_again_gains_nothing(line: list[Place], data: st.DataObject) -> None:
    if not line:
        return
    me = data.draw(st.sampled_from(line))
    back = replace(me, since=NOON + timedelta(minutes=301))
    others = [one for one in line if one is not me]
    before = turns.in_order(line, BAND).index(me)
    after = turns.in_order([*others, back], BAND).index(back)
    assert after >= before


@given(many, some_phones)
def test_each_phone_is_offered_once_and_each_person_one(
    line: list[Place], phones: list[Phone]
) -> None:
    offers = [one for one in due(line, phones) if isinstance(one, Offered)]
    assert len({one.phone for one in offers}) == len(offers) == len({one.place for one in offers})
    free = sum(phone.works and not phone.talking for phone in phones)
    able = sum(not one.on_a_call for one in line)
    assert len(offers) == min(free, able)
    first = [one.id for one in turns.in_order(line, BAND) if not one.on_a_call]
    assert [one.place for one in offers] == first[: len(offers)]


@given(many, some_phones, st.integers(0, 600))
def test_what_is_done_is_done_once(line: list[Place], phones: list[Phone], seconds: int) -> None:
    now = NOON + timedelta(hours=6, seconds=seconds)
    rows = {one.id: one for one in line}
    for move in due(line, phones, now):
        assert isinstance(move, Offered)
        rows[move.place] = replace(rows[move.place], phone=move.phone, offered_until=move.until)
    assert due(rows.values(), phones, now) == ()


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_whoever_waits_gets_a_phone_however_often_others_come_back(lengths: list[int]) -> None:
    """Two others call and join again at once, each time with a longer day behind them."""
    me, talked, at = place("julian", 1), {"marcus": 0, "wendell": 0}, NOON
    line = [me, place("marcus"), place("wendell")]
    served = []
    for minutes in lengths:
        first = turns.in_order(line, BAND)[0]
        served.append(first.id)
        if first.id == "julian":
            return
        at += timedelta(minutes=minutes + 1)
        talked[first.id] += minutes
        line.remove(first)
        line.append(replace(first, since=at, talked_seconds=talked[first.id] * 60))
    # He has talked no more than anybody: only who came no later than he can have gone first.
    assert len(served) <= 2


# --- a phone that is held ------------------------------------------------------------------


def test_a_held_phone_refuses_others_but_no_call_to_counsel() -> None:
    hold = Hold("marcus", 12, NOW + OFFER)
    assert hold.keeps_off("julian", NOW)
    assert not hold.keeps_off("marcus", NOW)
    assert not hold.keeps_off("julian", NOW + OFFER)
    held: CallFacts = replace(FACTS, hold=hold)
    refused = decide(held, NOW)
    assert isinstance(refused, Refused)
    (no,) = refused.reasons
    assert (no.code, no.until, no.facts) == ("call.phone_held", hold.until, {"number": "12"})
    assert isinstance(decide(replace(held, attorney=True), NOW), Allowed)
    assert isinstance(decide(held, NOW + OFFER), Allowed)


# --- figures ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waited", "median", "nine_of_ten"),
    [
        ([60], 60, 60),
        ([100, 200], 100, 200),
        (list(range(1, 11)), 5, 9),
        (list(range(1, 12)), 6, 10),
        ([5, 1, 3], 3, 5),
    ],
)
def test_the_median_and_nine_of_ten(waited: list[int], median: int, nine_of_ten: int) -> None:
    found = figures.waits(waited)
    assert found is not None
    assert (found.count, found.median, found.nine_of_ten) == (len(waited), median, nine_of_ten)
    assert found.longest == max(waited)


def test_nobody_waited() -> None:
    assert figures.waits([]) is None
    with pytest.raises(ValueError, match="no values"):
        figures.nearest_rank([], 0.5)


@pytest.mark.parametrize(
    ("ahead", "phones", "seconds"),
    [(0, 1, 900), (0, 2, 450), (2, 1, 2700), (2, 4, 675), (0, 0, None)],
)
def test_a_likely_wait(ahead: int, phones: int, seconds: int | None) -> None:
    assert figures.likely_wait(ahead=ahead, phones=phones, call_seconds=900) == seconds


# --- how many phones ----------------------------------------------------------------------


def by_definition(load: Fraction, phones: int) -> Fraction:
    """Erlang C as its sum is written, in exact fractions: no recursion to be wrong together."""
    last = load**phones / factorial(phones) * phones / (phones - load)
    return last / (sum(load**k / factorial(k) for k in range(phones)) + last)


@pytest.mark.parametrize(
    ("load", "phones", "share"),
    [
        # With one phone somebody waits as often as it is in use; with two, 2·ρ²/(1+ρ).
        (0.5, 1, 0.5),
        (1, 2, 0.3333),
        (2, 3, 0.4444),
        # Tables of Erlang C, e.g. 10 erlangs on 14 agents, as call centres use them.
        (10, 14, 0.1741),
        (8, 10, 0.4092),
        (5, 10, 0.0361),
    ],
)
def test_the_share_that_has_to_wait(load: float, phones: int, share: float) -> None:
    assert erlang.must_wait(load, phones) == pytest.approx(share, abs=5e-4)
    exact = by_definition(Fraction(load), phones)
    assert erlang.must_wait(load, phones) == pytest.approx(float(exact), rel=1e-9)


@given(st.integers(1, 30), st.fractions(Fraction(1, 100), Fraction(99, 100)))
def test_it_is_erlangs_sum_for_any_load(phones: int, use: Fraction) -> None:
    load = use * phones
    found = erlang.must_wait(float(load), phones)
    assert found == pytest.approx(float(by_definition(load, phones)), rel=1e-6)


def test_four_phones_for_an_evening_of_short_calls() -> None:
    """Twenty wishes an hour of nine minutes are three erlangs: four phones are too few."""
    evening = Hour(19, arrivals=20, call_seconds=540)
    assert evening.load == 3
    wait = erlang.must_wait(3, 4)
    assert wait == pytest.approx(0.5094, abs=1e-4)
    share = 1 - wait * exp(-600 / 540)
    assert erlang.within(3, 4, call_seconds=540, seconds=600) == pytest.approx(share)
    assert erlang.needed(evening, seconds=600) == 5
    (need,) = erlang.forecast([evening], phones=4, seconds=600)
    assert (need.phones, need.in_time) == (5, pytest.approx(share))


def test_too_few_phones_are_too_few_for_ever() -> None:
    assert erlang.within(4, 4, call_seconds=600, seconds=10**6) == 0
    assert erlang.must_wait(5, 4) == 1
    assert erlang.needed(Hour(3, 0, 900), seconds=600) == 0
    assert erlang.needed(Hour(3, 10**6, 3600), seconds=600) == erlang.MOST_PHONES
    for wrong in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="erlangs"):
            erlang.must_wait(wrong, 3)


loads = st.floats(0, 40, allow_nan=False)
lengths = st.floats(30, 3600)
waits = st.floats(0, 7200)


@given(loads, st.integers(0, 60), lengths, waits)
def test_more_phones_never_wait_longer(
    load: float, phones: int, call_seconds: float, seconds: float
) -> None:
    few = erlang.within(load, phones, call_seconds=call_seconds, seconds=seconds)
    more = erlang.within(load, phones + 1, call_seconds=call_seconds, seconds=seconds)
    assert more >= few - 1e-12
    assert 0 <= few <= 1


@given(st.floats(0.1, 100), lengths, st.floats(1, 7200))
def test_the_phones_needed_are_enough_and_one_fewer_is_not(
    arrivals: float, call_seconds: float, seconds: float
) -> None:
    hour = Hour(12, arrivals, call_seconds)
    phones = erlang.needed(hour, seconds=seconds)
    if not 0 < phones < erlang.MOST_PHONES:
        return
    measured = {"call_seconds": call_seconds, "seconds": seconds}
    assert erlang.within(hour.load, phones, **measured) >= 0.9
    assert erlang.within(hour.load, phones - 1, **measured) < 0.9
