"""Telephones as they are: baresip inside and outside, a sip process, an engine between them.

People press keys and voices speak at their own pace, so all but four of these are long.
"""

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from kinline.core.call.states import EndReason, Side
from kinline.core.control import Ended, RefusalFact, Step
from kinline.engine.ivr.prompts import standard
from kinline.sealed.codec import Codec
from kinline.sealed.join import join
from kinline.sealed.track import Track
from tests.engine.baresip import Baresip, tone_in
from tests.engine.browsers import Browser, until
from tests.engine.conftest import JULIAN_HZ, MAMA_HZ, NUMBER
from tests.engine.exchange import ID, INSIDE, MEDIA, PIN, Exchange
from tests.engine.sound import channels
from tests.engine.spoken import was_said
from tests.engine.telephones import loudness

pytestmark = pytest.mark.telephone
LOUD, NOT_THERE = -25, -40  # a spoken prompt has some of every tone


@pytest.fixture(params=MEDIA)
async def town(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Exchange]:
    town = Exchange(tmp_path, request.param)
    async with town.stack:
        yield town


async def ended(town: Exchange, call: str, reason: EndReason) -> Ended:
    end: Ended = await until(lambda: town.control.end_of(call), "the end in the books")
    assert end.reason is reason
    return end


async def since(phone: Baresip, seconds: float) -> np.ndarray:
    """What it hears within the next seconds."""
    before = len(phone.heard())
    await asyncio.sleep(seconds)
    return phone.heard()[before:]


quick_on_both = pytest.mark.parametrize(
    "town", ["relay", pytest.param("rtpengine", marks=pytest.mark.rtpengine)], indirect=True
)

# --- from wall phone to telephone -----------------------------------------------------


@quick_on_both
async def test_julian_calls_from_the_wall_phone_and_his_mother_accepts(
    town: Exchange, tmp_path: Path
) -> None:
    await town.open()
    julian, call = await town.ringing()
    asked = town.control.asked[0]
    assert (asked.person, asked.station, asked.number) == (ID, "wall-1", "6175550142")
    town.mama.does("accept")
    await town.mama.sees("CALL_ESTABLISHED")
    await asyncio.sleep(0.7)
    assert tone_in(town.mama.heard(), JULIAN_HZ) < NOT_THERE, "no sound before acceptance"
    assert tone_in(julian.heard(), MAMA_HZ) < NOT_THERE
    assert len(town.mama.heard()) > 2000, "but the announcement"
    assert not town.recordings

    await town.mama.presses("1")
    await until(lambda: Step.ACCEPTED in town.control.steps(call), "acceptance")
    await asyncio.sleep(0.3)
    assert tone_in(await since(town.mama, 1.0), JULIAN_HZ) > LOUD
    assert tone_in(await since(julian, 1.0), MAMA_HZ) > LOUD
    town.mama.hangs_up()
    end = await ended(town, call, EndReason.HUNG_UP_OUTSIDE)
    assert town.control.steps(call) == [Step.RANG, Step.ANSWERED, Step.ACCEPTED]
    _each_tone_in_its_own_channel(town, end, tmp_path)
    assert PIN not in (town.folder / "sip.log").read_text()


def _each_tone_in_its_own_channel(town: Exchange, end: Ended, tmp_path: Path) -> None:
    grant = town.control.permits[end.call].recording
    assert grant is not None
    frames = {}
    for fact in end.tracks:
        with (town.settings.recordings / fact.path).open("rb") as file:
            track = Track(file, base64.b64decode(grant.data_key))
            frames[fact.side] = list(track)
            assert (track.header.codec, track.complete) == (Codec.PCMU, True)
    joined = join(frames[Side.INSIDE], frames[Side.OUTSIDE], Codec.PCMU)
    sound = channels(b"".join(joined), tmp_path / "call.wav")[0].astype(float)
    left, right = sound[0::2], sound[1::2]
    for own, mine, theirs in ((left, JULIAN_HZ, MAMA_HZ), (right, MAMA_HZ, JULIAN_HZ)):
        assert tone_in(own[2000:], mine) > LOUD
        assert tone_in(own[2000:], theirs) < -60


