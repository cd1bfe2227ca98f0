"""The line to rtpengine, when what answers is slow, deaf, confused or gone."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.engine.media.port import MediaAway
from kinline.engine.media.rtpengine.bencode import decoded, encoded
from kinline.engine.media.rtpengine.client import Client, Refused
from kinline.engine.settings import from_arguments
from tests.engine.browsers import until
from tests.engine.rtpengines import HOST, free_pair

values = st.recursive(
    st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


class Fake:
    """Answers commands on a free port. `how` is given each cookie and command, and sends."""

    def __init__(self) -> None:
        self.address = (HOST, free_pair())
        self.asked: list[tuple[bytes, dict[str, Any]]] = []
        self.calls: list[str] = []
        self.how: Callable[[Fake, bytes, dict[str, Any]], None] = Fake.properly
        self._from: tuple[str, int] = self.address
        self.starts()

    def starts(self) -> None:
        self._door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._door.bind(self.address)
        self._door.setblocking(False)
        asyncio.get_running_loop().add_reader(self._door, self._readable)

    def dies(self) -> None:
        asyncio.get_running_loop().remove_reader(self._door)
        self._door.close()

    def sends(self, data: bytes) -> None:
        self._door.sendto(data, self._from)

    def properly(self, cookie: bytes, command: dict[str, Any]) -> None:
        answer: dict[str, Any] = {"result": "ok"}
        match command["command"]:
            case "ping":
                answer = {"result": "pong"}
            case "list":
                answer["calls"] = self.calls
            case "delete":
                self.calls.remove(command["call-id"])
        self.sends(cookie + b" " + encoded(answer))

    def count(self, command: str) -> int:
        return sum(one["command"] == command for _, one in self.asked)

    def _readable(self) -> None:
        data, self._from = self._door.recvfrom(65_536)
        cookie, _, text = data.partition(b" ")
        self.asked.append((cookie, decoded(text)))
        self.how(self, cookie, decoded(text))


class Line:
    """A client, and what it told."""

    def __init__(self, fake: Fake) -> None:
        self.keys: list[tuple[str, str, str]] = []
        self.gone = 0
        self.client = Client(fake.address, "kinline/e1/", self._key, self._gone)

    def _key(self, *key: str) -> None:
        self.keys.append(key)  # type: ignore[arg-type]

    def _gone(self) -> None:
        self.gone += 1


@pytest.fixture
async def fake() -> AsyncIterator[Fake]:
    fake = Fake()
    yield fake
    fake.dies()


@pytest.fixture
async def line(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    monkeypatch.setattr(Client, "PAUSES", (0.05, 0.1, 0.1))
    monkeypatch.setattr(Client, "PING_SECONDS", 0.05)
    line = Line(fake)
    await line.client.open()
    yield line
    await line.client.close()


@given(values)
def test_bencode_comes_back_as_it_went(value: Any) -> None:
    assert decoded(encoded(value)) == value


def test_sound_goes_out_as_bytes_and_keeps_its_length() -> None:
    assert encoded({"blob": b"\xff\x00e"}) == b"d4:blob3:\xff\x00ee"


@given(st.binary(max_size=60))
def test_whatever_comes_in_is_a_value_or_a_value_error(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        decoded(data)


@pytest.mark.parametrize(
    "data", [b"", b"i1", b"l", b"d1:ae", b"di1ei2ee", b"5:abc", b"-1:", b"i1ei2e", b"l" * 999]
)
def test_what_is_no_bencode_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decoded(data)


async def test_an_answer_is_an_answer_and_a_refusal_has_its_reason(fake: Fake, line: Line) -> None:
    assert (await line.client.ask("query", call_id="c", rtcp_mux=["demux"]))["result"] == "ok"
    assert fake.asked[-1][1] == {"command": "query", "call-id": "c", "rtcp-mux": ["demux"]}

    def refuses(fake: Fake, cookie: bytes, command: dict[str, Any]) -> None:
        if command["command"] == "query":
            no = {"result": "error", "error-reason": "Unknown call-id"}
            fake.sends(cookie + b" " + encoded(no))
        else:
            fake.properly(cookie, command)

    fake.how = refuses
    with pytest.raises(Refused, match="Unknown call-id"):
        await line.client.ask("query", call_id="c")


async def test_a_lost_answer_is_asked_for_again_under_the_same_cookie(
    fake: Fake, line: Line
) -> None:
    lost: list[bytes] = []

    def loses_the_first(fake: Fake, cookie: bytes, command: dict[str, Any]) -> None:
        if command["command"] == "play media" and not lost:
            lost.append(cookie)
        else:
            fake.properly(cookie, command)

    fake.how = loses_the_first
    await line.client.ask("play media", call_id="c")
    cookies = {cookie for cookie, one in fake.asked if one["command"] == "play media"}
    assert cookies == set(lost), "rtpengine knows by it that this was done already"
    assert fake.count("play media") == 2


async def test_garbage_late_and_doubled_answers_change_nothing(fake: Fake, line: Line) -> None:
    def confused(fake: Fake, cookie: bytes, command: dict[str, Any]) -> None:
        for data in (b"", b"\xff\xfe", cookie, cookie + b" nonsense", cookie + b" i1e"):
            fake.sends(data)
        fake.properly(b"another", command)
        fake.properly(cookie, command)
        fake.properly(cookie, command)

    fake.how = confused
    assert (await line.client.ask("query"))["result"] == "ok"
    assert line.client.garbage >= 3
    assert (await line.client.ask("query"))["result"] == "ok"


async def test_no_answer_is_said_in_good_time_and_comes_as_a_loss_once(
    fake: Fake, line: Line
) -> None:
    assert line.client.here
    fake.how = lambda *_: None
    began = asyncio.get_running_loop().time()
    with pytest.raises(MediaAway):
        await line.client.ask("offer")
    assert asyncio.get_running_loop().time() - began < 1
    await until(lambda: line.gone, "the loss")
    await asyncio.sleep(0.6)
    assert (line.gone, line.client.here) == (1, False)

    fake.how = Fake.properly
    await until(lambda: line.client.here, "its return")


async def test_a_closed_port_is_no_surprise(fake: Fake, line: Line) -> None:
    fake.dies()
    with pytest.raises(MediaAway):
        await line.client.ask("offer")
    fake.starts()
    await until(lambda: line.client.here, "its return")
    assert await line.client.ask("offer")


async def test_what_a_dead_engine_left_behind_is_ended_and_nothing_else(fake: Fake) -> None:
    fake.calls = ["kinline/e1/0001-ab/7", "kinline/e1/0002-cd/1", "kinline/e2/0001-ab/1", "other"]
    line = Line(fake)
    line.client.calls.add("kinline/e1/0002-cd/1")
    await line.client.open()
    assert fake.calls == ["kinline/e1/0002-cd/1", "kinline/e2/0001-ab/1", "other"]
    await line.client.close()


async def test_a_command_too_long_for_a_datagram_is_our_own_mistake(line: Line) -> None:
    with pytest.raises(ValueError, match="too long"):
        await line.client.ask("play media", blob=b"\xff" * 65_000)


def notice(**changes: Any) -> bytes:
    """A key as rtpengine 10.5 tells it."""
    told = {
        "callid": "c1", "source_tag": "inside", "tags": ["outside", "inside"], "type": "DTMF",
        "timestamp": 1_795_669_354, "source_ip": "127.0.0.1", "event": 5, "duration": 100,
        "volume": 10,
    }  # fmt: skip
    return json.dumps(told | changes).encode()


async def test_each_notice_is_one_key_even_within_one_second(fake: Fake, line: Line) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        to = (HOST, fake.address[1] + 1)
        for event in (5, 5, 10, 11):
            door.sendto(notice(event=event), to)
        for junk in (b"", b"{}", b"[1]", b"\xff", notice(event="5"), notice(event=16)):
            door.sendto(junk, to)
        door.sendto(notice(event=0, source_tag="outside"), to)
        await until(lambda: len(line.keys) == 5, "the keys")
    assert [key for _, _, key in line.keys] == ["5", "5", "*", "#", "0"]
    assert line.keys[-1] == ("c1", "outside", "0")


async def test_keys_from_another_address_are_nobodys(fake: Fake, line: Line) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.3", 0))
        door.sendto(notice(), (HOST, fake.address[1] + 1))
        await asyncio.sleep(0.1)
    assert not line.keys


@pytest.mark.parametrize("word", ["10.20.30.1:2223", "rtpengine:2223", "127.0.0.1", "127.0.0.1:80"])
def test_commands_go_to_this_machine_alone(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--id=e1", "--listen=127.0.0.1:0", "--control=http://x", "--data=d", "--keys=k"]
    assert from_arguments([*words, "--rtpengine=127.0.0.1:2223"]).rtpengine == (HOST, 2223)
    with pytest.raises(SystemExit):
        from_arguments([*words, f"--rtpengine={word}"])
    assert word in capsys.readouterr().err
