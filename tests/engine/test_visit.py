"""A visit's conversation: the hour, who is there, who is lost, and how it ends."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kinline.core.control import VisitCommand, VisitOrder, VisitProgress, VisitStep
from kinline.core.visit.kept import MediaKind
from kinline.core.visit.states import EndReason
from kinline.core.visit.terms import Seat
from kinline.engine.media.port import RoomLost
from kinline.engine.media.visit_port import Thinned
from kinline.engine.signalling.protocol import Bye, Error, Look, Renew, SatElsewhere, Sdp
from kinline.engine.visit import events
from tests.engine.visits import VISIT, Town, Visiting, until

INSIDE, MAMA, ROSA = Seat.INSIDE, Seat.HOME_1, Seat.HOME_2


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    town = Town(tmp_path)
    yield town
    await town.stop()


async def both_meet(town: Town) -> tuple[Visiting, Visiting]:
    julian, mama = town.at(INSIDE), town.at(MAMA)
    await until(lambda: town.rooms.rooms)
    town.room.hears(INSIDE)
    town.room.hears(MAMA)
    await until(lambda: VisitStep.MET in town.control.visit_steps(VISIT))
    return julian, mama


def seat(page: Visiting, which: Seat) -> tuple[bool, bool]:
    """Whether somebody is here on that seat, and whether they are waited for."""
    found = next(one for one in page.sees.seats if one.seat == which)
    return found.here, found.lost


async def test_before_the_hour_they_wait_in_the_lobby_and_nothing_is_carried(town: Town) -> None:
    town.visit(starts=30, lasts=60)
    mama = town.at(MAMA)
    await until(lambda: mama.sees.phase == "lobby")
    assert seat(mama, INSIDE) == (False, False)
    julian = town.at(INSIDE)
    await until(lambda: seat(mama, INSIDE) == (True, False))
    julian.does(events.Publishes, "offer")
    await until(lambda: julian.got(Error))
    assert julian.got(Error)[0].code == "visit.not_open"
    assert town.rooms.rooms == []


async def test_it_begins_at_the_hour_and_is_recorded_from_the_first_moment(town: Town) -> None:
    town.visit(starts=0.15, lasts=60)
    mama = town.at(MAMA)
    await until(lambda: town.rooms.rooms)
    assert town.room.recording
    await until(lambda: mama.sees.phase == "live")
    await until(lambda: VisitStep.BEGAN in town.control.visit_steps(VISIT))


async def test_it_ends_at_the_hour_even_for_who_came_late(town: Town) -> None:
    town.visit(starts=0, lasts=0.6)
    julian = town.at(INSIDE)
    await until(lambda: town.rooms.rooms)
    await asyncio.sleep(0.3)
    mama = town.at(MAMA)
    await until(lambda: mama.over)
    assert mama.over is not None
    assert mama.over.reason == EndReason.TIME_UP
    assert julian.over is not None
    assert abs(town.room.cut_at - town.room.ends) < 1.0
    await until(lambda: town.control.end_of_visit(VISIT))
    end = town.control.end_of_visit(VISIT)
    assert end is not None
    assert (end.reason, end.seconds, len(end.tracks)) == (EndReason.TIME_UP, 0, 1)


async def test_five_minutes_and_one_minute_before_the_end_they_are_told(town: Town) -> None:
    town.visit(starts=-900, lasts=900 + 60.3)
    mama = town.at(MAMA)
    await until(lambda: mama.sees.minutes == 1)
    await until(lambda: VisitStep.WARNED in town.control.visit_steps(VISIT))
    told = [one.minutes for one in town.control.told if isinstance(one, VisitProgress)]
    # Five minutes are long past as this life of the engine begins: it does not say so.
    assert [minutes for minutes in told if minutes] == [1]


async def test_what_a_page_sends_and_sees_passes_by_its_own_seat(town: Town) -> None:
    town.visit(starts=0, lasts=60, homes=2)
    julian, mama = await both_meet(town)
    julian.does(events.Publishes, "offer")
    await until(lambda: julian.got(Sdp))
    assert town.room.published == [(INSIDE, "offer")]
    mama.does(events.WantsToSee, INSIDE)
    await until(lambda: mama.got(Look))
    assert mama.got(Look)[0].sdp == "offer of inside to home-1"
    mama.does(events.HasSeen, INSIDE, "yes")
    await until(lambda: town.room.sights[0].answered == "yes")
    # Asked again, as after a broken connection: the first one is given up.
    mama.does(events.WantsToSee, INSIDE)
    await until(lambda: len(town.room.sights) == 2)
    assert town.room.sights[0].closed
    # Nobody is shown to themselves, nor is there a seat that this visit has not.
    mama.does(events.WantsToSee, MAMA)
    mama.does(events.WantsToSee, Seat.HOME_4)
    await until(lambda: len(mama.got(Error)) == 2)
    assert len(town.room.sights) == 2


async def test_an_offer_that_cannot_be_answered_is_refused_with_its_code(town: Town) -> None:
    town.visit(starts=0, lasts=60)
    _, mama = await both_meet(town)
    mama.does(events.Publishes, "bad")
    await until(lambda: mama.got(Error))
    assert mama.got(Error)[0].code == "sdp.lines"


async def test_whoever_is_lost_comes_back_within_half_a_minute(town: Town) -> None:
    town.visit(starts=0, lasts=60)
    julian, mama = await both_meet(town)
    julian.drop()
    await until(lambda: seat(mama, INSIDE) == (True, True))
    julian.come()
    await until(lambda: seat(mama, INSIDE) == (True, False))
    steps = town.control.visit_steps(VISIT)
    await until(lambda: town.control.visit_steps(VISIT)[-1] is VisitStep.BACK)
    assert VisitStep.LEFT not in steps


async def test_whoever_is_lost_for_longer_keeps_the_seat_until_the_end(town: Town) -> None:
    town.visit(starts=0, lasts=60)
    julian, mama = await both_meet(town)
    julian.drop()
    await until(lambda: seat(mama, INSIDE) == (False, False))
    await asyncio.sleep(0.4)
    assert mama.over is None
    again = town.at(INSIDE)
    await until(lambda: seat(mama, INSIDE) == (True, False))
    assert again.sees.phase == "live"


async def test_a_page_opened_again_takes_the_seat_from_the_old_one(town: Town) -> None:
    town.visit(starts=0, lasts=60)
    julian, mama = await both_meet(town)
    again = town.at(MAMA)
    await until(lambda: mama.got(SatElsewhere))
    mama.does(events.Publishes, "offer")
    assert mama.got(Error)[-1].code == "visit.not_in"
    mama.drop()
    await asyncio.sleep(0.05)
    assert seat(julian, MAMA) == (True, False)
    assert again.sees.you == MAMA


async def test_sound_that_stops_is_a_lost_line_and_its_page_connects_anew(town: Town) -> None:
    town.visit(starts=0, lasts=60)
    julian, mama = await both_meet(town)
    town.room.loses(MAMA)
    await until(lambda: mama.got(Renew))
    assert seat(julian, MAMA) == (True, True)
    town.room.hears(MAMA)
    await until(lambda: seat(julian, MAMA) == (True, False))


async def test_a_camera_that_is_off_is_no_lost_line(town: Town) -> None:
    town.visit(starts=0, lasts=60)
    julian, mama = await both_meet(town)
    town.room.loses(MAMA, MediaKind.VIDEO)
    await until(lambda: not next(one for one in julian.sees.seats if one.seat == MAMA).camera)
    assert seat(julian, MAMA) == (True, False)
    assert not mama.got(Renew)


async def test_a_slow_line_gets_sound_only_and_says_so(town: Town) -> None:
    town.visit(starts=0, lasts=60)
    _, mama = await both_meet(town)
    mama.does(events.WantsToSee, INSIDE)
    await until(lambda: mama.got(Look))
    mama.does(events.Narrow, True)
    await until(lambda: not town.room.sights[0].pictures)
    mama.does(events.Narrow, False)
    await until(lambda: town.room.sights[0].pictures)
    town.room.tell(Thinned(MAMA, INSIDE, pictures=False))
    await until(lambda: mama.sees.sound_only == [INSIDE])


async def test_a_side_that_left_and_does_not_come_back_ends_it(town: Town) -> None:
    town.visit(starts=0, lasts=60)
    julian, mama = await both_meet(town)
    mama.leave()
    await until(lambda: seat(julian, MAMA) == (False, False))
    assert julian.over is None
    await until(lambda: julian.over)
    assert julian.over is not None
    assert julian.over.reason == EndReason.LEFT
    await until(lambda: town.control.end_of_visit(VISIT))
    end = town.control.end_of_visit(VISIT)
    assert end is not None
    assert end.seat is MAMA


async def test_whoever_left_by_mistake_comes_back(town: Town) -> None:
    town.visit(starts=0, lasts=60)
    julian, mama = await both_meet(town)
    mama.leave()
    again = town.at(MAMA)
    await until(lambda: seat(julian, MAMA) == (True, False))
    await asyncio.sleep(0.4)
    assert (julian.over, again.over) == (None, None)


async def test_a_home_that_left_does_not_end_it_for_the_other_home(town: Town) -> None:
    town.visit(starts=0, lasts=60, homes=2)
    julian, mama = await both_meet(town)
    town.at(ROSA)
    mama.leave()
    await asyncio.sleep(0.5)
    assert julian.over is None
    assert seat(julian, ROSA) == (True, False)


async def test_staff_watch_unseen_and_say_something_to_all(town: Town) -> None:
    town.visit(starts=0, lasts=60)
    julian, mama = await both_meet(town)
    officer = town.at(None)
    await until(lambda: officer.screen.told)
    assert officer.sees.you is None
    officer.does(events.WantsToSee, INSIDE)
    await until(lambda: officer.got(Look))
    assert officer.got(Look)[0].sdp == "offer of inside to staff"
    assert [one.seat for one in julian.sees.seats] == [INSIDE, MAMA]
    officer.does(events.Publishes, "offer")
    await until(lambda: officer.got(Error))
    assert town.room.published == []
    town.hall.obey(VisitCommand(1, VisitOrder.SAY, VISIT, text="Please sit down."))
    await until(lambda: [one.text for one in mama.sees.said] == ["Please sit down."])
    await until(lambda: VisitStep.TOLD in town.control.visit_steps(VISIT))
    officer.drop()
    await asyncio.sleep(0.05)
    assert VisitStep.LOST not in town.control.visit_steps(VISIT)


async def test_staff_end_it_with_a_reason(town: Town) -> None:
    town.visit(starts=0, lasts=60)
    julian, mama = await both_meet(town)
    town.hall.obey(VisitCommand(2, VisitOrder.END, VISIT, reason=EndReason.LOCKDOWN))
    await until(lambda: mama.over)
    assert julian.over is not None
    assert julian.over.reason == EndReason.LOCKDOWN
    assert town.room.was_cut


async def test_a_visit_nobody_may_hold_is_refused_with_the_reason(town: Town) -> None:
    mama = town.at(MAMA)
    await until(lambda: mama.screen.closed)
    assert mama.got(Bye)[0].code == "visit.over"


async def test_while_web_is_away_the_page_is_told_and_gets_in_as_soon_as_it_is_back(
    town: Town,
) -> None:
    town.visit(starts=0, lasts=60)
    town.control.away = True
    mama = town.at(MAMA)
    await until(lambda: mama.got(Error))
    assert mama.got(Error)[0].code == "control.unavailable"
    town.control.away = False
    await until(lambda: town.rooms.rooms)


async def test_while_nobody_carries_pictures_they_wait_and_then_it_goes_on(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kinline.engine.visit.meeting._OPEN_AGAIN_SECONDS", 0.1)
    town.visit(starts=0, lasts=60)
    town.rooms.away = True
    mama = town.at(MAMA)
    await until(lambda: mama.sees.phase == "live")
    assert town.rooms.rooms == []
    town.rooms.away = False
    await until(lambda: town.rooms.rooms)
    town.room.tell(RoomLost())
    await until(lambda: len(town.rooms.rooms) == 2 and mama.got(Renew))
    assert town.rooms.rooms[0].closed
    assert town.room.recording


async def test_another_life_of_the_engine_goes_on_with_it_until_the_same_end(town: Town) -> None:
    town.visit(starts=0, lasts=60)
    _, mama = await both_meet(town)
    first = town.room
    await town.stop()
    assert first.closed
    assert town.control.end_of_visit(VISIT) is None
    town.start("boot-2")
    again = town.at(MAMA)
    await until(lambda: len(town.rooms.rooms) == 2)
    await until(lambda: again.sees.phase == "live")
    assert again.sees.ends_at == mama.sees.ends_at