@pytest.mark.parametrize(("digit", "reason"), [("2", EndReason.DECLINED), ("9", EndReason.BLOCKED)])
@pytest.mark.long
async def test_a_key_turns_the_call_down(town: Exchange, digit: str, reason: EndReason) -> None:
    await town.open()
    julian, call = await town.ringing()
    town.mama.does("accept")
    await town.mama.sees("CALL_ESTABLISHED")
    await town.mama.presses(digit)
    end = await ended(town, call, reason)
    assert (end.talk_seconds, end.tracks) == (0, ())
    await town.mama.sees("CALL_CLOSED")
    assert not julian.saw("CALL_CLOSED"), "Julian may dial somebody else"


@pytest.mark.long
async def test_an_answering_machine_and_wrong_keys_accept_nothing(town: Exchange) -> None:
    town.control.permit_changes = {"accept_seconds": 2, "announcement": ("at",)}
    await town.open()
    julian, call = await town.ringing()
    town.mama.does("accept")
    await town.mama.sees("CALL_ESTABLISHED")
    await town.mama.presses("0348*#")
    await julian.presses("1")
    await ended(town, call, EndReason.NOT_ACCEPTED)
    assert tone_in(julian.heard(), MAMA_HZ) < NOT_THERE
    await town.mama.sees("CALL_CLOSED")


@pytest.mark.long
async def test_a_line_that_is_turned_away_by_its_telephone(town: Exchange) -> None:
    await town.open()
    _, call = await town.ringing()
    town.mama.hangs_up()  # 486 Busy Here, as a telephone says that is on another call
    await ended(town, call, EndReason.BUSY)


@pytest.mark.long
async def test_nobody_answers_and_the_telephone_stops_ringing(town: Exchange) -> None:
    town.control.permit_changes = {"ring_seconds": 1}
    await town.open()
    _, call = await town.ringing()
    await ended(town, call, EndReason.NO_ANSWER)
    await town.mama.sees("CALL_CLOSED")


@pytest.mark.long
async def test_the_caller_hangs_up_while_it_rings(town: Exchange) -> None:
    await town.open()
    julian, call = await town.ringing()
    julian.hangs_up()
    await ended(town, call, EndReason.HUNG_UP_INSIDE)
    await town.mama.sees("CALL_CLOSED")


@pytest.mark.long
async def test_the_minute_is_said_in_the_talk_and_the_cut_comes_in_time(town: Exchange) -> None:
    town.control.permit_changes = {"limit_seconds": 4, "warn_seconds": 2}
    await town.open()
    julian, call = await town.talking_on_phones()
    began = time.monotonic()
    await until(lambda: Step.WARNED in town.control.steps(call), "the warning")
    warned = await since(town.mama, 0.8)
    if town.medium == "relay":
        assert NOT_THERE < tone_in(warned, JULIAN_HZ) < -14, "softer, under the voice"
    else:
        assert len(warned) > 4000, "the voice"
        assert tone_in(warned, JULIAN_HZ) < NOT_THERE, "which rtpengine cannot lay over a talk"
    end = await ended(town, call, EndReason.TIME_UP)
    assert time.monotonic() - began == pytest.approx(4.0, abs=0.5)
    assert end.talk_seconds == 4
    await asyncio.sleep(0.2)
    assert tone_in(await since(julian, 0.5), MAMA_HZ) < NOT_THERE
    await town.mama.sees("CALL_CLOSED")


@pytest.mark.long
async def test_hold_and_resume(town: Exchange) -> None:
    await town.open()
    julian, call = await town.talking_on_phones()
    await asyncio.sleep(0.5)
    julian.does("hold")
    await asyncio.sleep(0.5)
    assert tone_in(await since(town.mama, 0.6), JULIAN_HZ) < NOT_THERE
    julian.does("resume")
    await asyncio.sleep(0.5)
    assert tone_in(await since(town.mama, 0.6), JULIAN_HZ) > LOUD
    julian.hangs_up()
    await ended(town, call, EndReason.HUNG_UP_INSIDE)


@pytest.mark.long
async def test_a_telephone_that_dies_without_a_word_is_noticed(town: Exchange) -> None:
    await town.open()
    _, call = await town.talking_on_phones()
    await asyncio.sleep(0.5)
    await town.mama.dies()
    await ended(town, call, EndReason.LINE_LOST_OUTSIDE)


# --- signing in -----------------------------------------------------------------------


@pytest.mark.long
async def test_a_wrong_pin_is_said_and_the_right_one_works(town: Exchange) -> None:
    await town.open()
    julian = await town.handset()
    julian.calls("call", f"{INSIDE}:{town.sip_port}")
    await julian.sees("CALL_ESTABLISHED")
    await julian.presses(f"{ID}#0000#")
    await asyncio.sleep(0.3)
    await julian.presses(f"{ID}#{PIN}#6175550142#")
    await town.mama.sees("CALL_INCOMING")


