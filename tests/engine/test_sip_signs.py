"""What SIP gives away of a third party: read from messages, and in calls of a real sip process."""

import asyncio
import time
from pathlib import Path

import pytest

from kinline.core.call.signs import SignKind
from kinline.engine.signalling.sip.messages import Answered, Gone, HangUp, Moved, Noticed
from kinline.engine.signalling.sip.signs import glanced, shown
from tests.engine.baresip import free_port
from tests.engine.browsers import until
from tests.engine.carrier import Carrier
from tests.engine.fake_engine import FakeEngine
from tests.engine.sipp import Sipp, forwarding
from tests.engine.test_sip_trunks import talking, trunk

DIALLED = "+16175550142"
COUSIN = "<sip:+15085550177@carrier.example;user=phone>"
FLAGGED_SECONDS = 3.0


def message(first: str, *rows: str, body: str = "") -> bytes:
    head = [
        first,
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
        "From: <sip:a@b>;tag=1",
        "To: <sip:c@d>",
        "Call-ID: one",
        "CSeq: 1 INVITE",
    ]
    return "\r\n".join([*head, *rows, "", body]).encode()


def kinds(data: bytes, dialled: str = DIALLED) -> list[SignKind]:
    glance = glanced(data)
    return [] if glance is None else [kind for kind, _ in shown(glance, dialled)]


@pytest.mark.parametrize(
    "row",
    [
        f"Diversion: {COUSIN};reason=unconditional",
        f"diversion :{COUSIN}",
        f"Diversion:\r\n {COUSIN};reason=no-answer",
        "History-Info: <sip:6175550142@a>;index=1, <sip:5085550177@a;cause=302>;index=1.1;mp=1",
        f"History-Info: <sip:{DIALLED}@a?Reason=SIP%3Bcause%3D486>;index=1",
        f"HISTORY-INFO: {COUSIN};index=1",
    ],
    ids=["diversion", "small letters", "folded", "retargeted", "a cause", "somebody else"],
)
@pytest.mark.parametrize(
    "first",
    ["SIP/2.0 180 Ringing", "SIP/2.0 183 Session Progress", "SIP/2.0 200 OK", "BYE sip:a SIP/2.0"],
    ids=["180", "183", "200", "BYE"],
)
def test_a_header_says_that_the_call_was_forwarded(first: str, row: str) -> None:
    assert kinds(message(first, row)) == [SignKind.DIVERTED]


@pytest.mark.parametrize(
    "row",
    [
        "Contact: <sip:carrier@192.0.2.7>",
        "History-Info: <sip:+16175550142@carrier.example>;index=1",
        "History-Info: <sip:6175550142@a>;index=1, <sip:mama@192.0.2.9>;index=1.1;rc=1",
        "Subject: Diversion: none",
        "X-Diversion: <sip:+15085550177@a>",
    ],
    ids=["plain", "who was called", "on the way to her", "in a text", "another header"],
)
def test_the_way_to_who_was_called_is_no_sign(row: str) -> None:
    assert kinds(message("SIP/2.0 180 Ringing", row)) == []


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        ("SIP/2.0 181 Call Is Being Forwarded", SignKind.DIVERTED),
        ("SIP/2.0 302 Moved Temporarily", SignKind.REDIRECTED),
        ("SIP/2.0 300 Multiple Choices", SignKind.REDIRECTED),
        ("REFER sip:us@192.0.2.1 SIP/2.0", SignKind.REFERRED),
    ],
)
def test_an_answer_and_a_request_say_it_too(first: str, kind: SignKind) -> None:
    assert kinds(message(first, f"Contact: {COUSIN}", f"Refer-To: {COUSIN}")) == [kind]


@pytest.mark.parametrize(
    "first",
    ["SIP/2.0 200 OK", "SIP/2.0 486 Busy Here", "INVITE sip:us SIP/2.0", "BYE sip:us SIP/2.0"],
)
def test_ordinary_messages_say_nothing(first: str) -> None:
    assert kinds(message(first, "Contact: <sip:carrier@192.0.2.7>")) == []


@pytest.mark.parametrize("body", ["", "c=IN IP4", "c=IN IP4 no address", "\0\r\nc=IN IP6 ::"])
def test_nonsense_is_looked_at_without_a_fall(body: str) -> None:
    glance = glanced(message("INVITE sip:us SIP/2.0", "Contact: <sip:>", "Contact", body=body))
    assert glance is not None
    assert glance.hosts in ((), ("no",))


# --- in a call --------------------------------------------------------------------------


async def noticed(engine: FakeEngine, dialog: str, since: float) -> Noticed:
    told = await engine.hears(dialog, Noticed)
    assert isinstance(told, Noticed)
    assert time.monotonic() - since < FLAGGED_SECONDS
    return told


def told_of(engine: FakeEngine) -> list[Noticed]:
    return [one for one in engine.told if isinstance(one, Noticed)]


