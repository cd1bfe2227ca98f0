"""Does a booked visit still stand? What came since, what its people may know, who may come anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kinline.core.policy.call import BlockOf
from kinline.core.policy.message import Stop
from kinline.core.policy.visit import VisitorFacts
from kinline.core.policy.visit_kept import Because, BookedFacts, Falls, falls
from kinline.core.review.terms import Side
from kinline.core.visit.terms import VisitKind

BEGINS = datetime(2025, 3, 14, 14, 0, tzinfo=UTC)
ENDS = BEGINS + timedelta(minutes=20)
ODETTE = VisitorFacts(id="odette", approved=True)
ADA = VisitorFacts(id="ada", approved=True)
BOOKED = BookedFacts(BEGINS, ENDS, (ODETTE, ADA))
STOP = Stop(Side.PERSON, "An inquiry is going on.", ENDS)


def test_it_stands_while_nothing_has_changed() -> None:
    assert falls(BOOKED) is None


@pytest.mark.parametrize(
    ("odette", "because"),
    [
        pytest.param(replace(ODETTE, approved=False), Because.NOT_APPROVED, id="no-approval"),
        pytest.param(
            replace(ODETTE, approved_until=ENDS - timedelta(seconds=1)),
            Because.NOT_APPROVED,
            id="ends-before",
        ),
        pytest.param(replace(ODETTE, no_contact=True), Because.NOT_APPROVED, id="order"),
        pytest.param(replace(ODETTE, active=False), Because.NOT_APPROVED, id="no-account"),
        pytest.param(replace(ODETTE, blocked=BlockOf.PERSON), Because.PARTED, id="block"),
    ],
)
def test_one_who_may_not_come_takes_it_away_and_the_other_may_come_anew(
    odette: VisitorFacts, because: Because
) -> None:
    assert falls(replace(BOOKED, visitors=(odette, ADA))) == Falls(because, ("ada",))


def test_an_approval_that_lasts_to_the_end_is_enough() -> None:
    assert falls(replace(BOOKED, visitors=(replace(ODETTE, approved_until=ENDS),))) is None


def test_an_order_behind_an_ended_link_is_not_told_apart_from_no_approval() -> None:
    ordered = replace(ODETTE, no_contact=True)
    found = falls(replace(BOOKED, visitors=(ordered,), unlinked=frozenset({"odette"})))
    assert found == Falls(Because.NOT_APPROVED)


def test_while_visits_are_stopped_nobody_is_offered_another() -> None:
    found = falls(replace(BOOKED, stops=(STOP,)))
    assert found is not None
    assert (found.because, found.others) == (Because.STOPPED, ())
    assert found.stop is not None
    assert found.stop.facts["reason"] == "An inquiry is going on."


def test_a_stop_that_ends_before_it_and_one_of_counsels_visit_take_nothing() -> None:
    over = replace(STOP, until=BEGINS)
    assert falls(replace(BOOKED, stops=(over,))) is None
    counsel = replace(ODETTE, kind=VisitKind.ATTORNEY)
    assert falls(replace(BOOKED, visitors=(counsel,), stops=(STOP,))) is None