@pytest.mark.long
async def test_three_wrong_pins_end_it(town: Exchange) -> None:
    await town.open()
    julian = await town.handset()
    julian.calls("call", f"{INSIDE}:{town.sip_port}")
    await julian.sees("CALL_ESTABLISHED")
    for _ in range(3):
        await julian.presses(f"{ID}#0000#")
    await julian.sees("CALL_CLOSED")
    assert not town.control.asked


@pytest.mark.long
async def test_a_handset_that_says_nothing_is_hung_up(town: Exchange) -> None:
    await town.open(first_key=0.2)
    julian = await town.handset()
    julian.calls("call", f"{INSIDE}:{town.sip_port}")
    await julian.sees("CALL_CLOSED", patience=40)  # the question is asked three times


@pytest.mark.long
async def test_a_refused_number_is_told_why_and_another_may_be_dialled(town: Exchange) -> None:
    town.control.refusals = (RefusalFact("call.not_on_list", "facility"),)
    await town.open()
    julian = await town.signed_in()
    await julian.presses("6175550199#")
    await until(lambda: town.control.asked, "the question")
    town.control.refusals = ()
    await asyncio.sleep(0.5)
    await julian.presses("6175550142#")
    await town.mama.sees("CALL_INCOMING")


@pytest.mark.long
async def test_after_a_call_the_handset_dials_again(town: Exchange) -> None:
    await town.open()
    julian, call = await town.talking_on_phones()
    seen = len(town.mama.events)
    town.mama.hangs_up()
    await ended(town, call, EndReason.HUNG_UP_OUTSIDE)
    await asyncio.sleep(2.5)
    await julian.presses("6175550142#")
    await town.mama.sees("CALL_INCOMING", after=seen)


@pytest.mark.long
async def test_an_answer_of_web_that_gets_lost_is_asked_for_again(town: Exchange) -> None:
    """Web wrote the call: under the same key it is found, and does not end as lost."""
    town.control.answers_lost = 1
    await town.open()
    _, call = await town.talking_on_phones()
    assert list(town.control.permits) == [call]
    first, second = town.control.asked
    assert first.key == second.key


@pytest.mark.long
async def test_a_name_is_recorded_at_first_use_heard_again_and_redone(town: Exchange) -> None:
    town.control.named = False
    town.control.name_seconds = 1
    await town.open()
    julian = await town.signed_in()
    for take, key in ((1, "2"), (2, "1")):  # again; keep it
        await until(lambda take=take: len(town.control.names) == take, "a take", patience=20)
        await asyncio.sleep(5)
        await julian.presses(key)
    done = (await until(lambda: town.control.names_done, "the name", patience=20))[0]
    grant = town.control.names[done.key]
    (path,) = (town.settings.names / grant.folder).iterdir()
    with path.open("rb") as file:
        track = Track(file, base64.b64decode(grant.data_key))
        packets = [frame.packet for frame in track]
    assert track.header.codec is Codec.PCMU
    assert loudness(packets, JULIAN_HZ) > LOUD
    assert len(town.control.names) == 2, "two takes"


@pytest.mark.long
async def test_a_notice_is_said_once_after_sign_in_and_a_key_ends_it(town: Exchange) -> None:
    town.control.notice = "n-1"
    await town.open()
    julian = await town.signed_in()
    await asyncio.sleep(3)  # it speaks for some fifteen seconds
    assert not town.control.notices_said, "not before it was heard"
    await julian.presses("6175550142#")
    said = (await until(lambda: town.control.notices_said, "the notice", patience=5))[0]
    assert (said.person, said.notice) == (ID, "n-1")
    await town.mama.sees("CALL_INCOMING")
    assert town.control.asked[0].number == "6175550142", "the key that ended it was not lost"


@pytest.mark.long
async def test_who_hangs_up_in_a_notice_hears_it_the_next_time(town: Exchange) -> None:
    town.control.notice = "n-1"
    await town.open()
    julian = await town.signed_in()
    await asyncio.sleep(1)
    julian.does("hangup")
    await julian.sees("CALL_CLOSED")
    await asyncio.sleep(1)
    assert not town.control.notices_said


@pytest.mark.long
async def test_a_language_is_chosen_by_key(town: Exchange) -> None:
    await town.open(languages=("en", "es", "pt", "ht"))
    julian = await town.handset()
    julian.calls("call", f"{INSIDE}:{town.sip_port}")
    await julian.sees("CALL_ESTABLISHED")
    await julian.presses(f"4{ID}#{PIN}#6175550142#")
    await town.mama.sees("CALL_INCOMING")


