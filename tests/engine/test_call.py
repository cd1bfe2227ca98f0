"""One call from dial to end, with real connections on both sides."""

import base64

from kinline.core.call.states import EndReason
from kinline.core.control import Step
from kinline.sealed.track import Track
from tests.engine.browsers import until
from tests.engine.conftest import Town


async def test_julian_calls_his_mother_and_each_is_recorded_on_an_own_track(town: Town) -> None:
    phone = await town.phone()
    tablet, call = await town.dialled()
    await tablet.hears("state", state="ringing")
    await until(lambda: tablet.announcer.count > 10, "the ringing tone")
    await phone.hears("ring", call=call)
    await phone.say("answer")
    await phone.connects()
    await until(lambda: phone.announcer.count > 10, "the announcement")
    assert phone.peer.count == 0, "no sound may pass before acceptance"
    assert tablet.peer.count == 0

    await phone.say("key", digit="1")
    state = await tablet.hears("state", state="talking")
    assert state["recorded"] is True
    assert state["limit_seconds"] == 1200
    await until(lambda: phone.peer.count > 40 and tablet.peer.count > 40, "both hear each other")

    await tablet.say("hangup")
    for page in (tablet, phone):
        ended = await page.hears("ended", call=call)
        assert ended["reason"] == EndReason.HUNG_UP_INSIDE
    end = await until(lambda: town.control.end_of(call), "the end in the books")
    assert end.reason is EndReason.HUNG_UP_INSIDE
    assert town.control.steps(call) == [Step.RANG, Step.ANSWERED, Step.ACCEPTED]
    grant = town.control.permits[call].recording
    assert grant is not None
    for fact in end.tracks:
        with (town.settings.recordings / fact.path).open("rb") as file:
            track = Track(file, base64.b64decode(grant.data_key))
            frames = list(track)
        assert track.complete
        assert len(frames) > 35
