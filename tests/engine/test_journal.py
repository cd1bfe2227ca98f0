"""The journal and the teller: nothing lost, nothing twice, in order."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kinline.core.call.states import EndReason
from kinline.core.control import Ended, Progress, Step
from kinline.core.ids import CallId, EngineId
from kinline.engine.control_client import journalled, plain
from kinline.engine.fake_control import FakeControl
from kinline.engine.journal import ROTATE_BYTES, Journal, encoded, unacknowledged
from kinline.engine.teller import Teller
from tests.engine.browsers import until

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def progress(call: str, seq: int, step: Step = Step.RANG) -> Progress:
    return Progress(CallId(call), seq, EngineId("e1"), "boot-1", step, AT)


def ended(call: str, seq: int) -> Ended:
    return Ended(CallId(call), seq, EngineId("e1"), "boot-1", EndReason.TIME_UP, AT)


def test_a_message_comes_out_of_the_journal_as_it_went_in(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "boot-1")
    journal.append("ended", "c1", plain(ended("c1", 4)))
    (file,) = Journal(tmp_path, "boot-2").earlier()
    (line,) = unacknowledged(file)
    assert journalled(line.verb, line.body) == ended("c1", 4)


def test_what_is_acknowledged_is_not_told_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "boot-1")
    first = journal.append("progress", "c1", plain(progress("c1", 1)))
    second = journal.append("progress", "c1", plain(progress("c1", 2)))
    journal.acknowledge(first)
    (file,) = Journal(tmp_path, "boot-2").earlier()
    assert unacknowledged(file) == [second]


def test_a_torn_last_line_is_dropped_and_a_damaged_one_left_out(tmp_path: Path) -> None:
    lines = [
        encoded({"n": n, "verb": "progress", "about": "c1", "body": plain(progress("c1", n))})
        for n in (1, 2, 3)
    ]
    file = tmp_path / "boot-1.0000.journal"
    file.write_bytes(lines[0] + lines[1].replace(b"rang", b"wrng") + lines[2])
    assert [line.number for line in unacknowledged(file)] == [1, 3]
    for cut in range(1, len(lines[2])):
        file.write_bytes(lines[0] + lines[1] + lines[2][:-cut])
        assert [line.number for line in unacknowledged(file)] == [1, 2]


def test_files_go_when_everything_in_them_is_acknowledged(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "boot-1")
    body = {"filler": "x" * ROTATE_BYTES}
    journal.acknowledge(journal.append("progress", "c1", body))
    assert not list(tmp_path.iterdir())
    journal.append("progress", "c2", body)
    journal.close()
    assert len(list(tmp_path.iterdir())) == 1


async def test_messages_reach_web_in_order_after_it_was_away(tmp_path: Path) -> None:
    control = FakeControl(away=True)
    over: list[str] = []
    teller = Teller(control, Journal(tmp_path, "boot-1"), over.append)
    told = [progress("c1", 1), progress("c1", 2, Step.ANSWERED), ended("c1", 3)]
    for event in told:
        teller.tell(event)
    await until(lambda: list(tmp_path.glob("*.journal")), "the journal")
    assert not control.told
    control.away = False
    await until(lambda: over == ["c1"], "the end told")
    assert control.told == told
    assert teller.backlog == 0
    await teller.close()
    assert not list(tmp_path.iterdir()), "nothing is left to tell"


async def test_the_next_boot_tells_what_this_one_could_not_before_anything_else(
    tmp_path: Path,
) -> None:
    control = FakeControl(away=True)
    first = Teller(control, Journal(tmp_path, "boot-1"))
    for event in (progress("c1", 1), ended("c1", 2)):
        first.tell(event)
    await first.drain(0.1)
    await first.close()
    control.away = False
    second = Teller(control, Journal(tmp_path, "boot-2"))
    await second.replay()
    assert control.told == [progress("c1", 1), ended("c1", 2)]
    await second.close()
    assert not list(tmp_path.iterdir())


async def test_a_full_disk_does_not_keep_a_message_from_web(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Journal, "append_all", full)
    control = FakeControl()
    teller = Teller(control, Journal(tmp_path, "boot-1"))
    teller.tell(ended("c1", 1))
    await until(lambda: control.told, "the message")
    assert teller.unwritten == 1
    await teller.close()


async def test_messages_that_gather_share_a_sync_and_arrive_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced, sync = [], os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda handle: (synced.append(handle), sync(handle)))
    control = FakeControl()
    teller = Teller(control, Journal(tmp_path, "boot-1"))
    told = [progress("c1", number) for number in range(1, 41)]
    for event in told:
        teller.tell(event)
    await until(lambda: len(control.told) == 40, "all of them")
    assert control.told == told
    assert 1 <= len(synced) <= 3, "a disk takes some hundred syncs a second"
    await teller.close()
