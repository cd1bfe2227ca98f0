"""A call's life, move by move, and that nothing leaves the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.call.states import LIVE, Effect, EndReason, Event, State, step


def test_a_call_that_goes_well_rings_announces_talks_and_ends() -> None:
    assert step(State.AUTHORIZED, Event.RANG).state is State.RINGING
    assert step(State.RINGING, Event.ANSWERED).state is State.ANNOUNCING
    talking = step(State.ANNOUNCING, Event.ACCEPTED)
    assert (talking.state, talking.effects) == (State.TALKING, (Effect.START_USAGE,))
    ended = step(State.TALKING, Event.ENDED, EndReason.TIME_UP)
    assert (ended.state, ended.effects) == (State.ENDED, (Effect.WRITE_RECORD,))


def test_nobody_talks_before_acceptance() -> None:
    for state in (State.AUTHORIZED, State.RINGING):
        assert not step(state, Event.ACCEPTED).obeyed


def test_a_doubled_answer_is_recorded_not_obeyed() -> None:
    again = step(State.TALKING, Event.ANSWERED)
    assert (again.obeyed, again.state, again.effects) == (False, State.TALKING, ())


@pytest.mark.parametrize("reason", [EndReason.NO_ANSWER, EndReason.NOT_ACCEPTED])
def test_an_unanswered_call_leaves_a_missed_call_note(reason: EndReason) -> None:
    assert Effect.NOTE_MISSED in step(State.RINGING, Event.ENDED, reason).effects


def test_a_caller_who_gives_up_while_it_rings_leaves_a_note_but_not_after_talking() -> None:
    gave_up = EndReason.HUNG_UP_INSIDE
    assert Effect.NOTE_MISSED in step(State.RINGING, Event.ENDED, gave_up).effects
    assert Effect.NOTE_MISSED not in step(State.TALKING, Event.ENDED, gave_up).effects


def test_nine_ends_the_call_and_adds_a_block() -> None:
    assert Effect.ADD_BLOCK in step(State.ANNOUNCING, Event.ENDED, EndReason.BLOCKED).effects


def test_an_end_without_a_reason_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="without a reason"):
        step(State.TALKING, Event.ENDED)


events = st.tuples(st.sampled_from(Event), st.sampled_from(EndReason))


@given(st.lists(events, max_size=30))
def test_whatever_comes_after_the_end_changes_nothing(late: list[tuple[Event, EndReason]]) -> None:
    for event, reason in late:
        move = step(State.ENDED, event, reason)
        assert (move.state, move.obeyed, move.effects) == (State.ENDED, False, ())


@given(st.lists(events, max_size=30))
def test_in_any_order_of_events_a_record_is_written_exactly_once(
    history: list[tuple[Event, EndReason]],
) -> None:
    state, records = State.AUTHORIZED, 0
    for event, reason in [*history, (Event.ENDED, EndReason.FAULT)]:
        move = step(state, event, reason)
        state, records = move.state, records + move.effects.count(Effect.WRITE_RECORD)
    assert (state, records) == (State.ENDED, 1)


@given(st.sampled_from(sorted(LIVE)), st.sampled_from(EndReason))
def test_every_live_call_can_end_for_any_reason(state: State, reason: EndReason) -> None:
    assert step(state, Event.ENDED, reason).state is State.ENDED
