"""A visit's life from its request to its end, move by move, in any order of events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.visit.states import (
    COUNTED,
    LIVE,
    OVER,
    By,
    Effect,
    EndReason,
    Event,
    Missing,
    Move,
    State,
    begin,
    step,
)
from kinline.core.visit.terms import HOMES, MAX_VISITORS, Seat, Side, side_of

EVENTS = st.tuples(
    st.sampled_from(Event),
    st.sampled_from(By),
    st.sampled_from(EndReason),
    st.frozensets(st.sampled_from(Side)),
)
Told = tuple[Event, By, EndReason, frozenset[Side]]


def apply(state: State, told: Told) -> Move:
    event, by, reason, came = told
    return step(state, event, by=by, reason=reason, came=came)


def test_a_visit_is_requested_approved_held_and_ended() -> None:
    assert begin(approval=False) is State.BOOKED
    state = begin(approval=True)
    assert state is State.REQUESTED
    for event, after in (
        (Event.APPROVED, State.BOOKED),
        (Event.MET, State.HELD),
        (Event.ENDED, State.ENDED),
    ):
        move = step(state, event, reason=EndReason.TIME_UP)
        assert (move.state, move.obeyed) == (after, True)
        state = move.state
    assert Effect.WRITE_RECORD in move.effects


@pytest.mark.parametrize(
    ("event", "after", "another"),
    [
        (Event.REFUSED, State.REFUSED, False),
        (Event.CANCELLED, State.CANCELLED, False),
        (Event.LAPSED, State.LAPSED, True),
    ],
)
def test_a_request_that_falls_frees_its_places_and_both_hear_of_it(
    event: Event, after: State, another: bool
) -> None:
    move = step(State.REQUESTED, event, by=By.VISITOR)
    assert move.state is after
    assert {Effect.FREE_CLAIMS, Effect.SETTLE_PRICE, Effect.TELL_BOTH} <= set(move.effects)
    assert (Effect.OFFER_ANOTHER in move.effects) is another


def test_only_what_the_facility_cancels_comes_with_another_offer() -> None:
    for by in By:
        move = step(State.BOOKED, Event.CANCELLED, by=by)
        assert move.state is State.CANCELLED
        assert (Effect.OFFER_ANOTHER in move.effects) is (by is By.FACILITY)


@pytest.mark.parametrize(
    ("came", "missing"),
    [
        (set(), Missing.BOTH),
        ({Side.INSIDE}, Missing.OUTSIDE),
        ({Side.OUTSIDE}, Missing.INSIDE),
        ({Side.INSIDE, Side.OUTSIDE}, Missing.EACH_OTHER),
    ],
    ids=["nobody", "inside-came", "outside-came", "one-after-the-other"],
)
def test_a_visit_that_was_missed_says_by_whom(came: set[Side], missing: Missing) -> None:
    move = step(State.BOOKED, Event.ENDED, reason=EndReason.TIME_UP, came=frozenset(came))
    assert (move.state, move.missing) == (State.MISSED, missing)


@pytest.mark.parametrize(
    ("reason", "after"),
    [
        (EndReason.STAFF, State.CANCELLED),
        (EndReason.LOCKDOWN, State.CANCELLED),
        (EndReason.ENGINE_LOST, State.FAILED),
        (EndReason.FAULT, State.FAILED),
    ],
)
def test_nobody_missed_a_visit_that_was_not_let_happen(reason: EndReason, after: State) -> None:
    move = step(State.BOOKED, Event.ENDED, reason=reason, came=frozenset({Side.OUTSIDE}))
    assert (move.state, move.missing) == (after, None)
    assert Effect.OFFER_ANOTHER in move.effects
    assert step(State.HELD, Event.ENDED, reason=reason).state is State.ENDED


def test_a_visit_that_has_begun_is_ended_and_not_cancelled() -> None:
    late = step(State.HELD, Event.CANCELLED, by=By.VISITOR)
    assert (late.state, late.obeyed, late.effects) == (State.HELD, False, ())


def test_a_word_that_explains_must_be_there() -> None:
    with pytest.raises(ValueError, match="reason"):
        step(State.HELD, Event.ENDED)
    with pytest.raises(ValueError, match="whose"):
        step(State.BOOKED, Event.CANCELLED)


@given(st.booleans(), st.lists(EVENTS, max_size=12))
def test_in_any_order_of_events_it_ends_once_and_is_settled_once(
    approval: bool, history: list[Told]
) -> None:
    state = begin(approval=approval)
    done: list[Effect] = []
    for told in history:
        move = apply(state, told)
        if state in OVER:
            assert not move.obeyed
        if not move.obeyed:
            assert (move.state, move.effects) == (state, ())
        done += move.effects
        state = move.state
    for effect in (Effect.SETTLE_PRICE, Effect.WRITE_RECORD, Effect.FREE_CLAIMS):
        assert done.count(effect) <= 1
    assert (Effect.SETTLE_PRICE in done) == (state in OVER)


@given(EVENTS)
def test_nobody_is_let_in_twice_or_back_into_a_request(told: Told) -> None:
    for state in State:
        after = apply(state, told).state
        assert after is not State.REQUESTED or state is State.REQUESTED
        assert after is not State.HELD or state in (State.HELD, State.BOOKED)


def test_what_is_live_or_was_used_counts_for_a_quota() -> None:
    assert {State.CANCELLED, State.REFUSED, State.LAPSED, State.FAILED}.isdisjoint(COUNTED)
    assert LIVE <= COUNTED


def test_every_home_is_outside_and_there_are_as_many_as_visitors() -> None:
    assert len(HOMES) == MAX_VISITORS
    assert {side_of(seat) for seat in HOMES} == {Side.OUTSIDE}
    assert side_of(Seat.INSIDE) is Side.INSIDE
