"""A message's life, an item's in review, and an appeal's, move by move, with their clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.message import states as message
from kinline.core.message.limits import MOST, Limits
from kinline.core.message.states import Effect, Event, State
from kinline.core.message.terms import PartKind, Service
from kinline.core.review import states as review
from kinline.core.review.states import AppealEvent, AppealState
from kinline.core.review.terms import Mode, Outcome

BOSTON = ZoneInfo("America/New_York")
# A Wednesday, eleven in the morning in Boston.
NOW = datetime(2025, 3, 12, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("mode", "flagged", "begins"),
    [
        (Mode.HOLD, False, State.WAITING),
        (Mode.HOLD, True, State.WAITING),
        (Mode.FLAGGED, False, State.DELIVERED),
        (Mode.FLAGGED, True, State.WAITING),
        (Mode.SAMPLE, True, State.DELIVERED),
    ],
)
def test_what_is_held_is_the_policys_choice(mode: Mode, flagged: bool, begins: State) -> None:
    assert message.begin(mode, flagged) is begins


def test_what_is_rejected_before_delivery_gives_back_and_after_it_does_not() -> None:
    held = message.step(State.WAITING, Event.REJECTED)
    assert (held.state, Effect.GIVE_BACK in held.effects) == (State.REJECTED, True)
    arrived = message.step(State.DELIVERED, Event.REJECTED)
    assert (arrived.state, Effect.GIVE_BACK in arrived.effects) == (State.TAKEN_BACK, False)


def test_a_sender_withdraws_while_it_waits_and_not_after() -> None:
    assert message.step(State.WAITING, Event.WITHDREW).state is State.WITHDRAWN
    for state in set(State) - {State.WAITING}:
        assert not message.step(state, Event.WITHDREW).obeyed
    late = message.step(State.WITHDRAWN, Event.APPROVED)
    assert (late.state, late.obeyed, late.effects) == (State.WITHDRAWN, False, ())


@pytest.mark.parametrize("state", sorted(message.APPEALABLE))
def test_an_appeal_brings_out_what_was_rejected_or_leaves_it_and_both_are_told(
    state: State,
) -> None:
    won = message.step(state, message.event_of(Outcome.APPROVED, of_appeal=True))
    assert (won.state, won.effects) == (State.DELIVERED, (Effect.DELIVER, Effect.TELL_BOTH))
    lost = message.step(state, message.event_of(Outcome.REJECTED, of_appeal=True))
    assert (lost.state, lost.effects) == (state, (Effect.TELL_BOTH,))


@given(st.sampled_from(State), st.lists(st.sampled_from(Event), max_size=20))
def test_in_any_order_of_events_it_gives_back_once_at_most(
    state: State, history: list[Event]
) -> None:
    given_back = 0
    for event in history:
        move = message.step(state, event)
        state, given_back = move.state, given_back + move.effects.count(Effect.GIVE_BACK)
    assert given_back <= 1


@given(st.lists(st.sampled_from(Event), max_size=20))
def test_whoever_has_a_say_both_sides_hear_of_every_rejection(history: list[Event]) -> None:
    state = State.WAITING
    for event in history:
        move = message.step(state, event)
        if move.obeyed and (move.state in message.APPEALABLE):
            assert Effect.TELL_BOTH in move.effects
        state = move.state


def test_a_facility_may_set_less_than_our_limits_and_never_more() -> None:
    most = MOST[Service.EMESSAGE]
    told = most.lowered({"characters": 5_000, "photos": 9, "films": None, "mice": 3})
    assert (told.characters, told.photos, told.films) == (5_000, 5, 1)
    assert [told.of(kind) for kind in PartKind] == [1, 5, 5, 1]
    assert MOST[Service.TEXT].of(PartKind.PHOTO) == 0
    with pytest.raises(ValueError, match="characters"):
        Limits(characters=-1)


def test_an_item_is_claimed_decided_undone_and_decided_again() -> None:
    state = review.State.WAITING
    for event in ("claim", "decide", "undo", "ask", "advise", "claim", "decide", "take_effect"):
        after = review.step(state, review.Event(event))
        assert after is not None, event
        state = after
    assert state is review.State.IN_EFFECT
    assert not any(review.step(state, event) for event in review.Event), "it stays in effect"


def test_nobody_decides_what_nobody_claimed() -> None:
    assert review.step(review.State.WAITING, review.Event.DECIDE) is None
    assert review.step(review.State.CLAIMED, review.Event.CLAIM) is None


def test_a_decision_can_be_undone_for_thirty_seconds_and_has_no_effect_until_then() -> None:
    assert review.may_undo(NOW, NOW + 29 * SECOND)
    assert not review.may_undo(NOW, NOW + 30 * SECOND)
    assert review.undo_until(NOW) == NOW + 30 * SECOND
    assert review.claim_until(NOW) > review.undo_until(NOW)


@pytest.mark.parametrize(
    ("told", "last", "until"),
    [
        # An ordinary week; the day of being told does not count.
        ("2025-03-12 15:00", "2025-03-19", "2025-03-20 04:00"),
        # Told at 23:59 and at 00:00 on the facility's wall.
        ("2025-03-13 03:59", "2025-03-19", "2025-03-20 04:00"),
        ("2025-03-13 04:00", "2025-03-20", "2025-03-21 04:00"),
        # Clocks go forward on 9 March 2025, back on 2 November.
        ("2025-03-05 15:00", "2025-03-12", "2025-03-13 04:00"),
        ("2025-10-30 15:00", "2025-11-06", "2025-11-07 05:00"),
    ],
)
def test_the_appeal_clock_ends_with_the_seventh_day_of_the_facilitys_calendar(
    told: str, last: str, until: str
) -> None:
    at = datetime.fromisoformat(told).replace(tzinfo=UTC)
    over = datetime.fromisoformat(until).replace(tzinfo=UTC)
    assert review.last_appeal_day(at, BOSTON) == date.fromisoformat(last)
    assert review.appeal_until(at, BOSTON) == over
    assert review.appeal_refusals(until=over, appealed=False, now=over - SECOND) == ()
    (late,) = review.appeal_refusals(until=over, appealed=False, now=over)
    assert (late.code, late.until) == ("appeal.too_late", over)


def test_one_appeals_once_and_only_against_a_rejection() -> None:
    (none,) = review.appeal_refusals(until=None, appealed=False, now=NOW)
    assert none.code == "appeal.nothing_rejected"
    again = review.appeal_refusals(until=NOW, appealed=True, now=NOW)
    assert [one.code for one in again] == ["appeal.already_made", "appeal.too_late"]


def test_who_decided_does_not_decide_the_appeal() -> None:
    no = review.decider_refusal("sam", ["sam", "ruth"])
    assert no is not None
    assert no.code == "review.own_decision"
    assert review.decider_refusal("owen", ["sam", "ruth"]) is None


def test_an_appeals_decision_can_be_undone_too_and_then_stays() -> None:
    decided = review.appeal_step(AppealState.OPEN, AppealEvent.DECIDE)
    assert decided is AppealState.DECIDED
    assert review.appeal_step(decided, AppealEvent.UNDO) is AppealState.OPEN
    assert review.appeal_step(decided, AppealEvent.WITHDRAW) is None
    for event in AppealEvent:
        assert review.appeal_step(AppealState.IN_EFFECT, event) is None
