"""Lost lines and closed pages: who may come back, for how long, and what it is called."""

import asyncio
import time
from itertools import pairwise

from kinline.core.call.states import EndReason, Side
from kinline.core.control import Ended, Progress, Step
from kinline.core.passes import Right
from kinline.engine.ivr.lines import Ending, Line, Lines, Phase
from kinline.engine.settings import Times
from tests.engine.browsers import Browser, until
from tests.engine.conftest import JULIAN, MAMA, QUICK, Town
from tests.engine.sound import frames_of

PATIENT = Times(page_grace=6, line_grace=20)


def test_in_a_talk_the_sound_is_the_line_and_before_it_the_socket() -> None:
    line = Line(Side.OUTSIDE)
    line.dropped(now=100)
    assert line.lost(Phase.ANNOUNCING)
    assert not line.lost(Phase.TALKING), "a talk goes on without a socket"
    line.silent_at = 103
    assert line.lost(Phase.TALKING)


def test_a_closed_page_has_six_seconds_and_a_lost_line_twenty() -> None:
    lines = Lines(PATIENT)
    lines.inside.silent_at = 100
    assert lines.overdue(119.9, Phase.TALKING) is None
    assert lines.overdue(120, Phase.TALKING) == Ending(EndReason.LINE_LOST_INSIDE, Side.INSIDE)
    lines.inside.left(now=100)
    assert lines.overdue(105.9, Phase.TALKING) is None
    assert lines.overdue(106, Phase.TALKING) == Ending(EndReason.PAGE_CLOSED_INSIDE, Side.INSIDE)


def test_who_closes_the_page_while_it_rings_has_given_up() -> None:
    lines = Lines(PATIENT)
    lines.inside.left(now=0)
    assert lines.overdue(6, Phase.RINGING) == Ending(EndReason.HUNG_UP_INSIDE, Side.INSIDE)
    assert lines.overdue(6, Phase.ANNOUNCING) == Ending(EndReason.PAGE_CLOSED_INSIDE, Side.INSIDE)


async def line_steps(town: Town, call: str) -> list[tuple[Step, Side | None]]:
    wanted = (Step.LINE_LOST, Step.LINE_BACK)
    told = [e for e in town.control.told if isinstance(e, Progress) and e.call == call]
    return [(event.step, event.side) for event in told if event.step in wanted]


async def test_a_lost_line_is_waited_for_and_the_call_goes_on_when_it_is_back(town: Town) -> None:
    tablet, phone, call = await town.talking()
    await until(lambda: tablet.peer.count > 10, "talk")
    await phone.breaks_line()
    await phone.goes_deaf_and_mute()
    await tablet.hears("state", state="waiting", side="outside")
    back = await coming_back(town, phone)
    await back.connects()
    seen = len(tablet.messages)
    await until(lambda: tablet.messages[seen - 1 :], "news")
    await tablet.hears("state", after=seen - 1, state="talking")
    moment = time.monotonic()
    await until(lambda: len(tablet.peer.since(moment)) > 10 and back.peer.count > 10, "both hear")
    await tablet.say("hangup")
    await back.hears("ended", call=call, reason="hung_up_inside")
    end: Ended = await until(lambda: town.control.end_of(call), "the end")
    assert await line_steps(town, call) == [
        (Step.LINE_LOST, Side.OUTSIDE),
        (Step.LINE_BACK, Side.OUTSIDE),
    ]
    # One track for each side all the same, with a gap in it where the line was away.
    assert len(end.tracks) == 2
    grant = town.control.permits[call].recording
    assert grant is not None
    outside = next(fact for fact in end.tracks if fact.side is Side.OUTSIDE)
    moments = [frame.ms for frame in frames_of(town.settings.recordings, grant, outside)]
    assert max(b - a for a, b in pairwise(moments)) > 200, moments


async def coming_back(town: Town, page: Browser) -> Browser:
    """The same page on a new socket, let in by the secret it has in memory."""
    secret = (await page.hears("hello"))["resume"]
    back = Browser(page.hertz)
    town.stack.push_async_callback(back.quits)
    await back.open(town.url(f"resume={secret}"))
    await back.hears("hello")
    return back