@pytest.mark.parametrize("status", ["180 Ringing", "183 Session Progress", "200 OK"])
@pytest.mark.parametrize("header", ["Diversion", "History-Info"])
async def test_a_call_that_was_forwarded_is_told_once(
    tmp_path: Path, status: str, header: str
) -> None:
    value = f"{COUSIN};reason=unconditional;index=1.1"
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        dialog = engine.dial()
        invite = await outside.hears("INVITE")
        began = time.monotonic()
        outside.answers(invite, status, "sendrecv", more=f"{header}: {value}")
        told = await noticed(engine, dialog, began)
        assert told.kind is SignKind.DIVERTED
        assert told.evidence == {"header": header, "value": value, "in": status}
        outside.answers(invite, "200 OK", "sendrecv", more=f"{header}: {value}")
        await engine.hears(dialog, Answered)
        assert told_of(engine) == [told]
        assert "5550177" not in engine.log, "numbers are not for logs"


async def test_a_redirection_is_told_and_not_followed(tmp_path: Path) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        dialog = engine.dial()
        invite = await outside.hears("INVITE")
        began = time.monotonic()
        outside.answers(invite, "302 Moved Temporarily", more=f"Contact: {COUSIN}")
        told = await noticed(engine, dialog, began)
        assert told.kind is SignKind.REDIRECTED
        assert told.evidence["status"] == "302 Moved Temporarily"
        assert "+15085550177" in told.evidence["contact"]
        await engine.hears(dialog, Gone)
        await outside.hears("ACK")
        with pytest.raises(TimeoutError):
            await outside.hears("INVITE", patience=0.5)


async def test_a_transfer_is_told_refused_and_the_talk_goes_on(tmp_path: Path) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        dialog = await talking(engine, outside)
        began = time.monotonic()
        outside.asks("REFER", more=f"Refer-To: {COUSIN}")
        told = await noticed(engine, dialog, began)
        assert (told.kind, told.evidence) == (SignKind.REFERRED, {"refer_to": COUSIN})
        assert (await outside.hears("REFER", answer=True)).code == 405
        assert not [one for one in engine.told if isinstance(one, Gone | Moved)]
        engine.say(HangUp(dialog))
        await outside.hears("BYE")


async def test_a_call_moved_to_a_third_host_is_told_by_its_sound_and_by_its_contact(
    tmp_path: Path,
) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        dialog = await talking(engine, outside)
        began = time.monotonic()
        outside.asks("INVITE", "sendrecv", host="198.51.100.7")
        told = await noticed(engine, dialog, began)
        assert told.kind is SignKind.THIRD_HOST
        assert told.evidence == {
            "host": "198.51.100.7",
            "hosts_before": "127.0.0.1",
            "in": "INVITE",
        }
        assert (await outside.hears("INVITE", answer=True)).code in (100, 200)
        outside.asks("ACK", number=1)
        await asyncio.sleep(0.2)
        contact = "<sip:carrier@elsewhere.example:5060>"
        outside.asks("INVITE", "sendrecv", host="198.51.100.7", contact=contact)
        await until(lambda: len(told_of(engine)) == 2, "the second one")
        assert told_of(engine)[1].evidence["host"] == "elsewhere.example"


async def test_hold_resume_and_another_port_are_no_signs(tmp_path: Path) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        dialog = await talking(engine, outside)
        for number, (way, host) in enumerate(
            [("sendonly", "127.0.0.1"), ("inactive", "0.0.0.0"), ("sendrecv", "127.0.0.1")], start=1
        ):
            outside.asks("INVITE", way, host=host, number=number)
            while (await outside.hears("INVITE", answer=True)).code != 200:
                pass
            outside.asks("ACK", number=number)
        await engine.hears(dialog, Moved)
        assert told_of(engine) == []


async def test_a_stranger_to_the_call_cannot_speak_for_it(tmp_path: Path) -> None:
    """Another Call-ID at the carrier's own address: it is answered, and nobody's sign."""
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        await talking(engine, outside)
        outside.asks("REFER", more=f"Refer-To: {COUSIN}", call="another-call")
        assert (await outside.hears("REFER", answer=True)).code == 405
        assert told_of(engine) == []


async def test_a_flood_of_signs_ends_at_some_number(tmp_path: Path) -> None:
    async with Carrier() as outside, FakeEngine(tmp_path, trunk(outside.port)) as engine:
        await talking(engine, outside)
        for number in range(1, 100):
            outside.asks("REFER", number=number, more=f"Refer-To: <sip:{number}@a>")
        for _ in range(99):
            await outside.hears("REFER", answer=True)
        assert 5 <= len(told_of(engine)) <= 30


@pytest.mark.sipp
async def test_sipp_forwards_a_call_and_asks_to_transfer_it(tmp_path: Path) -> None:
    port = free_port()
    outside = Sipp(tmp_path, "carrier", forwarding(), "-aa", port=port)
    async with outside, FakeEngine(tmp_path, trunk(port)) as engine:
        dialog = engine.dial()
        await until(lambda: len(told_of(engine)) == 2, "both signs")
        assert [one.kind for one in told_of(engine)] == [SignKind.DIVERTED, SignKind.REFERRED]
        assert {one.dialog for one in told_of(engine)} == {dialog}
        engine.say(HangUp(dialog))
        await until(lambda: outside.result().good == 1, "the call")
