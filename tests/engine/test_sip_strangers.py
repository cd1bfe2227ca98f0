"""Strangers on the SIP port: scanners get nothing, malformed messages let nobody in."""

import asyncio
import socket
import sys
import tracemalloc
from collections.abc import AsyncIterator
from hashlib import md5
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.control import Handset, Telephones
from kinline.core.ids import StationId
from kinline.engine.media.relay.engine import Relay
from kinline.engine.recorder import Recorder
from kinline.engine.signalling.sip import sdp
from kinline.engine.signalling.sip.guard import HANDSET_BURST, WRONG_BORNE, Guard, Verdict, form_of
from kinline.engine.signalling.sip.messages import Lines, Local
from kinline.engine.signalling.sip.sdp import SdpRefused
from kinline.engine.signalling.sip.telephony import Phone, Telephony
from tests.engine import torture
from tests.engine.baresip import free_port
from tests.engine.browsers import until

NEAR, FAR = "127.0.0.1", "127.0.0.9"
WARD = "127.0.1.0/28"  # ten more handsets, so that ten thousand messages take a minute
USER, SECRET = "wall1", "a-long-secret-of-a-wall-phone"


class Port:
    """A sip process and an engine's end of its line, and a socket to knock with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls: list[Phone] = []
        self.recorder = Recorder(folder / "recordings")
        relay = Relay(self.recorder, NEAR, (30_000, 39_998))
        self.telephony = Telephony(folder / "sip" / "e1.sock", relay, self.calls.append)
        self.port = free_port()
        self.sockets: list[socket.socket] = []
        self.process: asyncio.subprocess.Process

    async def open(self) -> None:
        self.telephony.use(
            Telephones(
                handsets=(Handset(StationId("wall-1"), USER, SECRET),),
                networks=(f"{NEAR}/32", WARD),
            )
        )
        await self.telephony.open()
        self.log = (self.folder / "sip.log").open("wb")
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kinline", "sip", f"--listen={NEAR}:{self.port}"),
            *("--engine", str(self.folder / "sip" / "e1.sock")),
            stdout=self.log,
            stderr=self.log,
        )
        await until(lambda: self.telephony.here, "the sip process")
        await asyncio.sleep(0.3)

    async def close(self) -> None:
        for one in self.sockets:
            one.close()
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self.telephony.close()
        self.recorder.close()
        self.log.close()

    def door(self, address: str = NEAR) -> socket.socket:
        found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        found.bind((address, 0))
        found.setblocking(False)
        self.sockets.append(found)
        return found

    async def ask(self, data: bytes, door: socket.socket, patience: float = 0.4) -> bytes:
        """What comes back, nothing if nothing does."""
        loop = asyncio.get_running_loop()
        filled = data.replace(b"{port}", str(door.getsockname()[1]).encode())
        await loop.sock_sendto(door, filled, (NEAR, self.port))
        try:
            async with asyncio.timeout(patience):
                return await loop.sock_recv(door, 8000)
        except TimeoutError:
            return b""

    async def lives(self) -> bool:
        """It still answers a plain question."""
        number = len(self.sockets)
        answer = await self.ask(torture.message(call=f"alive-{number}"), self.door(), 3.0)
        return answer.startswith(b"SIP/2.0 200")


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[Port]:
    port = Port(tmp_path)
    await port.open()
    yield port
    await port.close()


def answered(challenge: bytes, method: str, uri: str, secret: str, user: str = USER) -> str:
    """The Authorization to a challenge (RFC 2617, without qop)."""

    def part(name: str) -> str:
        text = challenge.decode()
        return text.split(f'{name}="', 1)[1].split('"', 1)[0]

    def digest(*words: str) -> str:
        return md5(":".join(words).encode()).hexdigest()

    one, two = digest(user, part("realm"), secret), digest(method, uri)
    return (
        f'Authorization: Digest username="{user}",realm="{part("realm")}",'
        f'nonce="{part("nonce")}",uri="{uri}",response="{digest(one, part("nonce"), two)}"'
    )


async def test_who_is_not_on_a_listed_network_gets_nothing(port: Port) -> None:
    far = port.door(FAR)
    for data in (torture.message(call="far"), torture.invite("far-i"), b"junk" * 20):
        assert await port.ask(data, far) == b""
    assert await port.lives()


async def test_an_unknown_name_and_a_wrong_password_look_alike_and_are_soon_not_answered(
    port: Port,
) -> None:
    door, first = port.door(), await port.ask(torture.invite("c0"), port.door())
    assert first.startswith(b"SIP/2.0 401")
    answers = []
    for number in range(WRONG_BORNE):
        word = answered(first, "INVITE", "sip:call@127.0.0.1", f"guess-{number}")
        answers.append(await port.ask(torture.invite(f"c{number + 1}", word), door, 3.0))
    assert all(answer.startswith(b"SIP/2.0 401") for answer in answers)
    word = answered(first, "INVITE", "sip:call@127.0.0.1", SECRET)
    assert await port.ask(torture.invite("right", word), port.door()) == b"", "not even the right"
    word = answered(first, "INVITE", "sip:call@127.0.0.1", "guess", user="nobody")
    unknown = await port.ask(torture.invite("u1", word), port.door())
    assert unknown.startswith(b"SIP/2.0 401")
    assert not port.calls


async def test_the_right_password_lets_a_call_in_and_only_one(port: Port) -> None:
    door = port.door()
    challenge = await port.ask(torture.invite("r0"), door)
    word = answered(challenge, "INVITE", "sip:call@127.0.0.1", SECRET)
    trying = await port.ask(torture.invite("r1", word), door)
    assert trying.startswith(b"SIP/2.0 100")
    await until(lambda: port.calls, "the call")
    assert port.calls[0].station == "wall-1"
    again = port.door()
    challenge = await port.ask(torture.invite("r2"), again)
    word = answered(challenge, "INVITE", "sip:call@127.0.0.1", SECRET)
    assert (await port.ask(torture.invite("r3", word), again)).startswith(b"SIP/2.0 486")


async def test_torture_lets_nobody_in_and_stops_nothing(port: Port) -> None:
    for name, data in torture.GOOD.items():
        answer = await port.ask(data, port.door(), 2.0)
        assert answer.startswith(b"SIP/2.0 200"), name
    for name, data in torture.BAD.items():
        assert await port.ask(data, port.door(), 0.05) == b"", name
    for name, data in torture.STRANGE_METHODS.items():
        answer = await port.ask(data, port.door(), 2.0)
        assert answer.startswith(b"SIP/2.0 405"), name
    assert await port.lives()
    assert not port.calls


@pytest.mark.parametrize("many", [300, pytest.param(10_000, marks=pytest.mark.long)])
async def test_mutated_messages_let_nobody_in_crash_nothing_and_fill_no_log(
    port: Port, many: int
) -> None:
    loop = asyncio.get_running_loop()
    doors = [port.door(f"127.0.1.{n}") for n in range(1, 11)]
    for seed in range(many):
        mutated = torture.mutated(seed)[:60_000]
        await loop.sock_sendto(doors[seed % len(doors)], mutated, (NEAR, port.port))
        await asyncio.sleep(0.0055)  # within what a handset may say: the guard lets it through
    await asyncio.sleep(0.5)
    assert port.process.returncode is None
    await asyncio.sleep(1.0)
    assert await port.lives()
    assert not port.calls
    assert (port.folder / "sip.log").stat().st_size < 20_000


# --- the guard by itself --------------------------------------------------------------


def test_a_flood_is_cut_off_and_others_are_not() -> None:
    guard = Guard()
    guard.allow(["10.20.30.0/24"], ["192.0.2.1"])
    good = torture.message()
    verdicts = [guard.judge(good, "10.20.30.7", now=0.0) for _ in range(500)]
    assert verdicts.count(Verdict.PASS) == int(HANDSET_BURST)
    assert verdicts[-1] is Verdict.TOO_MANY
    assert guard.judge(good, "10.20.30.8", now=0.0) is Verdict.PASS
    assert guard.judge(good, "10.20.30.7", now=1.0) is Verdict.PASS, "and not for ever"
    carrier = [guard.judge(good, "192.0.2.1", now=0.0) for _ in range(3000)]
    assert set(carrier) == {Verdict.PASS}, "a carrier speaks for many"
    assert guard.judge(good, "10.20.31.7", now=1.0) is Verdict.STRANGER
    assert guard.counts[Verdict.STRANGER] == 1


def test_a_hostile_neighbour_locks_nobody_else_out() -> None:
    guard = Guard()
    for n in range(50):
        guard.note_wrong("10.20.30.7", "wall1", float(n) / 10)
    assert guard.guesses("10.20.30.7", "wall1", 6.0)
    assert not guard.guesses("10.20.30.8", "wall1", 6.0)
    assert not guard.guesses("10.20.30.7", "wall2", 6.0)
    assert not guard.guesses("10.20.30.7", "wall1", 70.0)


def test_a_flood_from_very_many_sources_takes_no_more_memory_than_from_many() -> None:
    """Sources can be made up: each message from another address, each guess for another name."""
    guard = Guard()
    guard.allow(["10.0.0.0/8"], [])
    fragment = torture.message()[:90]  # what is torn off in the middle is no message

    def flood(first: int, many: int) -> None:
        for number in range(first, first + many):
            address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            assert guard.judge(fragment, address, now=0.0) is Verdict.MALFORMED
            guard.note_wrong(address, f"name-{number}", now=0.0)
            guard.judge(fragment, f"192.0.2.{number}", now=0.0)

    tracemalloc.start()
    flood(0, 20_000)
    before = tracemalloc.get_traced_memory()[0]
    flood(20_000, 20_000)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 200_000
    assert guard.judge(torture.message(), "10.200.0.1", now=0.0) is Verdict.PASS, "others are heard"


@given(st.binary(max_size=600))
def test_the_frame_of_anything_can_be_judged(data: bytes) -> None:
    assert form_of(data) in Verdict


# --- descriptions ---------------------------------------------------------------------


def offer(*rows: str) -> str:
    head = ["v=0", "o=- 1 1 IN IP4 10.20.30.7", "s=-", "c=IN IP4 10.20.30.7", "t=0 0"]
    return "\r\n".join([*head, *rows, ""])


def test_a_telephones_offer_is_understood_and_its_other_lines_declined() -> None:
    keys = "a=rtpmap:96 telephone-event/8000"
    said = sdp.read(
        offer("m=video 5000 RTP/AVP 99", "m=audio 4000 RTP/AVP 18 8 0 96", keys, "a=sendrecv")
    )
    assert (said.media.address, said.media.port) == ("10.20.30.7", 4000)
    assert (said.media.law, said.media.digits) == ("pcmu", 96)
    assert sdp.read(offer("m=audio 4000 RTP/AVP 0 8"), law="pcma").media.law == "pcma"
    answer = sdp.written(Local("10.20.30.1", 30_000, "pcmu"), number=1, peer=said)
    lines = [row for row in answer.splitlines() if row.startswith("m=")]
    assert lines == ["m=video 0 RTP/AVP 99", "m=audio 30000 RTP/AVP 0 96"]


@pytest.mark.parametrize(
    ("row", "sends", "hears", "mirror"),
    [
        ("a=sendrecv", True, True, "a=sendrecv"),
        ("a=sendonly", True, False, "a=recvonly"),
        ("a=recvonly", False, True, "a=sendonly"),
        ("a=inactive", False, False, "a=inactive"),
    ],
)
def test_hold_in_each_of_its_forms(row: str, sends: bool, hears: bool, mirror: str) -> None:
    said = sdp.read(offer("m=audio 4000 RTP/AVP 0", row))
    assert (said.media.sends, said.media.hears) == (sends, hears)
    assert mirror in sdp.written(Local("10.20.30.1", 30_000, "pcmu"), number=1, peer=said)
    zeros = offer("m=audio 4000 RTP/AVP 0").replace("c=IN IP4 10.20.30.7", "c=IN IP4 0.0.0.0")
    assert not sdp.read(zeros).media.hears, "as older telephones hold"


@pytest.mark.parametrize(
    "text",
    [
        "", "hello", "v=0\r\n", offer("m=audio 4000 RTP/AVP 18"), offer("m=audio 0 RTP/AVP 0"),
        offer("m=audio 4000 RTP/SAVP 0"), offer("m=audio 99999 RTP/AVP 0"), offer("m=audio"),
        offer("m=audio 4000 RTP/AVP 0", "c=IN IP4 evil.example"), offer("c=IN") + "m=",
        offer(*["m=audio 4000 RTP/AVP 0"] * 2000),
    ],
)  # fmt: skip
def test_a_description_without_usable_sound_is_refused(text: str) -> None:
    with pytest.raises(SdpRefused):
        sdp.read(text)


@given(st.text(max_size=400))
def test_any_text_is_a_description_or_refused(text: str) -> None:
    for candidate in (text, offer(text), offer("m=audio 4000 RTP/AVP 0", text)):
        try:
            sdp.read(candidate)
        except SdpRefused:
            continue


def test_lines_come_whole_however_they_are_cut_and_never_without_end() -> None:
    lines = Lines()
    assert list(lines.feed(b"ab")) == []
    assert list(lines.feed(b"c\nde\nf")) == [b"abc", b"de"]
    with pytest.raises(ValueError, match="without an end"):
        list(lines.feed(b"x" * 300_000))