async def test_a_line_that_stays_away_ends_the_call(town: Town) -> None:
    tablet, phone, call = await town.talking()
    await tablet.breaks_line()
    await tablet.goes_deaf_and_mute()
    gone = time.monotonic()
    await phone.hears("ended", call=call, reason="line_lost_inside")
    assert abs(time.monotonic() - gone - QUICK.line_grace) < 0.3


async def test_a_closed_tab_ends_the_call_sooner(town: Town) -> None:
    tablet, phone, call = await town.talking()
    await phone.closes_tab()
    gone = time.monotonic()
    await tablet.hears("state", state="waiting", side="outside")
    await tablet.hears("ended", call=call, reason="page_closed_outside")
    assert abs(time.monotonic() - gone - QUICK.page_grace) < 0.3


async def test_a_reloaded_page_comes_back_with_a_pass_from_web(town: Town) -> None:
    tablet, phone, call = await town.talking()
    await tablet.say("leave")
    await tablet.closes_tab()
    await phone.hears("state", state="waiting", side="inside")
    word = town.pass_for(Right.JOIN, Side.INSIDE, JULIAN, call=call)
    again = await town.browser(word)
    await again.hears("state", call=call)
    await again.hears("renew")
    await again.connects()
    await again.hears("state", state="talking")
    await until(lambda: again.peer.count > 10, "sound")


async def test_a_dropped_socket_alone_does_not_disturb_the_talk(town: Town) -> None:
    tablet, phone, call = await town.talking()
    await phone.breaks_line()
    await asyncio.sleep(QUICK.line_grace + 0.2)
    assert phone.peer.since(time.monotonic() - 0.1), "the sound goes on"
    assert town.control.end_of(call) is None
    back = await coming_back(town, phone)
    await back.hears("state", call=call, state="talking")
    assert not [m for m in back.messages if m["type"] == "renew"]
    await back.say("hangup")
    await tablet.hears("ended", reason="hung_up_outside")


async def test_a_page_is_back_before_its_old_socket_is_known_to_be_dead(town: Town) -> None:
    tablet, phone, call = await town.talking()
    back = await coming_back(town, phone)
    assert await phone.closed() == 4410
    await back.hears("state", call=call, state="talking")
    await asyncio.sleep(QUICK.page_grace + 0.1)
    assert not [m for m in tablet.messages if m.get("state") == "waiting"]
    await back.say("hangup")
    await tablet.hears("ended", reason="hung_up_outside")


async def test_a_page_whose_sound_stops_is_asked_for_a_new_connection(town: Town) -> None:
    tablet, phone, _ = await town.talking()
    await phone.goes_deaf_and_mute()
    await phone.hears("renew")
    await tablet.hears("state", state="waiting", side="outside")
    await phone.connects()
    await phone.hears("state", state="talking")


async def test_a_page_that_was_away_at_the_end_hears_of_it(town: Town) -> None:
    tablet, phone, call = await town.talking()
    await phone.breaks_line()
    await tablet.say("hangup")
    await until(lambda: town.control.end_of(call), "the end")
    back = await coming_back(town, phone)
    await back.hears("ended", call=call, reason="hung_up_inside")


async def test_a_tablet_gone_while_it_rings_ends_the_ringing(town: Town) -> None:
    phone = await town.phone()
    tablet, call = await town.dialled()
    await phone.hears("ring")
    await tablet.closes_tab()
    await phone.hears("cancelled", call=call, reason="hung_up_inside")

    tablet, call = await town.dialled("dial-key-2")
    await phone.hears("ring", call=call)
    await tablet.breaks_line()
    await phone.hears("cancelled", call=call, reason="line_lost_inside")


async def test_a_phone_gone_while_it_is_announced_to_ends_the_call(town: Town) -> None:
    tablet, phone, call = await town.answered()
    await phone.closes_tab()
    await tablet.hears("ended", call=call, reason="page_closed_outside")


async def test_a_second_page_takes_the_place_of_the_first(town: Town) -> None:
    tablet, phone, call = await town.talking()
    word = town.pass_for(Right.JOIN, Side.OUTSIDE, MAMA, call=call)
    other = await town.browser(word, phone.hertz)
    await phone.hears("taken", call=call)
    await other.connects()
    await until(lambda: other.peer.count > 10, "sound at the other page")
    await phone.say("hangup")
    await phone.hears("error", code="hangup.no_call")
    await other.say("hangup")
    await tablet.hears("ended", reason="hung_up_outside")