# --- with a browser at one end --------------------------------------------------------


@quick_on_both
async def test_a_tablet_calls_a_telephone_without_transcoding(town: Exchange) -> None:
    await town.open()
    tablet, call = await town.picked_up()
    await asyncio.sleep(0.5)
    assert loudness([data for *_, data in tablet.peer.heard], MAMA_HZ) < NOT_THERE
    await town.mama.presses("1")
    await tablet.hears("state", state="talking")
    await until(lambda: tablet.peer.count > 60, "Mama's voice")
    heard = [data for *_, data in tablet.peer.heard[-40:]]
    assert loudness(heard, MAMA_HZ) > LOUD, "G.711 from end to end"
    assert tone_in(await since(town.mama, 0.6), JULIAN_HZ) > LOUD
    await tablet.say("hangup")
    await ended(town, call, EndReason.HUNG_UP_INSIDE)
    await town.mama.sees("CALL_CLOSED")


async def test_from_its_first_word_a_handset_hears_that_the_call_is_recorded(
    town: Exchange,
) -> None:
    await town.open()
    phone, _ = await town.ringing()
    recorded = standard().clip("recorded", "en", Codec.PCMU)
    await until(lambda: was_said(phone.heard(), recorded), "that it is recorded", 12)
    assert not was_said(phone.heard(), standard().clip("private", "en", Codec.PCMU))


@pytest.mark.long
async def test_a_tablets_keys_reach_a_switchboard_outside(town: Exchange) -> None:
    await town.open()
    tablet, _ = await town.talking_on_a_tablet()
    await tablet.say("key", digit="5")
    await town.mama.sees("CALL_DTMF_START")


async def test_the_wall_phone_calls_a_page(town: Exchange) -> None:
    await town.open()
    town.control.trunk = ""
    page: Browser = await town.phone()
    page.codec = Codec.PCMU
    julian = await town.signed_in()
    await julian.presses("6175550142#")
    call = (await page.hears("ring"))["call"]
    await page.say("answer")
    await page.connects()
    await page.say("key", digit="1")
    await page.hears("state", state="talking")
    await until(lambda: page.peer.count > 60, "Julian's voice")
    assert loudness([data for *_, data in page.peer.heard[-40:]], JULIAN_HZ) > LOUD
    assert tone_in(await since(julian, 0.6), MAMA_HZ) > LOUD
    await page.say("hangup")
    await ended(town, call, EndReason.HUNG_UP_OUTSIDE)


@pytest.mark.long
async def test_a_tablet_that_lost_its_line_makes_a_new_one_and_is_heard_again(
    town: Exchange,
) -> None:
    await town.open(line_grace=5.0)
    tablet, call = await town.talking_on_a_tablet()
    await asyncio.sleep(0.5)
    await tablet.goes_deaf_and_mute()
    await tablet.hears("renew")
    await until(lambda: Step.LINE_LOST in town.control.steps(call), "the loss in the books")
    await tablet.connects()
    await until(lambda: Step.LINE_BACK in town.control.steps(call), "its return")
    await asyncio.sleep(0.6)
    assert tone_in(await since(town.mama, 0.6), JULIAN_HZ) > LOUD
    heard = time.monotonic()
    await asyncio.sleep(0.6)
    assert loudness(tablet.peer.since(heard), MAMA_HZ) > LOUD
    await tablet.say("hangup")
    end = await ended(town, call, EndReason.HUNG_UP_INSIDE)
    assert [fact.chunks > 2 for fact in end.tracks] == [True, True]


@pytest.mark.long
async def test_a_page_that_opens_while_the_telephone_rings_may_have_the_call(
    town: Exchange,
) -> None:
    await town.open()
    tablet, call = await town.dialled(codec=Codec.PCMU)
    await town.mama.sees("CALL_INCOMING")
    page = await town.phone()
    page.codec = Codec.PCMU
    await page.hears("ring", call=call)
    await page.say("answer")
    await page.connects()
    await town.mama.sees("CALL_CLOSED")
    await asyncio.sleep(0.5)
    assert loudness([data for *_, data in page.peer.heard], JULIAN_HZ) < NOT_THERE
    await page.say("key", digit="1")
    await page.hears("state", state="talking")
    await asyncio.sleep(0.3)
    heard = time.monotonic()
    await asyncio.sleep(0.8)
    assert loudness(page.peer.since(heard), JULIAN_HZ) > LOUD
    assert loudness(tablet.peer.since(heard), MAMA_HZ) > LOUD
    await page.say("hangup")
    await ended(town, call, EndReason.HUNG_UP_OUTSIDE)


