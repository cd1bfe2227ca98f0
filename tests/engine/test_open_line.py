"""A call to an open line: nobody is named, and the line answers as it was set to."""

import asyncio

from kinline.core.call.announcement import Acceptance
from kinline.core.call.states import EndReason, Side
from kinline.core.control import Step
from kinline.core.passes import Right
from tests.engine.browsers import Browser, until
from tests.engine.conftest import JULIAN_HZ, NUMBER, Town

SHORT = ("call_from", "name")  # the announcement, cut: it is said in some two seconds


async def rung(town: Town) -> tuple[Browser, Browser, str]:
    """A tablet on which nobody is signed in calls a line; its desk has picked up."""
    desk = await town.phone()
    word = town.pass_for(Right.DIAL, Side.INSIDE, "", line="crisis")
    tablet = await town.browser(word, JULIAN_HZ)
    await tablet.say("dial", number=NUMBER, key="dial-key-1")
    call = (await tablet.hears("call"))["call"]
    await tablet.connects()
    await desk.hears("ring", call=call)
    await desk.say("answer")
    await desk.connects()
    return tablet, desk, call


async def test_the_engine_asks_for_a_line_and_for_nobody(town: Town) -> None:
    tablet, desk, _call = await rung(town)
    (asked,) = town.control.asked
    assert (asked.person, asked.line, asked.station) == (None, "crisis", "tablet-1")
    await tablet.say("hangup")
    await desk.hears("ended", reason=EndReason.HUNG_UP_INSIDE)


async def test_a_direct_line_is_put_through_once_the_announcement_is_said(town: Town) -> None:
    town.control.permit_changes = {"announcement": SHORT}
    tablet, desk, call = await rung(town)
    await until(lambda: desk.announcer.count > 10, "the announcement")
    assert (desk.peer.count, tablet.peer.count) == (0, 0), "no sound before it is said"
    await desk.say("key", digit="9")  # no key means anything here
    state = await tablet.hears("state", state="talking")
    assert (state["recorded"], state.get("limit_seconds")) == (False, None)
    await until(lambda: desk.peer.count > 25 and tablet.peer.count > 25, "each hears the other")
    assert not town.recordings
    await desk.say("hangup")
    await tablet.hears("ended", reason=EndReason.HUNG_UP_OUTSIDE)
    assert town.control.steps(call) == [Step.RANG, Step.ANSWERED, Step.ACCEPTED]


async def test_a_line_with_keys_knows_no_block(town: Town) -> None:
    town.control.line_answers = Acceptance.TWO_KEYS
    tablet, desk, _call = await rung(town)
    await desk.say("key", digit="9")
    await asyncio.sleep(0.3)
    assert not [message for message in tablet.messages if message["type"] == "ended"]
    await desk.say("key", digit="1")
    await tablet.hears("state", state="talking")
    await desk.say("hangup")
    await tablet.hears("ended", reason=EndReason.HUNG_UP_OUTSIDE)


async def test_and_without_a_key_it_is_never_accepted(town: Town) -> None:
    town.control.line_answers = Acceptance.TWO_KEYS
    town.control.permit_changes = {"accept_seconds": 1}
    tablet, _desk, _call = await rung(town)
    await tablet.hears("ended", reason=EndReason.NOT_ACCEPTED)


async def test_the_page_of_a_nameless_call_comes_back_to_it(town: Town) -> None:
    town.control.permit_changes = {"announcement": SHORT}
    tablet, desk, call = await rung(town)
    await tablet.hears("state", state="talking")
    word = town.pass_for(Right.JOIN, Side.INSIDE, "", call=call)
    again = await town.browser(word, JULIAN_HZ)
    await again.hears("state", state="talking")
    stranger = await town.browser(town.pass_for(Right.JOIN, Side.INSIDE, "julian", call=call))
    await stranger.hears("bye")
    await desk.say("hangup")
    await again.hears("ended", reason=EndReason.HUNG_UP_OUTSIDE)
