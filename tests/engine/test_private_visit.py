"""A private visit: two pages and nobody else; the engine passes on what they say, and ends it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kinline.core.control import VisitGrant, VisitPermit, VisitStep
from kinline.core.visit.states import EndReason
from kinline.core.visit.terms import Seat
from kinline.engine.private_visit import PrivateVisit
from kinline.engine.signalling.protocol import (
    Anew,
    Bye,
    Describe,
    DescribeIs,
    Error,
    Joined,
    PeerIs,
    Pledge,
    PledgeIs,
    Reach,
    ReachIs,
)
from kinline.engine.visit import events
from tests.engine.visits import VISIT, Town, Visiting, until

JULIAN, PRIYA = Seat.INSIDE, Seat.HOME_1
PLEDGE, NONCE = "ab" * 32, "cd" * 16


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    town = Town(tmp_path)
    yield town
    await town.stop()


async def both_come(town: Town) -> tuple[Visiting, Visiting]:
    julian, priya = town.at(JULIAN), town.at(PRIYA)
    await until(lambda: julian.got(PeerIs) and priya.got(PeerIs))
    return julian, priya


async def both_connect(town: Town) -> tuple[Visiting, Visiting]:
    julian, priya = await both_come(town)
    for page in (julian, priya):
        page.does(events.Peers, Joined(page.got(PeerIs)[-1].attempt, True))
    await until(lambda: VisitStep.MET in town.control.visit_steps(VISIT))
    return julian, priya


def codes(page: Visiting) -> list[str]:
    return [one.code for one in page.got(Error)]


async def test_both_are_told_to_connect_at_the_hour_and_not_before(town: Town) -> None:
    town.private_visit(starts=0.3, lasts=60)
    julian, priya = town.at(JULIAN), town.at(PRIYA)
    await until(lambda: priya.sees.seats[0].here)
    assert not priya.got(PeerIs)
    await until(lambda: julian.got(PeerIs) and priya.got(PeerIs))
    assert [julian.got(PeerIs)[0].offers, priya.got(PeerIs)[0].offers] == [True, False]
    assert not julian.sees.recorded
    assert town.rooms.rooms == [], "there is no room for it"


async def test_what_one_says_reaches_the_other_in_the_order_that_keeps_words_honest(
    town: Town,
) -> None:
    town.private_visit(starts=0, lasts=60)
    julian, priya = await both_come(town)
    julian.does(events.Peers, Pledge(1, PLEDGE))
    await until(lambda: priya.got(PledgeIs))
    # A nonce is shown to nobody who has not bound themselves yet.
    julian.does(events.Peers, Describe(1, "offer", NONCE))
    await until(lambda: codes(julian) == ["peer.pledge_first"])
    priya.does(events.Peers, Pledge(1, PLEDGE[::-1]))
    priya.does(events.Peers, Pledge(1, PLEDGE))
    await until(lambda: codes(priya) == ["peer.pledged"])
    julian.does(events.Peers, Describe(1, "offer", NONCE))
    julian.does(events.Peers, Reach(1, "candidate:1 1 udp 1 192.0.2.7 4000 typ host", "0"))
    await until(lambda: priya.got(ReachIs))
    assert priya.got(DescribeIs) == [DescribeIs(1, "offer", NONCE)]
    assert not julian.got(DescribeIs)


async def test_of_an_attempt_that_is_over_nothing_is_passed_on(town: Town) -> None:
    town.private_visit(starts=0, lasts=60)
    julian, priya = await both_come(town)
    priya.does(events.Peers, Anew(1))
    priya.does(events.Peers, Anew(1))
    await until(lambda: julian.got(PeerIs)[-1].attempt == 2)
    julian.does(events.Peers, Pledge(1, PLEDGE))
    julian.does(events.Peers, Pledge(2, PLEDGE))
    await until(lambda: priya.got(PledgeIs))
    assert priya.got(PledgeIs) == [PledgeIs(2, PLEDGE)]
    assert len(priya.got(PeerIs)) == 2, "the second one was about an attempt that was over"


async def test_staff_and_a_third_have_no_way_in(town: Town) -> None:
    town.private_visit(starts=0, lasts=60)
    await both_come(town)
    for nobody, code in ((None, "visit.private"), (Seat.HOME_2, "visit.no_seat")):
        third = town.at(nobody)
        await until(lambda third=third: third.got(Bye))
        assert third.got(Bye)[0].code == code
        third.does(events.Peers, Reach(1, "candidate", "0"))
        assert codes(third) == ["visit.not_in"]


async def test_it_ends_at_the_hour_and_takes_what_they_hold_at_the_turn_server(
    town: Town,
) -> None:
    town.private_visit(starts=0, lasts=1.2, turn=True)
    julian, priya = await both_connect(town)
    (server,) = priya.got(PeerIs)[0].servers
    assert (server.username, server.credential) == ("99:home-1", "a word")
    assert "a word" not in repr(priya.got(PeerIs))
    assert town.dropped == []
    await until(lambda: julian.over and priya.over)
    assert priya.over is not None
    assert priya.over.reason == EndReason.TIME_UP
    await until(lambda: town.dropped == ["99:home-1", "99:inside"])
    await until(lambda: town.control.end_of_visit(VISIT))
    end = town.control.end_of_visit(VISIT)
    assert end is not None
    assert end.tracks == ()


async def test_who_only_lost_the_line_to_us_stays_connected_to_the_other(town: Town) -> None:
    town.private_visit(starts=0, lasts=60)
    julian, priya = await both_connect(town)
    julian.drop()
    await until(lambda: priya.sees.seats[0].lost)
    julian.come()
    await until(lambda: not priya.sees.seats[0].lost)
    assert len(priya.got(PeerIs)) == 1


async def test_who_opens_the_page_anew_connects_anew(town: Town) -> None:
    town.private_visit(starts=0, lasts=60)
    julian, priya = await both_connect(town)
    again = town.at(JULIAN)
    await until(lambda: again.got(PeerIs))
    assert again.got(PeerIs)[0].attempt == priya.got(PeerIs)[-1].attempt == 2
    julian.does(events.Peers, Reach(2, "candidate", "0"))
    assert codes(julian) == ["visit.not_in"], "the old page has no part in it any more"


async def test_the_next_life_of_an_engine_goes_on_with_it(town: Town) -> None:
    town.private_visit(starts=0, lasts=60, turn=True)
    await both_connect(town)
    await town.stop()
    assert town.dropped == [], "an engine that stops ends no visit"
    town.start("boot-2")
    await both_connect(town)


async def test_no_ordinary_right_opens_one(town: Town) -> None:
    town.visit(starts=0, lasts=60)
    permit = town.control.visits[VISIT]
    assert isinstance(permit, VisitPermit)
    assert isinstance(permit.grant, VisitGrant)
    with pytest.raises(TypeError):
        PrivateVisit(
            permit=permit,  # type: ignore[arg-type]
            drop=town.drop,
            times=town.settings.times,
            reporter=None,  # type: ignore[arg-type]
            epoch_ms=lambda: 0,
        )
