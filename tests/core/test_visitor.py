"""Becoming a visitor, decided: how far a request can go, why not, and how long a yes holds."""

from datetime import UTC, date, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from kinline.core import visitor
from kinline.core.visitor import Asking, Event, Picture, Reason, State

BOSTON = ZoneInfo("America/New_York")
NOON = datetime(2025, 3, 5, 17, 0, tzinfo=UTC)  # a Wednesday
BOTH = frozenset(Picture)


def test_a_decision_is_reached_by_sending_and_no_other_way() -> None:
    assert visitor.step(State.DRAFT, Event.SEND) is State.PENDING
    assert visitor.step(State.PENDING, Event.APPROVE) is State.APPROVED
    assert visitor.step(State.DRAFT, Event.APPROVE) is None
    assert visitor.step(State.REFUSED, Event.APPROVE) is None
    assert visitor.step(State.REFUSED, Event.REVERSE) is State.APPROVED


def test_what_expired_stays_so_and_nothing_is_written_again() -> None:
    for state, event in product(State, Event):
        after = visitor.step(state, event)
        assert after is not State.DRAFT
        assert state is not State.EXPIRED or after is None


def test_every_reason_why_a_request_cannot_go_out_is_said() -> None:
    asking = Asking(offered=True, pictures=BOTH, pending=False, asked_lately=0)
    assert visitor.may_send(asking) == ()
    bad = Asking(
        offered=False, pictures=frozenset(), pending=True, asked_lately=5, person_there=False
    )
    assert [no.code for no in visitor.may_send(bad)] == [
        "visitor.not_offered",
        "visitor.not_there",
        "visitor.asked_already",
        "visitor.too_many",
        "visitor.document_missing",
        "visitor.selfie_missing",
    ]


def test_a_yes_holds_through_the_last_day_of_the_id() -> None:
    until = visitor.holds_until(NOON, BOSTON, id_expires_on=date(2025, 7, 1), good_days=365)
    assert until == datetime(2025, 7, 2, 4, 0, tzinfo=UTC)


def test_and_no_longer_than_the_facility_lets_it_by_its_own_wall() -> None:
    """Five days on the clock has changed: the day still ends at midnight on the wall."""
    until = visitor.holds_until(NOON, BOSTON, id_expires_on=None, good_days=5)
    assert until == datetime(2025, 3, 11, 4, 0, tzinfo=UTC)


def test_one_may_appeal_through_the_seventh_day() -> None:
    until = visitor.told_until(NOON, BOSTON)
    assert until == datetime(2025, 3, 13, 4, 0, tzinfo=UTC)
    facts = {"state": State.REFUSED, "by_staff": False, "until": until, "appealed": False}
    assert visitor.may_appeal(**facts, now=datetime(2025, 3, 13, 3, 59, tzinfo=UTC)) == ()
    (late,) = visitor.may_appeal(**facts, now=until)
    assert (late.code, late.until) == ("visitor.appeal_too_late", until)


@pytest.mark.parametrize("state", [State.PENDING, State.APPROVED, State.EXPIRED])
def test_only_a_no_can_be_appealed(state: State) -> None:
    (no,) = visitor.may_appeal(state=state, by_staff=True, until=NOON, appealed=False, now=NOON)
    assert no.code == "visitor.nothing_to_appeal"


def test_what_the_visitor_took_back_is_no_decision_against_them() -> None:
    facts = {"state": State.WITHDRAWN, "until": NOON, "appealed": False}
    before = datetime(2025, 3, 5, tzinfo=UTC)
    assert visitor.may_appeal(**facts, by_staff=True, now=before) == ()
    assert visitor.may_appeal(**facts, by_staff=False, now=before) != ()


def test_a_reason_stands_on_the_list_and_some_need_words() -> None:
    def codes(reason: str, note: str = "") -> list[str]:
        return [no.code for no in visitor.reason_refusals(reason, note, visitor.TO_REFUSE)]

    assert codes(Reason.UNREADABLE) == []
    assert codes("because") == ["visitor.reason_needed"]
    assert codes(Reason.BROKE_RULES, "loud") == ["visitor.reason_needed"]  # only to withdraw
    assert codes(Reason.FACILITY_RULE) == ["visitor.note_needed"]
    assert codes(Reason.FACILITY_RULE, "Rule 4: no former staff.") == []


def test_a_child_is_one_until_the_eighteenth_birthday() -> None:
    born = date(2008, 2, 29)
    assert visitor.is_minor(born, date(2026, 2, 28))
    assert not visitor.is_minor(born, date(2026, 3, 1))
    assert visitor.is_minor(date(2010, 5, 4), date(2028, 5, 3))
    assert not visitor.is_minor(date(2010, 5, 4), date(2028, 5, 4))