# --- processes that die ---------------------------------------------------------------


async def test_a_killed_sip_process_ends_no_call_and_loses_no_hang_up(town: Exchange) -> None:
    await town.open()
    julian, call = await town.talking_on_phones()
    assert town.sip is not None
    await town.kill_sip(town.sip)
    await until(lambda: not town.engine.health()["sip"], "the engine noticing")
    assert tone_in(await since(town.mama, 0.6), JULIAN_HZ) > LOUD, "they talk on"
    await town.start_sip()
    assert town.control.end_of(call) is None
    town.mama.hangs_up()
    await ended(town, call, EndReason.HUNG_UP_OUTSIDE)
    seen = len(julian.events)
    await asyncio.sleep(2.5)
    julian.hangs_up()
    await julian.sees("CALL_CLOSED", after=seen)
    await until(lambda: town.engine.health()["telephones"] == 0, "no telephone left over")


@pytest.mark.long
async def test_a_sip_process_that_dies_while_it_rings_ends_that_call(town: Exchange) -> None:
    await town.open()
    _, call = await town.ringing()
    assert town.sip is not None
    await town.kill_sip(town.sip)
    await ended(town, call, EndReason.NOT_CONNECTED)


@pytest.mark.long
async def test_an_engine_that_goes_hangs_up_every_telephone(town: Exchange) -> None:
    await town.open()
    julian, _ = await town.talking_on_phones()
    assert town.engine.telephony is not None
    await town.engine.telephony.close()
    await town.mama.sees("CALL_CLOSED")
    await julian.sees("CALL_CLOSED")


with_rtpengine = pytest.mark.parametrize(
    "town", [pytest.param("rtpengine", marks=pytest.mark.rtpengine)], indirect=True
)


@with_rtpengine
@pytest.mark.long
async def test_a_killed_rtpengine_ends_calls_with_a_reason_and_is_used_again(
    town: Exchange, tmp_path: Path
) -> None:
    await town.open()
    julian, call = await town.talking_on_phones()
    await asyncio.sleep(1.5)
    await town.rtpengine.dies()
    end = await ended(town, call, EndReason.FAULT)
    _each_tone_in_its_own_channel(town, end, tmp_path)
    await town.mama.sees("CALL_CLOSED")
    await julian.sees("CALL_CLOSED")
    assert town.engine.health()["media_here"] is False
    assert town.engine.health()["telephones"] == 0

    await town.rtpengine.starts()
    await until(lambda: town.engine.health()["media_here"], "its return")
    seen, mama_seen = len(julian.events), len(town.mama.events)
    julian.calls("call", f"{INSIDE}:{town.sip_port}")
    await julian.sees("CALL_ESTABLISHED", after=seen)
    await julian.presses(f"{ID}#{PIN}#6175550142#")
    await town.mama.sees("CALL_INCOMING", after=mama_seen)


@with_rtpengine
@pytest.mark.long
async def test_without_rtpengine_nobody_waits(town: Exchange) -> None:
    await town.open()
    await town.rtpengine.dies()
    await until(lambda: not town.engine.health()["media_here"], "the engine noticing")
    julian = await town.handset()
    assert town.engine.telephony is not None
    await until(town.engine.telephony.handsets_seen, "its registration")
    julian.calls("call", f"{INSIDE}:{town.sip_port}")
    await julian.sees("CALL_CLOSED")
    tablet = await town.tablet()
    await tablet.say("dial", number=NUMBER, key="dial-key-1")
    await tablet.hears("error", code="engine.fault")
    (call,) = town.control.permits
    await ended(town, call, EndReason.FAULT)


async def test_without_a_sip_process_a_call_ends_as_not_connected_and_leaves_nothing(
    town: Exchange,
) -> None:
    await town.open()
    assert town.sip is not None
    await town.kill_sip(town.sip)
    await until(lambda: not town.engine.health()["sip"], "the engine noticing")
    tablet = await town.tablet()
    await tablet.say("dial", number=NUMBER, key="dial-key-1")
    call = (await tablet.hears("call"))["call"]
    await ended(town, call, EndReason.NOT_CONNECTED)
    assert town.engine.health()["telephones"] == 0
