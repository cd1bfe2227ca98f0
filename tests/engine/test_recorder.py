"""The recorder: sealed files, disks that fail, and folders that are not its own."""

import asyncio
import base64
import time
from pathlib import Path

import pytest

from kinline.core.call.states import Side
from kinline.core.control import RecordingGrant, Step
from kinline.core.ids import RecordingId
from kinline.engine.fake_control import fresh_key
from kinline.engine.recorder import Recorder
from kinline.sealed.track import Track
from tests.engine.browsers import tone, until
from tests.engine.conftest import Town


def grant(folder: str = "2026-11/c1") -> RecordingGrant:
    return RecordingGrant(RecordingId("r1"), folder, fresh_key())


async def test_chunks_hold_a_second_at_most_and_nothing_in_clear(tmp_path: Path) -> None:
    recorder, right = Recorder(tmp_path), grant()
    recording = recorder.record(right, print)
    packets, began = tone(440, 2.0), time.monotonic()
    for number, packet in enumerate(packets):
        await asyncio.sleep(began + number * 0.02 - time.monotonic())
        recording.sink(Side.INSIDE)(packet, number * 960, time.monotonic())
    inside, outside = await recording.close()
    recorder.close()
    data = (tmp_path / inside.path).read_bytes()
    assert inside.chunks >= 2
    assert not any(packet in data for packet in packets if len(packet) > 8)
    with (tmp_path / inside.path).open("rb") as file:
        track = Track(file, base64.b64decode(right.data_key))
        assert [frame.packet for frame in track] == list(packets)
    assert (outside.seconds, outside.chunks) == (0, 1), "a silent side has its closing chunk"
    assert (tmp_path / inside.path).stat().st_mode & 0o777 == 0o600


async def test_a_second_recording_in_the_same_folder_is_another_part(tmp_path: Path) -> None:
    recorder, right = Recorder(tmp_path), grant()
    paths = [(await recorder.record(right, print).close())[0].path for _ in range(2)]
    assert paths == ["2026-11/c1/inside.0.ktrack", "2026-11/c1/inside.1.ktrack"]
    recorder.close()


@pytest.mark.parametrize("folder", ["../elsewhere", "/etc", "a/../../b", ""])
async def test_a_folder_outside_the_recordings_is_refused(tmp_path: Path, folder: str) -> None:
    recorder = Recorder(tmp_path)
    with pytest.raises(ValueError, match="inside its root"):
        recorder.record(grant(folder), print)
    recorder.close()


async def test_a_disk_that_cannot_be_written_is_told_and_the_call_goes_on(town: Town) -> None:
    town.settings.data.mkdir(parents=True, exist_ok=True)
    town.settings.recordings.write_text("a file where the folder should be")
    _, phone, call = await town.talking()
    await until(lambda: Step.RECORDING_FAILED in town.control.steps(call), "the alarm")
    seen = phone.peer.count
    await until(lambda: phone.peer.count > seen + 10, "the talk going on")
    assert town.engine.health()["recording_failures"] == 1
    await phone.say("hangup")
    end = await until(lambda: town.control.end_of(call), "the end")
    assert end.tracks == ()


async def test_a_grant_without_a_usable_key_opens_no_call(town: Town) -> None:
    town.control.permit_changes = {"recording": RecordingGrant(RecordingId("r"), "r", "c2hvcnQ=")}
    tablet = await town.tablet()
    await tablet.say("dial", number="+16175550142", key="dial-key-1")
    await tablet.hears("error", code="engine.fault")
    (call,) = town.control.permits
    end = await until(lambda: town.control.end_of(call), "the end in the books")
    assert end.reason == "fault"
