"""Private calls: nothing is recorded because nothing could be."""

import ast
import asyncio
import importlib.util
from pathlib import Path
from typing import get_args

import pytest

import kinline.engine.private as private
from kinline.core.call.states import EndReason
from kinline.core.control import PrivatePermit, RecordingGrant
from kinline.core.ids import RecordingId
from kinline.engine.fake_control import fresh_key
from kinline.engine.media.relay.bridge import Bridge
from kinline.engine.media.relay.engine import Relay
from kinline.engine.media.relay.room import open_room
from kinline.engine.media.rtpengine.bridge import Bridge as RtpengineBridge
from kinline.engine.media.rtpengine.client import Client
from kinline.engine.media.rtpengine.room import Room as RtpengineRoom
from kinline.engine.media.rtpengine.session import Command, Session
from kinline.engine.private_visit import PrivateVisit
from kinline.engine.recorder import Recorder
from kinline.sealed.codec import Codec
from tests.engine.browsers import until
from tests.engine.conftest import Town

FORBIDDEN = (
    "kinline.engine.recorder",
    "kinline.engine.track_file",
    "kinline.engine.visit_recording",
    "kinline.engine.media.visit_port",
    "kinline.engine.media.tones",
    "kinline.engine.media.relay.kept",
    "kinline.engine.media.relay.room",
    "kinline.engine.media.relay.visit.room",
    "kinline.engine.media.rtpengine.room",
    "kinline.engine.media.rtpengine.fork",
    "kinline.engine.media.rtpengine.booth",
    "kinline.sealed.track",
)
GRANT = RecordingGrant(RecordingId("r1"), "r1", fresh_key())


async def test_a_private_call_is_carried_and_leaves_not_one_byte(town: Town) -> None:
    town.control.private = True
    tablet, phone, call = await town.talking()
    state = await phone.hears("state", state="talking")
    assert state["recorded"] is False
    await until(lambda: phone.peer.count > 50 and tablet.peer.count > 50, "a talk")
    assert not town.settings.recordings.exists() or not list(town.settings.recordings.iterdir())
    await phone.say("hangup")
    end = await until(lambda: town.control.end_of(call), "the end")
    assert (end.reason, end.tracks) == (EndReason.HUNG_UP_OUTSIDE, ())
    await asyncio.sleep(0.3)
    assert not town.recordings
    permit = town.control.permits[call]
    assert permit.recording is None
    assert fresh_key() not in repr(permit)


@pytest.mark.parametrize("kind", [private.PrivateRoom, Bridge, RtpengineBridge])
def test_a_private_room_has_nothing_to_let_a_third_party_in(kind: type) -> None:
    names = {name.lower() for name in dir(kind)}
    for word in (
        "record",
        "listen",
        "monitor",
        "subscribe",
        "tap",
        "tone",
        "sink",
        "source",
        "track",
    ):
        assert not [name for name in names if word in name], word


def test_a_session_at_rtpengine_has_no_word_for_a_third_party() -> None:
    said = set(get_args(Command))
    assert {"offer", "block media", "play media"} <= said
    assert not [word for word in said if "record" in word or word.startswith("subscribe")]


async def test_a_room_of_rtpengine_that_can_be_recorded_is_no_private_room(tmp_path: Path) -> None:
    recorder, client = Recorder(tmp_path), Client(("127.0.0.1", 9), "e1/", print, print)
    session = Session(client, "e1/1", Codec.PCMU)
    bare = {"silent_after": 1, "codec": Codec.PCMU, "whole": False}
    private.PrivateRoom(RtpengineBridge(session, print, **bare))
    with pytest.raises(TypeError):
        private.PrivateRoom(RtpengineRoom(session, client, GRANT, recorder, print, **bare))
    recorder.close()


async def test_each_kind_of_room_opens_under_its_own_right_alone(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    relay = Relay(recorder, "127.0.0.1", (30_000, 39_998))
    with pytest.raises(TypeError):
        await private.open_private_room(GRANT, relay, print, silent_after=1)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        open_room(PrivatePermit("attorney"), recorder, print, silent_after=1)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        recorder.record(PrivatePermit("attorney"), print)  # type: ignore[arg-type]
    room = await relay.open_room(GRANT, print, silent_after=1, codec=Codec.PCMU)
    with pytest.raises(TypeError):
        private.PrivateRoom(room)
    await room.close()
    recorder.close()


def imports_of(module: str) -> set[str]:
    """Every module of ours that a module imports, at any place in it and through any other."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        waiting += _direct_imports(name)
    return found


def _direct_imports(module: str) -> list[str]:
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    names = list[str]()
    for node in ast.walk(ast.parse(Path(spec.origin).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in names if name.startswith("kinline") and _is_module(name)]


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def test_the_module_of_private_visits_reaches_nothing_that_carries_or_keeps_media() -> None:
    reached = imports_of("kinline.engine.private_visit")
    assert "kinline.engine.visit.conversation" in reached, "the walk sees what is there"
    assert not reached & set(FORBIDDEN)
    # What telephones' lines are called is all that it knows of media; nothing there carries any.
    media = {one for one in reached if one.startswith("kinline.engine.media")}
    assert media <= {"kinline.engine.media", "kinline.engine.media.port"}
    assert "kinline.engine.recorder" in imports_of("kinline.engine.visit.hall"), "and what is not"


def test_a_private_visit_has_nothing_to_let_a_third_party_in() -> None:
    names = {name.lower() for name in dir(PrivateVisit)}
    for word in ("record", "listen", "monitor", "subscribe", "watch", "room", "sight", "sink"):
        assert not [name for name in names if word in name], word


def test_the_private_module_reaches_the_recorder_by_no_import() -> None:
    reached = imports_of("kinline.engine.private")
    assert "kinline.engine.media.relay.source" in reached, "the walk sees what is there"
    assert "kinline.engine.media.rtpengine.session" in reached
    assert not reached & set(FORBIDDEN)
    for room in ("relay", "rtpengine"):
        able = imports_of(f"kinline.engine.media.{room}.room")
        assert "kinline.engine.recorder" in able, "and what is not"
