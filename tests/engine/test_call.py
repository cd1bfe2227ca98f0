"""One call from dial to end, with real connections on both sides."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kinline.core.call.states import EndReason, Side
from kinline.core.control import Command, Ended, MoneyLimit, Order, RefusalFact, Step
from kinline.core.passes import Right
from kinline.sealed.join import join
from tests.engine.browsers import Browser, until
from tests.engine.conftest import JULIAN, JULIAN_HZ, MAMA, MAMA_HZ, NUMBER, Town
from tests.engine.sound import channels, decoded, frames_of, loudness


async def ended_as(town: Town, call: str, reason: EndReason, *pages: Browser) -> Ended:
    """Both pages hear the reason, and so do the books."""
    for page in pages:
        await page.hears("ended", call=call, reason=reason)
    end: Ended = await until(lambda: town.control.end_of(call), "the end in the books")
    assert end.reason is reason
    return end


async def test_julian_calls_his_mother_and_she_accepts(town: Town) -> None:
    phone = await town.phone()
    tablet, call = await town.dialled()
    await tablet.hears("state", state="ringing")
    await until(lambda: tablet.announcer.count > 10, "the ringing tone")
    await phone.hears("ring", call=call)
    await phone.say("answer")
    await phone.connects()
    await until(lambda: phone.announcer.count > 10, "the announcement")
    assert (phone.peer.count, tablet.peer.count) == (0, 0), "no sound before acceptance"
    assert not town.recordings, "nothing is recorded before acceptance"

    await phone.say("key", digit="1")
    state = await tablet.hears("state", state="talking")
    assert (state["recorded"], state["limit_seconds"]) == (True, 1200)
    assert abs(state["ends_at"] - state["now"] - 1_200_000) < 50
    await until(lambda: phone.peer.count > 25 and tablet.peer.count > 25, "each hears the other")
    await tablet.say("hangup")
    await ended_as(town, call, EndReason.HUNG_UP_INSIDE, tablet, phone)
    assert town.control.steps(call) == [Step.RANG, Step.ANSWERED, Step.ACCEPTED]


async def test_each_tone_is_in_its_own_track_and_channel_alone(town: Town, tmp_path: Path) -> None:
    tablet, phone, call = await town.talking()
    await asyncio.sleep(1.5)
    await phone.say("hangup")
    end = await ended_as(town, call, EndReason.HUNG_UP_OUTSIDE, tablet, phone)

    heard_by_mama = decoded(data for *_, data in phone.peer.heard[10:50])
    assert loudness(heard_by_mama, JULIAN_HZ) == pytest.approx(0.0, abs=0.01)
    grant = town.control.permits[call].recording
    assert grant is not None
    sides = {f.side: frames_of(town.settings.recordings, grant, f) for f in end.tracks}
    joined = join(sides[Side.INSIDE], sides[Side.OUTSIDE])
    left, right = channels(b"".join(joined), tmp_path / "call.webm")
    for own, mine, theirs in ((left, JULIAN_HZ, MAMA_HZ), (right, MAMA_HZ, JULIAN_HZ)):
        middle = own[12_000:60_000]
        assert loudness(middle, mine) == pytest.approx(0.0, abs=0.01)
        assert loudness(middle, theirs) < -60
    assert [fact.seconds for fact in end.tracks] == [2, 2]
    assert end.talk_seconds == 1


async def test_a_refused_dial_names_the_attempt_and_rings_nobody(town: Town) -> None:
    town.control.refusals = (RefusalFact("call.outside_hours", "facility"),)
    phone, tablet = await town.phone(), await town.tablet()
    await tablet.say("dial", number=NUMBER, key="dial-key-1")
    await tablet.hears("refused")
    assert not [m for m in phone.messages if m["type"] == "ring"]

    town.control.refusals = ()
    await tablet.say("dial", number=NUMBER, key="dial-key-2")
    await tablet.hears("call")


@pytest.mark.parametrize(("digit", "reason"), [("2", EndReason.DECLINED), ("9", EndReason.BLOCKED)])
async def test_a_key_turns_the_call_down(town: Town, digit: str, reason: EndReason) -> None:
    tablet, phone, call = await town.answered()
    await phone.say("key", digit=digit)
    end = await ended_as(town, call, reason, tablet, phone)
    assert (end.talk_seconds, end.tracks) == (0, ())
    assert phone.peer.count == 0


async def test_other_keys_and_the_callers_keys_accept_nothing(town: Town) -> None:
    tablet, phone, call = await town.answered()
    for digit in "034#*":
        await phone.say("key", digit=digit)
    await tablet.say("key", digit="1")
    await until(lambda: phone.announcer.count > 20, "the announcement going on")
    assert Step.ACCEPTED not in town.control.steps(call)
    await phone.say("key", digit="1")
    await tablet.hears("state", state="talking")


async def test_a_key_counts_even_before_the_sound_is_there(town: Town) -> None:
    phone = await town.phone()
    tablet, call = await town.dialled()
    await phone.hears("ring")
    await phone.say("answer")
    await phone.say("key", digit="1")
    await phone.connects()
    await tablet.hears("state", state="talking")
    await until(lambda: len(town.control.steps(call)) == 3, "three steps")
    assert town.control.steps(call) == [Step.RANG, Step.ANSWERED, Step.ACCEPTED]


async def test_not_now_declines_without_answering(town: Town) -> None:
    phone = await town.phone()
    tablet, call = await town.dialled()
    await phone.hears("ring")
    await phone.say("decline")
    await phone.hears("cancelled", call=call, reason="declined")
    await ended_as(town, call, EndReason.DECLINED, tablet)


async def test_nobody_answers(town: Town) -> None:
    town.control.permit_changes = {"ring_seconds": 0.3}
    phone = await town.phone()
    tablet, call = await town.dialled()
    await phone.hears("cancelled", call=call, reason="no_answer")
    end = await ended_as(town, call, EndReason.NO_ANSWER, tablet)
    assert end.talk_seconds == 0


async def test_answered_but_never_accepted_is_announced_again_and_again(town: Town) -> None:
    town.control.permit_changes = {"accept_seconds": 1, "announcement": ("at",)}
    tablet, phone, call = await town.answered()
    await ended_as(town, call, EndReason.NOT_ACCEPTED, tablet, phone)
    # "at" takes under half a second, so more sound than that is its repetition.
    assert phone.announcer.count > 35


async def test_the_caller_gives_up_while_it_rings(town: Town) -> None:
    phone = await town.phone()
    tablet, call = await town.dialled()
    await phone.hears("ring")
    await tablet.say("hangup")
    await phone.hears("cancelled", call=call, reason="hung_up_inside")
    await ended_as(town, call, EndReason.HUNG_UP_INSIDE, tablet)


async def test_a_page_opened_while_it_rings_is_rung_too(town: Town) -> None:
    _, call = await town.dialled()
    phone = await town.phone()
    await phone.hears("ring", call=call)


async def test_another_contacts_page_is_not_rung(town: Town) -> None:
    stranger, phone = await town.phone("somebody-else"), await town.phone()
    _, call = await town.dialled()
    await phone.hears("ring", call=call)
    await stranger.say("answer")
    await stranger.hears("error", code="answer.nothing_rings")


async def test_of_two_answers_the_first_wins(town: Town) -> None:
    kitchen, pocket = await town.phone(), await town.phone()
    tablet, call = await town.dialled()
    await kitchen.hears("ring")
    await pocket.hears("ring")
    await kitchen.say("answer")
    await kitchen.hears("state", state="announcing")
    await pocket.say("answer")
    await pocket.hears("taken", call=call)
    await kitchen.connects()
    await kitchen.say("key", digit="1")
    await tablet.hears("state", state="talking")


async def test_a_page_that_talks_is_rung_by_the_next_call_afterwards(town: Town) -> None:
    tablet, phone, first = await town.talking()
    other, second = await town.dialled("dial-key-2")
    await other.hears("state", state="ringing")
    await asyncio.sleep(0.1)
    assert not [m for m in phone.messages if m.get("call") == second]
    await tablet.say("hangup")
    await phone.hears("ended", call=first)
    await phone.hears("ring", call=second)


async def test_the_minute_is_said_over_the_talk_and_the_cut_comes_in_time_without_web(
    town: Town,
) -> None:
    town.control.permit_changes = {"limit_seconds": 2, "warn_seconds": 1}
    tablet, phone, call = await town.talking()
    began = time.monotonic()
    town.control.away = True
    heard = phone.announcer.count
    await phone.hears("state", state="minute")
    await until(lambda: phone.announcer.count > heard + 10, "one minute left")
    talked_on = phone.peer.since(began + 1.1)
    assert talked_on, "they hear each other during the warning"
    for page in (tablet, phone):
        await page.hears("ended", reason="time_up", talk_seconds=2)
    over = time.monotonic()
    assert over - began == pytest.approx(2.0, abs=0.15)
    await asyncio.sleep(0.2)
    assert not phone.peer.since(over + 0.05), "nothing passes after the cut"

    assert town.control.end_of(call) is None
    town.control.away = False
    end = await ended_as(town, call, EndReason.TIME_UP)
    assert end.talk_seconds == 2
    assert town.control.steps(call)[-1] is Step.WARNED


async def test_a_limit_hardly_longer_than_the_warning_has_none(town: Town) -> None:
    town.control.permit_changes = {"limit_seconds": 1, "warn_seconds": 1}
    tablet, phone, call = await town.talking()
    await ended_as(town, call, EndReason.TIME_UP, tablet, phone)
    assert Step.WARNED not in town.control.steps(call)


async def test_when_the_money_is_what_ends_both_hear_so_a_minute_before_and_at_the_end(
    town: Town,
) -> None:
    town.control.permit_changes = {
        "limit_seconds": 2,
        "warn_seconds": 1,
        "money": MoneyLimit(otherwise_seconds=1200),
    }
    tablet, phone, call = await town.talking()
    await phone.hears("state", state="minute")
    heard = phone.announcer.count
    end = await ended_as(town, call, EndReason.MONEY_UP, tablet, phone)
    assert end.talk_seconds == 2
    assert town.control.steps(call)[-1] is Step.WARNED
    await until(lambda: phone.announcer.count > heard + 10, "the money is used up")


async def test_a_talk_that_costs_nothing_any_more_is_not_cut_for_money(town: Town) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    money = MoneyLimit(otherwise_seconds=3, free_from=soon)
    town.control.permit_changes = {"limit_seconds": 2, "money": money}
    tablet, phone, call = await town.talking()
    end = await ended_as(town, call, EndReason.TIME_UP, tablet, phone)
    assert end.talk_seconds == 3


async def test_a_call_accepted_late_ends_when_the_facility_closes_all_the_same(town: Town) -> None:
    closes = datetime.now(UTC) + timedelta(seconds=3)
    town.control.permit_changes = {"limit_seconds": 1200, "ends_by": closes}
    tablet, phone, call = await town.talking()
    end = await ended_as(town, call, EndReason.TIME_UP, tablet, phone)
    assert end.talk_seconds <= 3
    assert closes - timedelta(seconds=1.2) <= end.at <= closes + timedelta(seconds=0.2)


async def test_a_call_without_a_limit_shows_none(town: Town) -> None:
    town.control.permit_changes = {"limit_seconds": None}
    tablet, _, _ = await town.talking()
    state = await tablet.hears("state", state="talking")
    assert "ends_at" not in state
    assert "limit_seconds" not in state


async def test_staff_end_a_call(town: Town) -> None:
    tablet, phone, call = await town.talking()
    town.control.orders.append(
        Command(id=1, order=Order.END, call=call, reason=EndReason.STAFF)  # type: ignore[arg-type]
    )
    await ended_as(town, call, EndReason.STAFF, tablet, phone)


async def test_a_page_is_sent_to_the_engine_of_its_call_with_one_pass_each(town: Town) -> None:
    kitchen, pocket = await town.phone(), await town.phone()
    for number, word in enumerate(("first", "second"), start=1):
        town.control.orders.append(
            Command(
                id=number,
                order=Order.RING,
                call="call-elsewhere",  # type: ignore[arg-type]
                contact=MAMA,  # type: ignore[arg-type]
                url="ws://e2/ws",
                token=word,
            )
        )
    given = {(await page.hears("go", url="ws://e2/ws"))["pass"] for page in (kitchen, pocket)}
    assert given == {"first", "second"}


async def test_a_page_that_joins_a_ringing_call_is_rung(town: Town) -> None:
    tablet, call = await town.dialled()
    word = town.pass_for(Right.JOIN, Side.OUTSIDE, MAMA, call=call)
    phone = await town.browser(word, MAMA_HZ)
    await phone.hears("ring", call=call)
    await phone.say("answer")
    await phone.connects()
    await phone.say("key", digit="1")
    await tablet.hears("state", state="talking")


async def test_nobody_joins_a_call_that_is_not_theirs(town: Town) -> None:
    _, call = await town.dialled()
    for side, subject, where in (
        (Side.OUTSIDE, "somebody-else", call),
        (Side.INSIDE, MAMA, call),
        (Side.INSIDE, JULIAN, "no-such-call"),
    ):
        page = await town.browser(town.pass_for(Right.JOIN, side, subject, call=where))
        assert await page.closed() == 4410
